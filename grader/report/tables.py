"""`OUT/grades.csv` and `OUT/exercises.csv`: the class as tables, one row per student."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from grader.report.files import Spool, write_atomically
from grader.report.review import waits
from grader.report.spreadsheet import ENCODING, defuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.result import ExerciseResult, Result, Student

GRADES = (
    "id",
    "name",
    "status",
    "points",
    "max_points",
    "points_decided",
    "points_pending",
    "late_seconds",
    "late_penalty",
    "final",
    "file",
    "submitted",
    "attempt",
    "to_review",
    "problems",
)
_ROWS_AT_A_TIME = 1000
EXERCISES = (
    "id",
    "name",
    "exercise",
    "kind",
    "optional",
    "status",
    "cause",
    "points",
    "max_points",
    "findings",
    "decided_by",
    "comment",
)


class Tables:
    """Both tables in the making: until they are written, their rows lie in `folder`, for a class may be large. To be closed."""

    def __init__(self, folder: Path) -> None:
        self._grades = _Table(GRADES, folder)
        self._exercises = _Table(EXERCISES, folder)

    def add(self, result: Result) -> None:
        """Add a submission: a row for each of its students, in the other table one for each exercise as well."""
        for student in result.students:
            self._grades.add(_grade(student, result))
            for exercise in result.exercises:
                self._exercises.add(_exercise(student, exercise))

    def add_missing(self, student: Student) -> None:
        """Add somebody of the roster who handed in nothing."""
        self._grades.add({"id": student.id, "name": student.name, "status": "missing"})

    def write(self, out: Path) -> None:
        """Write both.

        Raises:
            OSError: a table cannot be written; the one that was there is untouched.

        """
        self._grades.write(out / "grades.csv")
        self._exercises.write(out / "exercises.csv")

    def close(self) -> None:
        """Forget all rows."""
        self._grades.close()
        self._exercises.close()


def _grade(student: Student, result: Result) -> dict[str, Any]:
    late = result.submission.late
    return {
        "id": student.id,
        "name": student.name,
        "status": result.status,
        "points": result.points,
        "max_points": result.max_points,
        "points_decided": result.points_decided,
        "points_pending": result.points_pending,
        "late_seconds": late.seconds,
        "late_penalty": late.penalty,
        "final": result.final,
        "file": result.submission.file,
        "submitted": result.submission.submitted,
        "attempt": result.submission.attempt,
        "to_review": sum(map(waits, result.exercises)),
        "problems": _codes(result),
    }


def _exercise(student: Student, exercise: ExerciseResult) -> dict[str, Any]:
    return {
        "id": student.id,
        "name": student.name,
        "exercise": exercise.id,
        "kind": exercise.kind,
        "optional": exercise.optional,
        "status": exercise.status,
        "cause": exercise.cause,
        "points": exercise.points,
        "max_points": exercise.max_points,
        "findings": _codes(exercise),
        "decided_by": exercise.decided_by,
        "comment": exercise.comment,
    }


def _codes(record: Result | ExerciseResult) -> str:
    return " ".join(dict.fromkeys(finding.code for finding in record.findings))


class _Table:
    """Rows that become CSV by the thousand."""

    def __init__(self, columns: Sequence[str], folder: Path) -> None:
        self._columns = list(columns)
        self._rows: list[dict[str, Any]] = []
        self._done = Spool(folder)
        self._done.write(self._csv(header=True))

    def add(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        if len(self._rows) == _ROWS_AT_A_TIME:
            self._done.write(self._csv())

    def write(self, path: Path) -> None:
        self._done.write(self._csv())
        write_atomically(path, self._done.pieces(), encoding=ENCODING)

    def close(self) -> None:
        self._done.close()

    def _csv(self, *, header: bool = False) -> str:
        # Objects keep 1 and 1.5 as they are and leave an unknown mark empty; a float column would print 1.0 and nan.
        table = pd.DataFrame(self._rows, columns=self._columns, dtype=object)
        self._rows = []
        return str(table.map(_cell).to_csv(index=False, header=header, lineterminator="\r\n"))


def _cell(value: object) -> object:
    if isinstance(value, str):
        return defuse(value)
    # Shares of points are not rounded before they are added up; nobody wants to read 1.4000000000000001.
    return round(value, 4) if isinstance(value, float) else value
