"""How a status is shown: a shape, a colour and a word, so that none of them is needed alone."""

from __future__ import annotations

from dataclasses import dataclass

from grader.result import ExerciseResult, Status


@dataclass(frozen=True)
class Mark:
    """One status as people see it."""

    shape: str
    ascii: str
    word: str
    name: str
    """Class in the pages' style sheet and key of the terminal's colours."""


MARKS = {
    Status.CORRECT: Mark("✓", "+", "Correct", "correct"),
    Status.PARTIAL: Mark("◐", "~", "Partly correct", "partial"),
    Status.WRONG: Mark("✗", "x", "Wrong", "wrong"),
    Status.MISSING: Mark("–", "-", "No answer", "missing"),
    Status.REVIEW: Mark("…", "?", "Waits for a person", "review"),
    Status.ERROR: Mark("!", "!", "Our error", "error"),
}
READ = Mark("✓", "+", "Read by a person", "correct")
"""An exercise without points that a person has commented on."""


def mark(exercise: ExerciseResult) -> Mark:
    """The mark of an exercise."""
    if exercise.decided_by == "person" and exercise.points is None:
        return READ
    return MARKS[exercise.status]
