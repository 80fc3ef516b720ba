"""A second opinion on the formulas of week 1: nested loops over a concrete network.

It shares no code with the grader. A formula is a nest of tuples:

    ("sum", letter, lower, body)   lower is 0, 1, or None where nothing is written
    ("w", layer, j, i)  ("z", layer, i)  ("a", layer, i)  ("x", i)  ("h", layer, argument)
    ("add", parts...)  ("mul", parts...)  ("neg", part)

An index is a letter or a number; a layer is a number or a pair such as ("l", -1) for l - 1. Unit 0 is the bias unit:
it is 1, whatever a formula writes for it, as long as it writes a pre-activation of that unit inside the activation.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Tree = tuple[Any, ...]
Layer = int | tuple[str, int]


class UndefinedError(Exception):
    """A formula has no value: a letter that nothing binds, a unit or a layer that there is not."""


@dataclass(frozen=True)
class BiasUnit:
    """What flows into a bias unit; only the activation of its own layer knows what to do with it."""

    layer: int


Value = float | BiasUnit


class Network:
    """Weights, inputs and the values of all units, as plain lists; `sizes[0]` is the number of inputs."""

    def __init__(self, sizes: tuple[int, ...], seed: int) -> None:
        draw = random.Random(seed)
        self.sizes = sizes
        self.layers = len(sizes) - 1
        self._h = [[draw.uniform(0.5, 1.5) for _ in range(3)] for _ in sizes]
        self.w = [
            [[draw.uniform(-1.0, 1.0) for _ in range(below + 1)] for _ in range(above + 1)]
            for below, above in pairwise(sizes)
        ]
        self.a: list[list[float]] = [[]]
        self.z = [[1.0, *(draw.uniform(-1.0, 1.0) for _ in range(sizes[0]))]]
        for layer in range(1, self.layers + 1):
            self.a.append([0.0])
            for unit in range(1, sizes[layer] + 1):
                total = 0.0
                for below in range(sizes[layer - 1] + 1):
                    total += self.w[layer - 1][unit][below] * self.z[layer - 1][below]
                self.a[layer].append(total)
            self.z.append([1.0, *(self.h(layer, value) for value in self.a[layer][1:])])

    def h(self, layer: int, value: float) -> float:
        """The activation of a layer: smooth, and another one in every layer."""
        scale, speed, shift = self._h[layer]
        return scale * math.sin(speed * value + shift) + 0.3 * value


def layer_number(layer: Layer, general: int | None, network: Network) -> int:
    """The number that a layer label stands for."""
    if isinstance(layer, int):
        number = layer
    elif layer[0] == "L":
        number = network.layers + layer[1]
    elif general is None:
        raise UndefinedError("nothing says which layer l is")
    else:
        number = general + layer[1]
    if not 1 <= number <= network.layers:
        raise UndefinedError(f"no layer {number}")
    return number


@dataclass
class _Place:
    network: Network
    general: int | None
    letters: Mapping[str, int]

    def number(self, layer: Layer) -> int:
        return layer_number(layer, self.general, self.network)

    def unit(self, index: str | int, size: int) -> int:
        number = self.letters.get(index) if isinstance(index, str) else index
        if number is None or not 0 <= number <= size:
            raise UndefinedError(f"no unit {index}")
        return number


def evaluate(tree: Tree, place: _Place) -> Value:
    """The value of a formula where its letters have values."""
    network = place.network
    match tree:
        case ("sum", letter, lower, body):
            total: Value = 0.0
            last, from_zero = sum_range(body, letter, place)
            first = (0 if from_zero else 1) if lower is None else lower
            for number in range(first, last + 1):
                inner = _Place(network, place.general, {**place.letters, letter: number})
                total = _add(total, evaluate(body, inner))
            return total
        case ("w", layer, j, i):
            at = place.number(layer)
            above, below = place.unit(j, network.sizes[at]), place.unit(i, network.sizes[at - 1])
            return BiasUnit(at) if above == 0 else network.w[at - 1][above][below]
        case ("z" | "a", layer, i):
            at = place.number(layer)
            unit = place.unit(i, network.sizes[at])
            if tree[0] == "a":
                return network.a[at][unit] if unit else BiasUnit(at)
            return network.z[at][unit]
        case ("x", i):
            return network.z[0][place.unit(i, network.sizes[0])]
        case ("h", layer, argument):
            at = place.number(layer)
            inside = evaluate(argument, place)
            if isinstance(inside, BiasUnit):
                if inside.layer != at:
                    raise UndefinedError("the bias unit of another layer")
                return 1.0
            return network.h(at, inside)
        case ("add", *parts):
            total = 0.0
            for part in parts:
                total = _add(total, evaluate(part, place))
            return total
        case ("mul", *parts):
            product: Value = 1.0
            for part in parts:
                product = _multiply(product, evaluate(part, place))
            return product
        case ("neg", part):
            inside = evaluate(part, place)
            return inside if isinstance(inside, BiasUnit) else -inside
    raise UndefinedError(f"what is {tree[0]}?")


def _add(left: Value, right: Value) -> Value:
    return left if isinstance(left, BiasUnit) else right if isinstance(right, BiasUnit) else left + right


def _multiply(left: Value, right: Value) -> Value:
    return left if isinstance(left, BiasUnit) else right if isinstance(right, BiasUnit) else left * right


def sum_range(body: Tree, letter: str, place: _Place) -> tuple[int, bool]:
    """The last unit of a sum, and whether its letter counts what comes into a unit (and so begins at 0)."""
    uses = list(_uses(body, letter, place))
    sizes = {size for size, _ in uses}
    if len(sizes) != 1:
        raise UndefinedError(f"{letter} counts the units of {len(sizes)} layers at once")
    return sizes.pop(), any(incoming for _, incoming in uses)


def _uses(tree: Tree, letter: str, place: _Place) -> Iterator[tuple[int, bool]]:
    sizes = place.network.sizes
    match tree:
        case ("sum", inner, _, body):
            if inner != letter:
                yield from _uses(body, letter, place)
        case ("w", layer, j, i):
            if j == letter:
                yield sizes[place.number(layer)], False
            if i == letter:
                yield sizes[place.number(layer) - 1], True
        case ("z" | "a", layer, i) if i == letter:
            yield sizes[place.number(layer)], tree[0] == "z"
        case ("x", i) if i == letter:
            yield sizes[0], True
        case ("h", layer, argument):
            yield from _uses(argument, letter, place)
        case ("add" | "mul" | "neg", *parts):
            for part in parts:
                yield from _uses(part, letter, place)


def true_value(left: tuple[str, Layer | None], unit: int, place: _Place) -> float:
    """The value of y, z or a of one unit, from the network itself."""
    name, layer = left
    at = place.network.layers if layer is None else place.number(layer)
    return place.network.a[at][unit] if name == "a" else place.network.z[at][unit]


def agrees(left: tuple[str, Layer | None], free: str, tree: Tree, layers: int) -> bool:
    """Whether `left_free = tree` for every unit and every layer that l may be, in two networks."""
    for sizes, seed in ((_SIZES[: layers + 1], 1), (tuple(reversed(_SIZES))[: layers + 1], 2)):
        network = Network(sizes, seed)
        general = isinstance(left[1], tuple)
        for number in range(2, layers + 1) if general else (None,):
            at = _Place(network, number, {})
            last = sizes[layers if left[1] is None else layer_number(left[1], number, network)]
            for unit in range(1, last + 1):
                place = _Place(network, number, {free: unit})
                try:
                    value = evaluate(tree, place)
                except UndefinedError:
                    return False
                if isinstance(value, BiasUnit) or abs(value - true_value(left, unit, at)) > 1e-9:
                    return False
    return True


_SIZES = (3, 4, 2, 5, 6)
