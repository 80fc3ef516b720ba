"""Grade every submission of a class: no submission can stop or change another's result."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from grader import __version__
from grader.grading import grade_submission
from grader.report.files import write_atomically
from grader.report.store import Store, serialise
from grader.report.text import clean
from grader.result import Environment, Finding, Result, Student, SubmissionInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.submission import Found


def grade_class(
    found: Sequence[Found], assignment: Assignment, out: Path, *, secret: bytes
) -> Iterator[Result]:
    """Grade submissions one after another and write each result to OUT before it is passed on.

    When all are done, what is no longer in the class is moved to `OUT/stale`.

    Raises:
        OSError: a result cannot be written.

    """
    store = Store(out)
    for one in found:
        log = out / "errors" / f"{one.key}.txt"
        try:
            result = grade_submission(one, assignment, secret=secret)
            content = serialise(result)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one submission, the next one is graded
            write_atomically(log, traceback.format_exc())
            result = _our_error(one, assignment, log, error)
            content = serialise(result)
        else:
            log.unlink(missing_ok=True)
        store.write(one.key, content)
        yield result
    store.retire({one.key for one in found})


def _our_error(one: Found, assignment: Assignment, log: Path, error: Exception) -> Result:
    finding = Finding(
        code="grader_error",
        # No more of the exception than its name: students read this, and its text may hold what they should not see.
        message=f"The grader failed on this submission ({type(error).__name__}): our fault, not the student's.",
        evidence={"traceback": f"errors/{log.name}"},
    )
    return Result(
        assignment=assignment.name,
        status="error",
        students=(Student(id=one.key),),
        submission=SubmissionInfo(file=clean(one.name), sha256=""),
        environment=Environment(grader=__version__),
        points=None,
        points_decided=0.0,
        points_pending=assignment.max_points,
        max_points=assignment.max_points,
        findings=(finding,),
    )
