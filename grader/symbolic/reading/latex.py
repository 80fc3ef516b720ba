"""Expression back to LaTeX: how an answer was read, for the person who wrote it."""

from __future__ import annotations

from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Applied,
    Big,
    Case,
    Cases,
    Condition,
    Derivative,
    Divide,
    Dots,
    Expression,
    Function,
    Indicator,
    Multiply,
    Negative,
    Norm,
    Number,
    Power,
    Symbol,
    Transpose,
    Where,
)
from grader.symbolic.reading.notation import GREEK, LAYERED

_SUM, _PRODUCT, _ATOM = range(3)
"""How tightly a piece of LaTeX holds together."""


def to_latex(node: Expression) -> str:
    """LaTeX that reads back as the same expression."""
    return _print(node)[0]


def _print(node: Expression) -> tuple[str, int]:
    match node:
        case Number(value):
            return _number(node), _ATOM if value.denominator == 1 else _PRODUCT
        case Dots():
            return r"\ldots", _ATOM
        case Symbol():
            return _symbol(node), _ATOM
        case Activation(label, argument, primes):
            name = "h" + "'" * primes + (f"_{{{to_latex(label)}}}" if label is not None else "")
            return f"{name}({to_latex(argument)})", _ATOM
        case Function("abs", argument):
            return f"| {to_latex(argument)} |", _ATOM
        case Function("argmin" | "argmax" as name, argument):
            return rf"(\{name} {to_latex(argument)})", _ATOM
        case Function("sqrt", argument):
            return rf"\sqrt{{{to_latex(argument)}}}", _ATOM
        case Function(name, argument):
            head = (
                rf"\{name}" if name in {"log", "exp", "tanh", "max", "min", "det"} else rf"\mathrm{{{name}}}"
            )
            return f"{head}({to_latex(argument)})", _ATOM
        case Applied():
            return _applied(node), _ATOM
        case Big():
            return _big(node), _PRODUCT
        case Derivative(of, by):
            return rf"\frac{{\partial {_tight(of, _PRODUCT)}}}{{\partial {to_latex(by)}}}", _ATOM
        case Cases(cases):
            rows = r" \\ ".join(_case(case) for case in cases)
            return rf"\begin{{cases}} {rows} \end{{cases}}", _ATOM
        case Indicator(condition):
            return f"[{_condition(condition)}]", _ATOM
        case _:
            return _operation(node)


def _operation(node: Expression) -> tuple[str, int]:
    match node:
        case Norm(argument):
            return rf"\| {to_latex(argument)} \|", _ATOM
        case Transpose(argument):
            return f"({to_latex(argument)})^{{T}}", _ATOM
        case Where(body, name, value):
            return rf"(({to_latex(body)})|_{{{name} = {to_latex(value)}}})", _ATOM
        case Add(terms):
            return _add(terms), _SUM
        case Negative(operand):
            return f"-{_tight(operand, _PRODUCT)}", _SUM
        case Multiply(factors):
            return _multiply(factors), _PRODUCT
        case Divide(numerator, denominator):
            return rf"\frac{{{to_latex(numerator)}}}{{{to_latex(denominator)}}}", _ATOM
        case Power(base, exponent):
            plain = isinstance(base, Number) or (
                isinstance(base, Symbol) and base.label is None and base.name not in LAYERED
            )
            inner = to_latex(base) if plain else f"({to_latex(base)})"
            return f"{inner}^{{{to_latex(exponent)}}}", _ATOM
    raise TypeError(type(node).__name__)


def _add(terms: tuple[Expression, ...]) -> str:
    printed = _tight(terms[0], _PRODUCT) if isinstance(terms[0], Add) else to_latex(terms[0])
    for term in terms[1:]:
        if isinstance(term, Negative):
            printed += f" - {_tight(term.operand, _PRODUCT)}"
        else:
            printed += f" + {_tight(term, _PRODUCT)}"
    return printed


def _multiply(factors: tuple[Expression, ...]) -> str:
    pieces = []
    for at, factor in enumerate(factors):
        last = at == len(factors) - 1
        # A sum swallows what stands behind it, and a number behind a factor would merge with it.
        open_ended = isinstance(factor, Big) and not last
        text = f"({to_latex(factor)})" if open_ended else _tight(factor, _PRODUCT)
        if isinstance(factor, Multiply) or (at and isinstance(factor, Number)):
            text = f"({to_latex(factor)})"
        pieces.append(text)
    return r" \, ".join(pieces)


def _tight(node: Expression, at_least: int) -> str:
    text, strength = _print(node)
    return text if strength >= at_least else f"({text})"


def _number(node: Number) -> str:
    if node.value.denominator == 1:
        return str(node.value.numerator)
    return f"{float(node.value):f}".rstrip("0")


def _symbol(node: Symbol) -> str:
    name = node.name
    primes = len(name) - len(name.rstrip("'"))
    name = name.rstrip("'")
    font, _, last = name.rpartition(" ")
    text = rf"\{last}" if last in GREEK else last
    if font:
        text = rf"\{font}{{{text}}}"
    if node.bold:
        text = rf"\mathbf{{{text}}}"
    text += "'" * primes
    if node.label is not None:
        text += f"^{{({to_latex(node.label)})}}"
    if node.indices:
        plain = all(
            isinstance(index, Symbol) and not index.indices and index.name not in GREEK
            for index in node.indices
        )
        text += "_{" + ("" if plain else ", ").join(to_latex(index) for index in node.indices) + "}"
    return text


def _applied(node: Applied) -> str:
    arguments = ", ".join(to_latex(part) for part in node.arguments)
    given = ", ".join(to_latex(part) for part in node.given)
    bar = rf" \mid {given}" if given else ""
    return f"{_symbol(node.symbol)}({arguments}{bar})"


def _big(node: Big) -> str:
    below = node.index or ""
    if node.lower is not None:
        below += f"={to_latex(node.lower)}"
    if node.excluding is not None:
        below += rf" \neq {to_latex(node.excluding)}"
    limits = (f"_{{{below}}}" if below else "") + (
        f"^{{{to_latex(node.upper)}}}" if node.upper is not None else ""
    )
    return rf"\{node.kind}{limits} {_tight(node.body, _PRODUCT)}"


def _case(case: Case) -> str:
    if case.condition is None:
        return rf"{to_latex(case.value)} & \text{{otherwise}}"
    return rf"{to_latex(case.value)} & \text{{if }} {_condition(case.condition)}"


def _condition(condition: Condition) -> str:
    mark = "=" if condition.equal else r"\neq"
    return f"{to_latex(condition.left)} {mark} {to_latex(condition.right)}"
