r"""Sums and products whose terms are written out with dots between them: `t_1 a_1 + \ldots + t_K a_K`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from grader.symbolic.reading.expression import (
    Big,
    Dots,
    Expression,
    Function,
    Multiply,
    Negative,
    Symbol,
    letter,
    number,
    walk,
    with_letters,
)
from grader.symbolic.reading.groups import over, product

if TYPE_CHECKING:
    from collections.abc import Sequence


def gathered(kind: Literal["sum", "prod"], parts: Sequence[Expression]) -> Expression | None:
    """The sum or product that is meant, if the written parts are members of one series, counted up to a size."""
    parts = [piece for part in parts for piece in _without_dots_behind(part)]
    operands = [part.operand for part in parts if isinstance(part, Negative)]
    if kind == "sum" and len(operands) == len(parts) > 1:
        inner = gathered(kind, operands)
        return inner and Negative(inner, span=over(parts[0], parts[-1]))
    dots = [at for at, part in enumerate(parts) if isinstance(part, Dots)]
    if not dots or dots[0] == 0 or dots[-1] == len(parts) - 1:
        return None
    first, middle, last = parts[: dots[0]], parts[dots[0] : dots[-1] + 1], parts[-1]
    if dots[-1] != len(parts) - 2:
        return None
    for size in dict.fromkeys(name for name in _letters(last) if name.isupper()):
        taken = {name for part in parts for name in _letters(part)}
        index = next(name for name in (size.lower(), "q", "r", "s") if name not in taken)
        body = with_letters(last, {size: Symbol(index)})
        for start in (1, 0):
            if all(with_letters(last, {size: number(start + at)}) == part for at, part in enumerate(first)):
                members = [_member(last, size, part) for part in middle]
                if not all(members):
                    return None
                span = over(parts[0], last)
                return Big(kind, index, number(start), Symbol(size), body, span=span)
    return None


def _without_dots_behind(part: Expression) -> tuple[Expression, ...]:
    r"""A term, and the dots that stand behind it without a sign, as in `a_1 + a_2 \ldots + a_K`."""
    match part:
        case Multiply((*factors, Dots() as dots)) if factors:
            return product(list(factors)), dots
        case Negative(operand):
            term, *dots_behind = _without_dots_behind(operand)
            return (Negative(term, span=part.span), *dots_behind)
        case Big():
            body, *dots_behind = _without_dots_behind(part.body)
            return (replace(part, body=body), *dots_behind)
        case Function(name, argument):
            inner, *dots_behind = _without_dots_behind(argument)
            return (Function(name, inner, span=part.span), *dots_behind)
    return (part,)


def _member(last: Expression, size: str, part: Expression) -> bool:
    """Whether a part is dots, or the series' member of some letter."""
    if isinstance(part, Dots):
        return True
    return any(with_letters(last, {size: Symbol(name)}) == part for name in set(_letters(part)))


def _letters(node: Expression) -> list[str]:
    return [
        name
        for part in walk(node)
        if isinstance(part, Symbol)
        for index in part.indices
        if (name := letter(index)) is not None
    ]
