"""The verdict on one exercise of kind `function`: from its definitions in a session to status and findings."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.checks import CHECKS
from grader.numeric.checks.cases import ContradictionError
from grader.numeric.outcome import NoAnswerError, Outcome
from grader.numeric.sandbox import SandboxError
from grader.numeric.session import Loaded, Session
from grader.numeric.subject import Subject, explain
from grader.result import Finding, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.assignment import Exercise, Function


def submission_seed(secret: bytes, sha256: str) -> bytes:
    """Seed of all hidden inputs for one submission: unknown to students, the same in every run."""
    return hmac.digest(secret, sha256.encode(), hashlib.sha256)


def check_functions(
    exercise: Exercise,
    session: Session,
    own_cells: frozenset[int],
    seed: bytes,
    blank: frozenset[tuple[str, int]] = frozenset(),
) -> Verdict:
    """Judge the functions that an exercise asks for.

    The definition that counts is the last one in the exercise's own cells, else the last one anywhere; the sheet's
    placeholder never counts.

    Args:
        exercise: of kind `function`.
        session: the submission's code; one session serves all exercises.
        own_cells: indices of the cells that belong to the exercise.
        seed: from `submission_seed`.
        blank: from `placeholder.unfilled`, for the whole notebook.

    Returns:
        `missing` when none of the functions is there; `review` with a cause when a function has no check or could not be decided;
        `error` when the child process or the reference failed. `share` is set when some functions or parts are right and others are
        not; for slips alone the rubric decides.

    """
    try:
        loaded = session.load()
        if not isinstance(loaded, Loaded):
            finding = explain(loaded, "the notebook").finding
            cause = "The notebook's definitions could not be run; a person must look."
            return Verdict(status=Status.REVIEW, findings=(finding,), cause=cause)
        judged = [
            _judge(function, session, loaded, own_cells, seed, blank) for function in exercise.functions
        ]
    except (SandboxError, ContradictionError) as error:
        return Verdict(status=Status.ERROR, cause=str(error))
    return _combine(judged, loaded, own_cells)


@dataclass(frozen=True)
class _Judged:
    function: Function
    outcome: Outcome
    taken: str | None


def _judge(
    function: Function,
    session: Session,
    loaded: Loaded,
    own_cells: frozenset[int],
    seed: bytes,
    blank: frozenset[tuple[str, int]],
) -> _Judged:
    place = _definition(function, loaded, own_cells, blank)
    if place is None:
        finding = Finding(
            code="not_defined", message=f"`{function.name}` is not there, or still as in the sheet."
        )
        return _Judged(function, Outcome(Status.MISSING, findings=(finding,), share=0.0), None)
    called, cell = place
    taken = f"{called}, cell {cell}"
    if function.check is None:
        cause = f"There is no automatic check of `{function.name}`; a person reads the code."
        return _Judged(function, Outcome(Status.REVIEW, cause=cause), taken)
    subject = Subject(session, function.name, called, cell)
    try:
        outcome = CHECKS[function.check](subject, _generator(seed, function))
    except NoAnswerError as error:
        outcome = Outcome(Status.WRONG, findings=(error.finding,), share=0.0)
        if error.unsure:
            cause = f"It could not be decided whether `{called}` is right: {error.finding.message}"
            outcome = Outcome(Status.REVIEW, findings=(error.finding,), cause=cause)
    return _Judged(function, _located(_with_mutation(outcome, subject, called), cell), taken)


def _definition(
    function: Function, loaded: Loaded, own_cells: frozenset[int], blank: frozenset[tuple[str, int]]
) -> tuple[str, int] | None:
    """Name and cell of the definition that counts."""
    for name in (function.name, *function.aliases):
        cells = [cell for cell in loaded.definitions.get(name, ()) if (name, cell) not in blank]
        own = [cell for cell in cells if cell in own_cells]
        if cells:
            return name, (own or cells)[-1]
    return None


def _names(function: Function) -> set[str]:
    return {function.name, *function.aliases}


def _generator(seed: bytes, function: Function) -> np.random.Generator:
    digest = hmac.digest(seed, f"{function.check}:{function.name}".encode(), hashlib.sha256)
    return np.random.default_rng(int.from_bytes(digest, "big"))


def _with_mutation(outcome: Outcome, subject: Subject, called: str) -> Outcome:
    if not subject.mutated:
        return outcome
    finding = Finding(
        code="mutates_input",
        message=f"`{called}` changes its arguments in place: the caller's arrays are no longer what they were.",
        hint="Make a new array; `x -= y` and `x[...] = y` change the old one.",
        evidence={"arguments": sorted(subject.mutated)},
    )
    status = Status.PARTIAL if outcome.status is Status.CORRECT else outcome.status
    return Outcome(status, outcome.method, (*outcome.findings, finding), outcome.share, outcome.cause)


def _located(outcome: Outcome, cell: int) -> Outcome:
    """Findings that know no cell of their own are about the function's."""
    findings = tuple(
        finding if finding.cell is not None else finding.model_copy(update={"cell": cell})
        for finding in outcome.findings
    )
    return Outcome(outcome.status, outcome.method, findings, outcome.share, outcome.cause)


def _combine(judged: Sequence[_Judged], loaded: Loaded, own_cells: frozenset[int]) -> Verdict:
    outcomes = [item.outcome for item in judged]
    statuses = {outcome.status for outcome in outcomes}
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    undefined = any(not _names(item.function) & loaded.definitions.keys() for item in judged)
    broken = [note for note in loaded.notes if note.cell in own_cells and undefined]
    if broken:
        findings += [
            Finding(
                code="raised",
                message=f"Line {note.line} of the cell did not run: {note.text}",
                cell=note.cell,
            )
            for note in broken
        ]
    causes = [outcome.cause for outcome in outcomes if outcome.cause is not None]
    share = None
    if statuses == {Status.MISSING} and broken:
        status, causes = (
            Status.REVIEW,
            ["The cell that should define the function did not run; a person must look."],
        )
    elif statuses == {Status.MISSING}:
        status, findings = Status.MISSING, []
    elif Status.REVIEW in statuses:
        status = Status.REVIEW
    elif len(statuses) == 1 and Status.PARTIAL not in statuses:
        (status,) = statuses
    elif statuses <= {Status.WRONG, Status.MISSING}:
        status = Status.WRONG
    else:
        status, share = Status.PARTIAL, _share(judged)
    methods = dict.fromkeys(outcome.method for outcome in outcomes if outcome.method)
    return Verdict(
        status=status,
        findings=tuple(findings),
        cause=" ".join(causes) or None,
        method="; ".join(methods) or None,
        taken="; ".join(item.taken for item in judged if item.taken) or None,
        share=share,
    )


def _share(judged: Sequence[_Judged]) -> float | None:
    """Weight of what is right; among several functions, one with a slip counts half."""
    if len(judged) == 1:
        return judged[0].outcome.share
    earned = {Status.CORRECT: 1.0, Status.PARTIAL: 0.5}
    total = sum(item.function.share for item in judged)
    right = sum(
        item.function.share
        * (earned.get(item.outcome.status, 0.0) if item.outcome.share is None else item.outcome.share)
        for item in judged
    )
    return right / total if total else None
