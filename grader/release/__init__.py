"""The copy of the grader that students get: the checker, one assignment without its key, and how to use them."""
