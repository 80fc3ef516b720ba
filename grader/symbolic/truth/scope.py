"""Types of indices: what a letter counts follows from where it stands, not from the limit above its sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Applied,
    Big,
    Expression,
    Negative,
    Number,
    Symbol,
    children,
    letter,
)
from grader.symbolic.reading.lexer import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.symbolic.truth.world import Unit, World


MAX_LABEL = 99


@dataclass(frozen=True, slots=True)
class Setting:
    """One world with the numbers that stand for the layer letters l and L there."""

    world: World
    layer: int | None = None
    shorthand: tuple[str, ...] = ()
    """Symbols that stand for those of the last layer when they carry no label."""

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


def slots_of(node: Expression, name: str, setting: Setting) -> Iterator[Unit]:
    """The type of every place where the letter `name` is used as an index in `node`, inner sums over it left out."""
    if isinstance(node, Symbol):
        if not any(letter(index) == name for index in node.indices):
            return
        table = setting.world.table(node.name, setting.label(node.label, node.name))
        if table is not None:
            for index, unit in zip(node.indices, table.slots, strict=False):
                if letter(index) == name:
                    yield unit
        return
    if isinstance(node, Applied):
        yield from slots_of(node.symbol, name, setting)
        return
    for field, _, part in children(node):
        if field in {"lower", "upper", "label"}:
            continue
        if isinstance(node, Big) and node.index == name:
            continue
        yield from slots_of(part, name, setting)


def index_letters(node: Expression) -> Iterator[str]:
    """Letters that are used as an index anywhere in `node` and not bound there, each time they occur."""
    if isinstance(node, Symbol):
        for index in node.indices:
            if (name := letter(index)) is not None:
                yield name
        return
    if isinstance(node, Applied):
        yield from index_letters(node.symbol)
        return
    for field, _, part in children(node):
        if field in {"lower", "upper"} or (isinstance(node, (Symbol, Activation)) and field == "label"):
            continue
        for name in index_letters(part):
            if not (isinstance(node, Big) and name == node.index):
                yield name
