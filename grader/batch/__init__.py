"""Many submissions, one after another."""
