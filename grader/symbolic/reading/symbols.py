"""Letters with everything that hangs on them: layer label, indices, arguments; and activations, which look like them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.symbolic.reading.arguments import read_arguments
from grader.symbolic.reading.expression import (
    Activation,
    Applied,
    Derivative,
    Expression,
    Span,
    Symbol,
    Transpose,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.notation import LAYERED, SAME
from grader.symbolic.reading.scripts import Scripts, read_scripts

if TYPE_CHECKING:
    from grader.symbolic.reading.parser import Parser

_FUNCTION_LETTERS = frozenset({"sigma", "phi", "varphi", "psi", "rho", "tau", "f", "g", "s"})
"""Letters that other books give to activation functions."""


def read_symbol(
    parser: Parser, name: str, span: Span, *, bold: bool = False, inner: Symbol | None = None
) -> Expression:
    """A letter with its scripts and arguments; `inner` is what stood in braces before them, as in `{w}_{ji}`."""
    name = SAME.get(name, name)
    scripts = read_scripts(parser.stream)
    span = Span(span.start, max(scripts.end, span.end))
    label = scripts.label(bare=name in LAYERED)
    indices = (*(inner.indices if inner else ()), *scripts.indices)
    if name == "h":
        return _activation(parser, label, indices, scripts, span)
    if scripts.primes:
        name += "'" * scripts.primes
    if name in _FUNCTION_LETTERS and not scripts.superscript and _applied_to_a_sum(parser):
        raise ReadError(f"{name} stands where the sheet has h: is it the same function?", span)
    symbol = Symbol(name, label or (inner.label if inner else None), indices, bold, span=span)
    if (arguments := read_arguments(parser, symbol)) is not None:
        applied = Applied(symbol, *arguments, span=Span(span.start, parser.stream.end))
        if (
            scripts.primes == 1
            and not scripts.superscript
            and (derivative := _derivative(applied)) is not None
        ):
            return parser.power(derivative)
        before = applied if label is not None else parser.raised(applied, scripts)
        return _after_arguments(parser, applied) if before is applied else before
    if label is None:
        return parser.raised(symbol, scripts)
    return Transpose(symbol, span=span) if scripts.transposed else symbol


def _applied_to_a_sum(parser: Parser) -> bool:
    return any(inner.kind == "command" and inner.value == "sum" for inner in parser.stream.group_ahead())


def _derivative(node: Applied) -> Derivative | None:
    r"""`J'(v)` as the derivative of J by v; None where it does not say by what alone."""
    if len(node.arguments) != 1 or node.given:
        return None
    function = replace(node.symbol, name=node.symbol.name.removesuffix("'"))
    return Derivative(function, node.arguments[0], span=node.span)


def _after_arguments(parser: Parser, applied: Applied) -> Expression:
    scripts = read_scripts(parser.stream)
    return parser.raised(applied, scripts) if not scripts.indices else _indexed(parser, applied, scripts)


def _indexed(parser: Parser, applied: Applied, scripts: Scripts) -> Expression:
    r"""`\mathbf{y}(\mathbf{x})_k`: the index stands behind the call."""
    symbol = Symbol(
        applied.symbol.name,
        applied.symbol.label,
        (*applied.symbol.indices, *scripts.indices),
        span=applied.symbol.span,
    )
    return parser.raised(Applied(symbol, applied.arguments, applied.given, span=applied.span), scripts)


def _activation(
    parser: Parser, label: Expression | None, indices: tuple[Expression, ...], scripts: Scripts, span: Span
) -> Expression:
    if label is None and len(indices) == 1:
        label = indices[0]
    elif len(indices) > (label is None):
        raise ReadError("an activation with several indices", span)
    token = parser.stream.peek()
    if token is None or token.kind not in {"(", "[", "{"}:
        raise ReadError("an activation without its argument", span)
    parser.stream.next()
    argument = parser.expression()
    parser.close(token)
    node = Activation(label, argument, scripts.primes, span=Span(span.start, parser.stream.end))
    return parser.power(node)
