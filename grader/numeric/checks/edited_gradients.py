"""The reference's backward pass with one piece replaced: what a slip makes of the gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from reference.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.numeric.checks.cases import Case
    from reference.activations import Array


Slope: TypeAlias = "Callable[[Case, int], Array]"
"""Something of one layer of a case."""

Factor: TypeAlias = "Callable[[Case], float]"
"""A number that may depend on the sizes of a case."""


@dataclass(frozen=True)
class Slip:
    """One edit: gradients (weights, biases) that it gives, what to tell the student, and a hint towards the repair."""

    gradients: Callable[[Case], Network]
    message: str
    hint: str
    code: str = "wrong_gradient"


def slope(case: Case, layer: int) -> Array:
    """Derivative of a layer's activation function at its pre-activations."""
    return case.activations[layer].derivative(case.a[layer])


def no_slope(case: Case, layer: int) -> Array:
    return np.ones_like(case.a[layer])


def slope_at_z(case: Case, layer: int) -> Array:
    return case.activations[layer].derivative(case.z[layer + 1])


def value(case: Case, layer: int) -> Array:
    return case.activations[layer].value(case.a[layer])


def slope_of(function: int, at: int) -> Slope:
    """Derivative of the activation function, at the pre-activations, of layers so many places further on."""

    def shifted(case: Case, layer: int) -> Array:
        layers = len(case.a)
        return case.activations[(layer + function) % layers].derivative(case.a[(layer + at) % layers])

    return shifted


def deltas(
    case: Case,
    *,
    output_error: Callable[[Case], Array] = lambda case: case.loss.derivative(case.t, case.y),
    output_slope: Slope = slope,
    hidden_slope: Slope = slope,
    back: Slope = lambda case, layer: case.network.weights[layer].T,
) -> list[Array]:
    """Backpropagated errors of every layer, (N, L[i+1]), with one piece replaced.

    Raises:
        ValueError: the shapes do not fit, as they would not in the student's code.

    """
    last = len(case.a) - 1
    found = [output_error(case) * output_slope(case, last)]
    for layer in reversed(range(last)):
        found.insert(0, (found[0] @ back(case, layer + 1)) * hidden_slope(case, layer))
    return found


def gradients(case: Case, errors: list[Array], *, z_shift: int = 0) -> Network:
    """Gradients averaged over the batch; the activations so many layers too far on."""
    z = [case.z[(layer + z_shift) % len(case.z)] for layer in range(len(errors))]
    return Network(
        tuple(part.T @ delta / len(case.t) for part, delta in zip(z, errors, strict=True)),
        tuple(delta.mean(axis=0, keepdims=True) for delta in errors),
    )


def right(case: Case) -> Network:
    return gradients(case, deltas(case))


def times(weights: Factor, biases: Factor) -> Callable[[Case], Network]:
    """The right gradients times factors."""

    def edited(case: Case) -> Network:
        found = right(case)
        return Network(
            tuple(weights(case) * g for g in found.weights), tuple(biases(case) * g for g in found.biases)
        )

    return edited


def biases_from(case: Case, of_error: Callable[[Array], Array]) -> Network:
    """The right gradients of the weights; those of the biases are made otherwise from the errors (N, L[i+1]) of their layer."""
    return Network(right(case).weights, tuple(np.asarray(of_error(delta)) for delta in deltas(case)))


def edit(message: str, hint: str, **pieces: Callable[..., Array]) -> Slip:
    """A slip in one piece of the backpropagated errors."""
    return Slip(lambda case: gradients(case, deltas(case, **pieces)), message, hint)


def transposed(case: Case) -> Network:
    found = right(case)
    return Network(tuple(g.T for g in found.weights), found.biases)


def in_reverse(case: Case) -> Network:
    found = right(case)
    return Network(found.weights[::-1], found.biases[::-1])
