"""Functions of the sheet's mathematics, with or without brackets around what they are taken of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Expression, Function, Power, Span, Symbol, letter
from grader.symbolic.reading.groups import product
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.scripts import read_scripts

if TYPE_CHECKING:
    from grader.symbolic.reading.lexer import Token
    from grader.symbolic.reading.parser import Parser


def read_function(parser: Parser, name: str, span: Span) -> Expression:
    """A function behind its name; without brackets it is taken of all factors that follow, or of the first."""
    name = {"ln": "log"}.get(name, name)
    if name in {"softmax", "sigmoid"} and parser.stream.peek() is None:
        return Symbol(f"text {name}", span=span)  # the name of what is on the other side
    scripts = read_scripts(parser.stream)
    if scripts.indices or scripts.primes:
        raise ReadError(f"{name} with an index or a prime", span)
    token = parser.stream.peek()
    if token is not None and token.kind in {"(", "[", "{"}:
        parser.stream.next()
        argument = parser.expression()
        parser.close(token)
        result: Expression = Function(name, argument, span=Span(span.start, parser.stream.end))
        result = _power_of_call(parser, result, name, argument)
    else:
        factors = [parser.maybe_signed_factor()]
        if parser.goes_on():
            parser.ambiguities.add("narrow argument")
            while "narrow argument" not in parser.choose and parser.goes_on():
                factors.append(parser.factor())
        argument = product(factors)
        result = Function(name, argument, span=Span(span.start, argument.span.end))
    return parser.raised(result, scripts)


def read_best(parser: Parser, token: Token) -> Expression:
    r"""`\arg\min_w` of everything behind it."""
    scripts = read_scripts(parser.stream)
    if any(letter(index) not in {"w", "theta"} for index in scripts.indices) or scripts.superscript:
        raise ReadError("the optimum over something else than the weights", token.span)
    argument = parser.expression()
    return Function(token.value, argument, span=Span(token.span.start, argument.span.end))


def _power_of_call(parser: Parser, call: Expression, name: str, argument: Expression) -> Expression:
    r"""`\log(y)^t` is the power of a logarithm as it stands, and often means the logarithm of a power."""
    result = parser.power(call)
    if name != "log" or not isinstance(result, Power):
        return result
    parser.ambiguities.add("power inside")
    if "power inside" not in parser.choose:
        return result
    power = Power(argument, result.exponent, span=result.span)
    return Function(name, power, span=result.span)
