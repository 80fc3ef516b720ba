"""The canonical form of what was read: equal for formulas that differ in spelling only.

Dummy indices are named by their depth, free ones by their order on the left side, ranges follow from use; factors and terms have no order. Two
equal forms are a proof. Different ones say nothing: then worlds decide.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Applied,
    Big,
    Derivative,
    Divide,
    Expression,
    Function,
    Multiply,
    Negative,
    Norm,
    Number,
    Power,
    Symbol,
    Transpose,
    letter,
    walk,
)
from grader.symbolic.reading.latex import to_latex
from grader.symbolic.truth.normal_form import HALF, ONE, E, add, logarithm, multiply, power

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.symbolic.truth.normal_form import Form


class NoFormError(Exception):
    """There is no form of this: cases, ellipses, sums under a condition."""


@lru_cache(maxsize=4096)
def canonical(left: Expression, right: Expression) -> Form | None:
    """The right side of an equation with the free letters of its left side named by their order; None without one."""
    free = list(dict.fromkeys(_letters_of(left)))
    try:
        return _form(right, {name: f"free {at}" for at, name in enumerate(free)}, 0)
    except (NoFormError, ZeroDivisionError):
        return None


def same(left: Expression, right: Expression) -> bool:
    """Whether two expressions have the same canonical form, free letters and all."""
    try:
        return _own_form(left) == _own_form(right)
    except (NoFormError, ZeroDivisionError):
        return False


@lru_cache(maxsize=4096)
def _own_form(node: Expression) -> Form:
    return _form(node, {}, 0)


def _letters_of(node: Expression) -> list[str]:
    names = [letter(index) for part in walk(node) if isinstance(part, Symbol) for index in part.indices]
    return [name for name in names if name is not None]


def _form(node: Expression, letters: Mapping[str, str], depth: int) -> Form:
    """The form of an expression; `letters` says how index letters are called, others keep their names.

    Raises:
        NoFormError: it has none.
        ZeroDivisionError: it divides by zero.

    """

    def form(part: Expression) -> Form:
        return _form(part, letters, depth)

    match node:
        case Number(value):
            return value
        case Symbol():
            return _symbol(node, letters)
        case Applied(symbol, arguments, given):
            return ("of", *(to_latex(part) for part in (*arguments, *given)), form(symbol))
        case Activation(label, argument, primes):
            return ("h", primes, to_latex(label) if label is not None else None, form(argument))
        case Function(name, argument):
            return _function(name, form(argument))
        case Add(terms):
            return add(map(form, terms))
        case Negative(operand):
            return multiply((-ONE, form(operand)))
        case Multiply(factors):
            return multiply(map(form, factors))
        case Divide(numerator, denominator):
            return multiply((form(numerator), power(form(denominator), -ONE)))
        case Power(base, exponent):
            return power(form(base), form(exponent))
        case Norm(argument) | Transpose(argument):
            return (type(node).__name__, form(argument))
        case Derivative(of, by):
            variable = by if isinstance(by, Symbol) else None
            if variable is None:
                raise NoFormError("a derivative by something that is no variable")
            return ("derivative", form(of), form(variable))
        case Big():
            return _big(node, letters, depth)
    raise NoFormError(type(node).__name__)


def _function(name: str, argument: Form) -> Form:
    match name:
        case "exp":
            return power(E, argument)
        case "sqrt":
            return power(argument, HALF)
        case "log":
            return logarithm(argument)
    return (name, argument)


def _symbol(node: Symbol, letters: Mapping[str, str]) -> Form:
    label = to_latex(node.label) if node.label is not None else None
    return ("symbol", node.name, label, *(_index(index, letters) for index in node.indices))


def _index(node: Expression, letters: Mapping[str, str]) -> Form:
    name = letter(node)
    if name is not None:
        return ("index", letters.get(name, name))
    match node:
        case Number(value):
            return value
        case Negative(operand):
            return multiply((-ONE, _index(operand, letters)))
        case Add(terms):
            return add(_index(term, letters) for term in terms)
    raise NoFormError("an index that is none")


def _big(node: Big, letters: Mapping[str, str], depth: int) -> Form:
    """A sum or product over a dummy that is named by its depth, from where its use says to the end of its range."""
    if node.index is None or node.excluding is not None:
        raise NoFormError("a sum under a condition")
    dummy = f"dummy {depth}"
    body = _form(node.body, {**letters, node.index: dummy}, depth + 1)
    used = any(node.index in (letter(index) for index in part.indices) for part in _symbols(node.body))
    # Where the index is used its range follows; otherwise the limit says how many terms there are.
    end = "end" if used else to_latex(node.upper) if node.upper is not None else "?"
    start = _start(node) if node.lower is None else _index(node.lower, letters)
    return ("big", node.kind, body, dummy, start, end)


def _start(node: Big) -> Form:
    """Where a sum begins whose lower limit is not written: at 0 where the bias unit belongs to it."""
    inputs = any(
        letter(part.indices[-1]) == node.index
        for part in _symbols(node.body)
        if len(part.indices) == {"w": 2, "x": 1}.get(part.name)
    )
    return Fraction(0) if inputs else ONE


def _symbols(node: Expression) -> list[Symbol]:
    return [part for part in walk(node) if isinstance(part, Symbol)]
