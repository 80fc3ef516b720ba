"""Grades the first two labs of a deep-learning course: index notation in LaTeX, backpropagation in NumPy."""

__version__ = "0.1.0"
