"""`OUT/class.json`: what is known about a class beside the results, as who handed in nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from grader.report.files import write_atomically
from grader.report.store import StoreError
from grader.result import Record, Student

if TYPE_CHECKING:
    from pathlib import Path


class OtherAttempt(Record):
    """A hand-in that does not count, because a newer one does."""

    student: str
    submitted: str | None
    files: tuple[str, ...]


class ClassRecord(Record):
    """A class as its submissions were found."""

    version: Literal[1] = 1
    assignment: str
    language: str = "en"
    """That of the students' pages."""
    told: tuple[str, ...] = ()
    """How the input was understood, a sentence each."""
    missing: tuple[Student, ...] = ()
    """Who is on the roster and handed in nothing."""
    others: tuple[OtherAttempt, ...] = ()
    problems: tuple[str, ...] = ()
    """What in the input was refused or is in doubt, a sentence each."""


def write_class(out: Path, record: ClassRecord) -> None:
    """Write the record.

    Raises:
        OSError: it cannot be written; the one that was there is untouched.

    """
    write_atomically(_path(out), record.model_dump_json(indent=1) + "\n")


def read_class(out: Path) -> ClassRecord | None:
    """The record in OUT; None where there is none.

    Raises:
        StoreError: the file is no such record.

    """
    path = _path(out)
    if not path.exists():
        return None
    try:
        return ClassRecord.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise StoreError(f"{path} is broken: delete it and grade again.") from error


def _path(out: Path) -> Path:
    return out / "class.json"
