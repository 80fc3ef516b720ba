"""Types of indices: what a letter counts follows from where it stands, not from the limit above its sum."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Applied,
    Big,
    Expression,
    Negative,
    Number,
    Power,
    Symbol,
    letter,
    transform,
    walk,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.run import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.symbolic.truth.world import World


MAX_LABEL = 99
UNITS = {"w": 2, "x": 1, "y": 1, "t": 1, "a": 1, "z": 1, "delta": 1}
"""Indices of units that a symbol carries, besides that of the data point."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a student gave a name to: `A_j = ...` has the parameter j."""

    parameters: tuple[str, ...]
    expression: Expression


def name_of(node: Symbol) -> str:
    """Under what a name is remembered: `c_1` and `c_2` are two names, `A_j` and `A_k` one, and `A` is another."""
    return "_".join(
        [node.name, *(str(part.value) if isinstance(part, Number) else "" for part in node.indices)]
    )


def meaning_of(
    node: Symbol, definitions: Mapping[str, Definition]
) -> tuple[Definition, tuple[Expression, ...]] | None:
    """What a student gave a symbol to stand for, and the indices that take the place of its parameters."""
    if node.label is not None:
        return None
    if (own := definitions.get(name_of(node))) is not None:
        return own, tuple(part for part in node.indices if not isinstance(part, Number))
    general = definitions.get("_".join([node.name, *("" for _ in node.indices)]))
    return None if general is None else (general, node.indices)


@dataclass(frozen=True, slots=True)
class Setting:
    """One world and how the sheet, and the student, write about it."""

    world: World
    layer: int | None = None
    """The number that stands for l."""
    shorthand: tuple[str, ...] = ()
    """Symbols that stand for those of the last layer when they carry no label."""
    data: str | None = None
    """The letter that counts data points; without one there is a single point and every letter counts units."""
    at_optimum: bool = False
    """Whether the variance is the best one: what is said of the loss and its derivatives is said for all variances."""
    inputs_are_layer_0: bool = False
    """Whether z^(0) is written for x."""
    also_data: frozenset[str] = frozenset()
    """Other letters with which the answer counts them."""
    classes: frozenset[str] = frozenset()
    """Letters that stand for the true class of a data point wherever they are an index."""
    called_classes: frozenset[str] = frozenset()
    """These, and letters that count something elsewhere and are called the true class in a condition."""
    strict: bool = False
    """Whether what belongs to a data point must say to which one."""
    total: bool = False
    """Whether E and p without an index are about all data points, or about the one that the formula is about."""
    loss_factor: float = 1.0
    """What stands in front of the loss, where the student may choose it."""
    sizes: Mapping[str, str] = field(default_factory=dict)
    """Letters that are a number of inputs, outputs or points."""
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    """Names that the student gave, each as `name_of` has it."""

    def label(self, node: Expression | None, symbol: str) -> int | None:
        """The number of a layer label; None without one.

        Raises:
            ReadError: the label is no number, l, L or such a letter plus or minus a number.

        """
        if node is None:
            return self.world.layers if symbol in self.shorthand else None
        return self._integer(node)

    def _integer(self, node: Expression) -> int:
        match node:
            case Number(value) if value.denominator == 1 and abs(value) <= MAX_LABEL:
                return int(value)
            case Symbol("L", None, ()) if self.layer is not None:
                return self.world.layers
            case Symbol("l", None, ()) if self.layer is not None:
                return self.layer
            case Negative(operand):
                return -self._integer(operand)
            case Add(terms):
                return sum(self._integer(term) for term in terms)
        raise ReadError("this layer label is not known", node.span)

    def size(self, name: str) -> int | None:
        """The number that a letter such as N, D or K stands for, where the sheet says so."""
        kind = self.sizes.get(name)
        sizes = {
            "inputs": self.world.sizes[0],
            "outputs": self.world.sizes[-1],
            "points": self.world.points,
        }
        return sizes.get(kind) if kind is not None else None


def data_letters(nodes: tuple[Expression, ...], setting: Setting) -> frozenset[str]:
    """The letters that count data points in an equation: the sheet's own, and what runs up to the number of points."""
    if setting.data is None:
        return frozenset()
    found = {setting.data, *setting.also_data}
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Big) and part.index is not None and isinstance(part.upper, Symbol):
                kind = setting.sizes.get(part.upper.name)
                if kind == "points":
                    found.add(part.index)
                elif kind is not None:
                    found.discard(part.index)
    return frozenset(found)


def as_meant(node: Expression, setting: Setting, letters: frozenset[str]) -> Expression:
    r"""The expression with notations resolved that only the setting can tell.

    The index of the data point stands among the indices, also where it is written above or behind: `\mathbf{x}^{(n)}`,
    `z_i^{(l)}(n)`; and `z_i^{(0)}` may be the input.
    """
    if not letters and not setting.inputs_are_layer_0:
        return node

    def change(part: Expression) -> Expression:
        match part:
            case Symbol(label=Symbol() as point) if letter(point) in letters:
                return replace(part, label=None, indices=(*part.indices, point))
            case Power(Symbol("x" | "t" | "y" | "E") as base, Symbol() as point) if letter(point) in letters:
                return replace(base, indices=(*base.indices, point))
            case Applied(
                Symbol("a" | "z" | "delta" | "x" | "t" | "y" | "E") as symbol, (Symbol() as point,), ()
            ) if letter(point) in letters:
                return replace(symbol, indices=(*symbol.indices, point))
            case Symbol("z", label) if setting.inputs_are_layer_0 and _is_layer_0(label, setting):
                return replace(part, name="x", label=None)
        return part

    return transform(node, change)


def _is_layer_0(label: Expression | None, setting: Setting) -> bool:
    try:
        return label is not None and setting.label(label, "z") == 0
    except ReadError:
        return False


def split_indices(node: Symbol, letters: frozenset[str]) -> tuple[Expression | None, tuple[Expression, ...]]:
    """The index of the data point, if it is written, and the indices of units."""
    of_points = [index for index in node.indices if letter(index) in letters]
    if len(of_points) != 1 or len(node.indices) > UNITS.get(node.name, 1) + 1:
        return None, node.indices
    units = tuple(index for index in node.indices if index is not of_points[0])
    return of_points[0], units


def slots_of(
    node: Expression,
    name: str,
    setting: Setting,
    letters: frozenset[str] = frozenset(),
    seen: set[tuple[str, str]] | None = None,
) -> Iterator[Unit]:
    """The type of every place where the letter `name` is used as the index of a unit in `node`.

    Inner sums over the same letter are left out; `letters` count data points. Each name that the student gave is looked
    into once (`seen`): names may be given in a circle.
    """
    seen = set() if seen is None else seen
    if isinstance(node, Symbol):
        yield from _slots_of_symbol(node, name, setting, letters, seen)
        return
    if isinstance(node, Applied):
        for part in (node.symbol, *node.arguments, *node.given):
            yield from slots_of(part, name, setting, letters, seen)
        return
    for field_name, _, part in node.parts:
        if field_name in {"lower", "upper", "label", "excluding"}:
            continue
        if isinstance(node, Big) and node.index == name:
            continue
        yield from slots_of(part, name, setting, letters, seen)


def _slots_of_symbol(
    node: Symbol, name: str, setting: Setting, letters: frozenset[str], seen: set[tuple[str, str]]
) -> Iterator[Unit]:
    if not any(letter(index) == name for index in node.indices):
        return
    if (meaning := meaning_of(node, setting.definitions)) is not None:
        definition, indices = meaning
        for parameter, index in zip(definition.parameters, indices, strict=True):
            if letter(index) == name and (name_of(node), parameter) not in seen:
                seen.add((name_of(node), parameter))
                yield from slots_of(definition.expression, parameter, setting, letters, seen)
        return
    _, units = split_indices(node, letters)
    slots = slots_in_table(node, setting)
    for index, unit in zip(units, slots, strict=False):
        if letter(index) == name:
            yield unit


def slots_in_table(node: Symbol, setting: Setting) -> tuple[Unit, ...]:
    """The types of a symbol's indices of units."""
    label = setting.label(node.label, node.name)
    layers = setting.world.layers
    if node.name in {"y", "t"} and label is None:
        return (Unit(layers),)
    if node.name == "x" and label is None:
        return (Unit(0, fan_in=True),)
    if node.name not in {"w", "a", "z", "delta"}:
        return ()
    known = label is not None and 1 <= label <= layers
    if node.name == "w":
        return (Unit(label), Unit(label - 1, fan_in=True)) if known and label else (Unit(-1), Unit(-1))
    return (Unit(label),) if known and label else (Unit(-1),)


def free_letters(nodes: tuple[Expression, ...], points: frozenset[str]) -> list[str]:
    """The letters that are free in any of the nodes: each value of them is tried.

    What carries the index of a data point itself, as the class c_n does, is no letter of its own: its point is.
    """
    found: list[str] = []
    for node in nodes:
        for name in index_letters(node):
            base, _, point = name.rpartition("_")
            found.append(point if base and point in points else name)
    return list(dict.fromkeys(found))


def index_letters(node: Expression) -> Iterator[str]:
    """Letters that are used as an index anywhere in `node` and not bound there, each time they occur."""
    if isinstance(node, Symbol):
        for index in node.indices:
            if (name := letter(index)) is not None:
                yield name
        return
    if isinstance(node, Applied):
        yield from index_letters(node.symbol)
        for argument in (*node.arguments, *node.given):
            yield from index_letters(argument)
        return
    for field_name, _, part in node.parts:
        if field_name in {"lower", "upper"} or (isinstance(node, Activation) and field_name == "label"):
            continue
        for name in index_letters(part):
            if not (isinstance(node, Big) and name == node.index and field_name == "body"):
                yield name
