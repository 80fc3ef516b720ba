"""What letters stand for at a place in a formula, each along an axis of its own, and what else is known there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from grader.symbolic.reading.expression import NOWHERE, Add, Expression, Negative, Number, Symbol, letter
from grader.symbolic.reading.lexer import ReadError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from grader.symbolic.truth.run import Run, Unit
    from grader.symbolic.truth.scope import Setting

AXES = 10
"""Axes of every array: more letters than this at once are not read."""


class NeedsOneHotError(ReadError):
    """The expression has a value for one-hot targets only."""


class NotFiniteError(NeedsOneHotError):
    """The expression has no real value for targets between 0 and 1: a power of something negative."""


class Evaluator(Protocol):
    """The value of any expression where some letters are bound."""

    def __call__(self, node: Expression, scope: Bindings) -> NDArray[Any]: ...


@dataclass(frozen=True, slots=True)
class Bindings:
    """The letters that are bound where we are: letter -> its values, shaped along an axis of its own."""

    evaluator: Evaluator
    setting: Setting
    run: Run
    points: frozenset[str]
    """Letters that count data points."""
    letters: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    used: int = 1
    entry: NDArray[np.int64] = field(default_factory=lambda: np.asarray(0))
    """Which perturbed entry the run is asked about."""
    point: NDArray[np.int64] | None = None
    """The data point that is meant where none is written."""
    stepped: dict[str, NDArray[Any]] = field(default_factory=dict)
    """Names of the student that are perturbed, with their values."""
    inside: int = 0
    """How many definitions we are inside of."""

    def bind(self, name: str, values: NDArray[np.int64]) -> Bindings:
        if self.used == AXES:
            raise ReadError("too many indices at once", NOWHERE)
        shape = [1] * AXES
        shape[self.used] = len(values)
        along = values.reshape(shape)
        point = along if name in self.points else self.point
        return replace(self, letters={**self.letters, name: along}, used=self.used + 1, point=point)

    def value(self, node: Expression) -> NDArray[Any]:
        """The value of an expression here.

        Raises:
            ReadError: it has none.

        """
        return self.evaluator(node, self)

    def index(self, node: Expression) -> NDArray[np.int64]:
        """The values of an index here.

        Raises:
            ReadError: it is no index, or its letter is not bound.

        """
        if is_class_of(node, self.points):
            return self.true_class(node)
        if (name := letter(node)) is not None:
            if name in self.setting.classes:
                return self.true_class(node)
            if name not in self.letters:
                raise ReadError(f"the index {name} has no value here", node.span)
            return self.letters[name]
        if isinstance(node, Number) and node.value.denominator == 1:
            return np.asarray(int(node.value))
        if isinstance(node, Negative):
            return -self.index(node.operand)
        if isinstance(node, Add):
            return sum((self.index(term) for term in node.terms), np.asarray(0))
        raise ReadError("this index is not read", node.span)

    def true_class(self, node: Expression) -> NDArray[np.int64]:
        """The class of the data point that is meant here, or of the one whose index the node carries.

        Raises:
            NeedsOneHotError: the targets of this world are no classes.

        """
        world = self.setting.world
        if not world.one_hot:
            raise NeedsOneHotError("this seems to be the class of a data point", node.span)
        if isinstance(node, Symbol) and node.indices:
            return world.classes[self.index(node.indices[0])]
        return world.classes[self.point if self.point is not None else np.asarray(1)]


def is_class_of(node: Expression, points: frozenset[str]) -> bool:
    """Whether an index carries that of a data point, as in `y_{c_n}`: then it is the class of that point."""
    return (
        isinstance(node, Symbol)
        and node.label is None
        and len(node.indices) == 1
        and letter(node.indices[0]) in points
    )


def range_of(name: str, slots: Sequence[Unit], scope: Bindings, *, lower: int | None) -> NDArray[np.int64]:
    """Values of an index: of the layer where it is used first; from 0 where the bias unit belongs to the sum."""
    if name in scope.points:
        if lower == 0:
            raise ReadError("data points are counted from 1", NOWHERE)
        return np.arange(1, scope.setting.world.points + 1)
    known = [slot for slot in slots if slot.layer >= 0]
    upper = scope.setting.world.sizes[known[0].layer] if known else 3
    if lower is None:
        lower = 0 if any(slot.fan_in for slot in known) else 1
    return np.arange(lower, upper + 1)


def length(values: NDArray[Any]) -> int:
    """How many components, unit 0 included; 1 for a number."""
    return values.shape[0] if values.ndim else 1


def same_length(values: Sequence[NDArray[Any]], node: Expression) -> None:
    """Refuse vectors of different lengths.

    Raises:
        ReadError: there are some.

    """
    if len({size for value in values if (size := length(value)) > 1}) > 1:
        raise ReadError("vectors of two lengths", node.span)
