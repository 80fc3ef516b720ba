"""Gradients in forward mode: a change of a parameter is pushed forward through the network, as far as the loss of every data point.

Nothing is propagated back, so that the grader can say what a backward pass should give, and what a slip makes of it, without holding one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from reference.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.numeric.checks.cases import Case
    from reference.activations import Array


OfLayer: TypeAlias = "Callable[[Case, int], Array]"
"""Something of one layer of a case."""


def slope(case: Case, layer: int) -> Array:
    """Derivative of a layer's activation function at its pre-activations."""
    return case.activations[layer].derivative(case.a[layer])


@dataclass(frozen=True)
class Rules:
    """What a change meets on its way forward; a slip has another one.

    Attributes:
        hidden_slope: by which a hidden layer multiplies the change of its pre-activations (N, L[i+1]).
        weights: through which the change of a layer's inputs goes on (L[i], L[i+1]).
        output_slope: by which the output layer multiplies it (N, K).
        output_error: derivative of the loss with respect to the outputs (N, K).

    """

    hidden_slope: OfLayer = slope
    weights: OfLayer = lambda case, layer: case.network.weights[layer]
    output_slope: OfLayer = slope
    output_error: Callable[[Case], Array] = lambda case: case.loss.derivative(case.t, case.y)


RIGHT = Rules()


def push(case: Case, layer: int, change: Array, rules: Rules) -> Array:
    """How the loss of every data point (..., N) changes with the pre-activations of a layer (..., N, L[i+1]).

    Raises:
        ValueError: the shapes do not fit, as they would not in the student's code.

    """
    last = len(case.a) - 1
    for at in range(layer, last):
        change = (change * rules.hidden_slope(case, at)) @ rules.weights(case, at + 1)
    return np.asarray((change * rules.output_slope(case, last) * rules.output_error(case)).sum(axis=-1))


def of_biases(case: Case, layer: int, rules: Rules = RIGHT) -> Array:
    """How the loss of every data point changes with every bias of a layer: (N, L[i+1])."""
    points, units = case.a[layer].shape
    return push(case, layer, np.repeat(np.eye(units)[:, np.newaxis], points, axis=1), rules).T


def of_weights(case: Case, layer: int, rules: Rules = RIGHT, *, z_shift: int = 0) -> Array:
    """How the loss of every data point changes with every weight of a layer: (L[i], L[i+1], N).

    With `z_shift`, a weight is met by the activations so many layers too far on.
    """
    inputs = case.z[(layer + z_shift) % len(case.z)]
    units = np.eye(case.a[layer].shape[1])
    return push(case, layer, inputs.T[:, np.newaxis, :, np.newaxis] * units[:, np.newaxis], rules)


def gradients(case: Case, rules: Rules = RIGHT, *, z_shift: int = 0) -> Network:
    """Gradients averaged over the batch, in the shapes of the parameters."""
    layers = range(len(case.a))
    return Network(
        tuple(of_weights(case, layer, rules, z_shift=z_shift).mean(axis=-1) for layer in layers),
        tuple(of_biases(case, layer, rules).mean(axis=0, keepdims=True) for layer in layers),
    )
