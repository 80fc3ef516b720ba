"""Repairs of whole classes of slips, by structure: each rebuilds one aspect of a formula as a network demands it.

None of them knows the answer. `relink` sets every index from the nesting of sums and activations, `relabel` every
layer label from the layer around it, and so on; whether the outcome is right is for the worlds to say. If a repair
makes a formula true, the slip that it undoes is the mistake.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Applied,
    Big,
    Expression,
    Multiply,
    Negative,
    Number,
    Symbol,
    letter,
    number,
    transform,
    with_child,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_UNITS = frozenset({"x", "z", "a", "y", "t", "delta"})
"""Symbols with one index, that of a unit."""


def relink(node: Expression, unit: Symbol) -> Expression:
    """The formula with fresh dummies and every index as the nesting demands, `unit` being the free one."""
    return _relink(node, unit, None, _fresh())


def rename_dummies(node: Expression) -> Expression:
    """The formula with the same fresh dummies as `relink` takes, every other index as it was written."""
    return _rename(node, {}, _fresh())


def _fresh() -> Iterator[Symbol]:
    return (Symbol(f"unit{number}") for number in count(1))


def _relink(node: Expression, unit: Symbol, dummy: Symbol | None, fresh: Iterator[Symbol]) -> Expression:
    """Set the indices below `node`; inside a sum `dummy` runs over the layer below `unit`."""
    if isinstance(node, Symbol):
        if node.name == "w" and len(node.indices) == 2:
            second = node.indices[1] if dummy is None or isinstance(node.indices[1], Number) else dummy
            return replace(node, indices=(unit, second))
        if node.name in _UNITS and len(node.indices) == 1 and not isinstance(node.indices[0], Number):
            return replace(node, indices=(dummy or unit,))
        return node
    if isinstance(node, Applied):
        return node
    if isinstance(node, Activation):
        return replace(node, argument=_relink(node.argument, dummy or unit, None, fresh))
    if isinstance(node, Big) and node.kind == "sum":
        inner = next(fresh)
        return replace(node, index=inner.name, body=_relink(node.body, dummy or unit, inner, fresh))
    return _map(node, lambda part: _relink(part, unit, dummy, fresh))


def _rename(node: Expression, names: dict[str, Symbol], fresh: Iterator[Symbol]) -> Expression:
    if isinstance(node, Symbol):
        indices = tuple(names.get(letter(index) or "", index) for index in node.indices)
        return replace(node, indices=indices)
    if isinstance(node, Applied):
        return node
    if isinstance(node, Activation):
        return replace(node, argument=_rename(node.argument, names, fresh))
    if isinstance(node, Big) and node.kind == "sum":
        inner = next(fresh)
        return replace(
            node, index=inner.name, body=_rename(node.body, {**names, node.index or "": inner}, fresh)
        )
    return _map(node, lambda part: _rename(part, names, fresh))


def relabel(node: Expression, layer: Expression | None) -> Expression:
    """The formula with every layer label as the layer around it demands; `layer` is that of the left side."""
    if isinstance(node, Activation):
        inner = layer if layer is not None else node.label
        return replace(node, label=inner, argument=relabel(node.argument, inner))
    if isinstance(node, Big):
        return replace(node, body=_relabel_sum(node.body, layer))
    if isinstance(node, Symbol) and node.name in {"w", "a", "z", "delta"} and layer is not None:
        return replace(node, label=layer)
    return node if isinstance(node, Symbol) else _map(node, lambda part: relabel(part, layer))


def _relabel_sum(node: Expression, layer: Expression | None) -> Expression:
    below = None if layer is None else minus_one(layer)
    if isinstance(node, Symbol):
        if layer is None or node.name not in {"w", "a", "z"}:
            return node
        return replace(node, label=layer if node.name == "w" else below)
    if isinstance(node, Activation):
        inner = below if below is not None else node.label
        return replace(node, label=inner, argument=relabel(node.argument, inner))
    if isinstance(node, Big):
        return replace(node, body=_relabel_sum(node.body, below))
    return _map(node, lambda part: _relabel_sum(part, layer))


def minus_one(label: Expression) -> Expression:
    """The label of the layer below."""
    if isinstance(label, Number):
        return number(label.value - 1)
    if isinstance(label, Add) and len(label.terms) == 2 and label.terms[1] == number(1):
        return label.terms[0]
    return Add((label, Negative(number(1))))


def fold_bias(node: Expression) -> Expression:
    """Every sum over inputs of a unit starts at 0, and no bias is written beside it."""

    def change(part: Expression) -> Expression:
        if isinstance(part, Add):
            kept = tuple(term for term in part.terms if not is_bias(term))
            return kept[0] if len(kept) == 1 else replace(part, terms=kept) if kept else part
        if isinstance(part, Big) and _sums_inputs(part):
            return replace(part, lower=number(0))
        return part

    return transform(node, change)


def is_bias(node: Expression) -> bool:
    """Whether a term is a bias written out, `w_{j0}`."""
    return isinstance(node, Symbol) and node.name == "w" and node.indices[1:] == (number(0),)


def _sums_inputs(node: Big) -> bool:
    """Whether a sum runs over what comes into a unit: a weight stands in it."""
    factors = node.body.factors if isinstance(node.body, Multiply) else (node.body,)
    return node.kind == "sum" and any(isinstance(factor, Symbol) and factor.name == "w" for factor in factors)


def swap_symbols(node: Expression) -> Expression:
    """What a weight multiplies is z of the layer below (x in the first layer); what h is applied to is a."""
    if isinstance(node, Activation):
        argument = node.argument
        if isinstance(argument, Symbol) and argument.name == "z":
            return replace(node, argument=replace(argument, name="a"))
        return replace(node, argument=swap_symbols(argument))
    if isinstance(node, Multiply):
        weights = [part for part in node.factors if isinstance(part, Symbol) and part.name == "w"]
        if len(weights) == 1:
            return replace(node, factors=tuple(_as_input(part, weights[0]) for part in node.factors))
    return node if isinstance(node, Symbol) else _map(node, swap_symbols)


def _as_input(node: Expression, weight: Symbol) -> Expression:
    if not isinstance(node, Symbol) or node.name not in {"a", "z", "x", "y"}:
        return node if isinstance(node, Symbol) else swap_symbols(node)
    if weight.label == number(1):
        return replace(node, name="x", label=None)
    if node.name == "z":
        return node
    below = node.label if node.label is not None or weight.label is None else minus_one(weight.label)
    return replace(node, name="z", label=below)


def insert_activations(node: Expression) -> Expression:
    """Between two layers stands an activation: sums directly inside sums get one."""

    def change(part: Expression) -> Expression:
        if not isinstance(part, Big) or not isinstance(part.body, Multiply):
            return part
        weights = [
            factor for factor in part.body.factors if isinstance(factor, Symbol) and factor.name == "w"
        ]
        if len(weights) != 1 or weights[0].label is None:
            return part
        below = minus_one(weights[0].label)
        factors = tuple(
            Activation(below, factor, span=factor.span) if _is_pre_activation(factor) else factor
            for factor in part.body.factors
        )
        return replace(part, body=replace(part.body, factors=factors))

    return transform(node, change)


def _is_pre_activation(node: Expression) -> bool:
    if isinstance(node, Add):
        return all(_is_pre_activation(term) or is_bias(term) for term in node.terms)
    return isinstance(node, Big)


def _map(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    for name, at, part in node.parts:
        node = with_child(node, name, at, change(part))
    return node
