"""Small questions about runs of tokens and expressions that the grammar asks again and again."""

from __future__ import annotations

from itertools import pairwise

from grader.symbolic.reading.expression import Expression, Multiply, Span, letter
from grader.symbolic.reading.lexer import ReadError, Token
from grader.symbolic.reading.scripts import read_index


def lower_limit(group: list[Token]) -> tuple[str | None, Expression | None]:
    """What stands below a sum: `i=0`, `i`, or a bare size such as `N`."""
    if any(
        token.kind == "," or (token.kind == "command" and token.value in {"neq", "in"}) for token in group
    ):
        raise ReadError("a sum under a condition", group[0].span)
    for at, token in enumerate(group):
        if token.kind == "=":
            return letter(read_index(group[:at])), read_index(group[at + 1 :]) if group[at + 1 :] else None
    only = read_index(group)
    name = letter(only)
    if name is None or name[0].isupper():
        raise ReadError("the index of this sum is not written", group[0].span)
    return name, None


def product(factors: list[Expression]) -> Expression:
    return factors[0] if len(factors) == 1 else Multiply(tuple(factors), span=over(factors[0], factors[-1]))


def over(first: Expression, last: Expression) -> Span:
    return Span(first.span.start, last.span.end)


def adjacent(tokens: list[Token]) -> bool:
    return all(left.span.end == right.span.start for left, right in pairwise(tokens))


def is_partial(tokens: list[Token]) -> bool:
    return any(
        (token.kind == "command" and token.value in {"partial", "nabla"})
        or (token.kind == "letter" and token.value == "d")
        for token in tokens
    )
