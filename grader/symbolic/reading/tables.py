"""Definitions by cases, and conditions in brackets that count as one or zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Case, Cases, Expression, Indicator, Span
from grader.symbolic.reading.groups import read_condition
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.stream import CLOSING

if TYPE_CHECKING:
    from grader.symbolic.reading.lexer import Token
    from grader.symbolic.reading.parser import Parser


def read_cases(parser: Parser, token: Token) -> Expression:
    r"""`\begin{cases} value & if j = k \\ ... \end{cases}`."""
    stream = parser.stream
    name = "".join(inner.value for inner in stream.group())
    if name != "cases":
        raise ReadError(f"a table of the kind {name!r}", token.span)
    found: list[Case] = []
    while not _at_end(parser):
        value = parser.expression()
        words: list[Token] = []
        while (after := stream.peek()) is not None and after.kind != "row" and not _at_end(parser):
            words.append(stream.next())
        found.append(Case(value, read_condition(words), span=value.span))
        stream.take("row")
    stream.next()
    stream.group()
    return Cases(tuple(found), span=Span(token.span.start, stream.end))


def _at_end(parser: Parser) -> bool:
    token = parser.stream.peek()
    if token is None:
        raise ReadError("this table does not end", Span(parser.stream.end, parser.stream.end))
    return token.kind == "command" and token.value == "end"


def read_indicator(parser: Parser, start: int) -> Indicator | None:
    r"""`[k = j]`, `_{k=j}`, `(k=j)` or `\{k = j\}` at the place, which is 1 where it is so and else 0; None without one."""
    stream = parser.stream
    ahead = 1 if (mark := stream.peek()) is not None and mark.kind == "_" else 0
    inner = [
        token
        for token in stream.group_ahead(ahead)
        if token.kind not in CLOSING and token.kind not in {")", "]"}
    ]
    if len(inner) != 3 or (inner[1].kind != "=" and inner[1].value != "neq"):
        return None
    stream.at += ahead
    stream.next()
    closing = stream.matching()
    stream.at = stream.length if closing is None else closing + 1
    condition = read_condition(inner)
    return None if condition is None else Indicator(condition, span=Span(start, stream.end))
