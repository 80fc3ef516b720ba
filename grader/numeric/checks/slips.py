"""What a backward pass returns that is right but for one of the commonest slips.

Each prediction is the right gradient with that one edit; an answer that equals it in every case has that slip.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.checks.edited_gradients import (
    Slip,
    biases_from,
    edit,
    in_reverse,
    no_slope,
    slope_at_z,
    slope_of,
    times,
    transposed,
    value,
)
from grader.numeric.checks.hard_coded import HARD_CODED
from grader.numeric.checks.tangents import gradients

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.numeric.checks.cases import Case
    from reference.activations import Array


_AVERAGE = "The loss of a batch is an average over data points. What does that do to its gradient?"
_ENTRIES = "too small by the number of outputs: they are divided by the number of all entries, not by that of the data points"
_SIZE = "How many data points has a batch of 5 points with 3 outputs each, and what do `size`, `shape` and `len` say?"
_CHAIN = "Write down the chain rule from the loss to this layer: which function stands between a and z?"
_BIAS = "Every data point contributes to the gradient of a bias. What happens to these contributions?"

_AT_Z = "The derivative of the activation function is taken at z, where it should be taken at the pre-activation a"
_ARGUMENT = "Which variable is the argument of the activation function in the forward pass?"
_VALUE = "The activation function itself stands where its derivative belongs"
_FLAG = "What does the flag `derivative` of an activation function do?"
_AXIS = "How many biases has a layer of 3 units, and over which axis of the array (data points, units) should the numbers be put together?"
_LAYERS = "Write down the indexes for a network of three layers: which layer does each variable of this line belong to?"


def _batch(case: Case) -> float:
    return float(len(case.t))


def _by_batch(case: Case) -> float:
    return 1.0 / len(case.t)


def _by_outputs(case: Case) -> float:
    return 1.0 / float(case.t.shape[1])


def _one(_case: Case) -> float:
    return 1.0


def _of_wrong_layer(name: str, what: str, *, function: int, at: int) -> dict[str, Slip]:
    """The derivative in the hidden layers is that of another function, or taken at other pre-activations: those of a layer nearby."""
    return {
        f"{name}_of_{layer}": edit(
            f"The derivative of the activation function in the hidden layers {what} of {words}.",
            _LAYERS,
            hidden_slope=slope_of(function * shift, at * shift),
        )
        for layer, words, shift in (
            ("next_layer", "the next layer", 1),
            ("layer_before", "the layer before", -1),
        )
    }


_OF_ALL = "one number for the whole layer: the average is taken over the units too"
_OF_ALL_SUMMED = "one number for the whole layer: the sum is taken over the units too"
_OF_POINTS = "one number for each data point: the average is taken over the units instead"
_BIASES: tuple[tuple[str, Callable[[Array], Array], str], ...] = (
    ("mean_of_all", np.mean, _OF_ALL),
    ("mean_of_all_kept", lambda points: points.mean(keepdims=True), _OF_ALL),
    ("sum_of_all", lambda points: points.sum() / len(points), _OF_ALL_SUMMED),
    ("sum_of_all_kept", lambda points: points.sum(keepdims=True) / len(points), _OF_ALL_SUMMED),
    ("mean_over_units", lambda points: points.mean(axis=1), _OF_POINTS),
    ("mean_over_units_kept", lambda points: points.mean(axis=1, keepdims=True), _OF_POINTS),
)

SLIPS: Mapping[str, Slip] = {
    "batch_average": Slip(
        times(_batch, _batch),
        "All gradients are too large by the number of data points: they are summed over the batch, not averaged.",
        _AVERAGE,
    ),
    "batch_average_weights": Slip(
        times(_batch, _one),
        "The gradients of the weights are summed over the batch, not averaged; those of the biases are right.",
        _AVERAGE,
    ),
    "batch_average_biases": Slip(
        times(_one, _batch),
        "The gradients of the biases are summed over the batch, not averaged; those of the weights are right.",
        _AVERAGE,
    ),
    "batch_average_twice": Slip(
        times(_by_batch, _by_batch),
        "All gradients are divided by the number of data points once too often.",
        "Look for two places where you average over the batch.",
    ),
    "batch_counts_outputs": Slip(
        times(_by_outputs, _by_outputs),
        f"All gradients are {_ENTRIES}.",
        _SIZE,
    ),
    "batch_counts_outputs_weights": Slip(
        times(_by_outputs, _one),
        f"The gradients of the weights are {_ENTRIES}; those of the biases are right.",
        _SIZE,
    ),
    "batch_counts_outputs_biases": Slip(
        times(_one, _by_outputs),
        f"The gradients of the biases are {_ENTRIES}; those of the weights are right.",
        _SIZE,
    ),
    "sign": Slip(
        times(lambda _: -1.0, lambda _: -1.0),
        "All gradients have the wrong sign.",
        "In which direction does the loss grow when an output is larger than its target?",
    ),
    "factor_two": Slip(
        times(lambda _: 2.0, lambda _: 2.0),
        "All gradients are twice as large as they should be.",
        "Look at the factor 1/2 of the squared error when you differentiate.",
    ),
    "factor_half": Slip(
        times(lambda _: 0.5, lambda _: 0.5),
        "All gradients are half as large as they should be.",
        "Look at the factor 1/2 of the squared error when you differentiate.",
    ),
    "slope_missing": edit(
        "The derivative of the activation function is missing in every layer.",
        _CHAIN,
        output_slope=no_slope,
        hidden_slope=no_slope,
    ),
    "slope_missing_output": edit(
        "The derivative of the activation function is missing in the output layer.",
        _CHAIN,
        output_slope=no_slope,
    ),
    "slope_missing_hidden": edit(
        "The derivative of the activation function is missing in the hidden layers.",
        _CHAIN,
        hidden_slope=no_slope,
    ),
    "slope_at_z": edit(f"{_AT_Z}.", _ARGUMENT, output_slope=slope_at_z, hidden_slope=slope_at_z),
    "slope_at_z_output": edit(f"{_AT_Z}, in the output layer.", _ARGUMENT, output_slope=slope_at_z),
    "slope_at_z_hidden": edit(f"{_AT_Z}, in the hidden layers.", _ARGUMENT, hidden_slope=slope_at_z),
    "slope_is_value": edit(f"{_VALUE}.", _FLAG, output_slope=value, hidden_slope=value),
    "slope_is_value_output": edit(f"{_VALUE}, in the output layer.", _FLAG, output_slope=value),
    "slope_is_value_hidden": edit(f"{_VALUE}, in the hidden layers.", _FLAG, hidden_slope=value),
    **_of_wrong_layer("activation", "is that of the function", function=1, at=0),
    "loss_ignored": edit(
        "The output layer always uses y - t: right for the squared error, but the function is given another loss too.",
        "Use the parameter `loss_f`, which knows its own derivative.",
        output_error=lambda case: case.y - case.t,
    ),
    "loss_missing": edit(
        "The derivative of the loss is missing in the output layer.",
        "How does the loss depend on the output?",
        output_error=lambda case: np.ones_like(case.y),
    ),
    "loss_is_value": edit(
        "The output layer starts from the loss itself, where it should be its derivative.",
        "What does the flag `derivative` of the loss do?",
        output_error=lambda case: case.loss.value(case.t, case.y),
    ),
    **HARD_CODED,
    "bias_not_summed": Slip(
        lambda case: biases_from(case, lambda points: points),
        "The gradients of the biases still have one row per data point; those of the weights are right.",
        _BIAS,
        code="wrong_shape",
    ),
    "bias_not_summed_divided": Slip(
        lambda case: biases_from(case, lambda points: points / len(points)),
        "The gradients of the biases are divided by the number of data points but not summed over them.",
        _BIAS,
        code="wrong_shape",
    ),
    **{
        f"bias_{name}": Slip(
            partial(biases_from, of_points=of_points),
            f"The gradients of the biases are {words}; those of the weights are right.",
            _AXIS,
            code="wrong_shape",
        )
        for name, of_points, words in _BIASES
    },
    "z_of_next_layer": Slip(
        lambda case: gradients(case, z_shift=1),
        "The gradients of the weights use the activations z that the layer gives, where they should be those that it takes.",
        _LAYERS,
    ),
    "z_of_layer_before": Slip(
        lambda case: gradients(case, z_shift=-1),
        "The gradients of the weights use the activations z of one layer too early.",
        _LAYERS,
    ),
    "transposed": Slip(
        transposed,
        "The gradients of the weights are transposed: their shape is not that of the weights.",
        "Compare the shapes of a weight matrix and of its gradient.",
        code="wrong_shape",
    ),
    "reversed": Slip(
        in_reverse,
        "The gradients come in the wrong order: the last layer's first.",
        "In which order does the backward pass meet the layers, and in which order does the network list them?",
        code="wrong_shape",
    ),
}
"""The commonest slips by name; the name goes into the finding's evidence."""

SQUARE_SLIPS: Mapping[str, Slip] = {
    "weights_not_transposed": edit(
        "The weights are not transposed when the errors go back through them.",
        "From which unit to which does w[i, j] lead, and in which direction does the sum run?",
        weights=lambda case, layer: case.network.weights[layer].T,
    ),
    "weights_of_layer_before": edit(
        "The errors go back through the weights of one layer too early.",
        _LAYERS,
        weights=lambda case, layer: case.network.weights[layer - 1],
    ),
    "weights_of_next_layer": edit(
        "The errors go back through the weights of one layer too late.",
        _LAYERS,
        weights=lambda case, layer: case.network.weights[(layer + 1) % len(case.a)],
    ),
    **_of_wrong_layer("slope", "is that", function=1, at=1),
    **_of_wrong_layer("a", "is taken at the pre-activations", function=0, at=1),
}
"""Slips that stop with an exception unless all layers have the same size."""
