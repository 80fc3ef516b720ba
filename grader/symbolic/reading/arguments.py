r"""Lists of arguments that say what a quantity depends on: `y_k(\mathbf{x}_n)`, `p(t|x, w)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Dots, Expression, Power, Symbol
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.stream import CLOSING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.symbolic.reading.lexer import Token
    from grader.symbolic.reading.parser import Parser

Arguments = tuple[tuple[Expression, ...], tuple[Expression, ...]]
"""Before and behind the bar."""

_CALLED = frozenset({"E", "p", "mathcal N", "mathcal L", "f", "g", "L", "J", "l"})
"""Letters behind which a bracket is a list of arguments and no factor."""
_DEPENDENT = frozenset({"y", "a", "z", "delta"})
"""Letters behind which it is one if it names inputs or weights only."""
_OF_POINTS = _DEPENDENT | {"x", "t", "E"}
"""Letters behind which it is one if it is a single letter that may count data points."""
_NO_INDICES = frozenset("adehpstwxyz")
"""Small letters that count nothing, or hardly."""


def read_arguments(parser: Parser, symbol: Symbol) -> Arguments | None:
    """The arguments behind a symbol, if what follows in brackets is such a list and no factor."""
    stream = parser.stream
    token = stream.peek()
    if token is not None and (point := _point_in_brackets(parser, symbol)) is not None:
        stream.at += 3
        return (point,), ()
    if token is None or token.kind != "(":
        return None
    stream.next()
    start, end = stream.at, stream.matching()
    # Where the closing bracket is lost, the arguments end with the formula.
    content = stream.slice(start, end if end is not None else stream.length)
    stream.at -= 1
    if not content:
        return None
    always = symbol.name.removesuffix("'") in _CALLED or " " in symbol.name
    always = always or (symbol.name == "N" and any(inner.kind == "|" for inner in content))
    try:
        arguments, given = _lists(parser, content)
    except ReadError:
        return None
    said = (*arguments, *given)
    always = always or all(isinstance(part, Symbol) and _is_all_weights(part) for part in said)
    plain = all(_is_input_or_weights(part) for part in said)
    if not (plain and symbol.name in _DEPENDENT) and not always:
        return None
    if end is None:
        stream.repairs.append("the closing ) for ( is missing")
    stream.at = stream.length if end is None else end + 1
    return arguments, given


def _point_in_brackets(parser: Parser, symbol: Symbol) -> Expression | None:
    r"""The letter of `\delta_j^{(l)}(n)` or `a_j[n]`, which may say which data point is meant; no factor stands so."""
    bracket, inside = parser.stream.peek(), parser.stream.group_ahead()
    if symbol.name not in _OF_POINTS or bracket is None or bracket.kind not in {"(", "["} or len(inside) != 1:
        return None
    (token,) = inside
    is_index = token.kind == "letter" and token.value.islower() and token.value not in _NO_INDICES
    return parser.apart(inside) if is_index else None


def _is_input_or_weights(node: Expression) -> bool:
    base = node.base if isinstance(node, Power) else node  # `x^n` may be the n-th input
    return isinstance(base, Symbol) and (base.name == "x" or _is_all_weights(base))


def _is_all_weights(node: Symbol) -> bool:
    return node.name in {"w", "theta"} and not node.indices and node.label is None


def _lists(parser: Parser, tokens: Sequence[Token]) -> Arguments:
    """`t | x, w` as two tuples of expressions, split at the bar and at commas outside brackets."""
    lists: list[list[list[Token]]] = [[[]]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.kind, 0)
        if depth == 0 and token.kind in {"|", ";"}:
            lists.append([[]])
        elif depth == 0 and token.kind == ",":
            lists[-1].append([])
        else:
            lists[-1][-1].append(token)
    read_lists = [
        tuple(argument for part in parts for argument in _argument(parser, part)) for parts in lists
    ]
    return read_lists[0], tuple(part for parts in read_lists[1:] for part in parts)


def _argument(parser: Parser, tokens: list[Token]) -> tuple[Expression, ...]:
    r"""One argument; a set `\{ t_n \}_{n=1}^N`, or `t_{1:N}`, is a list of all its members."""
    if (edges := _ends_of_range(tokens)) is not None:
        first, last = (parser.apart(edge) for edge in edges)
        return first, Dots(span=first.span), last
    if tokens and tokens[0].value == "{" and _is_set(tokens):
        closing = CLOSING[tokens[0].kind]
        ends = [at for at, token in enumerate(tokens) if token.kind == closing and token.value == "}"]
        if ends and all(
            token.kind in {"_", "^", "{", "}", "=", "letter", "number"} for token in tokens[ends[-1] + 1 :]
        ):
            member = parser.apart(tokens[1 : ends[-1]])
            return member, Dots(span=member.span)
    return (parser.apart(tokens),)


def _ends_of_range(tokens: list[Token]) -> tuple[list[Token], list[Token]] | None:
    r"""The first and the last of `t_{1:N}` or `t_{1,\ldots,N}`; None if the index is no such range."""
    inside = [at for at, token in enumerate(tokens) if token.kind == ":" or token.value == "ldots"]
    if len(inside) != 1 or tokens[-1].kind != "}":
        return None
    (at,) = inside
    start = max((place for place in range(at) if tokens[place].kind == "{"), default=0)
    if tokens[start - 1].kind != "_":
        return None
    low = [token for token in tokens[start + 1 : at] if token.kind != ","]
    high = [token for token in tokens[at + 1 : -1] if token.kind != ","]
    if len(low) != 1 or len(high) != 1:
        return None
    return [*tokens[: start + 1], *low, tokens[-1]], [*tokens[: start + 1], *high, tokens[-1]]


def _is_set(tokens: list[Token]) -> bool:
    r"""Whether braces are those of a set: `\{t_n\}`, or `{t_n}` where the backslashes were forgotten."""
    if tokens[0].kind == "(":
        return True
    return tokens[-1].value == "}" and any(token.kind == "_" for token in tokens)
