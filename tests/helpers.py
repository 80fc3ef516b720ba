"""What tests of several packages share."""

from __future__ import annotations

import os
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any

from grader.grading import grade_submission
from grader.intake.handed_in import handed_in
from grader.sheets import sheets_of
from grader.submission import one_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.lms.roster import Roster
    from grader.result import Result
    from grader.submission import Submission


def graded(path: Path, assignment: Assignment, *, secret: bytes = b"none") -> Result:
    """The result of one notebook, in this process."""
    return grade_submission(one_file(path), assignment, sheets_of(assignment), secret=secret)


def submissions(path: Path, assignment: Assignment, roster: Roster | None = None) -> dict[str, Submission]:
    """What is found and read in a folder, a zip or a file, by key."""
    with handed_in(path, assignment, roster) as everyone:
        return {found.key: found.read() for found in everyone.found}


def graded_class(path: Path, assignment: Assignment) -> dict[str, Result]:
    """The results of a class by the names of its files, in this process."""
    sheets = sheets_of(assignment)
    return {
        submission.name: grade_submission(submission, assignment, sheets, secret=b"none")
        for submission in submissions(path, assignment).values()
    }


def compare_with_golden(folder: Path, name: str, text: str) -> None:
    """Compare a text with a file; `UPDATE_GOLDEN=1 pytest` writes the files anew, to be read before they are committed."""
    path = folder / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode("utf-8")


class Inline(Executor):
    """Does the work at once and here, so that a test may replace parts of it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as an executor does
            future.set_exception(error)
        return future
