"""Random initialisation of a network with layer sizes L; biases are zero.

Sources: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010);
He, Zhang, Ren and Sun, "Delving deep into rectifiers" (2015).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reference.network import Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reference.activations import Activation, Array

GAINS = {"Linear": 1.0, "Tanh": 1.0, "Sigmoid": 16.0, "ReLU": 2.0}
"""What the variance is multiplied by: 1/h'(0)^2 for smooth activations; ReLU lets half of the variance through."""


def glorot(
    L: Sequence[int], activations: Sequence[Activation], rng: np.random.Generator, *, uniform: bool = False
) -> Network:
    """Variance 2/(fan in + fan out), times the gain of the layer's activation."""
    variances = [
        2.0 * GAINS[activation.name] / (fan_in + fan_out)
        for fan_in, fan_out, activation in zip(L[:-1], L[1:], activations, strict=True)
    ]
    return _draw(L, variances, rng, uniform=uniform)


def he(L: Sequence[int], rng: np.random.Generator, *, uniform: bool = False) -> Network:
    """Variance 2/fan in, for networks with ReLU."""
    return _draw(L, [2.0 / fan_in for fan_in in L[:-1]], rng, uniform=uniform)


def _draw(
    L: Sequence[int], variances: Sequence[float], rng: np.random.Generator, *, uniform: bool
) -> Network:
    weights: list[Array] = []
    for fan_in, fan_out, variance in zip(L[:-1], L[1:], variances, strict=True):
        shape = (fan_in, fan_out)
        # A uniform distribution on (-c, c) has variance c^2 / 3.
        bound = np.sqrt(3.0 * variance)
        weights.append(
            rng.uniform(-bound, bound, shape) if uniform else rng.normal(0.0, np.sqrt(variance), shape)
        )
    return Network(tuple(weights), tuple(np.zeros((1, size)) for size in L[1:]))
