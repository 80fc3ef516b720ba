"""Activation functions h and their derivatives h', elementwise on arrays of any shape.

All are written with analytic operations, so that a complex step passes through; ReLU decides by the real part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Array: TypeAlias = NDArray[Any]
"""Real, or complex while a complex step passes."""


@dataclass(frozen=True)
class Activation:
    """z = h(a) (Bishop 5.3): `value` is h, `derivative` is h', both functions of the pre-activation a."""

    name: str
    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


def _sigmoid(a: Array) -> Array:
    # By the hyperbolic tangent: exp(-a) would overflow for very negative a.
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * a)))


def _sigmoid_derivative(a: Array) -> Array:
    return np.asarray(_sigmoid(a) * (1.0 - _sigmoid(a)))


def _tanh_derivative(a: Array) -> Array:
    return np.asarray(1.0 - np.tanh(a) ** 2)


def _relu(a: Array) -> Array:
    return np.where(a.real > 0.0, a, np.zeros_like(a))


def _relu_derivative(a: Array) -> Array:
    return np.where(a.real > 0.0, np.ones_like(a), np.zeros_like(a))


Linear = Activation("Linear", np.copy, np.ones_like)
Sigmoid = Activation("Sigmoid", _sigmoid, _sigmoid_derivative)
Tanh = Activation("Tanh", np.tanh, _tanh_derivative)
ReLU = Activation("ReLU", _relu, _relu_derivative)

ACTIVATIONS = {activation.name: activation for activation in (Linear, Sigmoid, Tanh, ReLU)}
"""The activations of the lab by name."""
