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


def cross_entropy_value(t: Array, y: Array) -> Array:
    """-t ln y for probabilities y (Bishop 4.108), elementwise (N, K)."""
    return np.asarray(-t * np.log(y))


def softmax_cross_entropy_value(t: Array, logits: Array) -> Array:
    """-t ln softmax(logits), elementwise (N, K)."""
    return np.asarray(-t * log_softmax(logits))


squared_error = Loss("squared_error", _squared_error, _squared_error_derivative)
"""1/2 (y - t)^2 (Bishop 5.14)."""

quartic_error = Loss("quartic_error", _quartic_error, _quartic_error_derivative)
"""1/4 (y - t)^4: its derivative is not y - t, which tells a backward pass that takes any loss from one that does not."""
