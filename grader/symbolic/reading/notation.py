"""What the letters of the sheet mean: which carry a layer label, which are units, which spellings are the same."""

from __future__ import annotations

LAYERED = frozenset({"w", "a", "z", "delta", "h", "b"})
"""A superscript on these is a layer label even without parentheses; on others it is a power."""

SAME = {"omega": "w", "W": "w", "X": "x"}
"""Spellings that students use for a symbol of the sheet."""

GREEK = frozenset(
    (
        "alpha beta gamma delta Delta epsilon eta theta lambda mu nu xi pi rho sigma tau phi varphi chi "
        "psi omega Sigma Pi"
    ).split()
)
"""Letters written as commands."""

FUNCTIONS = frozenset({"log", "ln", "exp", "sqrt", "tanh", "sigmoid", "softmax", "max", "min", "det"})
"""Functions of one argument that are not the network's activations."""
