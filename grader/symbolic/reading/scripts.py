r"""Subscripts, superscripts and primes: which is a layer label, which are indices, which is a power.

Students write `w^{(2)}_{ji}`, `w_{ji}^{2}`, `w_{j,i}^{(l-1)}`, `z^L_j`, `a^{(l)_j}`: the same thing in five ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Add, Expression, Negative, Number, Span, Symbol
from grader.symbolic.reading.lexer import ReadError, Token
from grader.symbolic.reading.notation import GREEK

if TYPE_CHECKING:
    from grader.symbolic.reading.stream import TokenStream


MAX_DIGITS = 6
_TRANSPOSED = frozenset({"T", "top", "intercal"})


@dataclass(slots=True)
class Scripts:
    """What hangs on one symbol."""

    indices: list[Expression] = field(default_factory=list)
    superscript: list[Token] | None = None
    primes: int = 0
    transposed: bool = False
    end: int = 0

    def label(self, *, bare: bool) -> Expression | None:
        """The superscript as a layer label: in parentheses or brackets, or also without where `bare` says so."""
        tokens = self.superscript
        if not tokens:
            return None
        if (parts := _label_and_index(tokens)) is not None:
            self.indices.extend(read_indices(parts[1]))
            return read_index(parts[0])
        if tokens[0].kind in {"(", "["} and tokens[-1].kind in {")", "]"}:
            return read_index(tokens[1:-1])
        return read_index(tokens) if bare else None


def _label_and_index(tokens: list[Token]) -> tuple[list[Token], list[Token]] | None:
    """A layer label and an index that share a superscript, as in `^{(l,n)}`, `^{(l),n}` or `^{(n)(l)}`; None without both."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind in {",", ")", "]"}:
            parts.append([])
        elif token.kind not in {"(", "["}:
            parts[-1].append(token)
    parts = [part for part in parts if part]
    if len(parts) != 2:
        return None
    first, second = (_may_be_an_index(part) for part in parts)
    if first is second:
        return None
    return (parts[1], parts[0]) if first else (parts[0], parts[1])


def _may_be_an_index(tokens: list[Token]) -> bool:
    """Whether tokens are a small letter that stands for no layer."""
    return (
        len(tokens) == 1
        and tokens[0].kind == "letter"
        and tokens[0].value.islower()
        and tokens[0].value != "l"
    )


def read_scripts(stream: TokenStream) -> Scripts:
    """Read everything that hangs on the symbol before the stream's place, in any order."""
    scripts = Scripts(end=stream.end)
    while (token := stream.peek()) is not None and token.kind in {"_", "^", "'"}:
        stream.next()
        scripts.end = token.span.end
        if token.kind == "'":
            scripts.primes += 1
            continue
        group = stream.group()
        scripts.end = stream.end
        if token.kind == "_":
            scripts.indices.extend(read_indices(group))
        else:
            _superscript(scripts, group, token)
    return scripts


def _superscript(scripts: Scripts, group: list[Token], mark: Token) -> None:
    depth = 0
    kept: list[Token] = []
    for token in group:
        depth += {"{": 1, "}": -1}.get(token.kind, 0)
        if token.kind == "'" and depth == 0 and not (kept and kept[-1].kind in {"letter", "_"}):
            scripts.primes += 1
        else:
            kept.append(token)
    group = kept
    for at, token in enumerate(group):
        if token.kind == "_" and group[0].kind == "(" and group[at - 1].kind == ")":
            # `a^{(l)_j}`: a brace in the wrong place, the index stands inside the superscript's group.
            scripts.indices.extend(
                read_indices([inner for inner in group[at + 1 :] if inner.kind not in "{}"])
            )
            group = group[:at]
            break
    if group and group[-1].value in _TRANSPOSED and len(group) != 2:
        # `W^{(2)T}`, `w^T`; in `M^{nT}` the T is a factor.
        scripts.transposed = True
        group = group[:-1]
    if not group:
        return
    if scripts.superscript:
        raise ReadError("a second superscript", mark.span)
    scripts.superscript = group


def read_indices(tokens: list[Token]) -> list[Expression]:
    """The indices in a subscript: `ji`, `j, i`, `i_1`, `l-1`, `j0`; several letters are several indices."""
    indices: list[Expression] = []
    sign = None
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind in {",", "(", ")", "{", "}"} or token.value == "mathbf":
            at += 1
            continue
        if token.kind in {"+", "-"}:
            sign, at = token, at + 1
            continue
        index, at = _one_index(tokens, at)
        if sign is not None and indices:
            term = Negative(index, span=index.span) if sign.kind == "-" else index
            before = indices.pop()
            indices.append(Add((before, term), span=Span(before.span.start, index.span.end)))
        elif sign is not None:
            raise ReadError("an index with a sign", sign.span)
        else:
            indices.append(index)
        sign = None
    return indices


def _one_index(tokens: list[Token], at: int) -> tuple[Expression, int]:
    token = tokens[at]
    at += 1
    if token.kind == "number":
        if not token.value.isdigit() or len(token.value) > MAX_DIGITS:
            return _bad(token), at
        return Number(Fraction(int(token.value)), span=token.span), at
    if token.kind != "letter" and not (token.kind == "command" and token.value in GREEK):
        return _bad(token), at
    name, end, below = token.value, token.span.end, []
    while at < len(tokens) and tokens[at].kind == "'":
        name, end, at = name + "'", tokens[at].span.end, at + 1
    if at + 1 < len(tokens) and tokens[at].kind == "_":
        group, at = _nested(tokens, at + 1)
        below = read_indices(group)
        end = tokens[at - 1].span.end
    elif at + 1 < len(tokens) and tokens[at].kind == "^":
        group, at = _nested(tokens, at + 1)
        end = tokens[at - 1].span.end
        name += "'" * sum(inner.kind == "'" for inner in group)
        if any(inner.kind != "'" for inner in group):
            raise ReadError("a superscript on an index", tokens[at - 1].span)
    return Symbol(name, indices=tuple(below), span=Span(token.span.start, end)), at


def _nested(tokens: list[Token], at: int) -> tuple[list[Token], int]:
    """The group or single token at `at`, and the place behind it."""
    token = tokens[at]
    if token.kind == "number" and len(token.value) > 1:
        # TeX takes one digit: `w_{i_20}` is i_2 and 0.
        place = token.span.start
        digit = Token("number", token.value[0], Span(place, place + 1))
        tokens[at : at + 1] = [digit, Token("number", token.value[1:], Span(place + 1, token.span.end))]
    if token.kind != "{":
        return [tokens[at]], at + 1
    depth, start = 1, at + 1
    at = start
    while at < len(tokens) and depth:
        depth += {"{": 1, "}": -1}.get(tokens[at].kind, 0)
        at += 1
    return tokens[start : at - 1], at


def read_index(tokens: list[Token]) -> Expression:
    """A label or limit such as `l`, `l-1`, `2`, `M_{l-1}`.

    Raises:
        ReadError: it is not one such expression.

    """
    indices = read_indices(
        [token for token in tokens if token.kind not in {"{", "}"}] if not _has_scripts(tokens) else tokens
    )
    if len(indices) != 1:
        span = Span(tokens[0].span.start, tokens[-1].span.end) if tokens else Span(0, 0)
        raise ReadError("a single label was expected", span)
    return indices[0]


def _has_scripts(tokens: list[Token]) -> bool:
    return any(token.kind in {"_", "^"} for token in tokens)


def _bad(token: Token) -> Expression:
    raise ReadError(f"{token.value!r} is no index", token.span)
