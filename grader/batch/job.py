"""The work on one submission, as it is sent to a worker: everything that it needs, and nothing to be read there."""

from __future__ import annotations

import pickle
import threading
import traceback
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from grader import __version__
from grader.batch.errors import OtherGraderError, UnwalledError
from grader.batch.fingerprint import job_fingerprint
from grader.grading import grade_submission
from grader.languages import language
from grader.report.review import merge
from grader.report.store import serialise
from grader.report.student_page import Telling, stamped_page
from grader.report.text import clean
from grader.result import Environment, Finding, Result, Status, SubmissionInfo
from grader.sheets import Sheets, sheets_of
from grader.sources import sources_hash

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.report.review import Decisions
    from grader.submission import Submission

_ONE_AT_A_TIME = threading.Lock()
"""Students' processes have one owner: a cluster's worker with several threads takes turns."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all submissions of a class share."""

    assignment: bytes
    """Assignment and sheets, pickled by us: a worker unpacks them once."""
    secret: bytes
    trust_students: bool
    fingerprint: str
    sources: str
    """Which grader sent it."""
    language: str = "en"
    """That of the students' pages."""

    @classmethod
    def of(cls, assignment: Assignment, *, secret: bytes, trust_students: bool, language: str = "en") -> Job:
        """The job of grading a class for an assignment."""
        sheets = sheets_of(assignment)
        return cls(
            pickle.dumps((assignment, sheets)),
            secret,
            trust_students,
            job_fingerprint(assignment, sheets, secret, trust_students=trust_students),
            sources_hash(),
            language,
        )


@dataclass(frozen=True, slots=True)
class Graded:
    """What comes back from a worker."""

    key: str
    status: Literal["graded", "unreadable", "error"]
    content: str
    """The result as it is written to a file."""
    page: str | None = None
    """The student's page; None after a failure of ours."""
    problem: Finding | None = None
    """Why it could not be graded."""
    log: str | None = None
    """The traceback of our own failure."""


def grade_one(job: Job, submission: Submission, fingerprint: str, decisions: Decisions) -> Graded:
    """Grade one submission and make its page.

    Raises:
        UnwalledError: students' code cannot be kept in here and is not trusted.
        OtherGraderError: these are not the sender's sources.

    """
    with _ONE_AT_A_TIME:
        assignment, sheets = _unpacked(job)
        try:
            result = grade_submission(submission, assignment, sheets, secret=job.secret)
            if not any(exercise.status is Status.ERROR for exercise in result.exercises):
                result = result.model_copy(update={"fingerprint": fingerprint})
            content = serialise(result)
            shown = merge(result, decisions)
            page = stamped_page(shown, Telling(language(job.language)))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one submission, the next one is graded
            return our_error(submission, assignment, error)
        problem = result.findings[0] if result.status != "graded" and result.findings else None
        return Graded(result.key, result.status, content, page, problem)


def our_error(submission: Submission, assignment: Assignment, error: BaseException) -> Graded:
    """The result of a submission on which we failed."""
    finding = Finding(
        code="grader_error",
        # No more of the exception than its name: students read this, and its text may hold what they should not see.
        message=f"The grader failed on this submission ({type(error).__name__}): our fault, not the student's.",
        evidence={"traceback": f"errors/{submission.key}.txt"},
    )
    result = Result(
        assignment=assignment.name,
        key=submission.key,
        status="error",
        students=submission.students,
        submission=SubmissionInfo(file=clean(submission.name), sha256=""),
        environment=Environment(grader=__version__),
        points=None,
        points_decided=0.0,
        points_pending=assignment.max_points,
        max_points=assignment.max_points,
        findings=(finding,),
    )
    log = "".join(traceback.format_exception(error))
    return Graded(submission.key, "error", serialise(result), problem=finding, log=log)


@lru_cache(maxsize=2)
def _unpacked(job: Job) -> tuple[Assignment, Sheets]:
    """Assignment and sheets in this process; that it may do the work is made sure once."""
    if job.sources != sources_hash():
        raise OtherGraderError
    assignment, sheets = pickle.loads(job.assignment)  # noqa: S301 - our own, never a student's
    if assignment.runs_code and not job.trust_students:
        from grader.checking import runtime_of  # noqa: PLC0415 - week 1 needs none
        from grader.numeric.probe import tier  # noqa: PLC0415

        if not tier(runtime_of(assignment)).walled:
            raise UnwalledError
    return assignment, sheets
