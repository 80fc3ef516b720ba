"""What a backward pass returns that is right but for one of the commonest slips.

Each prediction is the reference's gradient with that one edit; an answer that equals it in every case has that slip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from reference.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.numeric.checks.cases import Case
    from reference.activations import Array


Slope: TypeAlias = "Callable[[Case, int], Array]"
"""Something of one layer of a case."""


@dataclass(frozen=True)
class Slip:
    """One edit: gradients (weights, biases) that it gives, what to tell the student, and a hint towards the repair."""

    gradients: Callable[[Case], Network]
    message: str
    hint: str
    code: str = "wrong_gradient"


def _slope(case: Case, layer: int) -> Array:
    """Derivative of a layer's activation function at its pre-activations."""
    return case.activations[layer].derivative(case.a[layer])


def _no_slope(case: Case, layer: int) -> Array:
    return np.ones_like(case.a[layer])


def _slope_at_z(case: Case, layer: int) -> Array:
    return case.activations[layer].derivative(case.z[layer + 1])


def _value(case: Case, layer: int) -> Array:
    return case.activations[layer].value(case.a[layer])


def _slope_of(function: int, at: int) -> Slope:
    """Derivative of the activation function, at the pre-activations, of layers so many places further on."""

    def slope(case: Case, layer: int) -> Array:
        layers = len(case.a)
        return case.activations[(layer + function) % layers].derivative(case.a[(layer + at) % layers])

    return slope


def _deltas(
    case: Case,
    *,
    output_error: Callable[[Case], Array] = lambda case: case.loss.derivative(case.t, case.y),
    output_slope: Slope = _slope,
    hidden_slope: Slope = _slope,
    back: Slope = lambda case, layer: case.network.weights[layer].T,
) -> list[Array]:
    """Backpropagated errors of every layer, (N, L[i+1]), with one piece replaced.

    Raises:
        ValueError: the shapes do not fit, as they would not in the student's code.

    """
    last = len(case.a) - 1
    deltas = [output_error(case) * output_slope(case, last)]
    for layer in reversed(range(last)):
        deltas.insert(0, (deltas[0] @ back(case, layer + 1)) * hidden_slope(case, layer))
    return deltas


def _gradients(case: Case, deltas: list[Array], *, z_shift: int = 0) -> Network:
    """Gradients averaged over the batch; the activations so many layers too far on."""
    z = [case.z[(layer + z_shift) % len(case.z)] for layer in range(len(deltas))]
    return Network(
        tuple(part.T @ delta / len(case.t) for part, delta in zip(z, deltas, strict=True)),
        tuple(delta.mean(axis=0, keepdims=True) for delta in deltas),
    )


def _right(case: Case) -> Network:
    return _gradients(case, _deltas(case))


def _times(weights: Callable[[int], float], biases: Callable[[int], float]) -> Callable[[Case], Network]:
    """The right gradients times factors, which may depend on the number of data points."""

    def gradients(case: Case) -> Network:
        right, batch = _right(case), len(case.t)
        return Network(
            tuple(weights(batch) * g for g in right.weights), tuple(biases(batch) * g for g in right.biases)
        )

    return gradients


def _biases_per_data_point(case: Case, *, divided: bool) -> Network:
    divisor = len(case.t) if divided else 1
    return Network(_right(case).weights, tuple(delta / divisor for delta in _deltas(case)))


def _transposed(case: Case) -> Network:
    right = _right(case)
    return Network(tuple(g.T for g in right.weights), right.biases)


def _reversed(case: Case) -> Network:
    right = _right(case)
    return Network(right.weights[::-1], right.biases[::-1])


_AVERAGE = "The loss of a batch is an average over data points. What does that do to its gradient?"
_CHAIN = "Write down the chain rule from the loss to this layer: which function stands between a and z?"
_BIAS = "Every data point contributes to the gradient of a bias. What happens to these contributions?"

_AT_Z = "The derivative of the activation function is taken at z, where it should be taken at the pre-activation a"
_ARGUMENT = "Which variable is the argument of the activation function in the forward pass?"
_VALUE = "The activation function itself stands where its derivative belongs"
_FLAG = "What does the flag `derivative` of an activation function do?"
_LAYERS = "Write down the indexes for a network of three layers: which layer does each variable of this line belong to?"


def _edit(message: str, hint: str, **pieces: Callable[..., Array]) -> Slip:
    """A slip in one piece of the backpropagated errors."""
    return Slip(lambda case: _gradients(case, _deltas(case, **pieces)), message, hint)


def _of_wrong_layer(name: str, what: str, *, function: int, at: int) -> dict[str, Slip]:
    """The derivative in the hidden layers is that of another function, or taken at other pre-activations: those of a layer nearby."""
    return {
        f"{name}_of_{layer}": _edit(
            f"The derivative of the activation function in the hidden layers {what} of {words}.",
            _LAYERS,
            hidden_slope=_slope_of(function * shift, at * shift),
        )
        for layer, words, shift in (
            ("next_layer", "the next layer", 1),
            ("layer_before", "the layer before", -1),
        )
    }


SLIPS: Mapping[str, Slip] = {
    "batch_average": Slip(
        _times(lambda n: n, lambda n: n),
        "All gradients are too large by the number of data points: they are summed over the batch, not averaged.",
        _AVERAGE,
    ),
    "batch_average_weights": Slip(
        _times(lambda n: n, lambda _: 1.0),
        "The gradients of the weights are summed over the batch, not averaged; those of the biases are right.",
        _AVERAGE,
    ),
    "batch_average_biases": Slip(
        _times(lambda _: 1.0, lambda n: n),
        "The gradients of the biases are summed over the batch, not averaged; those of the weights are right.",
        _AVERAGE,
    ),
    "batch_average_twice": Slip(
        _times(lambda n: 1.0 / n, lambda n: 1.0 / n),
        "All gradients are divided by the number of data points once too often.",
        "Look for two places where you average over the batch.",
    ),
    "sign": Slip(
        _times(lambda _: -1.0, lambda _: -1.0),
        "All gradients have the wrong sign.",
        "In which direction does the loss grow when an output is larger than its target?",
    ),
    "factor_two": Slip(
        _times(lambda _: 2.0, lambda _: 2.0),
        "All gradients are twice as large as they should be.",
        "Look at the factor 1/2 of the squared error when you differentiate.",
    ),
    "factor_half": Slip(
        _times(lambda _: 0.5, lambda _: 0.5),
        "All gradients are half as large as they should be.",
        "Look at the factor 1/2 of the squared error when you differentiate.",
    ),
    "slope_missing": _edit(
        "The derivative of the activation function is missing in every layer.",
        _CHAIN,
        output_slope=_no_slope,
        hidden_slope=_no_slope,
    ),
    "slope_missing_output": _edit(
        "The derivative of the activation function is missing in the output layer.",
        _CHAIN,
        output_slope=_no_slope,
    ),
    "slope_missing_hidden": _edit(
        "The derivative of the activation function is missing in the hidden layers.",
        _CHAIN,
        hidden_slope=_no_slope,
    ),
    "slope_at_z": _edit(f"{_AT_Z}.", _ARGUMENT, output_slope=_slope_at_z, hidden_slope=_slope_at_z),
    "slope_at_z_output": _edit(f"{_AT_Z}, in the output layer.", _ARGUMENT, output_slope=_slope_at_z),
    "slope_at_z_hidden": _edit(f"{_AT_Z}, in the hidden layers.", _ARGUMENT, hidden_slope=_slope_at_z),
    "slope_is_value": _edit(f"{_VALUE}.", _FLAG, output_slope=_value, hidden_slope=_value),
    "slope_is_value_output": _edit(f"{_VALUE}, in the output layer.", _FLAG, output_slope=_value),
    "slope_is_value_hidden": _edit(f"{_VALUE}, in the hidden layers.", _FLAG, hidden_slope=_value),
    **_of_wrong_layer("activation", "is that of the function", function=1, at=0),
    "loss_ignored": _edit(
        "The output layer always uses y - t: right for the squared error, but the function is given another loss too.",
        "Use the parameter `loss_f`, which knows its own derivative.",
        output_error=lambda case: case.y - case.t,
    ),
    "loss_missing": _edit(
        "The derivative of the loss is missing in the output layer.",
        "How does the loss depend on the output?",
        output_error=lambda case: np.ones_like(case.y),
    ),
    "loss_is_value": _edit(
        "The output layer starts from the loss itself, where it should be its derivative.",
        "What does the flag `derivative` of the loss do?",
        output_error=lambda case: case.loss.value(case.t, case.y),
    ),
    "bias_not_summed": Slip(
        lambda case: _biases_per_data_point(case, divided=False),
        "The gradients of the biases still have one row per data point; those of the weights are right.",
        _BIAS,
        code="wrong_shape",
    ),
    "bias_not_summed_divided": Slip(
        lambda case: _biases_per_data_point(case, divided=True),
        "The gradients of the biases are divided by the number of data points but not summed over them.",
        _BIAS,
        code="wrong_shape",
    ),
    "z_of_next_layer": Slip(
        lambda case: _gradients(case, _deltas(case), z_shift=1),
        "The gradients of the weights use the activations z that the layer gives, where they should be those that it takes.",
        _LAYERS,
    ),
    "z_of_layer_before": Slip(
        lambda case: _gradients(case, _deltas(case), z_shift=-1),
        "The gradients of the weights use the activations z of one layer too early.",
        _LAYERS,
    ),
    "transposed": Slip(
        _transposed,
        "The gradients of the weights are transposed: their shape is not that of the weights.",
        "Compare the shapes of a weight matrix and of its gradient.",
        code="wrong_shape",
    ),
    "reversed": Slip(
        _reversed,
        "The gradients come in the wrong order: the last layer's first.",
        "In which order does the backward pass meet the layers, and in which order does the network list them?",
        code="wrong_shape",
    ),
}
"""The commonest slips by name; the name goes into the finding's evidence."""

SQUARE_SLIPS: Mapping[str, Slip] = {
    "weights_not_transposed": _edit(
        "The weights are not transposed when the errors go back through them.",
        "From which unit to which does w[i, j] lead, and in which direction does the sum run?",
        back=lambda case, layer: case.network.weights[layer],
    ),
    "weights_of_layer_before": _edit(
        "The errors go back through the weights of one layer too early.",
        _LAYERS,
        back=lambda case, layer: case.network.weights[layer - 1].T,
    ),
    "weights_of_next_layer": _edit(
        "The errors go back through the weights of one layer too late.",
        _LAYERS,
        back=lambda case, layer: case.network.weights[(layer + 1) % len(case.a)].T,
    ),
    **_of_wrong_layer("slope", "is that", function=1, at=1),
    **_of_wrong_layer("a", "is taken at the pre-activations", function=0, at=1),
}
"""Slips that stop with an exception unless all layers have the same size."""
