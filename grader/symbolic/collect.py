"""Which of the formulas in an answer are the ones that were asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from grader.symbolic.expression import Activation, Derivative, Dots, Expression, Symbol
from grader.symbolic.judge import read_symbol
from grader.symbolic.lexer import ReadError
from grader.symbolic.markup import split_blocks
from grader.symbolic.mistakes import names_in
from grader.symbolic.parser import read
from grader.symbolic.statements import Condition, Member, read_chains

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.symbolic.scope import Setting


class Piece(Protocol):
    """A part of an answer: the text of one cell, prompt removed."""

    @property
    def cell(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Statement:
    """What the asked left side is set equal to, step by step."""

    left: Symbol
    members: tuple[Member, ...]
    condition: Condition | None
    cell: int

    @property
    def last(self) -> Member:
        """The member that counts."""
        return self.members[-1]


def statements_about(asked: Symbol, pieces: Iterable[Piece], setting: Setting) -> list[Statement]:
    """Every chain that begins with the asked left side, in the order of the answer.

    Formulas inside sentences count only where no display says anything about it.
    """
    for inline in (False, True):
        found: list[Statement] = []
        for piece in pieces:
            for chain in read_chains(piece.text, inline=inline):
                left = _left_side(chain.members[0].text)
                members = tuple(member for member in chain.members[1:] if not _is_placeholder(member.text))
                if left is not None and members and _same_quantity(left, asked, setting):
                    found.append(Statement(left, members, chain.condition, piece.cell))
        if found:
            return found
    return []


def finished(statement: Statement, eliminate: Sequence[str]) -> bool:
    """Whether nothing is left in the result that should have been eliminated; what cannot be read may be."""
    return not left_over(statement.last, eliminate)


def left_over(member: Member, eliminate: Sequence[str]) -> tuple[str, ...]:
    """Symbols that should have been eliminated and are still there."""
    try:
        names = names_in(read(member.text)[0].expression)
    except ReadError:
        return ()
    return tuple(name for name in eliminate if name in names)


def says_something(pieces: Iterable[Piece]) -> bool:
    """Whether there is anything but placeholders of the prompt."""
    for piece in pieces:
        for chain in read_chains(piece.text):
            if len(chain.members) == 1 or not all(
                _is_placeholder(member.text) for member in chain.members[1:]
            ):
                return True
        if any(
            block.kind != "display" and any(map(str.isalnum, block.text))
            for block in split_blocks(piece.text)
        ):
            return True
    return False


def _left_side(text: str) -> Symbol | None:
    r"""The symbol on the left; `\frac{\partial E}{\partial a_j}` is delta by definition."""
    if (symbol := read_symbol(text)) is not None:
        return symbol
    try:
        node = read(text)[0].expression
    except ReadError:
        return None
    if (
        isinstance(node, Derivative)
        and isinstance(node.by, Symbol)
        and node.by.name == "a"
        and _is_loss(node.of)
    ):
        return replace(node.by, name="delta")
    return None


def _is_loss(node: Expression) -> bool:
    return names_in(node) <= {"E", "w"} and "E" in names_in(node)


def _same_quantity(left: Symbol, asked: Symbol, setting: Setting) -> bool:
    """Whether two symbols are the same quantity up to the letters of their indices."""
    try:
        same_layer = setting.label(left.label, left.name) == setting.label(asked.label, asked.name)
    except ReadError:
        return False
    return left.name == asked.name and len(left.indices) == len(asked.indices) and same_layer


def _is_placeholder(text: str) -> bool:
    r"""`\ldots` or `h_2(\ldots)`: what the prompt prints for the student to replace."""
    try:
        node = read(text)[0].expression
    except ReadError:
        return False
    return isinstance(node, Dots) or (isinstance(node, Activation) and isinstance(node.argument, Dots))
