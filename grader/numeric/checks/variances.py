"""Which variance an initialiser should give the weights of a layer, and which one the commonest slips give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Layer(NamedTuple):
    """Numbers of inputs and outputs of a layer, and the name of its activation function."""

    fan_in: int
    fan_out: int
    activation: str


Variances: TypeAlias = "Callable[[Layer], tuple[float, ...]]"
"""The variances that a layer may have; several, where books differ."""


@dataclass(frozen=True)
class Rule:
    """What an initialiser should draw.

    Attributes:
        variances: of the weights.
        slips: names of the slips that make sense for it.
        takes_activations: whether the function gets the list of activations too, and chooses the factors itself: which other factors
            are as good is then for a person to say, and a uniform distribution of the same variance will do.

    """

    variances: Variances
    slips: tuple[str, ...]
    takes_activations: bool = False


@dataclass(frozen=True)
class Slip:
    """What a slip makes of the right variance, what to tell the student, and a hint towards the repair."""

    variances: Callable[[Rule, Layer], tuple[float, ...]]
    message: str
    hint: str


def _small(_layer: Layer) -> tuple[float, ...]:
    return (0.01,)


def _glorot(layer: Layer) -> tuple[float, ...]:
    return (2.0 / (layer.fan_in + layer.fan_out),)


def _he(layer: Layer) -> tuple[float, ...]:
    return (2.0 / layer.fan_in,)


_SQUARED_GAINS = {"Linear": (1.0,), "Tanh": (1.0, 25.0 / 9.0), "Sigmoid": (16.0,), "ReLU": (2.0,)}
"""1/h'(0)^2 for smooth functions (for tanh also the 5/3 that libraries use); ReLU lets half of the variance through."""


def _glorot_with_gains(layer: Layer) -> tuple[float, ...]:
    (variance,) = _glorot(layer)
    right = tuple(gain * variance for gain in _SQUARED_GAINS[layer.activation])
    return right + _he(layer) if layer.activation == "ReLU" else right


def _powers(exponent: float, factor: float = 1.0) -> Callable[[Rule, Layer], tuple[float, ...]]:
    return lambda rule, layer: tuple(factor * variance**exponent for variance in rule.variances(layer))


def _gains_as_variances(_rule: Rule, layer: Layer) -> tuple[float, ...]:
    (variance,) = _glorot(layer)
    return tuple(gain**0.5 * variance for gain in _SQUARED_GAINS[layer.activation])


_ROOT = "Which of the two does your random number generator want, the variance or the standard deviation?"
_FORMULA = "Look the formula up again: which numbers of units stand in it, and with which factor?"

SLIPS: Mapping[str, Slip] = {
    "variance_as_deviation": Slip(
        _powers(2.0),
        "The variance is used where the standard deviation belongs: a square root is missing.",
        _ROOT,
    ),
    "deviation_as_variance": Slip(
        _powers(0.5), "The weights vary far too much: the square root is taken once too often.", _ROOT
    ),
    "activations_ignored": Slip(
        lambda _rule, layer: _glorot(layer),
        "The variance of the weights does not depend on the activation function of the layer.",
        "Which slope does each function have around 0?",
    ),
    "gain_not_squared": Slip(
        _gains_as_variances,
        "The factors of the activation functions are put in front of the variance; they belong in front of the deviation.",
        "What happens to a variance when every number is multiplied by the same factor?",
    ),
    "root_two_large": Slip(
        _powers(1.0, 2.0),
        "The deviation of the weights is too large by a factor of the square root of 2.",
        _FORMULA,
    ),
    "root_two_small": Slip(
        _powers(1.0, 0.5),
        "The deviation of the weights is too small by a factor of the square root of 2.",
        _FORMULA,
    ),
    "deviation_as_bound": Slip(
        _powers(1.0, 1.0 / 3.0),
        "The standard deviation is used as the bound of a uniform distribution, whose deviation is smaller than its bound.",
        "How large is the variance of a uniform distribution on an interval?",
    ),
    "inputs_only": Slip(
        lambda _rule, layer: (*_he(layer), 1.0 / layer.fan_in),
        "The variance depends on the number of inputs of the layer alone.",
        _FORMULA,
    ),
    "outputs_only": Slip(
        lambda _rule, layer: (2.0 / layer.fan_out, 1.0 / layer.fan_out),
        "The variance depends on the number of outputs of the layer alone.",
        _FORMULA,
    ),
    "both_sides": Slip(
        lambda _rule, layer: (*_glorot(layer), 1.0 / (layer.fan_in + layer.fan_out)),
        "The variance depends on the number of outputs of the layer too.",
        _FORMULA,
    ),
    "same_everywhere": Slip(
        lambda _rule, layer: _small(layer),
        "The variance of the weights is the same in all layers, whatever their sizes.",
        "What should happen to the weights of a layer with ten times as many inputs?",
    ),
}
"""By name, which goes into the finding's evidence."""

_OF_DEVIATION = (
    "variance_as_deviation",
    "deviation_as_variance",
    "deviation_as_bound",
    "root_two_large",
    "root_two_small",
)

RULES: Mapping[str, Rule] = {
    "init_small": Rule(_small, _OF_DEVIATION),
    "init_glorot_tanh": Rule(_glorot, (*_OF_DEVIATION, "inputs_only", "outputs_only", "same_everywhere")),
    "init_he_relu": Rule(_he, (*_OF_DEVIATION, "both_sides", "outputs_only", "same_everywhere")),
    "init_glorot": Rule(
        _glorot_with_gains,
        (
            "activations_ignored",
            "gain_not_squared",
            *_OF_DEVIATION,
            "inputs_only",
            "outputs_only",
            "same_everywhere",
        ),
        takes_activations=True,
    ),
}
"""The initialisers of the lab by the names of their checks."""
