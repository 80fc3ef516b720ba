r"""What stands between or behind vertical bars: norms, determinants, and the place where something is evaluated."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import (
    Expression,
    Function,
    Norm,
    Number,
    Span,
    Where,
    letter,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.scripts import read_index, read_scripts

if TYPE_CHECKING:
    from grader.symbolic.reading.lexer import Token
    from grader.symbolic.reading.parser import Parser


def read_norm(parser: Parser, opening: Token) -> Expression:
    r"""`\| v \|`, with an index 2 at most; between single bars the norm of a vector, the size of a number or a determinant."""
    parser.bars_open.append(opening.kind)
    inner = parser.expression()
    if not parser.stream.take(opening.kind):
        raise ReadError("the closing bars are missing", opening.span)
    parser.bars_open.pop()
    scripts = read_scripts(parser.stream)
    if any(index != Number(Fraction(2)) for index in scripts.indices):
        raise ReadError("a norm other than the Euclidean one", opening.span)
    span = Span(opening.span.start, parser.stream.end)
    node = Norm(inner, span=span) if opening.kind == "norm" else Function("abs", inner, span=span)
    return parser.raised(node, scripts)


def is_evaluated_at(parser: Parser, token: Token) -> bool:
    r"""Whether a bar begins `|_{g = ...}`."""
    after = parser.stream.peek(1)
    return (
        token.kind == "|"
        and after is not None
        and after.kind == "_"
        and any(inner.kind == "=" for inner in parser.stream.group_ahead(2))
    )


def read_place(parser: Parser, before: Expression) -> Expression:
    r"""`\left. f(g) \right|_{g = ...}`: what stands before the bar, with g as it says."""
    parser.stream.next()
    parser.stream.next()
    group = parser.stream.group()
    at = next(place for place, token in enumerate(group) if token.kind == "=")
    name = letter(read_index(group[:at]))
    if name is None:
        raise ReadError("evaluated at a value of something that is no letter", group[0].span)
    value = parser.sub(group[at + 1 :])
    return Where(before, name, value, span=Span(before.span.start, parser.stream.end))
