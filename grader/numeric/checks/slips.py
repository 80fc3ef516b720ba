"""What a backward pass returns that is right but for one of the commonest slips.

Each prediction is the reference's gradient with that one edit; an answer that equals it in every case has that slip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reference.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.numeric.checks.cases import Case
    from reference.activations import Array


@dataclass(frozen=True)
class Slip:
    """One edit: gradients (weights, biases) that it gives, what to tell the student, and a hint towards the repair."""

    gradients: Callable[[Case], Network]
    message: str
    hint: str
    code: str = "wrong_gradient"


def _deltas(
    case: Case,
    *,
    output_error: Callable[[Case], Array] = lambda case: case.loss.derivative(case.t, case.y),
    output_slope: bool = True,
    hidden_slope: bool = True,
    slope_at: Callable[[Case, int], Array] = lambda case, layer: case.a[layer],
) -> list[Array]:
    """Backpropagated errors of every layer, (N, L[i+1]), with one piece replaced or left out."""

    def slope(layer: int, *, wanted: bool) -> Array:
        at = slope_at(case, layer)
        return case.activations[layer].derivative(at) if wanted else np.ones_like(at)

    last = len(case.a) - 1
    deltas = [output_error(case) * slope(last, wanted=output_slope)]
    for layer in reversed(range(last)):
        deltas.insert(0, (deltas[0] @ case.network.weights[layer + 1].T) * slope(layer, wanted=hidden_slope))
    return deltas


def _gradients(case: Case, deltas: list[Array]) -> Network:
    """Gradients averaged over the batch."""
    return Network(
        tuple(z.T @ delta / len(case.t) for z, delta in zip(case.z[:-1], deltas, strict=True)),
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
    "slope_missing": Slip(
        lambda case: _gradients(case, _deltas(case, output_slope=False, hidden_slope=False)),
        "The derivative of the activation function is missing in every layer.",
        _CHAIN,
    ),
    "slope_missing_output": Slip(
        lambda case: _gradients(case, _deltas(case, output_slope=False)),
        "The derivative of the activation function is missing in the output layer.",
        _CHAIN,
    ),
    "slope_missing_hidden": Slip(
        lambda case: _gradients(case, _deltas(case, hidden_slope=False)),
        "The derivative of the activation function is missing in the hidden layers.",
        _CHAIN,
    ),
    "slope_at_z": Slip(
        lambda case: _gradients(case, _deltas(case, slope_at=lambda case, layer: case.z[layer + 1])),
        "The derivative of the activation function is taken at z, where it should be taken at the pre-activation a.",
        "Which variable is the argument of the activation function in the forward pass?",
    ),
    "loss_ignored": Slip(
        lambda case: _gradients(case, _deltas(case, output_error=lambda case: case.y - case.t)),
        "The output layer always uses y - t: right for the squared error, but the function is given another loss too.",
        "Use the parameter `loss_f`, which knows its own derivative.",
    ),
    "loss_missing": Slip(
        lambda case: _gradients(case, _deltas(case, output_error=lambda case: np.ones_like(case.y))),
        "The derivative of the loss is missing in the output layer.",
        "How does the loss depend on the output?",
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
