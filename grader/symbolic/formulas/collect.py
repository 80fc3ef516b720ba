"""Which of the formulas in an answer are about what was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from grader.symbolic.formulas.judge import read_symbol
from grader.symbolic.mistakes.diagnosis import names_in
from grader.symbolic.reading.expression import Activation, Applied, Derivative, Dots, Expression, Symbol
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.markup import split_blocks
from grader.symbolic.reading.reader import read
from grader.symbolic.reading.statements import Chain, Member, read_chains
from grader.symbolic.truth.scope import Setting, index_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.symbolic.reading.conditions import LayerRange


_BARE = re.compile(
    r"\\(?:sum|frac|partial|delta|prod|exp|log|left|mathbf)(?![a-zA-Z])|=\s*h_?\d|\b[yt]_\{?[a-z]\}?\s*[-=]"
)


class Piece(Protocol):
    """A part of an answer: the text of one cell, prompt removed."""

    @property
    def cell(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Statement:
    """What the asked left side is set equal to, step by step, or a formula that stands without a left side."""

    left: Symbol
    members: tuple[Member, ...]
    condition: LayerRange | None
    cell: int
    order: int
    """Its place among all chains of the answer."""
    start: int
    """Where it starts in its cell's text."""
    inline: bool
    case: str | None
    written: Symbol | None
    """The symbol on its left side."""
    about: Literal["asked", "nothing", "other"]
    """Whether its left side is the asked one, is not written, or is another one (which may be a slip of the pen)."""

    @property
    def last(self) -> Member:
        """The member that counts."""
        return self.members[-1]


def statements_about(asked: Symbol, pieces: Iterable[Piece], setting: Setting) -> list[Statement]:
    """Every chain of the answer, in its order, as a statement about the asked left side."""
    found: list[Statement] = []
    chains = [(piece.cell, chain) for piece in pieces for chain in read_chains(piece.text)]
    for order, (cell, chain) in enumerate(chains):
        left = _left_side(chain.members[0].text)
        about: Literal["asked", "nothing", "other"] = "nothing"
        if left is not None:
            about = "asked" if same_quantity(left, asked, setting) else "other"
        members = chain.members if left is None else chain.members[1:]
        members = tuple(member for member in members if not _says_nothing(member.text, left or asked))
        if members:
            written = left if left is not None and about == "asked" else _with_free_letter(asked, members[-1])
            found.append(
                Statement(
                    left=written,
                    members=members,
                    condition=chain.condition,
                    cell=cell,
                    order=order,
                    start=chain.members[0].start,
                    inline=chain.inline,
                    case=chain.case,
                    written=left,
                    about=about,
                )
            )
    return found


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
        if any(not _is_blank(chain) for chain in read_chains(piece.text)):
            return True
        if any(
            block.kind == "prose" and re.search(r"[^\W_]", block.text) for block in split_blocks(piece.text)
        ):
            return True
    return False


def has_bare_formulas(pieces: Iterable[Piece]) -> bool:
    """Whether LaTeX stands outside of any formula, in a sentence or in a block of code."""
    for piece in pieces:
        text = piece.text
        for block in reversed(split_blocks(text)):
            if block.kind != "prose":
                text = text[: block.whole[0]] + text[block.whole[1] :]
        if _BARE.search(text):
            return True
    return False


def _is_blank(chain: Chain) -> bool:
    return len(chain.members) > 1 and all(_is_placeholder(member.text) for member in chain.members[1:])


def _left_side(text: str) -> Symbol | None:
    r"""The symbol on the left; `\frac{\partial E}{\partial a_j}` is delta by definition."""
    if (symbol := read_symbol(text)) is not None:
        return symbol
    try:
        node = read(text)[0].expression
    except ReadError:
        return None
    if isinstance(node, Derivative) and isinstance(node.by, Symbol):
        name = "delta" if node.by.name == "a" and _is_loss(node.of) else "derivative"
        return replace(node.by, name=name)
    return None


def _is_loss(node: Expression) -> bool:
    symbol = node.symbol if isinstance(node, Applied) else node
    return isinstance(symbol, Symbol) and symbol.name == "E" and not symbol.indices and symbol.label is None


def same_quantity(left: Symbol, asked: Symbol, setting: Setting) -> bool:
    """Whether two symbols are the same quantity up to the letters of their indices."""
    try:
        same_layer = setting.label(left.label, left.name) == setting.label(asked.label, asked.name)
    except ReadError:
        return False
    return left.name == asked.name and len(left.indices) == len(asked.indices) and same_layer


def _with_free_letter(asked: Symbol, member: Member) -> Symbol:
    """The asked left side with the letter that is free in a formula without left side."""
    try:
        letters = set(index_letters(read(member.text)[0].expression))
    except ReadError:
        return asked
    return replace(asked, indices=(Symbol(letters.pop()),)) if len(letters) == 1 else asked


def _says_nothing(text: str, left: Symbol) -> bool:
    """Whether a member is the prompt's placeholder or the left side over again."""
    return _is_placeholder(text) or read_symbol(text) == left


def _is_placeholder(text: str) -> bool:
    r"""`\ldots` or `h_2(\ldots)`: what the prompt prints for the student to replace."""
    try:
        node = read(text)[0].expression
    except ReadError:
        return False
    return isinstance(node, Dots) or (isinstance(node, Activation) and isinstance(node.argument, Dots))
