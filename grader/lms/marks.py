"""Marks as a learning platform gets them: the points of a submission, and what is said about it in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.languages import ENGLISH, Language
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


def summary(result: Result, points: float, full_marks: float, language: Language = ENGLISH) -> str:
    """The submission in a few lines, for a cell of a sheet."""
    lines = [language.say(f"{number(points)} of {number(full_marks)}"), *lateness(result, language)]
    exercises = (
        " ".join([title(one), verdict(one, language), *remarks(one, language)]) for one in result.exercises
    )
    return "\n".join([*lines, *exercises])


def lateness(result: Result, language: Language) -> list[str]:
    """That it was late, where that costs points."""
    penalty = result.submission.late.penalty
    return [language.say(f"Handed in late: {number(penalty)} off.")] if penalty else []


def title(exercise: ExerciseResult) -> str:
    """The exercise as its heading calls it."""
    return one_line(f"{exercise.id}) {exercise.title}", _LONGEST_REMARK)


def verdict(exercise: ExerciseResult, language: Language) -> str:
    """The status in words, with points where there are any."""
    word = language.say(mark(exercise).word)
    if exercise.points is None:
        return f"{word}."
    points = language.say(f"{number(exercise.points)} of {number(exercise.max_points)}")
    return f"{word}, {points}."


def remarks(exercise: ExerciseResult, language: Language) -> list[str]:
    """What was noticed in the answer, and what a person wrote about it."""
    found = [
        " ".join(language.say(text) for text in (finding.message, finding.hint) if text)
        for finding in exercise.findings
    ]
    return [one_line(text, _LONGEST_REMARK) for text in [*found, exercise.comment] if text]
