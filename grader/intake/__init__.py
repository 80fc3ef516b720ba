"""What was handed in, as it comes: a folder, a zip or one notebook, and whose it is."""
