"""A small network in plain Python, whose forward pass can be repeated with one quantity moved.

Derivatives are complex steps: one weight, pre-activation or unit gets a tiny imaginary part, everything downstream of it
is computed again, and the imaginary part of a result is its derivative. Nothing here is shared with the grader.
"""

from __future__ import annotations

import cmath
import random
from functools import lru_cache
from itertools import pairwise

STEP = 1e-30
"""The size of a complex step; it cancels nothing, so that it may be this small."""

Spot = tuple[str, int, int, int]
"""("w", layer, j, i), ("a", layer, unit, point) or ("z", layer, unit, point)."""

POINTS = 3


class Network:
    """Weights, data and activations; `sizes[0]` is the number of inputs, unit 0 of every layer is 1."""

    def __init__(self, sizes: tuple[int, ...], seed: int, *, softmax: bool, one_hot: bool) -> None:
        draw = random.Random(f"{sizes} {seed}")
        self.sizes = sizes
        self.layers = len(sizes) - 1
        self.softmax = softmax
        self.sigma = draw.uniform(0.6, 1.4)
        self._h = [[draw.uniform(0.5, 1.5) for _ in range(3)] for _ in sizes]
        self.w = [
            [[draw.uniform(-1.0, 1.0) for _ in range(below + 1)] for _ in range(above + 1)]
            for below, above in pairwise(sizes)
        ]
        self.x = [[1.0, *(draw.uniform(-1.0, 1.0) for _ in range(sizes[0]))] for _ in range(POINTS)]
        self.t: list[list[float]] = []
        for _ in range(POINTS):
            weights = [draw.uniform(0.2, 1.0) for _ in range(sizes[-1])]
            of_class = draw.randrange(sizes[-1])
            if one_hot:
                weights = [float(unit == of_class) for unit in range(sizes[-1])]
            total = sum(weights) if softmax else 1.0
            self.t.append([0.0, *(weight / total for weight in weights)])
        self._runs: dict[Spot | None, Run] = {}
        self._deltas: dict[tuple[int, int, int], complex] = {}

    @property
    def outputs(self) -> int:
        return self.sizes[-1]

    def h(self, layer: int, value: complex) -> complex:
        """The activation of a layer: smooth, and another one in every layer."""
        scale, speed, shift = self._h[layer]
        return scale * cmath.sin(speed * value + shift) + 0.3 * value

    def h_prime(self, layer: int, value: complex) -> complex:
        scale, speed, shift = self._h[layer]
        return scale * speed * cmath.cos(speed * value + shift) + 0.3

    def forget(self) -> None:
        """Compute anew from now on, because a weight has changed."""
        self._runs.clear()
        self._deltas.clear()

    def run(self, moved: Spot | None = None) -> Run:
        """The forward pass of all points, with one quantity moved."""
        if moved not in self._runs:
            self._runs[moved] = Run(self, moved)
        return self._runs[moved]

    def delta(self, layer: int, unit: int, point: int) -> complex:
        """dE_n/da of one unit."""
        key = (layer, unit, point)
        if key not in self._deltas:
            self._deltas[key] = self.run(("a", layer, unit, point)).loss(point).imag / STEP
        return self._deltas[key]


class Run:
    """The values of all units for all points."""

    def __init__(self, network: Network, moved: Spot | None) -> None:
        self.network = network
        self.moved = moved
        self.a: list[list[list[complex]]] = []
        self.z: list[list[list[complex]]] = []
        for point in range(POINTS):
            self.a.append([[]])
            self.z.append([[]])
            for unit in range(network.sizes[0] + 1):
                self.z[point][0].append(network.x[point][unit] + self._move("z", 0, unit, point))
            for layer in range(1, network.layers + 1):
                self._forward(layer, point)

    def _move(self, *spot: str | int) -> complex:
        return STEP * 1j if spot == self.moved else 0.0

    def _forward(self, layer: int, point: int) -> None:
        network = self.network
        a: list[complex] = [0.0]
        for unit in range(1, network.sizes[layer] + 1):
            total: complex = 0.0
            for below in range(network.sizes[layer - 1] + 1):
                weight = network.w[layer - 1][unit][below] + self._move("w", layer, unit, below)
                total += weight * self.z[point][layer - 1][below]
            a.append(total + self._move("a", layer, unit, point))
        if network.softmax and layer == network.layers:
            partition: complex = 0.0
            for value in a[1:]:
                partition += cmath.exp(value)
            z = [1.0, *(cmath.exp(value) / partition for value in a[1:])]
        else:
            z = [1.0, *(network.h(layer, value) for value in a[1:])]
        for unit, value in enumerate(z):
            z[unit] = value + self._move("z", layer, unit, point)
        self.a[point].append(a)
        self.z[point].append(z)

    def w(self, layer: int, j: int, i: int) -> complex:
        return self.network.w[layer - 1][j][i] + self._move("w", layer, j, i)

    def y(self, unit: int, point: int) -> complex:
        return self.z[point][-1][unit]

    def square(self, point: int) -> complex:
        """The squared distance of output and target."""
        total: complex = 0.0
        for unit in range(1, self.network.outputs + 1):
            total += (self.y(unit, point) - self.network.t[point][unit]) ** 2
        return total

    def loss(self, point: int) -> complex:
        """The loss of one point: cross entropy or squared error."""
        if not self.network.softmax:
            return self.square(point)
        total: complex = 0.0
        for unit in range(1, self.network.outputs + 1):
            total -= self.network.t[point][unit] * cmath.log(self.y(unit, point))
        return total

    def gauss(self, point: int) -> complex:
        """The normal density with mean y(x_n) and covariance sigma^2 I at t_n, as a product over its dimensions."""
        variance = self.network.sigma**2
        density: complex = 1.0
        for unit in range(1, self.network.outputs + 1):
            apart = self.y(unit, point) - self.network.t[point][unit]
            density *= cmath.exp(-(apart**2) / (2 * variance)) / cmath.sqrt(2 * cmath.pi * variance)
        return density

    def likelihood(self, point: int) -> complex:
        """p(t_n|x_n, w)."""
        if not self.network.softmax:
            return self.gauss(point)
        product: complex = 1.0
        for unit in range(1, self.network.outputs + 1):
            product *= self.y(unit, point) ** self.network.t[point][unit]
        return product


SHAPES = ((4, 6, 2, 7, 5, 8, 3), (5, 3, 6, 2, 7, 4))
"""All layers of a network differ in size, so that no index fits where it does not belong."""


@lru_cache
def networks(*, softmax: bool, one_hot: bool = False) -> tuple[Network, ...]:
    return tuple(
        Network(sizes, seed, softmax=softmax, one_hot=one_hot) for seed, sizes in enumerate(SHAPES, start=1)
    )
