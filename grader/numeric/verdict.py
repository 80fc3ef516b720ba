"""The verdict on one exercise of kind `function`: from its definitions in a session to status and findings."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.checks import CHECKS
from grader.numeric.checks.cases import ContradictionError
from grader.numeric.choice import choose, unread
from grader.numeric.outcome import NoAnswerError, Outcome
from grader.numeric.sandbox import SandboxError
from grader.numeric.session import Loaded, Session
from grader.numeric.subject import Subject, explain
from grader.result import Finding, Part, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.numeric.choice import Blank, Choice
    from grader.numeric.loaded import CellNote, Place
    from grader.schema import Exercise, Function


def submission_seed(secret: bytes, sha256: str) -> bytes:
    """Seed of all hidden inputs for one submission: unknown to students, the same in every run."""
    return hmac.digest(secret, sha256.encode(), hashlib.sha256)


def check_functions(
    exercise: Exercise,
    session: Session,
    own_cells: frozenset[int],
    seed: bytes,
    blank: Blank = frozenset(),
) -> Verdict:
    """Judge the functions that an exercise asks for.

    Which definition counts is said in `choice`. Where it is doubtful, or something that it uses did not run as it stands, what looks
    wrong goes to a person.

    Args:
        exercise: of kind `function`.
        session: the submission's code; one session serves all exercises.
        own_cells: indices of the cells that belong to the exercise.
        seed: from `submission_seed`.
        blank: from `placeholder.unfilled`, for the whole notebook.

    Returns:
        `missing` when none of the functions is there; `review` with a cause when a function has no check or could not be decided;
        `error` when the child process or the reference failed. `parts` are set when some functions are right and others are not.

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
    return _combine(judged)


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
    blank: Blank,
) -> _Judged:
    choice = choose(function, session, loaded, own_cells, blank)
    if choice is None:
        return _Judged(function, _not_there(function, loaded, own_cells, blank), None)
    called, place = choice.called, choice.place
    outcome = _checked(function, session, called, place, seed)
    if choice.later is not None:
        outcome = _beside_later(outcome, function, session, choice, seed)
    outcome = _with_notes(outcome, choice, session)
    return _Judged(function, _located(outcome, place.cell), f"{called}, cell {place.cell}")


def _checked(function: Function, session: Session, called: str, place: Place, seed: bytes) -> Outcome:
    """What the check says about one definition."""
    if function.check is None:
        cause = f"There is no automatic check of `{function.name}`; a person reads the code."
        return Outcome(Status.REVIEW, cause=cause)
    subject = Subject(session, function.name, called, place)
    try:
        outcome = CHECKS[function.check](subject, _generator(seed, function))
    except NoAnswerError as error:
        outcome = Outcome(Status.WRONG, findings=(error.finding,))
        if error.unsure:
            cause = f"It could not be decided whether `{called}` is right: {error.finding.message}"
            outcome = Outcome(Status.REVIEW, findings=(error.finding,), cause=cause)
    return _with_mutation(outcome, subject, called)


def _beside_later(
    outcome: Outcome, function: Function, session: Session, choice: Choice, seed: bytes
) -> Outcome:
    """Tell of the definition behind the one that counts; what only that one gets right is for a person.

    The rule stays that of `choice`: one in the exercise's own cells counts, and its marks are not lost to what is tried later.
    """
    assert choice.later is not None, "asked only where there is one"  # noqa: S101
    name, place = choice.later
    where = f"`{name}` is defined again in {place}"
    rule = "what stands in the exercise's own cells, under the name asked for, comes first"
    message = f"{where}; `{choice.called}` in {choice.place} was taken: {rule}."
    told = Finding(code="as_run", message=message, cell=place.cell)
    found = (*outcome.findings, told)
    if outcome.status in {Status.WRONG, Status.PARTIAL}:
        other = _checked(function, session, name, place, seed)
        if _kind(other) != _kind(outcome) and other.status is not Status.WRONG:
            cause = (
                f"`{choice.called}` in {choice.place} is {outcome.status}, and was taken, for {rule}. But {where}, and that one "
                f"is {other.status}; a person says which one was handed in."
            )
            return Outcome(Status.REVIEW, outcome.method, found, cause=cause)
    return Outcome(outcome.status, outcome.method, found, cause=outcome.cause)


def _kind(outcome: Outcome) -> tuple[Status, frozenset[str]]:
    return outcome.status, frozenset(finding.message for finding in outcome.findings)


def _not_there(function: Function, loaded: Loaded, own_cells: frozenset[int], blank: Blank) -> Outcome:
    """`missing`, unless something is there that may be the function."""
    broken = [
        Finding(
            code="raised",
            message=f"Line {one.place.line}: `{name}` did not come to be: {one.why}.",
            cell=one.place.cell,
        )
        for name, one in unread(function, loaded, blank)
    ]
    if broken:
        cause = f"`{function.name}` is there and could not be run; a person must look."
        return Outcome(Status.REVIEW, findings=tuple(broken), cause=cause)
    if others := [f"`{name}`" for name, place in loaded.others.items() if place.cell in own_cells]:
        cause = f"`{function.name}` is not there, but {', '.join(others)} may be meant for it; a person must look."
        return Outcome(Status.REVIEW, cause=cause)
    finding = Finding(
        code="not_defined", message=f"`{function.name}` is not there, or still as in the sheet."
    )
    return Outcome(Status.MISSING, findings=(finding,))


def _with_notes(outcome: Outcome, choice: Choice, session: Session) -> Outcome:
    """Tell which definition counted and what did not run as it stands; what is wrong and may come from that is for a person."""
    notes = session.notes(choice.called)
    doubts = [*choice.doubts, *(_sentence(note) for note in notes if note.doubt)]
    findings = [Finding(code="as_run", message=doubt, cell=choice.place.cell) for doubt in choice.doubts]
    findings += [Finding(code="as_run", message=_sentence(note), cell=note.cell) for note in notes]
    if whole := session.whole_run(choice.called):
        end = "." if whole.ended else ", which did not come to an end."
        message = (
            f"What `{choice.called}` needs did not suffice ({whole.why}), so the whole notebook was run{end}"
        )
        findings.append(Finding(code="as_run", message=message, cell=choice.place.cell))
        doubts += [] if whole.ended else [message]
    told = (*outcome.findings, *findings)
    if doubts and outcome.status in {Status.WRONG, Status.PARTIAL}:
        cause = f"What is wrong with `{choice.called}` may come from how it was run: {' '.join(doubts)}"
        return Outcome(Status.REVIEW, outcome.method, told, cause=cause)
    return Outcome(outcome.status, outcome.method, told, cause=outcome.cause)


def _sentence(note: CellNote) -> str:
    return f"Cell {note.cell} of the notebook, line {note.line}: {note.text}."


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
    return Outcome(status, outcome.method, (*outcome.findings, finding), cause=outcome.cause)


def _located(outcome: Outcome, cell: int) -> Outcome:
    """Findings that know no cell of their own are about the function's."""
    findings = tuple(
        finding if finding.cell is not None else finding.model_copy(update={"cell": cell})
        for finding in outcome.findings
    )
    return Outcome(outcome.status, outcome.method, findings, cause=outcome.cause)


def _combine(judged: Sequence[_Judged]) -> Verdict:
    outcomes = [item.outcome for item in judged]
    statuses = {outcome.status for outcome in outcomes}
    # What did not run may matter to several functions; it is told once.
    findings = list({repr(one): one for outcome in outcomes for one in outcome.findings}.values())
    causes = [outcome.cause for outcome in outcomes if outcome.cause is not None]
    parts: tuple[Part, ...] = ()
    if statuses == {Status.MISSING}:
        status, findings = Status.MISSING, []
    elif Status.REVIEW in statuses:
        status = Status.REVIEW
    elif len(statuses) == 1 and Status.PARTIAL not in statuses:
        (status,) = statuses
    elif statuses <= {Status.WRONG, Status.MISSING}:
        status = Status.WRONG
    else:
        status = Status.PARTIAL
        parts = tuple(map(_part, judged)) if len(judged) > 1 else ()
    methods = dict.fromkeys(outcome.method for outcome in outcomes if outcome.method)
    return Verdict(
        status=status,
        findings=tuple(findings),
        cause=" ".join(causes) or None,
        method="; ".join(methods) or None,
        taken="; ".join(item.taken for item in judged if item.taken) or None,
        share=_share(status),
        parts=parts,
    )


def _part(judged: _Judged) -> Part:
    outcome = judged.outcome
    verdict = Verdict(status=outcome.status, findings=outcome.findings, share=_share(outcome.status))
    return Part(weight=judged.function.share, verdict=verdict)


def _share(status: Status) -> float | None:
    """Nothing, where no slip explains what is wrong, whatever is found in it; else the rubric decides."""
    return 0.0 if status is Status.WRONG else None
