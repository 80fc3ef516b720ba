"""`OUT/grades.csv` and `OUT/exercises.csv`: the class as tables, one row per student."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from grader.report.files import write_atomically
from grader.report.review import waits
from grader.report.spreadsheet import ENCODING, defuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.result import ExerciseResult, Result

GRADES = (
    "id",
    "name",
    "status",
    "points",
    "max_points",
    "points_decided",
    "points_pending",
    "file",
    "submitted",
    "attempt",
    "late_seconds",
    "to_review",
    "problems",
)
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


def write_tables(out: Path, results: Sequence[Result]) -> None:
    """Write both tables.

    Raises:
        OSError: a table cannot be written; the one that was there is untouched.

    """
    _write(out / "grades.csv", GRADES, _grades(results))
    _write(out / "exercises.csv", EXERCISES, _exercises(results))


def _grades(results: Iterable[Result]) -> Iterator[Mapping[str, Any]]:
    for result in results:
        for student in result.students:
            yield {
                "id": student.id,
                "name": student.name,
                "status": result.status,
                "points": result.points,
                "max_points": result.max_points,
                "points_decided": result.points_decided,
                "points_pending": result.points_pending,
                "file": result.submission.file,
                "submitted": result.submission.submitted,
                "attempt": result.submission.attempt,
                "late_seconds": result.submission.late.seconds,
                "to_review": sum(map(waits, result.exercises)),
                "problems": _codes(result),
            }


def _exercises(results: Iterable[Result]) -> Iterator[Mapping[str, Any]]:
    for result in results:
        for student in result.students:
            for exercise in result.exercises:
                yield {
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


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    # Objects keep 1 and 1.5 as they are and leave an unknown mark empty; a float column would print 1.0 and nan.
    table = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    table = table.map(_cell)
    write_atomically(path, table.to_csv(index=False, lineterminator="\r\n"), encoding=ENCODING)


def _cell(value: object) -> object:
    if isinstance(value, str):
        return defuse(value)
    # Shares of points are not rounded before they are added up; nobody wants to read 1.4000000000000001.
    return round(value, 4) if isinstance(value, float) else value
