r"""LaTeX to expression, tolerant of what students do and honest about it.

Where notation is really ambiguous (`/2\sigma^2`, `\log 2\pi`, the end of a sum) every reading is kept; where
something was mended (a bracket that is missing) the reading says so, and nothing is called wrong because of it.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from grader.symbolic.reading.expression import Expression, Span
from grader.symbolic.reading.lexer import ReadError, Token, tokenize
from grader.symbolic.reading.parser import MAX_DEPTH, Parser, Reading

MAX_READINGS = 8


def read(text: str) -> tuple[Reading, ...]:
    """All readings of one formula (no `=` in it), the usual one first.

    Raises:
        ReadError: nothing sensible can be made of it; the error carries the place.

    """
    readings = _read(text)
    if isinstance(readings, ReadError):
        raise ReadError(readings.message, readings.span)
    return readings


def read_usual(text: str) -> Expression | None:
    """The usual reading of a formula; None of what cannot be read."""
    try:
        return read(text)[0].expression
    except ReadError:
        return None


MISSING = "the closing ) for ( is missing"
"""The repair of a bracket that was opened and not closed; where it ends was guessed."""


def read_mended(text: str) -> tuple[Reading, ...]:
    """All readings of a formula; of one whose last bracket is missing also those where it stands before a later sign.

    Raises:
        ReadError: nothing sensible can be made of it; the error carries the place.

    """
    readings = read(text)
    if all(reading.repairs.count(MISSING) != 1 for reading in readings):
        return readings
    tokens = list(tokenize(text))
    found = list(readings)
    for at in [at for at, token in enumerate(tokens) if token.kind in {"+", "-"}][:MAX_READINGS]:
        closing = Token(")", ")", Span(tokens[at].span.start, tokens[at].span.start))
        try:
            reading = Parser((*tokens[:at], closing, *tokens[at:]), frozenset()).formula()
        except (ReadError, RecursionError):
            continue
        if not reading.repairs:
            found.append(Reading(reading.expression, (MISSING,)))
    return tuple(found)


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Reading, ...] | ReadError:
    """The readings or why there are none; an answer is looked at once for every equation that is asked for."""
    try:
        return _readings(text)
    except ReadError as error:
        return error


def _readings(text: str) -> tuple[Reading, ...]:
    tokens = tokenize(text)
    usual = Parser(tokens, frozenset())
    try:
        readings = [usual.formula()]
        deep = _depth(readings[0].expression) > MAX_DEPTH
    except RecursionError:
        deep = True
    if deep:
        raise ReadError("too deeply nested", Span(0, len(text)))
    choices = sorted(usual.ambiguities)
    for count in range(1, len(choices) + 1):
        for other in combinations(choices, count):
            if len(readings) >= MAX_READINGS:
                break
            try:
                reading = Parser(tokens, frozenset(other)).formula()
            except (ReadError, RecursionError):
                continue
            if reading.expression not in {known.expression for known in readings}:
                readings.append(reading)
    return tuple(readings)


def _depth(node: Expression) -> int:
    return 1 + max((_depth(part) for _, _, part in node.parts), default=0)
