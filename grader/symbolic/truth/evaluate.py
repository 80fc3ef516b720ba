"""The value of an expression in a world, for all values of its free indices at once.

Every letter gets an axis of its own, so an array carries exactly the axes of the letters it depends on and
NumPy's broadcasting does the book-keeping. Scoping is literal: an inner sum over i hides the outer i. The first axis
is that of a vector's components.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Applied,
    Big,
    Cases,
    Condition,
    Derivative,
    Divide,
    Expression,
    Function,
    Indicator,
    Multiply,
    Negative,
    Norm,
    Number,
    Power,
    Symbol,
    Where,
    number,
    walk,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.activations import activation_value, softmax
from grader.symbolic.truth.bindings import Bindings, NotFiniteError, length, range_of, same_length
from grader.symbolic.truth.definitions import where_value
from grader.symbolic.truth.derivatives import best_weights, derivative_value, worst_weights
from grader.symbolic.truth.products import (
    bars_value,
    determinant_value,
    norm_value,
    power_value,
    product_value,
    sum_value,
)
from grader.symbolic.truth.quantities import applied_value, symbol_value
from grader.symbolic.truth.scope import Setting, as_meant, data_letters, free_letters, slots_of
from grader.symbolic.truth.sums import big_value, cases_value, holds, indicator_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

TOLERANCE = 1e-8
"""Relative; doubles leave 1e-12 or so after a few hundred operations."""
ROUNDING = 1e-14
"""Absolute; what is left of small terms that cancel."""
CANCELLED = 1e-11
"""Absolute, where terms of any size are said to cancel: beside a zero that was written."""


def compare(left: Expression, right: Expression, setting: Setting, where: Condition | None = None) -> bool:
    """Whether `left = right` holds for all values of the free indices of both, or for those that `where` allows.

    Raises:
        ReadError: one of the sides has no value here; the error carries the place.

    """
    with np.errstate(all="ignore"):
        a, b, allowed = _sides(left, right, setting, where)
    if length(a) != length(b) and not any(isinstance(side, Number) for side in (left, right)):
        raise ReadError(
            "a vector stands on one side, and a number or another vector on the other", right.span
        )
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        raise NotFiniteError("has no finite value", right.span)
    # Likelihoods of several points are tiny: only a relative difference tells them apart.
    scale = np.maximum(np.abs(a), np.abs(b))
    wrong = np.abs(a - b) > TOLERANCE * scale + (CANCELLED if number(0) in (left, right) else ROUNDING)
    if length(wrong) > 1:
        wrong = wrong[1:]  # unit 0 of a vector is the bias
    return not bool(np.any(wrong & allowed))


def both_sides(left: Expression, right: Expression, setting: Setting) -> tuple[NDArray[Any], NDArray[Any]]:
    """The values of two expressions for all values of their free indices, as arrays that broadcast.

    Raises:
        ReadError: one of them has no value here.

    """
    return _sides(left, right, setting, None)[:2]


def _sides(
    left: Expression, right: Expression, setting: Setting, where: Condition | None
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    points = data_letters((left, right), setting)
    left, right = as_meant(left, setting, points), as_meant(right, setting, points)
    if setting.data is not None:
        _check_gradients(left, right)  # elsewhere nothing is derived
    scope = Bindings(_value, setting, setting.world.run, points)
    for name in free_letters((left, right), points):
        if name in setting.classes:
            continue
        slots = [*slots_of(left, name, setting, points), *slots_of(right, name, setting, points)]
        scope = scope.bind(name, range_of(name, slots, scope, lower=1))
    allowed = np.asarray(True) if where is None else holds(where, scope)
    if where is not None and not np.any(allowed):
        raise ReadError("nothing here is in this case", where.span)
    return scope.value(left), scope.value(right), allowed


def _check_gradients(left: Expression, right: Expression) -> None:
    """Refuse an equation of which one side only is a gradient by all weights: that is no number.

    Raises:
        ReadError: it is one.

    """
    kinds = [any(_by_all_weights(part) for part in walk(side)) for side in (left, right)]
    if kinds[0] is not kinds[1] and number(0) not in (left, right):
        raise ReadError("a derivative by all weights is no number", right.span)


def _by_all_weights(node: Expression) -> bool:
    return (
        isinstance(node, Derivative)
        and isinstance(node.by, Symbol)
        and node.by.name == "w"
        and not node.by.indices
    )


def _value(node: Expression, scope: Bindings) -> NDArray[Any]:
    value_of = _VALUES.get(type(node))
    if value_of is None:
        raise ReadError("this has no value here", node.span)
    return value_of(node, scope)


def _number(node: Number, scope: Bindings) -> NDArray[Any]:
    return np.asarray(scope.setting.world.number(node.value))


def _negative(node: Negative, scope: Bindings) -> NDArray[Any]:
    return np.asarray(-scope.value(node.operand))


def _quotient(node: Divide, scope: Bindings) -> NDArray[Any]:
    top, bottom = scope.value(node.numerator), scope.value(node.denominator)
    same_length((top, bottom), node)
    return np.asarray(top / bottom)


def _function(node: Function, scope: Bindings) -> NDArray[Any]:
    if node.name in _ELEMENTWISE:
        return np.asarray(_ELEMENTWISE[node.name](scope.value(node.argument)))
    if node.name in _OF_EXPRESSIONS:
        return _OF_EXPRESSIONS[node.name](node.argument, scope)
    raise ReadError("this has no value here", node.span)


_ELEMENTWISE: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
}
_OF_EXPRESSIONS: dict[str, Callable[[Expression, Bindings], NDArray[Any]]] = {
    "softmax": softmax,
    "abs": bars_value,
    "det": determinant_value,
    "argmin": best_weights,
    "argmax": worst_weights,
}
_VALUES: dict[type[Expression], Callable[[Any, Bindings], NDArray[Any]]] = {
    Number: _number,
    Symbol: symbol_value,
    Applied: applied_value,
    Activation: activation_value,
    Function: _function,
    Add: sum_value,
    Negative: _negative,
    Multiply: product_value,
    Divide: _quotient,
    Power: power_value,
    Norm: norm_value,
    Big: big_value,
    Derivative: derivative_value,
    Cases: cases_value,
    Indicator: indicator_value,
    Where: where_value,
}
