"""Losses E(t, y), elementwise, and their derivatives with respect to y.

Shapes: targets `t` and outputs `y` are (N, K), data points by outputs. The loss of a batch is the mean over data
points of the sum over outputs (`network.batch_loss`), and `derivative` is that of the sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference.activations import Array


@dataclass(frozen=True)
class Loss:
    """`value(t, y)` is elementwise (N, K); `derivative(t, y)` (N, K) is that of its sum with respect to y."""

    name: str
    value: Callable[[Array, Array], Array]
    derivative: Callable[[Array, Array], Array]


def log_softmax(logits: Array) -> Array:
    """Logarithm of the softmax over the last axis (Bishop 4.104), without overflow for any finite logits."""
    # The shift only has to be constant along the axis: its real part keeps the function analytic.
    shifted = logits - logits.real.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def softmax(logits: Array) -> Array:
    """Softmax over the last axis (Bishop 4.104)."""
    return np.asarray(np.exp(log_softmax(logits)))


def _squared_error(t: Array, y: Array) -> Array:
    return np.asarray(0.5 * (y - t) ** 2)


def _squared_error_derivative(t: Array, y: Array) -> Array:
    return np.asarray(y - t)


def _quartic_error(t: Array, y: Array) -> Array:
    return np.asarray(0.25 * (y - t) ** 4)


def _quartic_error_derivative(t: Array, y: Array) -> Array:
    return np.asarray((y - t) ** 3)


def _cross_entropy(t: Array, y: Array) -> Array:
    return np.asarray(-t * np.log(y))


def _cross_entropy_derivative(t: Array, y: Array) -> Array:
    return np.asarray(-t / y)


def _softmax_cross_entropy(t: Array, logits: Array) -> Array:
    return np.asarray(-t * log_softmax(logits))


def _softmax_cross_entropy_derivative(t: Array, logits: Array) -> Array:
    return np.asarray(softmax(logits) * t.sum(axis=-1, keepdims=True) - t)


squared_error = Loss("squared_error", _squared_error, _squared_error_derivative)
"""1/2 (y - t)^2 (Bishop 5.14)."""

quartic_error = Loss("quartic_error", _quartic_error, _quartic_error_derivative)
"""1/4 (y - t)^4: its derivative is not y - t, which tells a backward pass that takes any loss from one that does not."""

cross_entropy = Loss("cross_entropy", _cross_entropy, _cross_entropy_derivative)
"""-t ln y for probabilities y (Bishop 4.108)."""

softmax_cross_entropy = Loss(
    "softmax_cross_entropy", _softmax_cross_entropy, _softmax_cross_entropy_derivative
)
"""-t ln softmax(logits); behind a linear output layer its derivative is the output delta, softmax - t (Bishop 4.109)."""

LOSSES = {loss.name: loss for loss in (squared_error, quartic_error, cross_entropy, softmax_cross_entropy)}
"""The losses by name."""
