"""What tests of several packages share."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any

from grader.grading import grade_submission
from grader.sheets import sheets_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.assignment import Assignment
    from grader.result import Result
    from grader.submission import Found


def graded(found: Found, assignment: Assignment, *, secret: bytes = b"none") -> Result:
    """The result of one hand-in, in this process."""
    return grade_submission(found.read(), assignment, sheets_of(assignment), secret=secret)


class Inline(Executor):
    """Does the work at once and here, so that a test may replace parts of it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as an executor does
            future.set_exception(error)
        return future
