r"""Displays to statements: rows, chains of equalities over several rows, and the conditions behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.symbolic.reading.conditions import TABLE, Condition, split_row
from grader.symbolic.reading.markup import split_blocks

_LAYOUT = re.compile(
    r"\\(?:begin|end)\{(?:align|aligned|alignat|equation|eqnarray|gather|gathered|multline|split|flalign|displaymath)\*?\}"
    r"(?:\{\d+\})?"
)
_ROW_BREAK = re.compile(r"\\\\(?:\[[^\]]*\])?|\\newline\b|\\cr\b")
_ARROW = re.compile(
    r"\\(?:Rightarrow|Leftrightarrow|Longrightarrow|Longleftrightarrow|implies|impliedby|iff|rightarrow|to|therefore|leadsto)"
    r"(?![a-zA-Z])"
)
_EQUALS = re.compile(
    r":=|\\coloneqq(?![a-zA-Z])|\\equiv(?![a-zA-Z])|\\stackrel\{[^{}]*\}\{=\}|\\overset\{[^{}]*\}\{=\}"
)
_EMPTY_COLUMN = re.compile(r"(?:&\s*)+$")


@dataclass(frozen=True, slots=True)
class Member:
    """One side of an equality, and where it starts in the answer."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Members that the writer set equal to each other; a lone formula is a chain of one."""

    members: tuple[Member, ...]
    condition: Condition | None = None
    in_a_case: bool = False
    """Whether it is said to hold only if something is so."""
    inline: bool = False
    """Whether it stands inside a sentence."""


def read_chains(text: str) -> tuple[Chain, ...]:
    """All chains in a markdown text, in its order."""
    chains: list[Chain] = []
    for block in split_blocks(text):
        if block.kind == "prose":
            continue
        for start, end in _rows(block.text):
            _add_row(chains, block.text[start:end], block.start + start, inline=block.kind == "inline")
    return tuple(chains)


def _rows(text: str) -> list[tuple[int, int]]:
    """Ranges of the rows of a display."""
    cuts = [match.span() for match in _ROW_BREAK.finditer(text)]
    cuts += [match.span() for match in _ARROW.finditer(text)]
    for inner in TABLE.finditer(text):
        cuts = [cut for cut in cuts if not inner.start() <= cut[0] < inner.end()]
    bounds = [0, *(edge for cut in sorted(cuts) for edge in cut), len(text)]
    return [(bounds[at], bounds[at + 1]) for at in range(0, len(bounds), 2)]


def _add_row(chains: list[Chain], text: str, start: int, *, inline: bool) -> None:
    """Read one row; a row that begins with `=` continues the chain before it."""
    blank = _blanked(text)
    for part in split_row(blank):
        pieces = _split_at_equals(_EMPTY_COLUMN.sub("", blank[part.start : part.end]))
        place = start + part.start
        members = [Member(piece.strip(" &\n\t"), place + at + _indent(piece)) for at, piece in pieces]
        continues = not members[0].text and len(members) > 1
        members = [member for member in members if member.text]
        if not members:
            continue
        # A display goes on with the display before it, whatever stands in the sentence between them.
        before = next((at for at in reversed(range(len(chains))) if inline or not chains[at].inline), None)
        if continues and before is not None:
            chain = chains[before]
            condition = part.condition or chain.condition
            in_a_case = part.in_a_case or chain.in_a_case
            chains[before] = Chain((*chain.members, *members), condition, in_a_case, chain.inline)
        else:
            chains.append(Chain(tuple(members), part.condition, part.in_a_case, inline))


def _blanked(text: str) -> str:
    """The row with layout and comments as blanks, so that every character keeps its place."""

    def blank(match: re.Match[str]) -> str:
        return " " * len(match[0])

    text = re.sub(r"(?m)(?<!\\)%.*$", blank, text)
    text = re.sub(r"(?m)^[ \t]*>+", blank, text)
    text = _LAYOUT.sub(blank, text)
    text = re.sub(r"^[\s&]*\\text\{[^{}]*\}", blank, text)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", blank, text)
    return _EQUALS.sub(lambda match: "=" + " " * (len(match[0]) - 1), text)


def _split_at_equals(text: str) -> list[tuple[int, str]]:
    """Pieces between the `=` that stand in no brace and no subscript, with their places."""
    pieces, depth, start = [], 0, 0
    tables = [match.span() for match in TABLE.finditer(text)]
    for at, character in enumerate(text):
        if any(begin <= at < end for begin, end in tables):
            continue
        if character in "{}" and text[at - 1 : at] != "\\":
            depth += 1 if character == "{" else -1
        elif character == "=" and depth <= 0:
            pieces.append((start, text[start:at]))
            start = at + 1
    pieces.append((start, text[start:]))
    return pieces


def _indent(piece: str) -> int:
    return len(piece) - len(piece.lstrip(" &\n\t"))
