"""What a function for finite differences returns that is right but for one of the commonest slips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.checks.quotients import Probe, one_place
from reference.network import batch_loss

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reference.activations import Array


def _one(_probe: Probe) -> float:
    return 1.0


@dataclass(frozen=True)
class Slip:
    """The quotient of another function of the change, or the right one times a factor; what to tell the student, and a hint."""

    message: str
    hint: str
    function: Callable[[Probe, float], Array] = Probe.loss
    factor: Callable[[Probe], float] = _one
    code: str = "wrong_value"


def _moved(change_of: Callable[[Probe], tuple[int, Array]]) -> Callable[[Probe, float], Array]:
    """The loss where another array of the network, or other numbers of it, are changed."""

    def loss(probe: Probe, change: float) -> Array:
        case = probe.case
        place, direction = change_of(probe)
        network = case.network.moved(place, change * direction)
        return batch_loss(case.x, case.t, network, case.activations, case.loss)

    return loss


def _bias(probe: Probe) -> tuple[int, Array]:
    network = probe.case.network
    direction = np.zeros(network.biases[probe.layer].shape)
    direction[0, probe.j] = 1.0
    return len(network.weights) + probe.layer, direction


def _increased(probe: Probe, change: float) -> Array:
    """The loss with the weight increased, and nothing else: no quotient of it has a second loss."""
    return probe.loss(change) * float(change > 0.0)


def _in_layer(layer_of: Callable[[int, int], int]) -> Callable[[Probe, float], Array]:
    """The loss where the weight at the same place of another layer is changed."""

    def change_of(probe: Probe) -> tuple[int, Array]:
        layer = layer_of(probe.layer, len(probe.case.network.weights))
        return layer, one_place(probe.case, layer, (probe.i, probe.j))

    return _moved(change_of)


_LAYER = "Which layer does `indexes[0]` = 0 stand for, and which one does your line change?"
_MULTIPLIED = (
    "The change of the loss is multiplied by the change of the weight, where it should be divided by it."
)
_ORDER = "Put numbers into your last line: in which order does Python work through `a / 2 * b`?"
_SCALE = "Which sums and averages are in your loss, and which in the one of the sheet?"
_QUOTIENT = "Write the quotient down: by how much does the loss change, and by how much the weight?"
_WHICH = "Print the network before and after your change: which numbers differ?"

_DIFFERENTIATED = "The output of the network is differentiated, where it should be the loss."
_LOSS = "What does the backward pass compute the gradient of?"

SLIPS: Mapping[str, Slip] = {
    "batch_average": Slip(
        "The quotient is too large by the number of data points: the loss is summed over the batch, not averaged.",
        _SCALE,
        factor=lambda probe: len(probe.case.x),
    ),
    "output_average": Slip(
        "The loss is averaged over the outputs too: with one output nobody sees it, with several the backward pass gives other numbers.",
        _SCALE,
        factor=lambda probe: 1.0 / probe.case.t.shape[1],
    ),
    "factor_two": Slip(
        "The quotient is twice as large as it should be.",
        "Look at the 1/2 of the squared error, and at the distance between the two weights that you compare.",
        factor=lambda _: 2.0,
    ),
    "factor_half": Slip(
        "The quotient is half as large as it should be.",
        "Look at the 1/2 of the squared error, and at the distance between the two weights that you compare.",
        factor=lambda _: 0.5,
    ),
    "sign": Slip("The quotient has the wrong sign.", _QUOTIENT, factor=lambda _: -1.0),
    "not_divided": Slip(
        "The change of the loss is not divided by the change of the weight.",
        _QUOTIENT,
        factor=lambda probe: probe.step,
    ),
    "not_divided_central": Slip(
        "The change of the loss is not divided by the change of the weight.",
        _QUOTIENT,
        factor=lambda probe: 2.0 * probe.step,
    ),
    "multiplied": Slip(_MULTIPLIED, _ORDER, factor=lambda probe: probe.step**2),
    "multiplied_central": Slip(_MULTIPLIED, _ORDER, factor=lambda probe: 4.0 * probe.step**2),
    "one_loss": Slip(
        "The loss itself is divided, where it should be the difference of two losses.", _QUOTIENT, _increased
    ),
    "output_not_loss": Slip(_DIFFERENTIATED, _LOSS, lambda probe, change: probe.output(change)),
    "output_sum_not_loss": Slip(
        _DIFFERENTIATED, _LOSS, lambda probe, change: np.asarray(probe.output(change).sum())
    ),
    "output_mean_not_loss": Slip(
        _DIFFERENTIATED, _LOSS, lambda probe, change: np.asarray(probe.output(change).mean())
    ),
    "loss_per_entry": Slip(
        "The quotient is taken for every data point and output apart: the loss is neither summed nor averaged.",
        _SCALE,
        lambda probe, change: probe.case.loss.value(probe.case.t, probe.output(change)),
        code="wrong_shape",
    ),
    "indexes_swapped": Slip(
        "The weight leads from unit `indexes[2]` to unit `indexes[1]`, the other way round.",
        _WHICH,
        _moved(lambda probe: (probe.layer, one_place(probe.case, probe.layer, (probe.j, probe.i)))),
    ),
    "first_layer": Slip(
        "It is always a weight of the first layer that is changed.",
        _LAYER,
        _in_layer(lambda _layer, _layers: 0),
    ),
    "last_layer": Slip(
        "It is always a weight of the last layer that is changed.",
        _LAYER,
        _in_layer(lambda _layer, layers: layers - 1),
    ),
    "layer_before": Slip(
        "The weight that is changed is one of the layer before.",
        _LAYER,
        _in_layer(lambda layer, layers: (layer - 1) % layers),
    ),
    "whole_layer": Slip(
        "All weights of the layer are changed at once.",
        _WHICH,
        _moved(lambda probe: (probe.layer, one_place(probe.case, probe.layer, slice(None)))),
    ),
    "bias": Slip("A bias is changed, where it should be a weight.", _WHICH, _moved(_bias)),
}
"""By name, which goes into the finding's evidence. The first one that explains all answers is named."""
