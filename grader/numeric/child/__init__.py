"""What runs beside the student's code, in its process: copied there, so it imports the standard library and NumPy only."""
