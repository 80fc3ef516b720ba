"""One submission from file to result: read, locate, check, score."""

from __future__ import annotations

import hashlib
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from grader import __version__
from grader.checking import Bench, check, open_bench, stray
from grader.choosing import choose
from grader.notebook import UnreadableError
from grader.result import (
    Environment,
    ExerciseResult,
    Finding,
    Result,
    Status,
    SubmissionInfo,
    Verdict,
)
from grader.scoring import score, total
from grader.showing import passages, shown

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.choosing import Choice
    from grader.locate import Answer
    from grader.schema import Exercise
    from grader.sheets import Sheets
    from grader.submission import Submission


def grade_submission(
    submission: Submission, assignment: Assignment, sheets: Sheets, *, secret: bytes
) -> Result:
    """Grade one submission; whatever is wrong with its files is said in the result.

    The result depends on the submission, the assignment and the secret alone (but for `seconds`).
    """
    try:
        choice = choose(submission, assignment, sheets)
    except UnreadableError as error:
        return _result(submission, assignment, status="unreadable", findings=(error.finding,))
    notebook, answers = choice.taken.notebook, choice.taken.answers
    with open_bench(notebook, sheets.notebook, assignment, secret) as bench:
        exercises = tuple(
            _grade(exercise, answers[exercise.id], choice, assignment, bench)
            for exercise in assignment.exercises
        )
        environment = bench.environment()
    return _result(
        submission, assignment, choice, exercises=exercises, findings=choice.findings, environment=environment
    )


def _grade(
    exercise: Exercise, answer: Answer, choice: Choice, assignment: Assignment, bench: Bench
) -> ExerciseResult:
    """Check and score one exercise."""
    start = time.perf_counter()
    try:
        verdict = check(exercise, answer, bench)
        if verdict.status is Status.MISSING:
            verdict = stray(exercise, choice.taken.notebook, bench) or verdict
        if why := choice.disputed.get(exercise.id):
            verdict = Verdict(status=Status.REVIEW, cause=why, findings=verdict.findings, steps=verdict.steps)
    except Exception as error:  # noqa: BLE001 - a failure of ours in one exercise must cost no other
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        verdict = Verdict(status=Status.ERROR, cause=f"the grader failed: {type(error).__name__} in {where}")
    priced = score(verdict, assignment.costs(exercise), exercise.points)
    text = shown(answer, exercise)
    missing = priced.status is Status.MISSING
    return ExerciseResult(
        id=exercise.id,
        kind=exercise.kind,
        optional=exercise.optional,
        status=priced.status,
        cause=verdict.cause,
        method=verdict.method,
        points=None if exercise.optional else priced.points,
        max_points=exercise.points,
        read_as=verdict.read_as,
        cells=() if missing else answer.cells,
        taken=verdict.taken,
        findings=verdict.findings,
        steps=verdict.steps,
        seconds=round(time.perf_counter() - start, 4),
        title=exercise.title,
        answer="" if missing else text,
        passages=() if missing else passages(answer, exercise),
        answer_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _result(
    submission: Submission,
    assignment: Assignment,
    choice: Choice | None = None,
    *,
    status: Literal["graded", "unreadable"] = "graded",
    exercises: tuple[ExerciseResult, ...] = (),
    findings: tuple[Finding, ...] = (),
    environment: Environment | None = None,
) -> Result:
    points, decided, pending = total(exercises)
    return Result(
        assignment=assignment.name,
        key=submission.key,
        status=status,
        students=submission.students,
        submission=SubmissionInfo(
            file=choice.taken.name if choice else submission.name,
            sha256=choice.taken.notebook.sha256 if choice else "",
            attempt=submission.attempt,
            submitted=submission.submitted,
            late=submission.late,
        ),
        environment=environment or Environment(grader=__version__),
        points=points if exercises else None,
        points_decided=decided,
        points_pending=pending,
        max_points=assignment.max_points,
        findings=(*submission.findings, *findings),
        exercises=exercises,
        hints=assignment.spec.hints,
        solution_after=assignment.spec.solution_after,
    )
