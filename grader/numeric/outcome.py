"""What the check of one function found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.result import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Outcome:
    """The verdict on one function: `partial` where a slip explains what is wrong, or a part is right; the rubric prices what was found."""

    status: Status
    method: str = ""
    findings: tuple[Finding, ...] = ()
    cause: str | None = None


class NoAnswerError(Exception):
    """The function gave no value; `finding` says why.

    `fatal`: its process is gone too. `unsure`: it cannot be told whether the code is at fault, so a person must look.
    """

    def __init__(self, finding: Finding, *, fatal: bool = False, unsure: bool = False) -> None:
        super().__init__(finding.message)
        self.finding = finding
        self.fatal = fatal
        self.unsure = unsure


def attempt(comparison: Callable[[], Finding | None]) -> Finding | None:
    """Finding of one comparison, of which an exception in the student's code is one kind.

    Raises:
        NoAnswerError: the process is gone, so that nothing else should be asked of this function.

    """
    try:
        return comparison()
    except NoAnswerError as error:
        if error.fatal:
            raise
        return error.finding


def outcome_of_parts(method: str, problems: tuple[Finding | None, ...]) -> Outcome:
    """A function whose parts (value, derivative) are each right or have a finding."""
    findings = tuple(problem for problem in problems if problem is not None)
    if not findings:
        return Outcome(Status.CORRECT, method)
    status = Status.WRONG if len(findings) == len(problems) else Status.PARTIAL
    return Outcome(status, method, findings)
