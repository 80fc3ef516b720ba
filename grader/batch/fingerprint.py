"""What a result depends on, as a hash: while it stays the same, nothing is graded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.result import Finding
from grader.sources import hash_of, sources_hash

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.sheets import Sheets
    from grader.submission import Submission


def job_fingerprint(assignment: Assignment, sheets: Sheets, secret: bytes, *, trust_students: bool) -> str:
    """Hash of what all submissions of a class share: assignment, sheets, secret, grader, and whether code had to be kept in."""
    read = [sheets.notebook, *sheets.earlier, *sheets.siblings.values()]
    return hash_of(
        (
            # Results are in English, whatever language they are shown in.
            assignment.spec.model_dump_json(exclude={"language"}).encode(),
            *(notebook.sha256.encode() for notebook in read),
            secret,
            bytes([trust_students]),
            sources_hash().encode(),
        )
    )


def fingerprint(job: str, submission: Submission) -> str:
    """Hash of everything that one result depends on."""
    files = (
        part
        for file in submission.files
        for part in (
            file.name.encode("utf-8", "surrogateescape"),
            repr(file.content).encode() if isinstance(file.content, Finding) else file.content,
        )
    )
    who = repr(
        (
            submission.key,
            submission.students,
            submission.attempt,
            submission.submitted,
            submission.late,
            submission.findings,
        )
    )
    return hash_of((job.encode(), who.encode("utf-8", "surrogateescape"), *files))
