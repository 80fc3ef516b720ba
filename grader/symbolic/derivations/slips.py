"""The name of a false step: the one edit that makes a line equal to the line before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.symbolic.derivations.equation import Grounds, moves
from grader.symbolic.derivations.line_edits import exchanged, index_edits, line_edits
from grader.symbolic.reading.expression import (
    Big,
    Expression,
    Multiply,
    Negative,
    Span,
    Symbol,
    transform,
    walk,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.scope import UNITS, index_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WORK = 20_000
"""Nodes that are evaluated in search of the edit: work and not time, so that it is the same on every machine."""
MAX_SIZE = 250
"""Nodes of two lines beyond which no small correction is looked for."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What went wrong in one line, and where."""

    codes: tuple[str, ...]
    span: Span
    repaired: Expression


def name_slip(before: Expression, line: Expression, grounds: Grounds, work: int = MAX_WORK) -> Slip | None:
    """What makes a line equal to what stands before it: one edit, or the index of the data point where it must stand.

    None if no such thing is found with so much work.
    """
    setting = grounds.frames[0][0]
    if setting.strict and setting.data is not None:
        point = Symbol(setting.data)
        said = (_with_point(before, point), _with_point(line, point))
        if said != (before, line):
            return _with_points(said, line, grounds, work)
    return _one_edit(before, line, grounds, work)


def _with_points(
    said: tuple[Expression, Expression], line: Expression, grounds: Grounds, work: int
) -> Slip | None:
    """The slip where an index of the data point is missing, and perhaps one more."""
    try:
        if grounds.holds(*said) is not None:
            return Slip(("wrong_index",), line.span, said[1])
    except ReadError:
        return None
    further = _one_edit(*said, grounds, work)
    return None if further is None else replace(further, codes=("wrong_index", *further.codes))


def _with_point(node: Expression, point: Symbol) -> Expression:
    """The expression with the index of the data point on everything that needs one."""

    def change(part: Expression) -> Expression:
        if isinstance(part, Symbol) and UNITS.get(part.name) == len(part.indices) == 1:
            return replace(part, indices=(point, *part.indices))
        return part

    return transform(node, change)


def _one_edit(before: Expression, line: Expression, grounds: Grounds, work: int) -> Slip | None:
    """The single edit of a line that makes it equal to what stands before it; None if there is none."""
    size = sum(1 for side in (before, line) for _ in walk(side))
    if size > MAX_SIZE:
        return None
    if moves(before, line, grounds, ("negated",)) is not None:
        return Slip(("sign_error",), line.span, Negative(line))
    trials = max(work // size, 20)
    # The first understanding decides; more would only find more accidental repairs.
    usual = replace(grounds, one_hot=())
    sizes = Multiply(tuple(Symbol(name) for name in grounds.frames[0][0].sizes))
    for edit in line_edits(before, line, (*grounds.known, sizes)):
        if trials <= 0:
            return None
        trials -= 1
        try:
            if usual.holds(before, edit.result) is not None:
                return Slip((edit.code,), edit.span, edit.result)
        except ReadError:
            continue
    return None


def has_an_index_slip(before: Expression, line: Expression, grounds: Grounds) -> bool:
    """Whether a line that has no value is equal to what stands before it as soon as one index is put in or exchanged."""
    letters = tuple(Symbol(name) for name in dict.fromkeys((*index_letters(before), *_bound(line))))
    for part in walk(line):
        if not isinstance(part, Symbol):
            continue
        for edit in index_edits(part, letters):
            try:
                if grounds.holds(before, exchanged(line, part, edit.result)) is not None:
                    return True
            except ReadError:
                continue
    return False


def _bound(node: Expression) -> Iterator[str]:
    """The letters that sums in an expression bind."""
    return (part.index for part in walk(node) if isinstance(part, Big) and part.index is not None)
