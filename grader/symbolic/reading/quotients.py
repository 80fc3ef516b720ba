"""Fractions, and derivatives, which look like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Derivative, Divide, Expression, Span
from grader.symbolic.reading.groups import is_partial, product
from grader.symbolic.reading.lexer import ReadError

if TYPE_CHECKING:
    from grader.symbolic.reading.lexer import Token
    from grader.symbolic.reading.parser import Parser

DELTA = r"\delta where \partial is meant"
NO_PARTIAL = r"\partial is missing below the line"


def read_fraction(parser: Parser, token: Token) -> Expression:
    r"""`\frac{...}{...}`: a derivative where the numerator begins with, or has a factor before, a `\partial`."""
    numerator, denominator = parser.stream.group(), parser.stream.group()
    span = Span(token.span.start, parser.stream.end)
    if _is_delta(numerator) and _is_delta(denominator):
        parser.stream.repairs.append(DELTA)
        return _derivative(parser, numerator[1:], denominator[1:], span)
    at = next((place for place in range(len(numerator)) if _begins_derivative(numerator[place:])), None)
    if at is not None and (at == 0 or is_partial(denominator[:1])):
        if is_partial(denominator[:1]):
            denominator = denominator[1:]
        else:
            parser.stream.repairs.append(NO_PARTIAL)
        derivative = _derivative(parser, numerator[at + 1 :], denominator, span)
        return product([parser.sub(numerator[:at]), derivative]) if at else derivative
    top, bottom = parser.sub(numerator), parser.sub(denominator)
    return parser.power(Divide(top, bottom, span=span))


def _begins_derivative(tokens: list[Token]) -> bool:
    r"""Whether tokens begin with the sign of a derivative that says below the line by what it is taken."""
    return is_partial(tokens[:1]) and not (len(tokens) > 1 and tokens[1].kind == "_")


def _is_delta(tokens: list[Token]) -> bool:
    r"""Whether tokens begin with a delta that carries no scripts, as in `\frac{\delta E}{\delta a_j}`."""
    if not tokens or tokens[0].value not in {"delta", "Delta"}:
        return False
    return len(tokens) == 1 or tokens[1].kind not in {"_", "^"}


def _derivative(parser: Parser, numerator: list[Token], denominator: list[Token], span: Span) -> Expression:
    by = parser.sub(denominator)
    if numerator:
        return Derivative(parser.sub(numerator), by, span=span)
    return _applied_to_the_rest(parser, by, span.start)


def read_partial(parser: Parser, token: Token) -> Expression:
    r"""`\partial_{a_j} E`, or a derivative in one line: `\partial E / \partial a_j`."""
    stream = parser.stream
    if stream.take("_"):
        by = parser.sub(stream.group())
        of = parser.factor()
        return Derivative(of, by, span=Span(token.span.start, of.span.end))
    of = parser.factor()
    slash, below = stream.peek(), stream.peek(1)
    if slash is None or slash.kind != "/" or below is None or below.value != token.value:
        raise ReadError(r"\partial of something, by what?", token.span)
    stream.next()
    stream.next()
    by = parser.factor()
    return Derivative(of, by, span=Span(token.span.start, by.span.end))


def read_gradient(parser: Parser, token: Token) -> Expression:
    r"""`\nabla_{a} E`: the derivative by all of a."""
    parser.stream.take("_")
    by = parser.sub(parser.stream.group())
    return _applied_to_the_rest(parser, by, token.span.start)


def _applied_to_the_rest(parser: Parser, by: Expression, start: int) -> Expression:
    """A derivative in front of what it is taken of."""
    following = parser.stream.peek()
    signed = following is not None and following.kind in {"+", "-"}
    of = parser.signed_term() if signed else parser.term()
    return Derivative(of, by, span=Span(start, of.span.end))
