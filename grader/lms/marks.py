"""Marks as a learning platform gets them: the points of a submission, and what is said about it in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.marks import mark
from grader.report.text import number, one_line

if TYPE_CHECKING:
    from grader.result import ExerciseResult, Result

_LONGEST_REMARK = 600


def points_of(result: Result, full_marks: float, *, pending: bool = False) -> float | None:
    """The points where full marks are that many, after what lateness costs and never below zero.

    None where there is no mark: the submission could not be graded, or something waits for a person. With `pending`,
    what is decided counts then.
    """
    points = result.points
    if points is None and pending and result.status == "graded":
        points = result.points_decided
    if points is None or not result.max_points:
        return points
    return round(max(0.0, points - result.submission.late.penalty) * full_marks / result.max_points, 2)


def summary(result: Result, points: float, full_marks: float) -> str:
    """The submission in a few lines, for a cell of a sheet."""
    lines = [f"{number(points)} of {number(full_marks)}"]
    if penalty := result.submission.late.penalty:
        lines.append(f"Handed in late: {number(penalty)} off.")
    return "\n".join(
        [*lines, *(" ".join([title(one), verdict(one), *remarks(one)]) for one in result.exercises)]
    )


def title(exercise: ExerciseResult) -> str:
    """The exercise as its heading calls it."""
    return one_line(f"{exercise.id}) {exercise.title}", _LONGEST_REMARK)


def verdict(exercise: ExerciseResult) -> str:
    """The status in words, with points where there are any."""
    word = mark(exercise).word
    return (
        f"{word}."
        if exercise.points is None
        else f"{word}, {number(exercise.points)} of {number(exercise.max_points)}."
    )


def remarks(exercise: ExerciseResult) -> list[str]:
    """What was noticed in the answer, and what a person wrote about it."""
    found = [" ".join(filter(None, [finding.message, finding.hint])) for finding in exercise.findings]
    return [one_line(text, _LONGEST_REMARK) for text in [*found, exercise.comment] if text]
