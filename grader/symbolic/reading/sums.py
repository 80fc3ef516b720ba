"""Sums and products: their limits, as students write them, and their bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from grader.symbolic.reading.expression import Big, Expression, Multiply, Span, Symbol, letter
from grader.symbolic.reading.groups import excluded, lower_limits, product
from grader.symbolic.reading.lexer import ReadError

if TYPE_CHECKING:
    from grader.symbolic.reading.lexer import Token
    from grader.symbolic.reading.parser import Parser

BIG: dict[str, Literal["sum", "prod"]] = {"sum": "sum", "prod": "prod"}
MAX_NESTED = 8
NO_INDEX = "the index of a sum is not written"


def read_sum(parser: Parser, token: Token) -> Expression:
    r"""A sum or product behind its command; `\sum_{n,k}` is one over each letter."""
    parser.sums += 1
    if parser.sums > MAX_NESTED:
        raise ReadError("too many sums", token.span)
    stream = parser.stream
    limits: list[tuple[str, Expression | None]] = []
    upper = excluding = None
    while (mark := stream.peek()) is not None and (
        mark.kind in {"_", "^"} or (mark.kind == "{" and _is_lost_limit(parser))
    ):
        if mark.kind == "{":
            stream.repairs.append("the underscore before the limit of a sum is missing")
        else:
            stream.next()
        group = stream.group()
        if (mark.kind == "^" and upper is not None) or (mark.kind != "^" and limits):
            raise ReadError("a second limit of the same kind", mark.span)
        if mark.kind == "^":
            upper = parser.sub(group) if group else None
        elif group:
            group, excluding = excluded(group)
            limits = lower_limits(group)
    if len(limits) > 1 and (upper is not None or excluding is not None):
        raise ReadError("one limit for several indices", token.span)
    first, upper = _index_of_size(limits[0] if limits else None, upper)
    body = parser.signed_term()
    if first[0] is None and len(names := index_letters_of(body)) == 1:
        stream.repairs.append(NO_INDEX)
        first = (names.pop(), None)
    span = Span(token.span.start, body.span.end)
    kind = BIG[token.value]
    body, behind = _split_at_same_index(parser, kind, first[0], body)
    for index, lower in reversed(limits[1:]):
        body = Big(kind, index, lower, None, body, span=span)
    big = Big(kind, *first, upper, body, excluding, span=span)
    return product([big, *behind]) if behind else big


def _split_at_same_index(
    parser: Parser, kind: str, index: str | None, body: Expression
) -> tuple[Expression, tuple[Expression, ...]]:
    r"""The body up to a second sum over the same letter: `\prod_n a_n \prod_n b_n` are two products side by side.

    As it stands the second one is inside of the first; for products nobody means that, for sums both are readings.
    """
    factors = body.factors if isinstance(body, Multiply) else (body,)
    at = next((at for at, one in enumerate(factors) if isinstance(one, Big) and one.index == index and at), 0)
    if not at or index is None:
        return body, ()
    if kind == "sum":
        parser.ambiguities.add("sums side by side")
        if "sums side by side" not in parser.choose:
            return body, ()
    return product(list(factors[:at])), factors[at:]


def index_letters_of(node: Expression) -> set[str]:
    """The letters that count something in a formula and are bound in no sum of it."""
    found: set[str] = set()
    if isinstance(node, Symbol):
        return {name for index in node.indices if (name := letter(index)) is not None}
    for field, _, part in node.parts:
        if field not in {"lower", "upper", "label"}:
            found |= index_letters_of(part)
    return found - {node.index} if isinstance(node, Big) else found


def _is_lost_limit(parser: Parser) -> bool:
    r"""Whether the group at the place is a limit whose underscore was eaten: `\sum{n=1}^N`."""
    return any(token.kind == "=" for token in parser.stream.group_ahead())


def _index_of_size(
    limit: tuple[str, Expression | None] | None, upper: Expression | None
) -> tuple[tuple[str | None, Expression | None], Expression | None]:
    r"""`\sum_N` and `\sum^N`: the size is written for the index, which is the small letter of the same name."""
    index, lower = limit or (None, None)
    if index is not None and index.isupper() and upper is None:
        return (index.lower(), lower), Symbol(index)
    size = letter(upper)
    if index is None and size is not None and size.isupper():
        return (size.lower(), lower), upper
    return (index, lower), upper
