"""One equality of a derivation: true, false or not read, whatever the sheet leaves open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.symbolic.reading.expression import (
    Big,
    Derivative,
    Expression,
    Function,
    Negative,
    Symbol,
    number,
    walk,
)
from grader.symbolic.reading.lexer import ReadError, caret
from grader.symbolic.reading.parser import FORGIVEN, HARMLESS
from grader.symbolic.reading.reader import read_mended
from grader.symbolic.truth.bindings import NeedsOneHotError, NotFiniteError
from grader.symbolic.truth.evaluate import compare
from grader.symbolic.truth.frames import halved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from grader.symbolic.reading.expression import Condition
    from grader.symbolic.reading.parser import Reading
    from grader.symbolic.truth.frames import Frame
    from grader.symbolic.truth.scope import Definition, Setting

MAX_READINGS = 6
"""Readings of one side that are tried."""

Side: TypeAlias = "str | tuple[Reading, ...]"
"""One side of an equality: as typed, or the readings that are left of it."""
Move = Literal["negated", "logarithm", "negative logarithm", "exponential", "summed"]

_MOVES: dict[Move, Callable[[Expression], Expression]] = {
    "negated": Negative,
    "logarithm": lambda node: Function("log", node),
    "negative logarithm": lambda node: Negative(Function("log", node)),
    "exponential": lambda node: Function("exp", node),
    "summed": lambda node: Big("sum", "n", None, Symbol("N"), node),
}
"""What may be done to a whole expression between two displays; inside a chain of equalities it is a mistake."""


@dataclass(frozen=True, slots=True)
class Equality:
    """What is known about `left = right`.

    `false` is certain: everything was read without mending, and no reading is true.
    """

    outcome: Literal["true", "false", "unread", "definition"]
    left: Expression | None = None
    right: Expression | None = None
    """Both sides as they were read: the reading that is true, else the usual one."""
    repairs: tuple[str, ...] = ()
    cause: str | None = None
    """Why it is unread, for a person."""
    readings: tuple[Reading, ...] = ()
    """The readings of the right side with which it is true: what goes on from it must be true with one of these."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """On what equalities are judged: the understandings of the sheet, and what the student defined."""

    frames: tuple[Frame, ...]
    one_hot: tuple[Frame, ...] = ()
    """The same with one-hot targets, where the outputs are classes."""
    halved: tuple[Frame, ...] = ()
    """The same for a loss with 1/2 in front, where a student may define it so."""
    linear: tuple[Frame, ...] = ()
    """The same with a linear output layer, where a student may speak of one."""
    where: Condition | None = None
    known: tuple[Expression, ...] = ()
    """What the sheet prints: what a line leaves out may come from there."""

    def over(self, change: Callable[[Frame], Frame]) -> Grounds:
        """The grounds with every understanding changed."""
        return replace(
            self,
            frames=tuple(change(frame) for frame in self.frames),
            one_hot=tuple(change(frame) for frame in self.one_hot),
            halved=tuple(change(frame) for frame in self.halved),
            linear=tuple(change(frame) for frame in self.linear),
        )

    def with_half_loss(self) -> Grounds:
        """The grounds of a student who defined the loss with 1/2 in front."""
        return replace(self, frames=self.halved, halved=(), linear=halved(self.linear))

    def with_linear_output(self) -> Grounds:
        """The grounds of a network whose output layer is linear."""
        return replace(self, frames=self.linear, halved=(), linear=())

    def covers(self, others: Grounds) -> bool:
        """Whether what holds here is said for every case and for all the layers of others."""
        layers = {setting.layer for setting in self.frames[0]}
        return self.where is None and layers.issuperset(setting.layer for setting in others.frames[0])

    def knowing(self, definitions: Mapping[str, Definition]) -> Grounds:
        """The grounds with names that the student gave."""

        def define(frame: Frame) -> Frame:
            return tuple(replace(setting, definitions=definitions) for setting in frame)

        return self.over(define)

    def holds(self, left: Expression, right: Expression) -> int | None:
        """The first understanding in which an equation is true in all worlds.

        Raises:
            ReadError: there is none, and in one of them the equation has no value.

        """
        problem: ReadError | None = None
        for at, frame in enumerate(self.frames):
            if frame[0].at_optimum and _for_all_variances(left, right):
                continue
            try:
                if self._in(frame, left, right):
                    return at
            except ReadError as error:
                problem = problem or error
        if problem is not None:
            raise problem
        return None

    def holds_one_hot(self, left: Expression, right: Expression) -> bool:
        """Whether an equation is true for one-hot targets."""
        for frame in self.one_hot:
            try:
                if self._in(frame, left, right):
                    return True
            except ReadError:
                continue
        return False

    def refuted_one_hot(self, left: Expression, right: Expression) -> bool:
        """Whether an equation has values for one-hot targets, and is false in every understanding."""
        try:
            return bool(self.one_hot) and not any(self._in(frame, left, right) for frame in self.one_hot)
        except ReadError:
            return False

    def _in(self, frame: Sequence[Setting], left: Expression, right: Expression) -> bool:
        """Whether an equation is true in all worlds; one world where it is false is enough, whatever the others say."""
        problem: ReadError | None = None
        for setting in frame:
            try:
                if not compare(left, right, setting, self.where):
                    return False
            except ReadError as error:
                problem = problem or error
        if problem is not None:
            raise problem
        return True


def _for_all_variances(left: Expression, right: Expression) -> bool:
    """Whether an equality has to hold whatever the variance is: it says what a derivative is, and not that it is zero."""
    if number(0) in (left, right):
        return False
    return any(isinstance(part, Derivative) for side in (left, right) for part in walk(side))


def judge(left: Side, right: str, grounds: Grounds) -> Equality:
    """Judge `left = right`, as typed or with the readings that are left of a side."""
    try:
        sides = (_readings(left), _readings(right))
    except ReadError as error:
        return Equality("unread", cause=error.message)
    true: list[tuple[Reading, Reading]] = []
    refuted: tuple[Reading, Reading] | None = None
    problem: ReadError | None = None
    for a, b in product(*sides):
        if any(b is other for _, other in true):
            continue
        try:
            holds = grounds.holds(a.expression, b.expression) is not None
            refuted = refuted or (a, b)
        except NeedsOneHotError as error:
            holds = False
            problem = problem or (None if grounds.refuted_one_hot(a.expression, b.expression) else error)
            if isinstance(error, NotFiniteError):
                continue  # what is true for 0 and 1 alone, such as (log y)^t, is hardly meant
        except ReadError as error:
            holds = False
            problem = problem or error
        if holds or grounds.holds_one_hot(a.expression, b.expression):
            true.append((a, b))
    if true:
        return _true(true)
    # A reading that has values shows what is false; the usual one may have none.
    a, b = refuted or (sides[0][0], sides[1][0])
    read_as = (a.expression, b.expression)
    if problem is not None:
        return Equality("unread", *read_as, cause=problem.message)
    if repairs := tuple({*sides[0][0].repairs, *sides[1][0].repairs} - HARMLESS):
        cause = f"mended before it could be read, and not right as mended: {'; '.join(repairs)}"
        return Equality("unread", *read_as, repairs=repairs, cause=cause)
    return Equality("false", *read_as)


def _readings(side: Side) -> tuple[Reading, ...]:
    """The readings of a side.

    Raises:
        ReadError: there are none; the message shows the place.

    """
    if not isinstance(side, str):
        return side
    try:
        return read_mended(side)[:MAX_READINGS]
    except ReadError as error:
        raise ReadError(caret(side, error), error.span) from error


def _true(pairs: Sequence[tuple[Reading, Reading]]) -> Equality:
    """A true equality, unless something was mended of which the truth may depend on."""
    left, right = pairs[0]
    repairs = (*left.repairs, *right.repairs)
    doubtful = [repair for repair in repairs if repair not in FORGIVEN and "closing" not in repair]
    if doubtful:
        return Equality(
            "unread", left.expression, right.expression, repairs, cause=f"mended: {'; '.join(doubtful)}"
        )
    readings = tuple(reading for _, reading in pairs)
    return Equality("true", left.expression, right.expression, repairs, readings=readings)


def moves(left: Expression, right: Expression, grounds: Grounds, which: Iterable[Move]) -> Move | None:
    """The move that makes `right` of `left`, if there is one among `which`."""
    for name in which:
        try:
            if grounds.holds(_MOVES[name](left), right) is not None:
                return name
        except ReadError:
            continue
    return None
