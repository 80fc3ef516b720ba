"""Sums and products over an index, definitions by cases, and conditions between indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import (
    Add,
    Big,
    Cases,
    Condition,
    Expression,
    Indicator,
    Multiply,
    Negative,
    Number,
    Symbol,
    letter,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.bindings import Bindings, NeedsOneHotError, is_class_of, range_of
from grader.symbolic.truth.scope import slots_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from grader.symbolic.truth.run import Unit


def big_value(node: Big, scope: Bindings) -> NDArray[Any]:
    """A sum or product, its index bound literally.

    Raises:
        ReadError: its index or the number of its terms is not known.

    """
    if node.index is None:
        raise ReadError("the index of this sum is not written", node.span)
    lower = _lower_limit(node)
    slots = list(slots_of(node.body, node.index, scope.setting, scope.points))
    _check_limit(node, slots, scope)
    values = range_of(node.index, slots, scope, lower=lower)
    if isinstance(node.upper, Number):
        if node.index not in scope.points:
            raise ReadError("a number as the upper limit is not read", node.upper.span)
        values = values[values <= int(node.upper.value)]
    inner = scope.bind(node.index, values)
    body = inner.value(node.body)
    axis = scope.used
    neutral = 0 if node.kind == "sum" else 1
    if node.excluding is not None:
        left_out = inner.letters[node.index] == scope.index(node.excluding)
        body = np.where(left_out, neutral, body)
    if body.ndim == 0 or body.shape[axis] == 1:
        # The letter does not occur in the body: every round adds the same.
        rounds = _rounds(node, values, bool(slots), scope)
        return body * rounds if node.kind == "sum" else body**rounds
    return np.asarray(
        body.sum(axis=axis, keepdims=True) if node.kind == "sum" else body.prod(axis=axis, keepdims=True)
    )


def _check_limit(node: Big, slots: Sequence[Unit], scope: Bindings) -> None:
    """Refuse a limit that is an index, or that counts something else than the index does.

    The number of outputs is written above sums over any layer, as the sheet does it.
    """
    if scope.setting.data is None:
        return
    upper = node.upper
    name = letter(upper)
    if (name is not None and name.islower()) or name == "L" or isinstance(upper, (Add, Multiply, Negative)):
        raise ReadError("the upper limit of this sum is no number of terms", node.span)
    kind = scope.setting.sizes.get(upper.name) if isinstance(upper, Symbol) else None
    if kind is None:
        return
    ends = {0, scope.setting.world.layers}
    if (kind == "points") is not (node.index in scope.points) or (
        kind == "hidden" and any(slot.layer in ends for slot in slots)
    ):
        raise ReadError("the letter above this sum counts something else than its index", node.span)
    if kind == "inputs" and any(slot.layer > 0 for slot in slots):
        raise ReadError("the number of inputs stands above a sum over something else", node.span)


def _lower_limit(node: Big) -> int | None:
    if node.lower is None:
        return None
    if not isinstance(node.lower, Number) or node.lower.value not in {0, 1}:
        raise ReadError("this lower limit is not read", node.lower.span)
    return int(node.lower.value)


def _rounds(node: Big, values: NDArray[np.int64], used: bool, scope: Bindings) -> int:
    """How often something is added that does not depend on the index."""
    if used or node.index in scope.points or scope.setting.data is None:
        return len(values)
    size = scope.setting.size(node.upper.name) if isinstance(node.upper, Symbol) else None
    if size is None:
        raise ReadError("how many terms has this sum?", node.span)
    return size


def cases_value(node: Cases, scope: Bindings) -> NDArray[Any]:
    """A definition by cases; the last one may be for all the rest."""
    result: NDArray[Any] | None = None
    for case in reversed(node.cases):
        value = scope.value(case.value)
        if case.condition is None:
            result = value if result is None else result
        else:
            rest = np.asarray(np.nan) if result is None else result
            result = np.where(holds(case.condition, scope), value, rest)
    if result is None:
        raise ReadError("cases without a case", node.span)
    return result


def holds(condition: Condition, scope: Bindings) -> NDArray[np.bool_]:
    """Where a condition between two indices holds; a letter that counts nothing here may be called the true class."""
    if all(_is_strange(side, scope) for side in (condition.left, condition.right)):
        raise ReadError("a case of indices that do not occur", condition.span)
    sides = [_compared(side, scope) for side in (condition.left, condition.right)]
    equal = np.asarray(sides[0] == sides[1])
    return equal if condition.equal else ~equal


def _is_strange(node: Expression, scope: Bindings) -> bool:
    """Whether one side of a condition is no index that counts something here, and no target."""
    return not _is_target(node) and letter(node) not in scope.letters


def _is_target(node: Expression) -> bool:
    return isinstance(node, Symbol) and node.name == "t" and bool(node.indices)


def _compared(node: Expression, scope: Bindings) -> NDArray[Any]:
    """What a condition compares: an index, the value of a one-hot target, or the class of the data point."""
    name = letter(node)
    if _is_target(node) or (
        name is not None and name not in scope.letters and not is_class_of(node, scope.points)
    ):
        if not _is_target(node) and name not in scope.setting.called_classes:
            raise ReadError("a case of indices that do not occur", node.span)
        if not scope.setting.world.one_hot:
            raise NeedsOneHotError("this seems to be about one-hot targets", node.span)
        if _is_target(node):
            return scope.value(node)
        return scope.true_class(node)
    return scope.index(node)


def indicator_value(node: Indicator, scope: Bindings) -> NDArray[Any]:
    """1 where the condition holds, else 0."""
    return holds(node.condition, scope).astype(float)
