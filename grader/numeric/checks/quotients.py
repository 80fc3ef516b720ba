"""Difference quotients of the loss with respect to one weight, with a step so large that every kind of quotient has another value."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from grader.numeric.checks.cases import Case, Recipe, draw_case
from reference.activations import Sigmoid, Tanh
from reference.complex_step import complex_step
from reference.losses import squared_error
from reference.network import Network, batch_loss, forward_pass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.numeric.compare import Numbers
    from reference.activations import Array

CLEARLY_APART = 1e-3
# No output layer is linear: there the loss is quadratic in a weight, and the central quotient is the derivative.
_RECIPES: tuple[Recipe, ...] = (
    ((3, 4, 2), 5, (Tanh, Tanh), squared_error),
    ((4, 5, 4, 3), 6, (Sigmoid, Tanh, Tanh), squared_error),
)


Change: TypeAlias = "float | Array"
"""Of one weight: a number, or an array of several, each of which makes a network of its own."""


@dataclass(frozen=True)
class Probe:
    """One question: the weight of a layer from unit i to unit j in a network on a batch, and a step."""

    case: Case
    layer: int
    i: int
    j: int
    step: float

    def network(self, change: Change) -> Network:
        """The network with this weight changed."""
        direction = one_place(self.case, self.layer, (self.i, self.j))
        return self.case.network.moved(self.layer, np.multiply.outer(change, direction))

    def loss(self, change: Change) -> Array:
        """The loss, averaged over the batch, where this weight is changed; one value for each change."""
        case = self.case
        return batch_loss(case.x, case.t, self.network(change), case.activations, case.loss)

    def output(self, change: Change) -> Array:
        """Outputs (N, K) of the network with this weight changed."""
        return forward_pass(self.case.x, self.network(change), self.case.activations)[1][-1]

    def derivative(self) -> float:
        """The derivative itself, which no quotient equals."""
        return float(complex_step(self.loss, np.zeros(())))


def one_place(case: Case, layer: int, place: tuple[int, int] | slice) -> Array:
    """Ones at a place of a layer's weights, zeros elsewhere: a direction in which they are changed."""
    direction = np.zeros(case.network.weights[layer].shape)
    direction[place] = 1.0
    return direction


QUOTIENTS: Mapping[str, Callable[[Callable[[float], Numbers], float], Numbers]] = {
    "central": lambda f, h: (f(h) - f(-h)) / (2.0 * h),
    "forward": lambda f, h: (f(h) - f(0.0)) / h,
    "central with half of the step on each side": lambda f, h: (f(h / 2.0) - f(-h / 2.0)) / h,
    "backward": lambda f, h: (f(0.0) - f(-h)) / h,
}
"""Every quotient that approaches the derivative, of a function of the change of the weight."""


def draw_probes(rng: np.random.Generator) -> list[Probe]:
    """Two weights of every layer of two networks, which leave no doubt about quotient and place."""
    return [probe for recipe in _RECIPES for probe in _draw(rng, recipe)]


def _draw(rng: np.random.Generator, recipe: Recipe) -> list[Probe]:
    while True:
        # All is drawn anew: in a saturated network no weight has quotients that differ.
        case = draw_case(rng, *recipe)
        probes = []
        layers = range(len(case.network.weights))
        for layer in (*layers, *layers):
            # Different, and both possible in the other's place and in any layer, so that a mix-up gives a number that tells.
            i, j = (int(n) for n in rng.choice(min(recipe[0]), 2, replace=False))
            probes.append(Probe(case, layer, i, j, float(rng.uniform(1.0, 2.0))))
        if _tell_places_apart(probes) and all(map(_tells_quotients_apart, probes)):
            return probes


def _tell_places_apart(probes: Sequence[Probe]) -> bool:
    """Whether no number of a place could stand for another one, or be the same for all."""
    columns = [[getattr(probe, name) for probe in probes] for name in ("layer", "i", "j")]
    return all(len(set(column)) > 1 for column in columns) and columns[0] not in columns[1:]


def _tells_quotients_apart(probe: Probe) -> bool:
    """Whether all quotients, and the derivative, differ clearly."""
    h = probe.step
    # Quotients have steps in common, and one pass through a stack of networks serves for all.
    changes = [-h, -h / 2.0, 0.0, h / 2.0, h]
    losses = dict(zip(changes, probe.loss(np.array(changes)), strict=True))
    quotients = [float(quotient(losses.__getitem__, h)) for quotient in QUOTIENTS.values()]
    return _are_apart(quotients) and _are_apart([*quotients, probe.derivative()])


def _are_apart(numbers: Sequence[float]) -> bool:
    return min(abs(a - b) for a, b in combinations(numbers, 2)) > CLEARLY_APART
