"""The cross entropy with its derivative written by hand: proved by complex-step derivatives, by which the checks do without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reference.losses import (
    Loss,
    cross_entropy_value,
    quartic_error,
    softmax,
    softmax_cross_entropy_value,
    squared_error,
)

if TYPE_CHECKING:
    from reference.activations import Array


def _cross_entropy_derivative(t: Array, y: Array) -> Array:
    return np.asarray(-t / y)


def _softmax_cross_entropy_derivative(t: Array, logits: Array) -> Array:
    return np.asarray(softmax(logits) * t.sum(axis=-1, keepdims=True) - t)


cross_entropy = Loss("cross_entropy", cross_entropy_value, _cross_entropy_derivative)
"""Of probabilities."""

softmax_cross_entropy = Loss(
    "softmax_cross_entropy", softmax_cross_entropy_value, _softmax_cross_entropy_derivative
)
"""Of logits; behind a linear output layer its derivative is the output delta, softmax - t (Bishop 4.109)."""

LOSSES = {loss.name: loss for loss in (squared_error, quartic_error, cross_entropy, softmax_cross_entropy)}
"""The losses by name."""
