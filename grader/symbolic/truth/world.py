"""A world: a small random network in which every symbol of the sheet has its true value.

It knows definitions only (forward pass, loss) and the complex step; it holds no answer and no backward pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 1e-100
"""Imaginary perturbation; small enough that the derivative is exact to rounding."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The type of an index: a unit of that layer (0: inputs); `fan_in` where a bias unit 0 belongs to the range."""

    layer: int
    fan_in: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Values of one symbol: one axis for each index, padded to the same length with noise."""

    values: NDArray[Any]
    slots: tuple[Unit, ...]


class ActivationFunction(Protocol):
    """h_l, with what its pre-activation must be for h_l to be 1."""

    @property
    def c(self) -> Any: ...
    def __call__(self, v: NDArray[Any]) -> NDArray[Any]: ...
    def derivative(self, v: NDArray[Any]) -> NDArray[Any]: ...


@dataclass(frozen=True, slots=True)
class Smooth:
    """A random analytic activation h(v) = 1 + g(v) - g(c), g(v) = s tanh(b v + d) + r v, so that h(c) = 1."""

    s: float
    b: float
    d: float
    r: float
    c: float

    def __call__(self, v: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(1 + self._g(v) - self._g(np.asarray(self.c)))

    def derivative(self, v: NDArray[Any]) -> NDArray[Any]:
        """h'(v), written out so that it has no step size."""
        return np.asarray(self.s * self.b / np.cosh(self.b * v + self.d) ** 2 + self.r)

    def _g(self, v: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(self.s * np.tanh(self.b * v + self.d) + self.r * v)


class World:
    """A network with `layers` layers of weights and a size of its own for every layer.

    The bias is folded in as the sheet does it: unit 0 of every layer is 1. That makes w_{0i}^{(l)} = c_l if i = 0
    and else 0, with h_l(c_l) = 1, so sums from 0 and biases written out agree without any rewriting.
    """

    def __init__(self, layers: int, output: Literal["activation", "softmax"], seed: int) -> None:
        rng = np.random.default_rng([layers, seed])
        self.layers = layers
        self.output = output
        self.sizes = _sizes(rng, layers)
        self.pad = max(self.sizes) + 2
        self._noise_seed = int(rng.integers(2**31))
        self.h: list[ActivationFunction] = [_smooth(rng) for _ in range(layers + 1)]
        self.w = [self._weights(rng, layer) for layer in range(1, layers + 1)]
        self.x = np.concatenate([[1.0], rng.normal(size=self.sizes[0])])
        target = rng.uniform(0.2, 1.0, size=self.sizes[-1])
        # Targets add up to one, as one-hot targets do, without being special in any other way.
        self.t = target / target.sum()
        self.sigma = float(rng.uniform(0.6, 1.7))

    def _weights(self, rng: np.random.Generator, layer: int) -> NDArray[Any]:
        """w^(layer) of shape (units + 1, units below + 1), row 0 reproducing the bias unit."""
        above, below = self.sizes[layer], self.sizes[layer - 1]
        weights: NDArray[Any] = rng.normal(size=(above + 1, below + 1)) / np.sqrt(below)
        weights[0] = 0.0
        weights[0, 0] = self.h[layer].c
        return weights

    def forward(self, *, layer: int = 0, pre_activation: NDArray[Any] | None = None) -> NDArray[Any]:
        """The outputs y (shape (K,)), from the inputs or from given pre-activations of one layer."""
        value = self.x if pre_activation is None else self._activate(layer, pre_activation)
        for above in range(layer + 1, self.layers + 1):
            value = self._activate(above, self.w[above - 1] @ value)
        return value[1:]

    def _activate(self, layer: int, a: NDArray[Any]) -> NDArray[Any]:
        if layer < self.layers or self.output == "activation":
            return self.h[layer](a)
        exponentials = np.exp(a[1:])
        return np.concatenate([[1.0], exponentials / exponentials.sum()])

    def loss(self, y: NDArray[Any]) -> Any:
        """E of one data point: the squared error, or the cross entropy behind a softmax."""
        if self.output == "activation":
            return ((y - self.t) ** 2).sum()
        return -(self.t * np.log(y)).sum()

    @cached_property
    def _a(self) -> list[NDArray[Any]]:
        """a^(1) ... a^(L), each with its bias unit at 0."""
        values, z = [], self.x
        for layer in range(1, self.layers + 1):
            values.append(self.w[layer - 1] @ z)
            z = self._activate(layer, values[-1])
        return values

    def delta(self, layer: int) -> NDArray[Any]:
        """dE/da^(layer), shape (units + 1,), by the complex step: a fact about the network, not a rule."""
        a = self._a[layer - 1]
        result = np.zeros(len(a))
        for unit in range(1, len(a)):
            stepped = a.astype(complex)
            stepped[unit] += 1j * STEP
            result[unit] = self.loss(self.forward(layer=layer, pre_activation=stepped)).imag / STEP
        return result

    def activation(self, layer: int | None) -> ActivationFunction:
        """h_layer; a stranger for a layer that the network does not have."""
        if layer is None or not 1 <= layer <= self.layers:
            return _stranger(self._noise_seed, layer)
        return self.h[layer]

    def table(self, name: str, layer: int | None) -> Table | None:
        """Values of a symbol, None if the network has no symbol of that name."""
        key = (name, layer)
        if key not in self._tables:
            self._tables[key] = self._make_table(name, layer)
        return self._tables[key]

    @cached_property
    def _tables(self) -> dict[tuple[str, int | None], Table | None]:
        return {}

    def _make_table(self, name: str, layer: int | None) -> Table | None:
        output = Unit(self.layers)
        if name in {"y", "t"} and layer is None:
            values = self.forward() if name == "y" else self.t
            return self._padded(name, layer, np.array([None, *values], dtype=object), output)
        if name == "x" and layer is None:
            return self._padded(name, layer, self.x, Unit(0, fan_in=True))
        if name not in {"w", "a", "z", "delta"}:
            return None
        if layer is None or not 1 <= layer <= self.layers:
            # No such layer: noise, so that the formula can be evaluated and is false.
            slots = (Unit(-1), Unit(-1)) if name == "w" else (Unit(-1),)
            return self._padded(name, layer, np.empty((0,) * len(slots)), *slots)
        if name == "w":
            return self._padded(name, layer, self.w[layer - 1], Unit(layer), Unit(layer - 1, fan_in=True))
        values = {"a": self._value_a, "z": self._value_z, "delta": self.delta}[name](layer)
        return self._padded(name, layer, values, Unit(layer))

    def _value_a(self, layer: int) -> NDArray[Any]:
        return self._a[layer - 1]

    def _value_z(self, layer: int) -> NDArray[Any]:
        return self._activate(layer, self._a[layer - 1])

    def _padded(self, name: str, layer: int | None, values: NDArray[Any], *slots: Unit) -> Table:
        seed = [self._noise_seed, *name.encode(), 999 if layer is None else layer + 500]
        padded = np.random.default_rng(seed).normal(size=(self.pad,) * len(slots))
        for place, value in np.ndenumerate(values):
            padded[place] = padded[place] if value is None else value
        return Table(padded, slots)


def _sizes(rng: np.random.Generator, layers: int) -> list[int]:
    """A number of units for each layer, different from the two layers before it; never one, which hides indices."""
    sizes: list[int] = []
    while len(sizes) <= layers:
        size = int(rng.integers(3, 7))
        if size not in sizes[-2:]:
            sizes.append(size)
    return sizes


def _smooth(rng: np.random.Generator) -> Smooth:
    s, b, d, r, c = rng.uniform([0.5, 0.5, -0.5, 0.2, 0.3], [1.2, 1.2, 0.5, 0.6, 1.0])
    return Smooth(float(s), float(b), float(d), float(r), float(c))


@lru_cache(maxsize=256)
def _stranger(seed: int, layer: int | None) -> Smooth:
    return _smooth(np.random.default_rng([seed, 77 if layer is None else layer + 1000]))


@lru_cache(maxsize=64)
def worlds(layers: int, output: Literal["activation", "softmax"]) -> tuple[World, ...]:
    """The worlds in which a formula of that setting is judged: several networks of different size patterns."""
    return tuple(World(layers, output, seed) for seed in range(3))
