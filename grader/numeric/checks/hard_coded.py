"""Slips of a backward pass in which the derivative of one activation function is written in place of that of the layer's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.numeric.checks.edited_gradients import edit, no_slope
from reference.activations import ReLU, Sigmoid, Tanh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.numeric.checks.edited_gradients import Slip
    from grader.numeric.checks.tangents import OfLayer
    from reference.activations import Activation, Array

_FORMULAS: tuple[tuple[str, str, Activation, Callable[[Array], Array]], ...] = (
    ("tanh", "tanh", Tanh, lambda z: 1.0 - z**2),
    ("sigmoid", "the sigmoid", Sigmoid, lambda z: z * (1.0 - z)),
    ("relu", "ReLU", ReLU, lambda z: 1.0 * (z > 0.0)),
)
"""Name, words, the function, and its derivative as it is written with the function's value."""


def _at_a(activation: Activation) -> OfLayer:
    return lambda case, layer: activation.derivative(case.a[layer])


def _at_z(formula: Callable[[Array], Array]) -> OfLayer:
    return lambda case, layer: formula(case.z[layer + 1])


def _slips() -> Iterator[tuple[str, Slip]]:
    for name, words, activation, formula in _FORMULAS:
        for argument, slope in (("", _at_a(activation)), ("_of_z", _at_z(formula))):
            for place, where, pieces in (
                ("", "{}", {"output_slope": slope, "hidden_slope": slope}),
                ("_hidden", "{} in the hidden layers", {"hidden_slope": slope}),
                ("_output", "{} in the output layer", {"output_slope": slope}),
                (
                    "_linear_output",
                    "{} in the hidden layers, and as that of a linear function in the output layer",
                    {"output_slope": no_slope, "hidden_slope": slope},
                ),
            ):
                message = (
                    f"The derivative of the activation function is written in place as that of {where.format(words)}: right for networks with "
                    "just these functions, but the function is given others too."
                )
                yield f"slope_of_{name}{argument}{place}", edit(message, _HINT, **pieces)


_HINT = "Use the parameter `activations`: each of these functions knows its own derivative."

HARD_CODED: Mapping[str, Slip] = dict(_slips())
"""By name: whose derivative it is, in terms of what, and where."""
