"""A second opinion on single equations of the sheet.

`verdict` says whether `left = right` holds for all values of its free indices, in several networks, in any of the
readings that the sheet leaves open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Literal

from tests.symbolic.equations.evaluate import Place, Reading, UndefinedError, evaluate
from tests.symbolic.equations.network import POINTS, Network, networks
from tests.symbolic.equations.trees import LABELLED, Tree, free_points, parts, says_no_point, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

Verdict = Literal["true", "one-hot", "false"]


@dataclass(frozen=True)
class Setting:
    """The networks of an exercise and how its formulas are read."""

    softmax: bool
    readings: tuple[Reading, ...]


_ONE = (Reading(total=False),)
_MANY = tuple(Reading(total, implied) for total in (True, False) for implied in (True, False))
_EVERY = (Reading(total=True, outer=False),)
SETTINGS = {
    "e": Setting(False, _MANY),
    "g": Setting(True, _MANY),
    "i": Setting(True, _ONE),
    "j": Setting(True, _ONE),
    "k": Setting(False, _ONE),
    "l": Setting(True, _EVERY),
}


def free_ranges(tree: Tree, place: Place) -> dict[str, range]:
    """The numbers of units that every free letter stands for.

    Raises:
        UndefinedError: a letter counts the units of two layers.

    """
    ranges: dict[str, range] = {}
    for letter, lowest, size in _uses(tree, place, frozenset()):
        before = ranges.get(letter, range(lowest, size + 1))
        if before.stop != size + 1:
            raise UndefinedError(f"{letter} counts the units of two layers")
        ranges[letter] = range(max(before.start, lowest), size + 1)
    return ranges


def _uses(tree: Tree, place: Place, bound: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    sizes = place.network.sizes
    found: list[tuple[str, int, int]] = []
    match tree:
        case ("w", layer, j, i):
            at = place.layer(layer)
            found = [(j, 1, sizes[at]), (i, 0, sizes[at - 1])]
        case ("a" | "delta" as name, layer, unit, _) | ("z" as name, layer, unit, _):
            found = [(unit, int(name != "z"), sizes[place.layer(layer, int(name != "z"))])]
        case ("y" | "t", unit, _):
            found = [(unit, 1, sizes[-1])]
        case ("x", unit, _):
            found = [(unit, 0, sizes[0])]
        case ("sum" | "prod", letter, *_):
            bound |= {letter}
    yield from (use for use in found if use[0] not in bound)
    for at in parts(tree):
        yield from _uses(tree[at], place, bound)


def holds(left: Tree, right: Tree, network: Network, general: int, reading: Reading) -> bool:
    """Whether an equation is true for all values of its free indices."""
    whole: Tree = ("add", left, right)
    named = sorted(free_points(whole))
    start = Place(network.run(), general, reading, {}, {}, None)
    open_point = reading.outer and says_no_point(whole)
    try:
        ranges = free_ranges(whole, start)
        if set(ranges) & set(named):
            return False
        for points in product(range(POINTS), repeat=len(named)):
            of_named = dict(zip(named, points, strict=True))
            only_named = reading.implied and len(named) == 1
            for outer in points if only_named else range(POINTS) if open_point else (None,):
                for units in product(*ranges.values()):
                    of_units = dict(zip(ranges, units, strict=True))
                    place = replace(start, units=of_units, points=of_named, outer=outer)
                    if not _close(evaluate(left, place), evaluate(right, place)):
                        return False
    except UndefinedError:
        return False
    return True


def _close(left: complex, right: complex) -> bool:
    return abs(left - right) <= 1e-9 * max(abs(left), abs(right)) + 1e-13


def mentions_l(tree: Tree) -> bool:
    """Whether a formula is about the general layer."""
    layers = [part[1] for part in walk(tree) if part[0] in LABELLED]
    layers += [part[2][1] for part in walk(tree) if part[0] in {"sum", "prod"} and part[2][0] == "layer"]
    return any(isinstance(layer, tuple) and layer[0] == "l" for layer in layers)


def verdict(setting: str, left: Tree, right: Tree) -> Verdict:
    """Whether an equation is true, true for one-hot targets only, or false, in the reading that is best for it."""
    kind = SETTINGS[setting]
    whole: Tree = ("add", left, right)
    readings = kind.readings if says_no_point(whole) else kind.readings[:1]

    def true(*, one_hot: bool) -> bool:
        return any(
            all(
                holds(left, right, network, general, reading)
                for network in networks(softmax=kind.softmax, one_hot=one_hot)
                for general in ((2, 3) if mentions_l(whole) else (2,))
            )
            for reading in readings
        )

    if kind.softmax and not true(one_hot=True):
        return "false"
    if true(one_hot=False):
        return "true"
    return "one-hot" if kind.softmax else "false"
