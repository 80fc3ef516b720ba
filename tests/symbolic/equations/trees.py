"""Formulas as nests of tuples, and what can be asked of one without a network.

    ("a" | "z" | "delta", layer, unit, point)   ("w", layer, j, i)   ("x" | "y" | "t", unit, point)
    ("E", point)   ("p", point)   ("gauss", point)   ("likelihood",)   ("vector", "y" | "t", point)
    ("number", value)   ("constant", "N" | "D" | "K" | "sigma" | "pi")
    ("sum" | "prod", letter, over, lower, body)   ("add" | "mul", parts...)   ("neg" | "log" | "exp" | "sqrt", part)
    ("div", above, below)   ("pow", base, exponent)   ("norm", vector, vector)   ("h" | "h'", layer, argument)
    ("der", of, by)

A layer is a number or a pair such as ("l", -1) for l - 1; a unit or a point is a letter; a point may be None where
nothing is written. `over` says what a letter counts: ("layer", layer, lowest), ("outputs",), ("inputs",) or ("points",).
`lower` is None for the sheet's convention.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Tree = tuple[Any, ...]
Layer = int | tuple[str, int]

LAST: Layer = ("L", 0)
BEFORE_LAST: Layer = ("L", -1)
HERE: Layer = ("l", 0)
BELOW: Layer = ("l", -1)
ABOVE: Layer = ("l", 1)

_PARTS = {
    **dict.fromkeys(("sum", "prod"), (4,)),
    **dict.fromkeys(("neg", "log", "exp", "sqrt"), (1,)),
    **dict.fromkeys(("div", "pow", "norm", "der"), (1, 2)),
    **dict.fromkeys(("h", "h'"), (2,)),
}
_UNITS = {
    **dict.fromkeys(("a", "z", "delta"), (2,)),
    **dict.fromkeys(("x", "y", "t"), (1,)),
    "w": (2, 3),
}
_POINTS = {
    **dict.fromkeys(("a", "z", "delta"), 3),
    **dict.fromkeys(("x", "y", "t", "vector"), 2),
    **dict.fromkeys(("E", "p", "gauss"), 1),
}
LABELLED = frozenset({"a", "z", "delta", "w", "h", "h'"})


def parts(tree: Tree) -> tuple[int, ...]:
    """Where the parts of a formula stand that are formulas."""
    if tree[0] in {"add", "mul"}:
        return tuple(range(1, len(tree)))
    return _PARTS.get(tree[0], ())


def unit_places(tree: Tree) -> tuple[int, ...]:
    """Where a symbol has indices of units."""
    return _UNITS.get(tree[0], ())


def point_place(tree: Tree) -> int | None:
    """Where a symbol says which data point it is about."""
    return _POINTS.get(tree[0])


def replaced(tree: Tree, at: int, value: Any) -> Tree:
    return (*tree[:at], value, *tree[at + 1 :])


def walk(tree: Tree) -> Iterator[Tree]:
    """All parts of a formula, parents first."""
    yield tree
    for at in parts(tree):
        yield from walk(tree[at])


def free_units(tree: Tree) -> frozenset[str]:
    """The letters that count units and are bound by nothing."""
    found = {tree[at] for at in unit_places(tree)}
    for at in parts(tree):
        found |= free_units(tree[at])
    return frozenset(found - ({tree[1]} if tree[0] in {"sum", "prod"} else set()))


def free_points(tree: Tree) -> frozenset[str]:
    """The letters that count data points and are bound by nothing."""
    place = point_place(tree)
    found = set() if place is None or tree[place] is None else {tree[place]}
    for at in parts(tree):
        found |= free_points(tree[at])
    return frozenset(found - ({tree[1]} if tree[0] in {"sum", "prod"} else set()))


def says_no_point(tree: Tree) -> bool:
    """Whether a symbol does not say which data point it is about."""
    return any((place := point_place(part)) is not None and part[place] is None for part in walk(tree))
