"""Why the lines of a derivation cannot decide by themselves: what a person must look at, a sentence each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.symbolic.derivations.equation import moves
from grader.symbolic.derivations.line import Line, is_claim
from grader.symbolic.derivations.lines import equal
from grader.symbolic.derivations.told import ALL_MOVES
from grader.symbolic.reading.expression import Add, Big, Expression, Number, Symbol, quantities, walk
from grader.symbolic.reading.reader import read
from grader.symbolic.truth.scope import Definition, data_letters, meaning_of, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.symbolic.derivations.equation import Grounds, Move

LOGARITHMS: tuple[Move, ...] = ("logarithm", "negative logarithm")
FOLLOWING = 6
"""Lines within which a formula that stands alone must be taken up again."""


def doubts(lines: Sequence[Line], known: Sequence[str]) -> Iterator[str]:
    """Everything that is unsure about lines of which none is certainly false; `known` is LaTeX that needs no proof."""
    for at, line in enumerate(lines):
        following = lines[at + 1 :]
        if line.status == "unread" and not line.inline:
            yield f"a line was not read: {line.cause}"
        elif line.status == "unread" and line.inline and line.before is not None and is_claim(line):
            yield f"a formula in a sentence was not read: {line.cause}"
        elif line.status == "false" and line.inline and not line.claimed and is_claim(line):
            yield "something in a sentence does not seem to be true"
        elif line.alone and line.inline and _is_a_loss_by_names(line) and not _is_known(line, lines, known):
            yield "what a formula in a sentence with names in it is meant to be does not follow"
        elif line.defines is not None and not _is_settled(line, lines, known):
            yield "something gets a name, and whether it is what it is meant to be does not follow"
        elif (
            line.alone
            and not line.inline
            and line.status == "start"
            and at > 0
            and not _is_taken_up(line, following)
        ):
            yield "a formula stands alone, and nothing before or behind it is equal to it"
        elif line.status == "true" and _leaves_out_a_point(line):
            yield "the index of the data point is left out under a sum over data points"


def _is_settled(line: Line, lines: Sequence[Line], known: Sequence[str]) -> bool:
    """Whether a name is used, or stands for something that is known: a single quantity, or what the exercise is about."""
    if line.expression is None or line.grounds is None or isinstance(line.expression, Symbol):
        return True
    if line.defines is not None:
        given = {name_of(line.defines): Definition((), line.expression)}
        used = [other for other in lines if not (other.alone and other.inline)]
        sides = [side for other in used for side in (other.before, other.expression) if side is not None]
        if any(meaning_of(part, given) is not None for side in sides for part in quantities(side)):
            return True
    grounds = line.grounds
    return any(
        equal(reading.expression, line.expression, grounds)
        or moves(reading.expression, line.expression, grounds, ALL_MOVES) is not None
        for text in known
        for reading in read(text)[:1]
    )


def _is_a_loss_by_names(line: Line) -> bool:
    """Whether a formula that a sentence says the loss is, or something of it, is a sum with names that the student gave."""
    if not isinstance(line.expression, Add) or line.grounds is None:
        return False
    parts = list(quantities(line.expression))
    names = line.grounds.frames[0][0].definitions
    return any(part.name == "E" for part in parts) and any(meaning_of(part, names) for part in parts)


def _is_known(line: Line, lines: Sequence[Line], known: Sequence[str]) -> bool:
    """Whether a formula is equal to another one of the answer, to what is known, or to what has a name without indices."""
    if line.expression is None or line.grounds is None:
        return False
    others = [one for other in lines if other is not line for one in (other.before, other.expression)]
    names = [Symbol(name) for name in line.grounds.frames[0][0].definitions if "_" not in name]
    others += [*names, *(read(text)[0].expression for text in known)]
    return any(one is not None and equal(one, line.expression, line.grounds) for one in others)


def _is_taken_up(line: Line, following: Sequence[Line]) -> bool:
    """Whether a later line goes on from a formula that stands alone, or comes to it."""
    if line.expression is None or line.grounds is None:
        return False
    for later in following[:FOLLOWING]:
        for side in (later.before, later.expression):
            if side is not None and (
                side == line.expression
                or equal(line.expression, side, line.grounds)
                or moves(line.expression, side, line.grounds, LOGARITHMS) is not None
            ):
                return True
    return False


def _leaves_out_a_point(line: Line) -> bool:
    """Whether a line is true only because a symbol without index is taken at the point that a sum is at."""
    sides = [side for side in (line.before, line.expression) if side is not None]
    if line.grounds is None or len(sides) != 2:
        return False
    letters = data_letters(tuple(sides), line.grounds.frames[0][0])
    if not any(_sums_over(side, letters) for side in sides):
        return False
    strict = _strictly(line.grounds)
    return line.move is None and not equal(sides[0], sides[1], strict)


def _sums_over(node: Expression, letters: frozenset[str]) -> bool:
    return any(
        isinstance(part, Big) and part.index in letters and not isinstance(part.upper, Number)
        for part in walk(node)
    )


def _strictly(grounds: Grounds) -> Grounds:
    return grounds.over(lambda frame: tuple(replace(setting, strict=True) for setting in frame))
