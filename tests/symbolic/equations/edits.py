"""What makes an equation wrong: one slip of a student."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.symbolic.equations.trees import (
    LABELLED,
    Tree,
    free_points,
    free_units,
    parts,
    point_place,
    replaced,
    unit_places,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

Edit = tuple[str, Tree]
TWO: Tree = ("number", 2)


def random_edit(left: Tree, right: Tree, draw: random.Random) -> tuple[str, Tree, Tree]:
    """One slip on one side; its kind is drawn first, so that rare kinds come as often as common ones."""
    whole: Tree = ("add", left, right)
    units, points = free_units(whole), free_points(whole)
    kinds: dict[str, list[tuple[Tree, Tree]]] = {}
    for name, changed in _side(left, units, points):
        kinds.setdefault(name, []).append((changed, right))
    for name, changed in _side(right, units, points):
        kinds.setdefault(name, []).append((left, changed))
    name = draw.choice(sorted(kinds))
    return (name, *draw.choice(kinds[name]))


def _side(tree: Tree, units: frozenset[str], points: frozenset[str]) -> Iterator[Edit]:
    yield "sign", _negative(tree)
    yield "factor 2", _twice(tree)
    if tree[0] != "sum" or tree[2][0] != "points":
        yield from (("sum over n inserted", ("sum", n, ("points",), None, tree)) for n in points)
    yield from edits(tree, units, points)


def edits(tree: Tree, units: frozenset[str], points: frozenset[str]) -> Iterator[Edit]:
    """Every formula that is one slip away; some of them may still be right."""
    for name, changed in _here(tree, units, points):
        if changed != tree:
            yield name, changed
    if tree[0] in {"sum", "prod"}:
        by_point = tree[2][0] == "points"
        units = units - {tree[1]} if by_point else units | {tree[1]}
        points = points | {tree[1]} if by_point else points - {tree[1]}
    for at in parts(tree):
        for name, changed in edits(tree[at], units, points):
            if tree[0] == "der" and at == 2 and not _can_be_moved(changed):
                continue
            yield name, replaced(tree, at, changed)


def _can_be_moved(tree: Tree) -> bool:
    """Whether a derivative can be taken by it."""
    return tree[0] in {"a", "z", "w", "y"}


def _here(tree: Tree, units: frozenset[str], points: frozenset[str]) -> Iterator[Edit]:
    yield from _indices(tree, units, points)
    yield from _layers(tree)
    yield from _symbols(tree)
    match tree:
        case ("sum" | "prod" as kind, letter, over, lower, body):
            yield "sum dropped", body
            yield "sum and product", ("prod" if kind == "sum" else "sum", letter, over, lower, body)
            for other in units | points:
                yield "letter of the sum", (kind, other, over, lower, body)
            if over[0] == "points":
                yield "sum over n twice", (kind, letter, over, lower, tree)
            if over[0] == "inputs" or over[-1] == 0:
                yield "bias lost", (kind, letter, over, 1, body)
            if kind == "sum":
                yield "factor 2", (kind, letter, over, lower, _twice(body))
                yield "sign", _negative(tree)
        case ("add", *terms):
            for at, term in enumerate(terms):
                others = (*terms[:at], *terms[at + 1 :])
                yield "term dropped", others[0] if len(others) == 1 else ("add", *others)
                yield "sign", replaced(tree, at + 1, _negative(term))
                yield "factor 2", replaced(tree, at + 1, _twice(term))
        case ("mul", *factors):
            for at in range(len(factors)):
                rest = (*factors[:at], *factors[at + 1 :])
                yield "factor dropped", rest[0] if len(rest) == 1 else ("mul", *rest)
            yield "factor 2", _twice(tree)
        case ("neg", part):
            yield "sign", part
        case ("div", above, below):
            yield "turned over", ("div", below, above)
            yield "factor 2", ("div", above, _twice(below))
            yield "denominator dropped", above
        case ("pow", base, _):
            yield "power dropped", base
        case ("log" | "exp" | "sqrt" as kind, part):
            yield f"{kind} dropped", part
        case ("der", of, by):
            if _can_be_moved(of):
                yield "turned over", ("der", by, of)


def _indices(tree: Tree, units: frozenset[str], points: frozenset[str]) -> Iterator[Edit]:
    for at in unit_places(tree):
        for other in sorted(units):
            yield "index replaced", replaced(tree, at, other)
    point = point_place(tree)
    if point is not None and tree[point] is not None:
        yield "data index dropped", replaced(tree, point, None)
        for at in unit_places(tree):
            for other in sorted(points):
                yield "data index doubled", replaced(tree, at, other)


def _layers(tree: Tree) -> Iterator[Edit]:
    if tree[0] not in LABELLED:
        return
    layer = tree[1]
    if isinstance(layer, int):
        return
    name, offset = layer
    yield "layer changed", replaced(tree, 1, (name, offset - 1))
    if (name, offset) != ("L", 0):
        yield "layer changed", replaced(tree, 1, (name, offset + 1))
    yield (
        "l and L",
        replaced(tree, 1, ("L" if name == "l" else "l", min(offset, 0) if name == "l" else offset)),
    )


def _symbols(tree: Tree) -> Iterator[Edit]:
    swapped: Any
    match tree:
        case ("w", layer, j, i):
            yield "transposed", ("w", layer, i, j)
        case ("a" | "z" as name, layer, unit, point):
            yield "a and z", ("z" if name == "a" else "a", layer, unit, point)
        case ("y" | "t" as name, unit, point):
            swapped = "t" if name == "y" else "y"
            yield "t and y", (swapped, unit, point)
        case ("vector", name, point):
            swapped = "t" if name == "y" else "y"
            yield "t and y", ("vector", swapped, point)
        case ("h" | "h'" as name, layer, argument):
            yield "prime", ("h" if name == "h'" else "h'", layer, argument)
            yield "activation dropped", argument


def _negative(tree: Tree) -> Tree:
    return tree[1] if tree[0] == "neg" else ("neg", tree)


def _twice(tree: Tree) -> Tree:
    if tree[0] == "neg":
        return ("neg", _twice(tree[1]))
    return ("mul", TWO, *tree[1:]) if tree[0] == "mul" else ("mul", TWO, tree)
