"""Every line that is one edit away from the one that was written, the likeliest slips first."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.symbolic.derivations.left_out import put_back
from grader.symbolic.mistakes.edits import Edit, single_edits
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
    Number,
    Power,
    Symbol,
    letter,
    number,
    transform,
    walk,
    with_child,
    with_letters,
)
from grader.symbolic.truth.scope import UNITS, index_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def line_edits(before: Expression, line: Expression, known: Sequence[Expression]) -> Iterator[Edit]:
    """Edits of a line, the likeliest slips first."""
    yield from _renamed_free_letter(before, line)
    letters = _letters(before, line)
    yield from _indices(line, letters)
    labels = _labels(before, line)
    yield from single_edits(line, None, labels)
    yield from _everywhere(line)
    yield from _exchanged_symbols(line)
    yield from _sums_for_one_unit(before, line)
    yield from put_back(before, line, known)


def _exchanged_symbols(line: Expression) -> Iterator[Edit]:
    """Targets and outputs each in the other's place."""

    def change(node: Expression) -> Expression:
        match node:
            case Symbol("t"):
                return replace(node, name="y")
            case Symbol("y"):
                return replace(node, name="t")
            case Applied(Symbol("t", None, indices), (Symbol("x", None, point),)):
                return Symbol("t", indices=(*indices, *point))  # its symbol has been exchanged already
        return node

    yield Edit("wrong_symbol", line.span, transform(line, change))


def _sums_for_one_unit(before: Expression, line: Expression) -> Iterator[Edit]:
    """What is summed where one unit is meant: that of a letter that is free before."""
    for name in dict.fromkeys(index_letters(before)):
        for part in walk(line):
            if isinstance(part, Big) and part.index is not None:
                one = with_letters(part.body, {part.index: Symbol(name)})
                yield Edit("free_index_mismatch", part.span, exchanged(line, part, one))


def exchanged(node: Expression, old: Expression, new: Expression) -> Expression:
    """The expression with one part of it, at its one place, exchanged."""
    return transform(node, lambda part: new if part is old else part)


def _letters(*sides: Expression) -> tuple[Symbol, ...]:
    """The free index letters of both sides, as they are written."""
    names = {name for side in sides for name in index_letters(side)}
    written = (
        index
        for side in sides
        for part in walk(side)
        if isinstance(part, Symbol)
        for index in part.indices
        if isinstance(index, Symbol) and letter(index) in names
    )
    return tuple(dict.fromkeys(written))


def _renamed_free_letter(before: Expression, line: Expression) -> Iterator[Edit]:
    """The free index of the line by the name that it has before."""
    left, right = set(index_letters(before)), set(index_letters(line))
    for name in sorted(right - left):
        for other in sorted(left - right):
            yield Edit("free_index_mismatch", line.span, with_letters(line, {name: Symbol(other)}))


def _indices(node: Expression, letters: tuple[Symbol, ...]) -> Iterator[Edit]:
    """One index of one symbol exchanged for another letter in scope, or that of the data point added or dropped."""
    if isinstance(node, Symbol):
        yield from index_edits(node, letters)
        return
    if isinstance(node, Big) and node.index is not None:
        own = Symbol(node.index)
        for other in letters:
            if other != own:
                renamed = replace(node, index=other.name)
                yield Edit("wrong_index", node.span, renamed)
        letters = (*letters, own)
    for field, at, part in node.parts:
        if field not in {"label", "lower", "upper"}:
            for edit in _indices(part, letters):
                yield replace(edit, result=with_child(node, field, at, edit.result))


def index_edits(node: Symbol, letters: tuple[Symbol, ...]) -> Iterator[Edit]:
    """One index of a symbol exchanged, added or dropped."""
    units = UNITS.get(node.name)
    if units is None:
        return
    for at, index in enumerate(node.indices):
        for other in letters:
            if letter(index) != letter(other):
                indices = (*node.indices[:at], other, *node.indices[at + 1 :])
                yield Edit("wrong_index", node.span, replace(node, indices=indices))
    if len(node.indices) == units:
        for other in letters:
            yield Edit("wrong_index", node.span, replace(node, indices=(*node.indices, other)))
    yield from _with_an_index(node, letters)
    if len(node.indices) > units:
        for at in range(len(node.indices)):
            indices = (*node.indices[:at], *node.indices[at + 1 :])
            yield Edit("wrong_index", node.span, replace(node, indices=indices))


def _with_an_index(node: Symbol, letters: tuple[Symbol, ...]) -> Iterator[Edit]:
    """An index put where one is missing."""
    if len(node.indices) == UNITS.get(node.name, 0) - 1:
        for other in letters:
            for at in range(len(node.indices) + 1):
                indices = (*node.indices[:at], other, *node.indices[at:])
                yield Edit("wrong_index", node.span, replace(node, indices=indices))


def _everywhere(node: Expression) -> Iterator[Edit]:
    """Edits of functions, powers, sums and symbols that formulas of the forward pass do not need."""
    yield from _here(node)
    if isinstance(node, Symbol):
        return
    for field, at, part in node.parts:
        if field not in {"label", "lower", "upper", "by", "symbol", "arguments", "given"}:
            for edit in _everywhere(part):
                yield replace(edit, result=with_child(node, field, at, edit.result))


def _here(node: Expression) -> Iterator[Edit]:
    match node:
        case Symbol(name) if name in {"t", "y"}:
            yield Edit("wrong_symbol", node.span, replace(node, name="y" if name == "t" else "t"))
        case Symbol("sigma"):
            yield Edit("wrong_factor", node.span, Power(node, number(2)))
        case Activation(_, _, primes):
            yield Edit("missing_activation", node.span, replace(node, primes=1 - min(primes, 1)))
        case Power(base, exponent):
            yield Edit("wrong_factor", node.span, base)
            if isinstance(exponent, Number):
                yield Edit("sign_error", node.span, replace(node, exponent=Number(-exponent.value)))
        case Applied(Symbol("y", None, indices), (Symbol("x", None, point),)):
            yield Edit("wrong_symbol", node.span, Symbol("t", indices=(*indices, *point)))
        case Derivative(of, Symbol() as by):
            if isinstance(of, Symbol) and of.name in UNITS:
                yield Edit("wrong_factor", node.span, Derivative(by, of))
        case Divide(numerator, denominator):
            yield Edit("wrong_factor", node.span, Divide(denominator, numerator))
        case Function(_, argument):
            yield Edit("wrong_factor", node.span, argument)
        case Big():
            yield Edit("extra_term", node.span, node.body)
            if node.lower == number(1):
                yield Edit("bias_missing", node.span, replace(node, lower=number(0)))
            yield Edit(
                "wrong_factor", node.span, replace(node, kind="sum" if node.kind == "prod" else "prod")
            )
    if isinstance(node, (Multiply, Derivative)):
        for factor in (Number(Fraction(2)), Number(Fraction(1, 2)), Number(Fraction(-1))):
            code = "sign_error" if factor.value < 0 else "missing_factor"
            yield Edit(code, node.span, Multiply((factor, node)))
    if isinstance(node, (Symbol, Function, Multiply, Activation)):
        yield Edit("missing_term", node.span, Function("exp", node))
        yield Edit("missing_term", node.span, Function("log", node))


def _labels(before: Expression, line: Expression) -> tuple[Expression, ...]:
    """Layer labels that occur in either line, and those that the sheet uses beside them."""
    found = [
        node.label
        for side in (before, line)
        for node in walk(side)
        if isinstance(node, (Symbol, Activation)) and node.label is not None
    ]
    general, last = Symbol("l"), Symbol("L")
    usual: list[Expression] = []
    if any(label == general or isinstance(label, Add) for label in found):
        usual = [general, Add((general, number(1))), Add((general, Negative(number(1)))), last]
    return tuple(dict.fromkeys([*found, *usual]))
