"""A world: a small random network with a few data points, in which every symbol of the sheet has its true value.

It knows definitions only (sizes, weights, inputs, targets, activations); `run` computes what follows from them. It
holds no answer and no backward pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from grader.symbolic.truth.run import Run

Output = Literal["activation", "softmax"]
"""What the last layer does: h_L like the others, or the softmax."""
FEWEST_POINTS = 3
"""Data points; with one, a factor 1/N or a sum over n would make no difference. No two worlds have equally many."""


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


@dataclass(frozen=True, slots=True)
class Identity:
    """The activation of a linear layer."""

    c: float = 1.0

    def __call__(self, v: NDArray[Any]) -> NDArray[Any]:
        return v

    def derivative(self, v: NDArray[Any]) -> NDArray[Any]:
        """One everywhere."""
        return np.ones_like(v)


class World:
    """A network with `layers` layers of weights and a size of its own for every layer, and its data.

    The bias is folded in as the sheet does it: unit 0 of every layer is 1. That makes w_{0i}^{(l)} = c_l if i = 0
    and else 0, with h_l(c_l) = 1, so sums from 0 and biases written out agree without any rewriting.

    Data points are numbered from 1. Point 0 is no part of the data: a symbol that should say which point it means and
    does not stands for a value of its own there, so that whatever uses it is false.
    """

    def __init__(
        self,
        layers: int,
        output: Output,
        seed: int,
        *,
        one_hot: bool = False,
        best_variance: bool = False,
        linear: bool = False,
    ) -> None:
        rng = np.random.default_rng([layers, seed])
        self.layers = layers
        self.output = output
        self.one_hot = one_hot
        self.points = FEWEST_POINTS + seed
        self.sizes = _sizes(rng, layers, self.points)
        self.pad = max(self.sizes) + 2
        self.noise_seed = int(rng.integers(2**31))
        self.h: list[ActivationFunction] = [_smooth(rng) for _ in range(layers + 1)]
        if linear:
            self.h[layers] = Identity()
        self.w = [self._weights(rng, layer) for layer in range(1, layers + 1)]
        self.x = _with_unit(rng.normal(size=(self.points + 1, self.sizes[0])))
        self.t = _with_unit(_targets(rng, self.points, self.sizes[-1], one_hot=one_hot))
        self.sigma: Any = float(rng.uniform(0.6, 1.7))
        if best_variance:
            self.sigma = float(np.sqrt(self._fresh_run().loss[0, 1:].sum() / (self.points * self.sizes[-1])))
        self.runs: dict[tuple[Any, ...], Run] = {}
        """Runs with something perturbed that were needed before."""

    def _weights(self, rng: np.random.Generator, layer: int) -> NDArray[Any]:
        """w^(layer) of shape (units + 1, units below + 1), row 0 reproducing the bias unit."""
        above, below = self.sizes[layer], self.sizes[layer - 1]
        weights: NDArray[Any] = rng.normal(size=(above + 1, below + 1)) / np.sqrt(below)
        weights[0] = 0.0
        weights[0, 0] = self.h[layer].c
        return weights

    @cached_property
    def classes(self) -> NDArray[np.int64]:
        """The class of each data point, counted from 1, where targets are one-hot."""
        return np.asarray(np.argmax(self.t[:, 1:], axis=1) + 1)

    def activation(self, layer: int | None) -> ActivationFunction:
        """h_layer; a stranger for a layer that the network does not have."""
        if layer is None or not 1 <= layer <= self.layers:
            return _stranger(self.noise_seed, layer)
        return self.h[layer]

    def number(self, value: Any) -> Any:
        """A number that was written, as this world computes with it."""
        return float(value)

    def noise(self, name: str, layer: int | None, shape: tuple[int, ...]) -> NDArray[Any]:
        """Values for places that no network has, always the same: whatever uses them is false."""
        seed = [self.noise_seed, *name.encode(), 999 if layer is None else layer + 500]
        return np.random.default_rng(seed).normal(size=shape)

    @cached_property
    def run(self) -> Run:
        """The network as it is, nothing perturbed."""
        return self._fresh_run()

    def _fresh_run(self) -> Run:
        from grader.symbolic.truth.run import Run  # noqa: PLC0415 - a run is made from a world

        return Run(self)


def _with_unit(values: NDArray[Any]) -> NDArray[Any]:
    """Rows with a 1 in front: unit 0, which makes biases weights."""
    return np.concatenate([np.ones((len(values), 1)), values], axis=1)


def _targets(rng: np.random.Generator, points: int, outputs: int, *, one_hot: bool) -> NDArray[Any]:
    """Targets that add up to one, as one-hot targets do, without being special in any other way; or one-hot ones."""
    if one_hot:
        classes = rng.permutation(np.arange(points + 1) % outputs)
        return np.asarray(np.eye(outputs)[classes])
    targets: NDArray[Any] = rng.uniform(0.2, 1.0, size=(points + 1, outputs))
    return np.asarray(targets / targets.sum(axis=1, keepdims=True))


def _sizes(rng: np.random.Generator, layers: int, points: int) -> list[int]:
    """A number of units for each layer, different from the two layers before it; never one, which hides indices.

    Inputs, outputs and data points are never equally many, so that a letter for one of them is none for another.
    """
    sizes: list[int] = []
    while len(sizes) <= layers:
        size = int(rng.integers(3, 8))
        taken = {
            *sizes[-2:],
            *({points} if not sizes else ()),
            *({points, sizes[0]} if len(sizes) == layers else ()),
        }
        if size not in taken:
            sizes.append(size)
    return sizes


def _smooth(rng: np.random.Generator) -> Smooth:
    s, b, d, r, c = rng.uniform([0.5, 0.5, -0.5, 0.2, 0.3], [1.2, 1.2, 0.5, 0.6, 1.0])
    return Smooth(float(s), float(b), float(d), float(r), float(c))


@lru_cache(maxsize=256)
def _stranger(seed: int, layer: int | None) -> Smooth:
    return _smooth(np.random.default_rng([seed, 77 if layer is None else layer + 1000]))


@lru_cache(maxsize=64)
def worlds(
    layers: int,
    output: Output,
    *,
    one_hot: bool = False,
    best_variance: bool = False,
    linear: bool = False,
) -> tuple[World, ...]:
    """The worlds in which a formula of that setting is judged: several networks of different size patterns."""
    return tuple(
        World(layers, output, seed, one_hot=one_hot, best_variance=best_variance, linear=linear)
        for seed in range(3)
    )
