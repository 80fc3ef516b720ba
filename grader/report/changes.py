"""What changed between two gradings of a class: who, by how much, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.text import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.result import ExerciseResult, Result


@dataclass(frozen=True, slots=True)
class ExerciseChange:
    """One exercise that came out otherwise."""

    exercise: str
    old: ExerciseResult | None
    new: ExerciseResult | None
    why: str

    @property
    def by(self) -> float | None:
        """Points gained; None where either is pending."""
        before, after = _points(self.old), _points(self.new)
        return None if before is None or after is None else round(after - before, 4)


@dataclass(frozen=True, slots=True)
class Change:
    """One submission that came out otherwise."""

    key: str
    old: Result | None
    new: Result | None
    why: str = ""
    """What changed as a whole; empty where it is its exercises."""
    exercises: tuple[ExerciseChange, ...] = ()

    @property
    def by(self) -> float | None:
        """What the total gained, penalties for being late included; None where either is pending."""
        if self.old is None or self.new is None or self.old.final is None or self.new.final is None:
            return None
        return round(self.new.final - self.old.final, 2)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in a class."""

    changed: tuple[Change, ...]
    """Those of the largest effect first."""
    same: int

    @property
    def causes(self) -> tuple[tuple[str, str, int, float | None], ...]:
        """Exercise, why, how many students and points in sum (None where all are pending): the commonest first."""
        counts: defaultdict[tuple[str, str], list[float | None]] = defaultdict(list)
        for change in self.changed:
            if change.why:
                counts["", change.why].append(change.by)
            for exercise in change.exercises:
                counts[exercise.exercise, exercise.why].append(exercise.by)
        causes = ((*about, len(points), _sum(points)) for about, points in counts.items())
        return tuple(sorted(causes, key=lambda cause: (-cause[2], cause[0], cause[1])))


def changes(old: Mapping[str, Result], new: Mapping[str, Result]) -> Changes:
    """Compare two gradings, decisions merged, submission by submission."""
    changed: list[Change] = []
    same = 0
    for key in sorted({*old, *new}):
        change = _change(key, old.get(key), new.get(key))
        if change is None:
            same += 1
        else:
            changed.append(change)
    changed.sort(key=lambda change: (-abs(change.by or 0.0), change.key))
    return Changes(tuple(changed), same)


def _change(key: str, old: Result | None, new: Result | None) -> Change | None:
    if old is None or new is None:
        return Change(key, old, new, "is new" if old is None else "is not there any more")
    why = []
    if old.status != new.status:
        why.append(f"was {old.status}, is {new.status}")
    if old.submission.sha256 != new.submission.sha256:
        why.append("another notebook")
    late = new.submission.late.penalty - old.submission.late.penalty
    if late:
        why.append(f"the penalty for being late is {number(abs(late))} {'more' if late > 0 else 'less'}")
    exercises = tuple(_exercises(old, new))
    if not why and not exercises:
        return None
    return Change(key, old, new, "; ".join(why), exercises)


def _exercises(old: Result, new: Result) -> Iterator[ExerciseChange]:
    before = {exercise.id: exercise for exercise in old.exercises}
    after = {exercise.id: exercise for exercise in new.exercises}
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        why = _why(one, other)
        if why:
            yield ExerciseChange(name, one, other, why)


def _why(old: ExerciseResult | None, new: ExerciseResult | None) -> str:
    """What explains that an exercise came out otherwise, in words; empty where it did not."""
    if old is None or new is None:
        return "a new exercise" if old is None else "no exercise any more"
    if (old.status, old.points, old.max_points) == (new.status, new.points, new.max_points):
        return ""
    reasons = []
    if old.answer_sha256 != new.answer_sha256:
        reasons.append("another answer")
    if old.decided_by != new.decided_by:
        reasons.append("a person decided" if new.decided_by == "person" else "no person's decision any more")
    elif new.decided_by == "person" and old.points != new.points:
        reasons.append("a person decided otherwise")
    if old.max_points != new.max_points:
        reasons.append(f"{number(new.max_points)} points instead of {number(old.max_points)}")
    gone, come = _codes(old) - _codes(new), _codes(new) - _codes(old)
    if gone:
        reasons.append(f"no longer {', '.join(sorted(gone))}")
    if come:
        reasons.append(f"now {', '.join(sorted(come))}")
    if not reasons and old.status == new.status:
        reasons.append(f"other prices for {', '.join(sorted(_codes(new))) or 'the same verdict'}")
    if old.status != new.status:
        reasons.append(f"{old.status.value} → {new.status.value}")
    return "; ".join(reasons)


def _codes(exercise: ExerciseResult) -> set[str]:
    return {finding.code for finding in exercise.findings}


def _points(exercise: ExerciseResult | None) -> float | None:
    return 0.0 if exercise is None or exercise.optional else exercise.points


def _sum(points: list[float | None]) -> float | None:
    known = [value for value in points if value is not None]
    return round(sum(known), 2) if known else None
