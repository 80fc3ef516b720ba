"""The right gradients with one piece replaced: what a slip makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from grader.numeric.checks.tangents import Rules, gradients, of_biases
from reference.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.numeric.checks.cases import Case
    from grader.numeric.checks.tangents import OfLayer
    from reference.activations import Array


Factor: TypeAlias = "Callable[[Case], float]"
"""A number that may depend on the sizes of a case."""


@dataclass(frozen=True)
class Slip:
    """One edit: gradients (weights, biases) that it gives, what to tell the student, and a hint towards the repair."""

    gradients: Callable[[Case], Network]
    message: str
    hint: str
    code: str = "wrong_gradient"


def no_slope(case: Case, layer: int) -> Array:
    return np.ones_like(case.a[layer])


def slope_at_z(case: Case, layer: int) -> Array:
    return case.activations[layer].derivative(case.z[layer + 1])


def value(case: Case, layer: int) -> Array:
    return case.activations[layer].value(case.a[layer])


def slope_of(function: int, at: int) -> OfLayer:
    """Derivative of the activation function, at the pre-activations, of layers so many places further on."""

    def shifted(case: Case, layer: int) -> Array:
        layers = len(case.a)
        return case.activations[(layer + function) % layers].derivative(case.a[(layer + at) % layers])

    return shifted


def times(weights: Factor, biases: Factor) -> Callable[[Case], Network]:
    """The right gradients times factors."""

    def edited(case: Case) -> Network:
        found = gradients(case)
        return Network(
            tuple(weights(case) * g for g in found.weights), tuple(biases(case) * g for g in found.biases)
        )

    return edited


def biases_from(case: Case, of_points: Callable[[Array], Array]) -> Network:
    """The right gradients of the weights; those of the biases are made otherwise from those of the data points (N, L[i+1])."""
    biases = (np.asarray(of_points(of_biases(case, layer))) for layer in range(len(case.a)))
    return Network(gradients(case).weights, tuple(biases))


def edit(message: str, hint: str, **rules: Any) -> Slip:
    """A slip in one of the `Rules`."""
    edited = Rules(**rules)
    return Slip(lambda case: gradients(case, edited), message, hint)


def transposed(case: Case) -> Network:
    found = gradients(case)
    return Network(tuple(g.T for g in found.weights), found.biases)


def in_reverse(case: Case) -> Network:
    found = gradients(case)
    return Network(found.weights[::-1], found.biases[::-1])
