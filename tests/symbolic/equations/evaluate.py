"""The value of a formula in a concrete network: nested loops, and nothing clever."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.symbolic.equations.network import POINTS, STEP, Network, Run, Spot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.symbolic.equations.trees import Layer, Tree


class UndefinedError(Exception):
    """A formula has no value: an index, a layer or a point that there is not."""


@dataclass(frozen=True)
class Reading:
    """What the sheet leaves open: E and p without an index, symbols without one where n is known, the others."""

    total: bool
    implied: bool = False
    outer: bool = True


@dataclass(frozen=True)
class Place:
    """Where a formula is evaluated."""

    run: Run
    general: int
    reading: Reading
    units: Mapping[str, int]
    points: Mapping[str, int]
    outer: int | None
    """The point of symbols that name none."""

    @property
    def network(self) -> Network:
        return self.run.network

    def layer(self, layer: Layer, lowest: int = 1) -> int:
        if isinstance(layer, int):
            number = layer
        else:
            number = layer[1] + (self.network.layers if layer[0] == "L" else self.general)
        if not lowest <= number <= self.network.layers:
            raise UndefinedError(f"no layer {layer}")
        return number

    def unit(self, letter: str, size: int, lowest: int = 1) -> int:
        number = self.units.get(letter)
        if number is None or not lowest <= number <= size:
            raise UndefinedError(f"no unit {letter}")
        return number

    def point(self, letter: str | None) -> int:
        number = self.outer if letter is None else self.points.get(letter)
        if number is None:
            raise UndefinedError(f"no point {letter}")
        return number

    def those(self, letter: str | None) -> range:
        """The points that E or p is about."""
        if letter is None and self.reading.total:
            return range(POINTS)
        point = self.point(letter)
        return range(point, point + 1)

    def binding(self, letter: str, number: int, *, point: bool) -> Place:
        units = {name: value for name, value in self.units.items() if name != letter}
        points = {name: value for name, value in self.points.items() if name != letter}
        (points if point else units)[letter] = number
        outer = number if point and self.reading.implied else self.outer
        return replace(self, units=units, points=points, outer=outer)


def evaluate(tree: Tree, place: Place) -> complex:
    """The value of a formula.

    Raises:
        UndefinedError: it has none.

    """
    match tree:
        case ("number", value):
            return complex(value)
        case ("constant", name):
            return _constant(name, place.network)
        case ("sum" | "prod" as kind, letter, over, lower, body):
            total: complex = 0.0 if kind == "sum" else 1.0
            for number in counted(over, lower, place):
                value = evaluate(body, place.binding(letter, number, point=over[0] == "points"))
                total = total + value if kind == "sum" else total * value
            return total
        case ("add" | "mul" as kind, *others):
            total = 0.0 if kind == "add" else 1.0
            for other in others:
                value = evaluate(other, place)
                total = total + value if kind == "add" else total * value
            return total
        case ("neg" | "log" | "exp" | "sqrt" | "div" | "pow" as kind, *others):
            return _apply(kind, [evaluate(other, place) for other in others])
        case ("h" | "h'" as kind, layer, argument):
            at = place.layer(layer)
            if kind == "h" and _is_bias(argument, at, place):
                return 1.0
            inside = evaluate(argument, place)
            return place.network.h(at, inside) if kind == "h" else place.network.h_prime(at, inside)
        case ("norm", left, right):
            return cmath.sqrt(
                sum((a - b) ** 2 for a, b in zip(_vector(left, place), _vector(right, place), strict=True))
            )
        case ("der", of, by):
            if place.run.moved is not None:
                raise UndefinedError("a derivative within a derivative")
            return evaluate(of, replace(place, run=place.network.run(spot(by, place)))).imag / STEP
    return _symbol(tree, place)


def _symbol(tree: Tree, place: Place) -> complex:
    network, run = place.network, place.run
    match tree:
        case ("w" | "a" | "z" | "y", *_):
            name, layer, unit, other = spot(tree, place)
            if name == "w":
                return run.w(layer, unit, other)
            return (run.a if name == "a" else run.z)[other][layer][unit]
        case ("delta", layer, unit, point):
            if run.moved is not None:
                raise UndefinedError("a derivative within a derivative")
            at = place.layer(layer)
            return network.delta(at, place.unit(unit, network.sizes[at]), place.point(point))
        case ("x", unit, point):
            return run.z[place.point(point)][0][place.unit(unit, network.sizes[0], 0)]
        case ("t", unit, point):
            return network.t[place.point(point)][place.unit(unit, network.outputs)]
        case ("E", point):
            return sum(run.loss(one) for one in place.those(point))
        case ("p", point):
            return math.prod((run.likelihood(one) for one in place.those(point)), start=1.0 + 0.0j)
        case ("likelihood",):
            return math.prod((run.likelihood(one) for one in range(POINTS)), start=1.0 + 0.0j)
        case ("gauss", point):
            return run.gauss(place.point(point))
    raise UndefinedError(f"what is {tree[0]}?")


def spot(tree: Tree, place: Place) -> Spot:
    """The quantity that a symbol names."""
    sizes = place.network.sizes
    match tree:
        case ("w", layer, j, i):
            at = place.layer(layer)
            return ("w", at, place.unit(j, sizes[at]), place.unit(i, sizes[at - 1], 0))
        case ("a", layer, unit, point):
            at = place.layer(layer)
            return ("a", at, place.unit(unit, sizes[at]), place.point(point))
        case ("z", layer, unit, point):
            at = place.layer(layer, 0)
            return ("z", at, place.unit(unit, sizes[at], 0), place.point(point))
        case ("y", unit, point):
            return ("z", len(sizes) - 1, place.unit(unit, sizes[-1]), place.point(point))
    raise UndefinedError(f"no derivative by {tree[0]}")


def _is_bias(argument: Tree, layer: int, place: Place) -> bool:
    """Whether an argument is the pre-activation of the bias unit, of which only the activation is known: 1."""
    if argument[0] != "a" or place.units.get(argument[2]) != 0:
        return False
    place.point(argument[3])
    return place.layer(argument[1]) == layer


def _vector(tree: Tree, place: Place) -> list[complex]:
    _, name, point = tree
    at = place.point(point)
    values = place.network.t[at] if name == "t" else place.run.z[at][-1]
    return [complex(value) for value in values[1:]]


def _constant(name: str, network: Network) -> complex:
    known = {"N": POINTS, "D": network.outputs, "K": network.outputs, "sigma": network.sigma, "pi": math.pi}
    return complex(known[name])


def _apply(kind: str, values: list[complex]) -> complex:
    first, last = values[0], values[-1]
    try:
        match kind:
            case "neg":
                return -first
            case "exp":
                return cmath.exp(first)
            case "div":
                return first / last
            case "pow":
                return first**last
            case "log" | "sqrt" if first.real > 0:
                return cmath.log(first) if kind == "log" else cmath.sqrt(first)
    except (OverflowError, ZeroDivisionError) as error:
        raise UndefinedError(str(error)) from error
    raise UndefinedError(f"{kind} of {first}")


def counted(over: Tree, lower: int | None, place: Place) -> range:
    """The numbers that a letter runs through."""
    sizes = place.network.sizes
    match over:
        case ("points",):
            return range(POINTS)
        case ("outputs",):
            lowest, last = 1, sizes[-1]
        case ("inputs",):
            lowest, last = 0, sizes[0]
        case (_, layer, lowest):
            last = sizes[place.layer(layer, 0)]
    return range(lowest if lower is None else lower, last + 1)
