"""Small questions about runs of tokens and expressions that the grammar asks again and again."""

from __future__ import annotations

from itertools import pairwise

from grader.symbolic.reading.expression import Condition, Expression, Multiply, Span, letter
from grader.symbolic.reading.lexer import ReadError, Token
from grader.symbolic.reading.scripts import read_index


def lower_limits(group: list[Token]) -> list[tuple[str, Expression | None]]:
    """What stands below a sum: `i=0`, `i`, a bare size such as `N`, or several letters `n, k`."""
    parts = split_at_commas(group)
    limits = [_lower_limit(part) for part in parts]
    if len(parts) > 1 and any(lower is not None for _, lower in limits):
        raise ReadError("a sum under a condition", group[0].span)
    return limits


def split_at_commas(tokens: list[Token]) -> list[list[Token]]:
    """The runs of tokens between commas."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _lower_limit(group: list[Token]) -> tuple[str, Expression | None]:
    if not group or any(token.kind == "command" and token.value == "in" for token in group):
        raise ReadError("a sum under a condition", group[0].span if group else Span(0, 0))
    for at, token in enumerate(group):
        if token.kind == "=":
            name = letter(read_index(group[:at]))
            if name is None:
                raise ReadError("the index of this sum is no letter", group[0].span)
            return name, read_index(group[at + 1 :]) if group[at + 1 :] else None
    name = letter(read_index(group))
    if name is None:
        raise ReadError("the index of this sum is not written", group[0].span)
    return name, None


def excluded(group: list[Token]) -> tuple[list[Token], Expression | None]:
    r"""What stands below a sum without its condition, and the value that the condition leaves out: `k \neq j`."""
    for at, token in enumerate(group):
        if token.kind == "command" and token.value == "neq":
            return group[:at], read_index(group[at + 1 :])
    return group, None


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


def read_condition(tokens: list[Token]) -> Condition | None:
    r"""What a case is said to hold for: `\text{if } j = k`; None for all the rest.

    Raises:
        ReadError: there is a condition that is none between two indices.

    """
    kept = [token for token in tokens if token.kind not in {"text", "&", ",", ".", ";", ":"}]
    for at, token in enumerate(kept):
        unequal = token.kind == "command" and token.value == "neq"
        if token.kind == "=" or unequal:
            left, right = read_index(kept[:at]), read_index(kept[at + 1 :])
            return Condition(left, right, equal=not unequal, span=over(left, right))
    if kept:
        raise ReadError("this condition is not read", kept[0].span)
    return None
