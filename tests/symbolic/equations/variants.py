"""What changes nothing: other letters, another order of factors and terms, sides swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.symbolic.equations.trees import free_points, free_units, parts, point_place, replaced, unit_places

if TYPE_CHECKING:
    import random

    from tests.symbolic.equations.catalogue import Equation
    from tests.symbolic.equations.trees import Tree

LETTERS = ("i", "j", "k", "m", "q", "r", "s", "u", "v", "i_1", "k'")
"""Not n, which counts data points here, nor a letter with a meaning of its own."""


def renamed(tree: Tree, names: dict[str, str]) -> Tree:
    """The formula with its free letters renamed; bound ones must not be in the way."""
    for at in unit_places(tree):
        tree = replaced(tree, at, names.get(tree[at], tree[at]))
    point = point_place(tree)
    if point is not None and tree[point] is not None:
        tree = replaced(tree, point, names.get(tree[point], tree[point]))
    if tree[0] in {"sum", "prod"}:
        names = {old: new for old, new in names.items() if old != tree[1]}
    for at in parts(tree):
        tree = replaced(tree, at, renamed(tree[at], names))
    return tree


def with_other_bound_letters(tree: Tree, draw: random.Random, taken: frozenset[str]) -> Tree:
    """The formula with every bound letter drawn anew, other than those that are in scope."""
    if tree[0] not in {"sum", "prod"}:
        for at in parts(tree):
            tree = replaced(tree, at, with_other_bound_letters(tree[at], draw, taken))
        return tree
    kind, letter, over, lower, body = tree
    if over[0] == "points":
        return (kind, letter, over, lower, with_other_bound_letters(body, draw, taken | {letter}))
    taken = (taken - {letter}) | free_units(body) - {letter}
    body = with_other_bound_letters(body, draw, taken | {letter})
    inside = _binders(body)
    new = draw.choice([one for one in LETTERS if one not in taken | inside])
    return (kind, new, over, lower, renamed(body, {letter: new}))


def _binders(tree: Tree) -> frozenset[str]:
    own = frozenset({tree[1]}) if tree[0] in {"sum", "prod"} else frozenset[str]()
    return own.union(*(_binders(tree[at]) for at in parts(tree)))


def shuffled(tree: Tree, draw: random.Random) -> Tree:
    """The formula with factors and terms in another order."""
    for at in parts(tree):
        tree = replaced(tree, at, shuffled(tree[at], draw))
    numbers = [part for part in tree[1:] if part[0] in {"number", "constant"}] if tree[0] == "mul" else []
    if tree[0] in {"add", "mul"} and not numbers and draw.random() < 0.4:
        others = list(tree[1:])
        draw.shuffle(others)
        return (tree[0], *others)
    return tree


def variant(equation: Equation, draw: random.Random) -> tuple[Tree, Tree]:
    """Both sides of an equation as another student may write them."""
    left, right = equation.left, equation.right
    if draw.random() < 0.7:
        free = sorted(free_units(("add", left, right)))
        names = dict(zip(free, draw.sample(LETTERS, len(free)), strict=True))
        apart = frozenset(names.values())
        left, right = (_apart(side, apart) for side in (left, right))
        left, right = (renamed(side, names) for side in (left, right))
        taken = apart | free_points(("add", left, right))
        left, right = (with_other_bound_letters(side, draw, taken) for side in (left, right))
    left, right = shuffled(left, draw), shuffled(right, draw)
    return (right, left) if draw.random() < 0.1 else (left, right)


def _apart(tree: Tree, names: frozenset[str], depth: int = 0) -> Tree:
    """The formula with bound letters that are no letter of any free one, so that free ones can be renamed."""
    if tree[0] in {"sum", "prod"} and tree[2][0] != "points":
        kind, letter, over, lower, body = tree
        return (
            kind,
            f"{letter}#{depth}",
            over,
            lower,
            _apart(renamed(body, {letter: f"{letter}#{depth}"}), names, depth + 1),
        )
    for at in parts(tree):
        tree = replaced(tree, at, _apart(tree[at], names, depth + 1))
    return tree
