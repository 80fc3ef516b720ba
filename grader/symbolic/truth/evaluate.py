"""The value of an expression in a world, for all values of its free indices at once.

Every letter gets an axis of its own, so an array carries exactly the axes of the letters it depends on and
NumPy's broadcasting does the book-keeping. Scoping is literal: an inner sum over i hides the outer i.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import (
    NOWHERE,
    Activation,
    Add,
    Applied,
    Big,
    Divide,
    Expression,
    Function,
    Multiply,
    Negative,
    Number,
    Power,
    Symbol,
    letter,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.scope import Setting, index_letters, slots_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

AXES = 7
"""Axes of every array: more letters than this at once are not read."""

_FUNCTIONS = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt, "tanh": np.tanh}


@dataclass(slots=True)
class _Scope:
    """The letters that are bound where we are: letter -> its values, shaped along an axis of its own."""

    setting: Setting
    letters: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    used: int = 0

    def bind(self, name: str, values: NDArray[np.int64]) -> _Scope:
        if self.used == AXES:
            raise ReadError("too many indices at once", NOWHERE)
        shape = [1] * AXES
        shape[self.used] = len(values)
        return _Scope(self.setting, {**self.letters, name: values.reshape(shape)}, self.used + 1)


def compare(left: Expression, right: Expression, setting: Setting) -> bool:
    """Whether `left = right` holds for all values of the free indices of both.

    Raises:
        ReadError: one of the sides has no value here; the error carries the place.

    """
    with np.errstate(all="ignore"):
        a, b = both_sides(left, right, setting)
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        raise ReadError("has no finite value", right.span)
    scale = np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    return bool(np.max(np.abs(a - b) / scale) < 1e-8)


def both_sides(left: Expression, right: Expression, setting: Setting) -> tuple[NDArray[Any], NDArray[Any]]:
    """The values of two expressions for all values of their free indices, as arrays that broadcast.

    Raises:
        ReadError: one of them has no value here.

    """
    scope = _Scope(setting)
    for name in dict.fromkeys([*index_letters(left), *index_letters(right)]):
        slots = [*slots_of(left, name, setting), *slots_of(right, name, setting)]
        scope = scope.bind(name, _range(slots, setting, lower=1))
    return _value(left, scope), _value(right, scope)


def _range(slots: list[Any], setting: Setting, *, lower: int | None) -> NDArray[np.int64]:
    """Values of an index: of the layer where it is used first; from 0 where the bias unit belongs to the sum."""
    known = [slot for slot in slots if slot.layer >= 0]
    upper = setting.world.sizes[known[0].layer] if known else 3
    if lower is None:
        lower = 0 if any(slot.fan_in for slot in known) else 1
    return np.arange(lower, upper + 1)


def _value(node: Expression, scope: _Scope) -> NDArray[Any]:
    match node:
        case Number(value):
            return np.asarray(float(value))
        case Symbol():
            return _symbol(node, scope)
        case Applied(symbol) if symbol.name in {"y", "a", "z"}:
            return _symbol(symbol, scope)
        case Activation(label, argument, primes) if primes <= 1:
            layer = scope.setting.label(label, "h")
            if layer is None:
                raise ReadError("of which layer is this activation function?", node.span)
            if scope.setting.world.output == "softmax" and layer == scope.setting.world.layers:
                raise ReadError("the softmax acts on all units at once, this is not read", node.span)
            h = scope.setting.world.activation(layer)
            inner = _value(argument, scope)
            return h.derivative(inner) if primes else h(inner)
        case Function(name, argument) if name in _FUNCTIONS:
            return np.asarray(_FUNCTIONS[name](_value(argument, scope)))
        case Add(terms):
            return sum((_value(term, scope) for term in terms), np.asarray(0))
        case Negative(operand):
            return -_value(operand, scope)
        case Multiply(factors):
            product = np.asarray(1)
            for factor in factors:
                product = product * _value(factor, scope)
            return product
        case Divide(numerator, denominator):
            return np.asarray(_value(numerator, scope) / _value(denominator, scope))
        case Power(base, exponent):
            return np.asarray(_value(base, scope) ** _value(exponent, scope))
        case Big():
            return _big(node, scope)
    raise ReadError("this has no value here", node.span)


def _symbol(node: Symbol, scope: _Scope) -> NDArray[Any]:
    setting = scope.setting
    if node.name == "pi" and not node.indices:
        return np.asarray(np.pi)
    if node.name == "sigma" and not node.indices and node.label is None:
        return np.asarray(setting.world.sigma)
    table = setting.world.table(node.name, setting.label(node.label, node.name))
    if table is None:
        raise ReadError(f"{node.name} has no meaning here", node.span)
    if len(node.indices) != len(table.slots):
        raise ReadError(f"{node.name} needs {len(table.slots)} indices, not {len(node.indices)}", node.span)
    places = tuple(_index(index, scope) % setting.world.pad for index in node.indices)
    return np.asarray(table.values[places])


def _index(node: Expression, scope: _Scope) -> NDArray[np.int64]:
    if (name := letter(node)) is not None:
        if name not in scope.letters:
            raise ReadError(f"the index {name} has no value here", node.span)
        return scope.letters[name]
    if isinstance(node, Number) and node.value.denominator == 1:
        return np.asarray(int(node.value))
    if isinstance(node, Negative):
        return -_index(node.operand, scope)
    if isinstance(node, Add):
        return sum((_index(term, scope) for term in node.terms), np.asarray(0))
    raise ReadError("this index is not read", node.span)


def _big(node: Big, scope: _Scope) -> NDArray[Any]:
    if node.index is None:
        raise ReadError("the index of this sum is not written", node.span)
    slots = list(slots_of(node.body, node.index, scope.setting))
    lower = None
    if node.lower is not None:
        if not isinstance(node.lower, Number) or node.lower.value.denominator != 1:
            raise ReadError("this lower limit is not read", node.lower.span)
        lower = int(node.lower.value)
        if lower not in {0, 1}:
            raise ReadError("this lower limit is not read", node.lower.span)
    values = _range(slots, scope.setting, lower=lower)
    if isinstance(node.upper, Number):
        raise ReadError("a number as the upper limit is not read", node.upper.span)
    body = _value(node.body, scope.bind(node.index, values))
    axis = scope.used
    if body.ndim == 0 or body.shape[axis] == 1:
        # The letter does not occur in the body: every round adds the same.
        return body * len(values) if node.kind == "sum" else body ** len(values)
    return np.asarray(
        body.sum(axis=axis, keepdims=True) if node.kind == "sum" else body.prod(axis=axis, keepdims=True)
    )
