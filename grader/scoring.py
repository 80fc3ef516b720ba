"""Points: a verdict priced by the rubric, and the totals of a submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.result import REMARKS, ExerciseResult, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

UNDECIDED = frozenset({Status.REVIEW, Status.ERROR})


@dataclass(frozen=True, slots=True)
class Score:
    """The status that the rubric makes of a verdict, and its points; None while a person must look."""

    status: Status
    points: float | None


def score(verdict: Verdict, costs: Mapping[str, float], max_points: float) -> Score:
    """Price a verdict: each kind of mistake costs its share once, shares add up, and nothing goes below zero.

    A verdict with a share of its own is not priced again; of several functions each is priced, and weighed.
    """
    if verdict.status in UNDECIDED:
        return Score(verdict.status, None)
    if verdict.status is Status.MISSING:
        return Score(Status.MISSING, 0.0)
    share = _share(verdict, costs)
    status = Status.CORRECT if share >= 1.0 else Status.PARTIAL if share > 0.0 else Status.WRONG
    # Shares like 0.3 are no binary fractions; what people see must not show it.
    return Score(status, round(share * max_points, 6))


def _share(verdict: Verdict, costs: Mapping[str, float]) -> float:
    """Part of the points that a decided verdict earns."""
    if verdict.share is not None:
        return verdict.share
    if verdict.status is Status.MISSING:
        return 0.0
    if weight := sum(part.weight for part in verdict.parts):
        return sum(part.weight * _share(part.verdict, costs) for part in verdict.parts) / weight
    codes = {finding.code for finding in verdict.findings}
    default = 0.0 if verdict.status is Status.CORRECT else 1.0
    prices = {**dict.fromkeys(REMARKS, 0.0), **costs}
    share = max(0.0, verdict.reached - sum(prices.get(code, default) for code in codes))
    return 0.0 if verdict.status is not Status.CORRECT and share >= 1.0 else share


def total(exercises: Iterable[ExerciseResult]) -> tuple[float | None, float, float]:
    """(total or None while anything is pending, points decided, points pending), rounded once to two decimals."""
    decided = pending = 0.0
    waits = False
    for exercise in exercises:
        if exercise.optional:
            continue
        if exercise.points is None:
            pending += exercise.max_points
            waits = True
        else:
            decided += exercise.points
    return (None if waits else round(decided, 2)), round(decided, 2), round(pending, 2)
