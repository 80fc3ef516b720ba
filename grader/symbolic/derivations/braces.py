r"""Names that stand at braces: `\underbrace{a + b}_{u}` gives the name u to what is above it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from grader.symbolic.derivations.names import definition_of, given_name
from grader.symbolic.reading.lexer import MAX_LENGTH
from grader.symbolic.reading.reader import read_usual
from grader.symbolic.truth.scope import UNITS, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.symbolic.reading.statements import Chain
    from grader.symbolic.truth.scope import Definition

MAX_BRACES = 40
"""Braces of an answer beyond which none gives a name, and those of one formula that are looked at."""
_MEANT_OTHERWISE = frozenset({*UNITS, "I", "theta"})
"""Letters that mean something where nothing but a brace says what they are."""
_BRACE = re.compile(r"\\(?:under|over)brace\s*\{")
_GROUP_AT_BRACE = re.compile(r"\s*[_^]\s*\{")
_AT_BRACE = re.compile(r"\s*[_^]\s*(?:\{\s*([^{}]{1,20})\s*\}|([A-Za-z]))")


def names_at_braces(chains: Sequence[Chain]) -> dict[str, Definition]:
    """The letters that stand at a brace, each with what it names; not one that stands at several different things."""
    found: dict[str, Definition] = {}
    several: set[str] = set()
    named = [pair for chain in chains for member in chain.members for pair in _braces(member.text)]
    for inside, at_brace in named if len(named) <= MAX_BRACES else ():
        name = given_name(at_brace, inside)
        if name is None or " " in name.symbol.name or name.logarithm or name.symbol.name in _MEANT_OTHERWISE:
            continue
        definition = definition_of(name, read_usual(inside))
        if definition is not None and found.setdefault(name_of(name.symbol), definition) != definition:
            several.add(name_of(name.symbol))
    return {name: definition for name, definition in found.items() if name not in several}


def _braces(text: str) -> list[tuple[str, str]]:
    """What is above each of the first braces, and what stands at it; of nothing that is too long to be read."""
    found: list[tuple[str, str]] = []
    for brace in islice(_BRACE.finditer(text), MAX_BRACES) if len(text) <= MAX_LENGTH else ():
        end = _closing(text, brace.end())
        if end is not None and (at_brace := _AT_BRACE.match(text, end + 1)) is not None:
            found.append((text[brace.end() : end], at_brace[1] or at_brace[2]))
    return found


def said_at_braces(text: str) -> list[tuple[str, str]]:
    """What is above each of the first braces of a formula, and the formula that is said to be equal to it there."""
    found: list[tuple[str, str]] = []
    for brace in islice(_BRACE.finditer(text), MAX_BRACES) if len(text) <= MAX_LENGTH else ():
        end = _closing(text, brace.end())
        if end is None or (group := _GROUP_AT_BRACE.match(text, end + 1)) is None:
            continue
        last = _closing(text, group.end())
        said = "" if last is None else text[group.end() : last].strip().lstrip("= ")
        if len(said) > 1:  # a letter is a name
            found.append((text[brace.end() : end], said))
    return found


def _closing(text: str, start: int) -> int | None:
    """The place of the brace that closes the one before `start`."""
    depth = 1
    for at in range(start, len(text)):
        if text[at] in "{}" and text[at - 1] != "\\":
            depth += 1 if text[at] == "{" else -1
        if depth == 0:
            return at
    return None
