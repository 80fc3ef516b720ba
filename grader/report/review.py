"""`OUT/review.csv`: what waits for a person, and what people decided.

A teaching assistant fills `points` and `comment`. A filled row belongs to one answer of one student to one exercise: it
holds through every regrade of that answer, and is kept as `outdated` when the answer changes.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from grader.report import spreadsheet
from grader.report.files import Spool, write_atomically
from grader.report.text import clean, number, one_line
from grader.result import ExerciseResult, Result, Status
from grader.scoring import total

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

COLUMNS = (
    "student",
    "exercise",
    "answer_sha256",
    "answer",
    "evidence",
    "max_points",
    "points",
    "comment",
    "state",
)
_REQUIRED = ("student", "exercise", "answer_sha256", "points", "comment")
_PICTURE = re.compile(r"data:image/[^)\s\"'>]*")
_LONGEST_ANSWER = 400
_LONGEST_EVIDENCE = 600

Key = tuple[str, str, str]


class ReviewError(Exception):
    """`review.csv` cannot be used; the message names row and column and says what is expected."""


class State(StrEnum):
    """Where a row of `review.csv` stands."""

    OPEN = "open"
    DECIDED = "decided"
    OUTDATED = "outdated"
    """Decided, but the answer has changed since: the row counts no longer and is kept for the record."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `review.csv`."""

    student: str
    exercise: str
    answer_sha256: str
    answer: str
    evidence: str
    max_points: str
    points: float | None
    comment: str
    state: State


Decisions = dict[Key, Row]
"""Filled rows, by the answer that they are about."""


def waits(exercise: ExerciseResult) -> bool:
    """Whether the exercise still waits for a person."""
    return exercise.status in {Status.REVIEW, Status.ERROR} and exercise.decided_by == "grader"


def read_decisions(path: Path, results: Mapping[str, Result]) -> Decisions:
    """The filled rows of `review.csv`; none if there is no such file.

    Raises:
        ReviewError: a row is filled with something that cannot be: nothing of the file counts then.

    """
    if not path.exists():
        return {}
    try:
        filled = list(_filled(path))
    except csv.Error as error:
        raise ReviewError(f"{path} is not a CSV file: {error}. Save it as CSV again.") from error
    answers = _answers({student_key(cell["student"]) for _, cell in filled}, results)
    decisions: dict[Key, Row] = {}
    for line, cell in filled:
        key = _key(cell["student"], cell["exercise"], cell["answer_sha256"])
        row = Row(
            student=cell["student"],
            exercise=cell["exercise"],
            answer_sha256=cell["answer_sha256"],
            answer=cell.get("answer", ""),
            evidence=cell.get("evidence", ""),
            max_points=cell.get("max_points", ""),
            points=_points(cell["points"], answers.get(key), f"{path}, row {line}, column points"),
            comment=cell["comment"].strip(),
            state=State.OUTDATED,
        )
        if (other := decisions.get(key)) and (other.points, other.comment) != (row.points, row.comment):
            raise ReviewError(
                f"{path}, row {line}, column points: an earlier row decides the same answer "
                f"(student {row.student}, exercise {row.exercise}) differently. Delete one of the two."
            )
        decisions[key] = row
    return decisions


def _filled(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells of the rows that somebody filled: most of a large class's file waits, and is forgotten."""
    with path.open("rb") as file:
        for line, cell in enumerate(spreadsheet.read_rows(file), start=2):
            if absent := [column for column in _REQUIRED if column not in cell]:
                raise ReviewError(
                    f"{path}, row 1: no column {', '.join(absent)}. Keep the header as it was written."
                )
            if unknown := [column for column in cell if column not in COLUMNS]:
                raise ReviewError(
                    f"{path}, row 1: unknown column {', '.join(unknown)}, which would be lost. Write remarks into comment."
                )
            if cell["points"].strip() or cell["comment"].strip():
                yield line, cell


def _answers(students: set[str], results: Mapping[str, Result]) -> dict[Key, ExerciseResult]:
    """The answers of some students, by what rows say about them."""
    read = (results[name] for name in results if student_key(name) in students)
    return {_key(result.key, e.id, e.answer_sha256): e for result in read for e in result.exercises}


def merge(result: Result, decisions: Decisions) -> Result:
    """The result with what people decided, totals included."""
    exercises = tuple(
        _decide(exercise, decisions.get(_key(result.key, exercise.id, exercise.answer_sha256)))
        for exercise in result.exercises
    )
    if exercises == result.exercises:
        return result
    points, decided, pending = total(exercises)
    return result.model_copy(
        update={
            "exercises": exercises,
            "points": points if result.status == "graded" else None,
            "points_decided": decided,
            "points_pending": pending,
        }
    )


def by_student(decisions: Decisions) -> dict[str, Decisions]:
    """Decisions by whom they are about; ask with `student_key`."""
    grouped: dict[str, Decisions] = {}
    for about, row in decisions.items():
        grouped.setdefault(about[0], {})[about] = row
    return grouped


def student_key(key: str) -> str:
    """A key as it is found again after a spreadsheet has saved the id 007 as 7.

    Where both exist, the same answer gets the same decision: no harm.
    """
    return clean(key).strip().lstrip("0")


class Queue:
    """`review.csv` in the making: what waits and what was decided, exercise by exercise, then the outdated rows.

    Rows come by submission; until the file is written, those of each exercise lie in `folder`. To be closed.
    """

    def __init__(self, decisions: Decisions, folder: Path) -> None:
        self._undecided = dict(decisions)
        self._folder = folder
        self._waiting: dict[str, Spool] = {}
        """By exercise, in their order."""

    def add(self, merged: Result) -> None:
        """Add what waits in a submission, and what was decided about it."""
        for exercise in merged.exercises:
            if exercise.id not in self._waiting:
                self._waiting[exercise.id] = Spool(self._folder)
            decision = self._undecided.pop(_key(merged.key, exercise.id, exercise.answer_sha256), None)
            if waits(exercise) or decision:
                self._waiting[exercise.id].write(_csv(_row(merged, exercise, decision)))

    @property
    def outdated(self) -> tuple[Row, ...]:
        """Decisions about answers that are no longer there as they were."""
        return tuple(replace(row, state=State.OUTDATED) for row in self._undecided.values())

    def write(self, path: Path) -> None:
        """Write the file.

        Raises:
            OSError: it cannot be written; the one that was there is untouched.

        """
        header = spreadsheet.write_rows(COLUMNS, ())
        rows = chain.from_iterable(spool.pieces() for spool in self._waiting.values())
        outdated = map(_csv, self.outdated)
        write_atomically(path, chain([header], rows, outdated), encoding=spreadsheet.ENCODING)

    def close(self) -> None:
        """Forget all rows."""
        for spool in self._waiting.values():
            spool.close()


def _key(student: str, exercise: str, answer_sha256: str) -> Key:
    return student_key(student), exercise.strip(), answer_sha256.strip()


def _points(text: str, exercise: ExerciseResult | None, place: str) -> float | None:
    text = text.strip()
    if not text:
        return None
    if exercise is not None and exercise.optional:
        raise ReviewError(
            f"{place}: exercise {exercise.id} is optional and carries no points. Only comment on it."
        )
    limit = exercise.max_points if exercise is not None else float("inf")
    if re.fullmatch(r"\d+([.,]\d*)?", text) and (points := float(text.replace(",", "."))) <= limit:
        return points
    upper = f"from 0 to {number(limit)}" if exercise is not None else "not below 0"
    raise ReviewError(f"{place}: {text!r} is no number {upper}. Correct the cell or empty it.")


def _decide(exercise: ExerciseResult, row: Row | None) -> ExerciseResult:
    if row is None:
        return exercise
    update: dict[str, object] = {"comment": row.comment or None}
    if row.points is not None:
        update |= {
            "points": row.points,
            "status": _status(row.points, exercise.max_points),
            "decided_by": "person",
        }
    elif exercise.optional:
        # Nothing is left to decide where there are no points: the comment is all that was asked for.
        update |= {"decided_by": "person"}
    return exercise.model_copy(update=update)


def _status(points: float, max_points: float) -> Status:
    if points >= max_points:
        return Status.CORRECT
    return Status.PARTIAL if points > 0 else Status.WRONG


def _row(result: Result, exercise: ExerciseResult, decision: Row | None) -> Row:
    remarks = [f"{finding.code}: {finding.message}" for finding in exercise.findings]
    return Row(
        student=result.key,
        exercise=exercise.id,
        answer_sha256=exercise.answer_sha256,
        answer=one_line(_PICTURE.sub("[picture]", exercise.answer), _LONGEST_ANSWER),
        evidence=one_line(" | ".join(filter(None, [exercise.cause, *remarks])), _LONGEST_EVIDENCE),
        max_points=number(exercise.max_points),
        points=decision.points if decision else None,
        comment=decision.comment if decision else "",
        state=State.OPEN if waits(exercise) else State.DECIDED,
    )


def _csv(row: Row) -> str:
    cells = {
        **{column: str(getattr(row, column)) for column in COLUMNS},
        "points": "" if row.points is None else f"{row.points:.10g}",
    }
    return spreadsheet.write_rows(COLUMNS, [cells], header=False)
