"""The name of a false step: the one edit that makes a line equal to the line before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.symbolic.derivations.equation import Grounds, moves
from grader.symbolic.mistakes.edits import Edit, single_edits
from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Big,
    Derivative,
    Expression,
    Function,
    Multiply,
    Negative,
    Number,
    Power,
    Span,
    Symbol,
    children,
    letter,
    number,
    transform,
    walk,
    with_child,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.scope import UNITS, index_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WORK = 12_000
"""Nodes that are evaluated in search of the edit: work and not time, so that it is the same on every machine."""
MAX_SIZE = 150
"""Nodes of a line beyond which no small correction is looked for."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What went wrong in one line, and where."""

    codes: tuple[str, ...]
    span: Span
    repaired: Expression


def name_slip(before: Expression, line: Expression, grounds: Grounds) -> Slip | None:
    """What makes a line equal to what stands before it: one edit, or the index of the data point where it must stand.

    None if there is no such thing.
    """
    setting = grounds.frames[0][0]
    if setting.strict and setting.data is not None:
        point = Symbol(setting.data)
        said = (_with_point(before, point), _with_point(line, point))
        if said != (before, line):
            return _with_points(said, line, grounds)
    return _one_edit(before, line, grounds)


def _with_points(said: tuple[Expression, Expression], line: Expression, grounds: Grounds) -> Slip | None:
    """The slip where an index of the data point is missing, and perhaps one more."""
    try:
        if grounds.holds(*said) is not None:
            return Slip(("wrong_index",), line.span, said[1])
    except ReadError:
        return None
    further = _one_edit(*said, grounds)
    return None if further is None else replace(further, codes=("wrong_index", *further.codes))


def _with_point(node: Expression, point: Symbol) -> Expression:
    """The expression with the index of the data point on everything that needs one."""

    def change(part: Expression) -> Expression:
        if isinstance(part, Symbol) and UNITS.get(part.name) == len(part.indices) == 1:
            return replace(part, indices=(point, *part.indices))
        return part

    return transform(node, change)


def _one_edit(before: Expression, line: Expression, grounds: Grounds) -> Slip | None:
    """The single edit of a line that makes it equal to what stands before it; None if there is none."""
    size = sum(1 for _ in walk(line))
    if size > MAX_SIZE:
        return None
    if moves(before, line, grounds, ("negated",)) is not None:
        return Slip(("sign_error",), line.span, Negative(line))
    trials = max(MAX_WORK // size, 20)
    # The first understanding decides; more would only find more accidental repairs.
    usual = replace(grounds, one_hot=())
    for edit in _edits(before, line):
        if trials <= 0:
            return None
        trials -= 1
        try:
            if usual.holds(before, edit.result) is not None:
                return Slip((edit.code,), edit.span, edit.result)
        except ReadError:
            continue
    return None


def _edits(before: Expression, line: Expression) -> Iterator[Edit]:
    """Edits of a line, the likeliest slips first."""
    yield from _renamed_free_letter(before, line)
    letters = tuple(
        dict.fromkeys(
            Symbol(name) for name in (*index_letters(before), *index_letters(line)) if "_" not in name
        )
    )
    yield from _indices(line, letters)
    labels = _labels(before, line)
    yield from single_edits(line, None, labels)
    yield from _everywhere(line)
    for name in ("t", "y"):
        for index in letters[:3]:
            term = Symbol(name, indices=(index,))
            yield Edit("missing_term", line.span, Add((line, term)))
            yield Edit("missing_term", line.span, Add((line, Negative(term))))
    for factor in (Symbol("N"), Symbol("D"), Power(Symbol("N"), number(-1)), Power(Symbol("D"), number(-1))):
        code = "wrong_factor" if isinstance(factor, Symbol) else "missing_factor"
        yield Edit(
            "missing_factor" if isinstance(factor, Symbol) else code, line.span, Multiply((factor, line))
        )


def _renamed_free_letter(before: Expression, line: Expression) -> Iterator[Edit]:
    """The free index of the line by the name that it has before."""
    left, right = set(index_letters(before)), set(index_letters(line))
    for name in sorted(right - left):
        for other in sorted(left - right):
            yield Edit("free_index_mismatch", line.span, _with_letter(line, name, other))


def _with_letter(node: Expression, name: str, other: str) -> Expression:
    """The expression with a free index letter exchanged."""
    if isinstance(node, Symbol):
        indices = tuple(Symbol(other) if letter(index) == name else index for index in node.indices)
        return replace(node, indices=indices)
    if isinstance(node, Big) and node.index == name:
        return node
    for field, at, part in children(node):
        if field not in {"label", "lower", "upper"}:
            node = with_child(node, field, at, _with_letter(part, name, other))
    return node


def _indices(node: Expression, letters: tuple[Symbol, ...]) -> Iterator[Edit]:
    """One index of one symbol exchanged for another letter in scope, or that of the data point added or dropped."""
    if isinstance(node, Symbol):
        yield from _indices_of(node, letters)
        return
    if isinstance(node, Big) and node.index is not None:
        own = Symbol(node.index)
        for other in letters:
            if other != own:
                renamed = replace(node, index=other.name)
                yield Edit("wrong_index", node.span, renamed)
        letters = (*letters, own)
    for field, at, part in children(node):
        if field not in {"label", "lower", "upper"}:
            for edit in _indices(part, letters):
                yield replace(edit, result=with_child(node, field, at, edit.result))


def _indices_of(node: Symbol, letters: tuple[Symbol, ...]) -> Iterator[Edit]:
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
    yield from _lost_index(node, letters)
    if len(node.indices) > units:
        for at in range(len(node.indices)):
            indices = (*node.indices[:at], *node.indices[at + 1 :])
            yield Edit("wrong_index", node.span, replace(node, indices=indices))


def _lost_index(node: Symbol, letters: tuple[Symbol, ...]) -> Iterator[Edit]:
    """An index put where one is missing."""
    if len(node.indices) == UNITS.get(node.name, 0) - 1:
        for other in letters:
            for at in range(len(node.indices) + 1):
                indices = (*node.indices[:at], other, *node.indices[at:])
                yield Edit("wrong_index", node.span, replace(node, indices=indices))


def lacks_an_index(before: Expression, line: Expression, grounds: Grounds) -> bool:
    """Whether a line that has no value is equal to what stands before it as soon as one index is put in."""
    letters = tuple(Symbol(name) for name in dict.fromkeys((*index_letters(before), *_bound(line))))
    for part in walk(line):
        if not isinstance(part, Symbol):
            continue
        for edit in _lost_index(part, letters):
            try:
                if grounds.holds(before, _exchanged(line, part, edit.result)) is not None:
                    return True
            except ReadError:
                continue
    return False


def _exchanged(node: Expression, old: Expression, new: Expression) -> Expression:
    """The expression with one part of it, at its one place, exchanged."""
    return transform(node, lambda part: new if part is old else part)


def _bound(node: Expression) -> Iterator[str]:
    """The letters that sums in an expression bind."""
    return (part.index for part in walk(node) if isinstance(part, Big) and part.index is not None)


def _everywhere(node: Expression) -> Iterator[Edit]:
    """Edits of functions, powers, sums and symbols that formulas of the forward pass do not need."""
    yield from _here(node)
    if isinstance(node, Symbol):
        return
    for field, at, part in children(node):
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
        case Function(_, argument):
            yield Edit("wrong_factor", node.span, argument)
        case Big():
            yield Edit("extra_term", node.span, node.body)
            if node.kind == "prod":
                yield Edit("wrong_factor", node.span, replace(node, kind="sum"))
        case Multiply() | Derivative():
            for factor in (Number(Fraction(2)), Number(Fraction(1, 2)), Number(Fraction(-1))):
                code = "sign_error" if factor.value < 0 else "wrong_factor"
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
