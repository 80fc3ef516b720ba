"""What was read as a SymPy expression, and its canonical form: equal for formulas that differ in spelling only.

Dummy indices are named by their depth, free ones by their order on the left side, ranges follow from use; SymPy sorts
factors and terms. Two equal forms are a proof. Different ones say nothing: then worlds decide.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy

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

if TYPE_CHECKING:
    from collections.abc import Mapping

_FUNCTIONS = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "tanh": sympy.tanh}


class NoFormError(Exception):
    """There is no SymPy form of this: cases, ellipses, sums under a condition."""


def to_sympy(node: Expression, letters: Mapping[str, sympy.Symbol] | None = None) -> Any:
    """The expression in SymPy: Indexed, Sum, Product, Derivative and undefined functions for activations.

    `letters` says how free index letters are called; others keep their names.

    Raises:
        NoFormError: it has none.

    """
    return _convert(node, dict(letters or {}), 0)


@lru_cache(maxsize=4096)
def canonical(left: Expression, right: Expression) -> Any | None:
    """The right side of an equation with the free letters of its left side named by their order; None without one."""
    free = list(dict.fromkeys(_letters_of(left)))
    try:
        return to_sympy(right, {name: sympy.Symbol(f"f{at}", integer=True) for at, name in enumerate(free)})
    except NoFormError:
        return None


def same(left: Expression, right: Expression) -> bool:
    """Whether two expressions have the same canonical form, free letters and all."""
    try:
        return bool(_form(left) == _form(right))
    except NoFormError:
        return False


@lru_cache(maxsize=4096)
def _form(node: Expression) -> Any:
    return to_sympy(node)


def _letters_of(node: Expression) -> list[str]:
    names = [letter(index) for part in walk(node) if isinstance(part, Symbol) for index in part.indices]
    return [name for name in names if name is not None]


def _convert(node: Expression, letters: dict[str, sympy.Symbol], depth: int) -> Any:
    def convert(part: Expression) -> Any:
        return _convert(part, letters, depth)

    match node:
        case Number(value):
            return sympy.Rational(value.numerator, value.denominator)
        case Symbol():
            return _symbol(node, letters)
        case Applied(symbol, arguments, given):
            said = [to_latex(part) for part in (*arguments, *given)]
            return sympy.Function(f"of {', '.join(said)}")(convert(symbol))
        case Activation(label, argument, primes):
            name = "h" + "'" * primes + (f"_{to_latex(label)}" if label is not None else "")
            return sympy.Function(name)(convert(argument))
        case Function(name, argument):
            return _FUNCTIONS.get(name, sympy.Function(name))(convert(argument))
        case Add(terms):
            return sympy.Add(*map(convert, terms))
        case Negative(operand):
            return -convert(operand)
        case Multiply(factors):
            return sympy.Mul(*map(convert, factors))
        case Divide(numerator, denominator):
            return convert(numerator) / convert(denominator)
        case Power(base, exponent):
            return convert(base) ** convert(exponent)
        case Norm(argument) | Transpose(argument):
            return sympy.Function(type(node).__name__)(convert(argument))
        case Derivative(of, by):
            variable = convert(by)
            if not isinstance(variable, (sympy.Symbol, sympy.Indexed)):
                raise NoFormError("a derivative by something that is no variable")
            return sympy.Derivative(convert(of), variable, evaluate=False)
        case Big():
            return _big(node, letters, depth)
    raise NoFormError(type(node).__name__)


def _symbol(node: Symbol, letters: Mapping[str, sympy.Symbol]) -> Any:
    label = f"^{to_latex(node.label)}" if node.label is not None else ""
    name = node.name + label
    if not node.indices:
        return sympy.Symbol(name)
    return sympy.IndexedBase(name)[tuple(_index(index, letters) for index in node.indices)]


def _index(node: Expression, letters: Mapping[str, sympy.Symbol]) -> Any:
    name = letter(node)
    if name is not None:
        return letters.get(name, sympy.Symbol(name, integer=True))
    match node:
        case Number(value):
            return sympy.Integer(int(value))
        case Negative(operand):
            return -_index(operand, letters)
        case Add(terms):
            return sympy.Add(*(_index(term, letters) for term in terms))
    raise NoFormError("an index that is none")


def _big(node: Big, letters: dict[str, sympy.Symbol], depth: int) -> Any:
    """A sum or product over a dummy that is named by its depth, from where its use says to the end of its range."""
    if node.index is None or node.excluding is not None:
        raise NoFormError("a sum under a condition")
    dummy = sympy.Symbol(f"i{depth}", integer=True)
    body = _convert(node.body, {**letters, node.index: dummy}, depth + 1)
    used = any(node.index in (letter(index) for index in part.indices) for part in _symbols(node.body))
    # Where the index is used its range follows; otherwise the limit says how many terms there are.
    end = (
        sympy.Symbol("end") if used else sympy.Symbol(to_latex(node.upper) if node.upper is not None else "?")
    )
    start = sympy.Integer(_start(node)) if node.lower is None else _index(node.lower, letters)
    kind = sympy.Sum if node.kind == "sum" else sympy.Product
    return kind(body, (dummy, start, end))


def _start(node: Big) -> int:
    """Where a sum begins whose lower limit is not written: at 0 where the bias unit belongs to it."""
    inputs = any(
        letter(part.indices[-1]) == node.index
        for part in _symbols(node.body)
        if len(part.indices) == {"w": 2, "x": 1}.get(part.name)
    )
    return 0 if inputs else 1


def _symbols(node: Expression) -> list[Symbol]:
    return [part for part in walk(node) if isinstance(part, Symbol)]
