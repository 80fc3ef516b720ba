"""One pass through a world's network: the values of all quantities, with at most one kind of them perturbed.

A derivative dF/ds is what F does when s alone is changed and everything downstream of s follows. So a run takes a
complex step on some entries of one quantity, all of them at once along a leading axis, and recomputes the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import NOWHERE
from grader.symbolic.reading.lexer import ReadError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from grader.symbolic.truth.world import World

STEP = 1e-100
"""Imaginary perturbation; small enough that the derivative is exact to rounding."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The type of an index: a unit of that layer (0: inputs); `fan_in` where a bias unit 0 belongs to the range."""

    layer: int
    fan_in: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Values of one symbol.

    Axes: perturbed entry, data point where `pointwise`, then one for each index, padded to the same length with noise.
    """

    values: NDArray[Any]
    slots: tuple[Unit, ...]
    pointwise: bool = True


@dataclass(frozen=True, slots=True)
class Perturbed:
    """The entries of one quantity that are stepped: `places` are the coordinates of each of them.

    Coordinates are (point, unit) for x, a, z and y, (row, column) for w, nothing for sigma, the variance and `weights`:
    those of one layer, or of all, at once, along a random direction of that number.
    """

    name: str
    layer: int | None
    places: tuple[NDArray[np.int64], ...]
    direction: int = 0

    @property
    def count(self) -> int:
        """How many entries."""
        return len(self.places[0]) if self.places else 1


class Run:
    """All quantities of a network, each with the axes (perturbed entry, data point, unit)."""

    def __init__(self, world: World, perturbed: Perturbed | None = None) -> None:
        self.world = world
        self.perturbed = perturbed
        self.count = perturbed.count if perturbed is not None else 1
        self._tables: dict[tuple[str, int | None], Table | None] = {}
        self.x = self._stepped("x", None, world.x[np.newaxis])
        self.t = world.t[np.newaxis]
        self.sigma = np.asarray(world.sigma)[np.newaxis]
        if perturbed is not None and perturbed.name == "variance":
            self.sigma = np.sqrt(self._stepped("variance", None, self.sigma**2))
        self.sigma = self._stepped("sigma", None, self.sigma)
        self.w = [
            self._stepped("w", layer, self._moved(layer, weights[np.newaxis]))
            for layer, weights in enumerate(world.w, start=1)
        ]
        self.a, self.z = self._forward()
        self.y = self.z[-1]

    def _forward(self) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
        pre_activations: list[NDArray[Any]] = []
        activations: list[NDArray[Any]] = []
        z = self.x
        for layer, weights in enumerate(self.w, start=1):
            a = self._stepped("a", layer, z @ np.swapaxes(weights, -1, -2))
            z = self._stepped("z", layer, self._activate(layer, a))
            if layer == self.world.layers:
                z = self._stepped("y", None, z)
            pre_activations.append(a)
            activations.append(z)
        return pre_activations, activations

    def _stepped(self, name: str, layer: int | None, values: NDArray[Any]) -> NDArray[Any]:
        """The values with the complex step on the entries that are perturbed, if they are this quantity's."""
        step = self.perturbed
        if step is None or (step.name, step.layer) != (name, layer):
            return values
        stepped = np.repeat(values, step.count, axis=0).astype(complex)
        stepped[(np.arange(step.count), *step.places)] += 1j * STEP
        return stepped

    def _moved(self, layer: int, weights: NDArray[Any]) -> NDArray[Any]:
        """The weights of a layer, stepped along the random direction where that is asked for; the bias unit stays 1."""
        step = self.perturbed
        if step is None or step.name != "weights" or step.layer not in {None, layer}:
            return weights
        direction = self.world.noise(f"direction {step.direction}", layer, weights.shape)
        direction[:, 0] = 0
        return weights + 1j * STEP * direction

    def _activate(self, layer: int, a: NDArray[Any]) -> NDArray[Any]:
        if layer < self.world.layers or self.world.output == "activation":
            return self.world.h[layer](a)
        exponentials = np.exp(a[..., 1:])
        softmax = exponentials / exponentials.sum(axis=-1, keepdims=True)
        return np.concatenate([np.ones_like(softmax[..., :1]), softmax], axis=-1)

    @cached_property
    def loss(self) -> NDArray[Any]:
        """E of each data point: the squared error, or the cross entropy behind a softmax."""
        y, t = self.y[..., 1:], self.t[..., 1:]
        if self.world.output == "activation":
            return np.asarray(((y - t) ** 2).sum(axis=-1))
        return np.asarray(-(t * np.log(y)).sum(axis=-1))

    @cached_property
    def likelihood(self) -> NDArray[Any]:
        """p(t_n|x_n, w) of each data point: a Gaussian around y, or the probability of the class."""
        if self.world.output == "softmax":
            return np.asarray(np.exp(-self.loss))
        variance = self.sigma[:, np.newaxis] ** 2
        dimension = self.world.sizes[-1]
        return np.asarray((2 * np.pi * variance) ** (-dimension / 2) * np.exp(-self.loss / (2 * variance)))

    @cached_property
    def _deltas(self) -> dict[int, NDArray[Any]]:
        return {}

    def delta(self, layer: int) -> NDArray[Any]:
        """dE_n/da_n^(layer), axes (1, data point, unit), by the complex step: a fact about the network, not a rule.

        Raises:
            ReadError: this run is a perturbed one already.

        """
        if self.perturbed is not None:
            raise ReadError("a derivative inside of another one is not read", NOWHERE)
        if layer not in self._deltas:
            shape = self.a[layer - 1].shape[1:]
            points, units = (part.ravel() for part in np.indices((shape[0], shape[1] - 1)))
            run = Run(self.world, Perturbed("a", layer, (points, units + 1)))
            values = np.zeros(shape)
            values[points, units + 1] = run.loss[np.arange(run.count), points].imag / STEP
            self._deltas[layer] = values[np.newaxis]
        return self._deltas[layer]

    def table(self, name: str, layer: int | None) -> Table | None:
        """Values of a symbol, None if the network has no symbol of that name.

        Raises:
            ReadError: the symbol has no value in a perturbed run.

        """
        key = (name, layer)
        if key not in self._tables:
            self._tables[key] = self._make_table(name, layer)
        return self._tables[key]

    def _make_table(self, name: str, layer: int | None) -> Table | None:
        output = Unit(self.world.layers)
        if name in {"y", "t"} and layer is None:
            # Unit 0 is no output: a formula that uses it is false.
            return self._padded(name, layer, self.y if name == "y" else self.t, output, without_unit_0=True)
        if name == "x" and layer is None:
            return self._padded(name, layer, self.x, Unit(0, fan_in=True))
        if name not in {"w", "a", "z", "delta"}:
            return None
        if layer is None or not 1 <= layer <= self.world.layers:
            # No such layer: noise, so that the formula can be evaluated and is false.
            slots = (Unit(-1), Unit(-1)) if name == "w" else (Unit(-1),)
            shape = (self.count, 0, 0) if name == "w" else (self.count, self.world.points + 1, 0)
            return self._padded(name, layer, np.empty(shape), *slots)
        if name == "w":
            slots = (Unit(layer), Unit(layer - 1, fan_in=True))
            return self._padded(name, layer, self.w[layer - 1], *slots)
        values = {"a": self.a, "z": self.z}[name][layer - 1] if name != "delta" else self.delta(layer)
        return self._padded(name, layer, values, Unit(layer))

    def _padded(
        self,
        name: str,
        layer: int | None,
        values: NDArray[Any],
        *slots: Unit,
        without_unit_0: bool = False,
    ) -> Table:
        pointwise = len(slots) == 1
        shape = (*values.shape[: 1 + pointwise], *(self.world.pad for _ in slots))
        padded = self.world.noise(name, layer, shape[1 + pointwise :])
        padded = np.broadcast_to(padded, shape).astype(np.result_type(padded, values))
        inside = (slice(None),) * (1 + pointwise) + tuple(
            slice(size) for size in values.shape[1 + pointwise :]
        )
        keep = padded[..., 0].copy() if without_unit_0 else None
        padded[inside] = values
        if keep is not None:
            padded[..., 0] = keep
        if pointwise:
            padded[:, 0] = self.world.noise(f"{name} of no point", layer, padded.shape[2:])
        return Table(padded, slots, pointwise)
