"""Single edits of a formula: the one place where a sign, a term, an index or a label went wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.symbolic.mistakes.repairs import is_bias, minus_one
from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Big,
    Expression,
    Multiply,
    Negative,
    Span,
    Symbol,
    letter,
    number,
    with_child,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Edit:
    """What undoes a mistake: the mistake's code, its place, and the formula without it."""

    code: str
    span: Span
    result: Expression


def single_edits(node: Expression, free: Symbol | None, labels: tuple[Expression, ...]) -> Iterator[Edit]:
    """Every formula that is one edit away; `free` is the index of the left side, `labels` the layers there are."""
    letters = (free,) if free is not None else ()
    yield Edit("sign_error", node.span, _negated(node))
    yield from _edits(node, letters, labels)
    if free is not None:
        for name in ("t", "y"):
            missing = Symbol(name, indices=(free,))
            yield Edit("missing_term", node.span, Add((node, missing)))
            yield Edit("missing_term", node.span, Add((node, Negative(missing))))
    for label in labels:
        yield Edit("missing_activation", node.span, Activation(label, node))
    for factor in (number(2), number(Fraction(1, 2))):
        yield Edit("missing_factor", node.span, Multiply((factor, node)))


def _edits(node: Expression, letters: tuple[Symbol, ...], labels: tuple[Expression, ...]) -> Iterator[Edit]:
    yield from _here(node, letters, labels)
    if isinstance(node, Big) and node.index is not None:
        letters = (*letters, Symbol(node.index))
    if isinstance(node, Symbol):
        return
    for name, at, part in node.parts:
        if name in {"label", "lower", "upper"}:
            continue
        for edit in _edits(part, letters, labels):
            yield replace(edit, result=with_child(node, name, at, edit.result))


def _here(node: Expression, letters: tuple[Symbol, ...], labels: tuple[Expression, ...]) -> Iterator[Edit]:
    match node:
        case Add(terms):
            for at, term in enumerate(terms):
                rest = (*terms[:at], *terms[at + 1 :])
                without = rest[0] if len(rest) == 1 else replace(node, terms=rest)
                yield Edit("bias_double" if is_bias(term) else "extra_term", term.span, without)
                yield Edit(
                    "sign_error",
                    term.span,
                    replace(node, terms=(*terms[:at], _negated(term), *terms[at + 1 :])),
                )
        case Negative(operand):
            yield Edit("sign_error", node.span, operand)
        case Multiply(factors):
            for at, factor in enumerate(factors):
                rest = (*factors[:at], *factors[at + 1 :])
                yield Edit(
                    "wrong_factor", factor.span, rest[0] if len(rest) == 1 else replace(node, factors=rest)
                )
        case Big(_, index, _, _, body) if index is not None:
            for factor in _inputs(index, labels):
                yield Edit("missing_factor", node.span, replace(node, body=Multiply((body, factor))))
        case Activation(_, argument):
            yield Edit("missing_activation", node.span, argument)
            for label in labels:
                yield Edit("missing_activation", node.span, replace(node, label=label))
        case Symbol():
            yield from _symbol_edits(node, letters, labels)


def _symbol_edits(
    node: Symbol, letters: tuple[Symbol, ...], labels: tuple[Expression, ...]
) -> Iterator[Edit]:
    for at, index in enumerate(node.indices):
        for other in letters:
            if letter(index) != letter(other):
                indices = (*node.indices[:at], other, *node.indices[at + 1 :])
                yield Edit("wrong_index", node.span, replace(node, indices=indices))
    if len(node.indices) == 2:
        yield Edit("transposed_weight", node.span, replace(node, indices=node.indices[::-1]))
    if node.name in {"w", "a", "z", "delta"}:
        for label in labels:
            yield Edit("wrong_layer", node.span, replace(node, label=label))
    if len(node.indices) in {1, 2} and node.name in {"a", "z", "x", "y", "t"}:
        yield Edit("wrong_symbol", node.span, replace(node, name="x", label=None))
        for label in labels:
            for name in ("a", "z"):
                if name != node.name:
                    yield Edit("wrong_symbol", node.span, replace(node, name=name, label=label))


def _inputs(index: str, labels: tuple[Expression, ...]) -> Iterator[Expression]:
    unit = (Symbol(index),)
    yield Symbol("x", indices=unit)
    for label in labels:
        yield Symbol("z", label, unit)
        yield Symbol("z", minus_one(label), unit)


def _negated(node: Expression) -> Expression:
    return node.operand if isinstance(node, Negative) else Negative(node)
