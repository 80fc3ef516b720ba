"""One submission from file to result: read, locate, check, score."""

from __future__ import annotations

import hashlib
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from grader import __version__
from grader.checking import Bench, check, open_bench, stray
from grader.locate import locate
from grader.result import (
    Environment,
    ExerciseResult,
    Finding,
    Result,
    Status,
    Student,
    SubmissionInfo,
    Verdict,
)
from grader.scoring import score, total
from grader.sheets import refuse_other_assignment, sheets_of
from grader.showing import shown
from grader.submission import Found, UnreadableError, read_notebook

if TYPE_CHECKING:
    from grader.assignment import Assignment, Exercise
    from grader.locate import Answer
    from grader.submission import Notebook


def grade_submission(found: Found, assignment: Assignment, *, secret: bytes) -> Result:
    """Grade one submission; whatever is wrong with its file is said in the result.

    The result depends on the file, the assignment and the secret alone (but for `seconds`).
    """
    sheets = sheets_of(assignment)
    try:
        notebook = read_notebook(found.path)
        refuse_other_assignment(notebook, assignment, sheets)
    except UnreadableError as error:
        return _result(found, assignment, status="unreadable", findings=(error.finding,))
    answers = locate(notebook, sheets.sheet, assignment.exercises)
    with open_bench(notebook, sheets.notebook, assignment, secret) as bench:
        exercises = tuple(
            _grade(exercise, answers[exercise.id], notebook, assignment, bench)
            for exercise in assignment.exercises
        )
        environment = bench.environment()
    return _result(found, assignment, sha256=notebook.sha256, exercises=exercises, environment=environment)


def _grade(
    exercise: Exercise, answer: Answer, notebook: Notebook, assignment: Assignment, bench: Bench
) -> ExerciseResult:
    """Check and score one exercise."""
    start = time.perf_counter()
    try:
        verdict = check(exercise, answer, bench)
        if verdict.status is Status.MISSING:
            verdict = stray(exercise, notebook, bench) or verdict
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
        answer_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _result(
    found: Found,
    assignment: Assignment,
    *,
    status: Literal["graded", "unreadable"] = "graded",
    sha256: str = "",
    exercises: tuple[ExerciseResult, ...] = (),
    findings: tuple[Finding, ...] = (),
    environment: Environment | None = None,
) -> Result:
    points, decided, pending = total(exercises)
    return Result(
        assignment=assignment.name,
        status=status,
        students=(Student(id=found.key),),
        submission=SubmissionInfo(file=found.name, sha256=sha256),
        environment=environment or Environment(grader=__version__),
        points=points if exercises else None,
        points_decided=decided,
        points_pending=pending,
        max_points=assignment.max_points,
        findings=findings,
        exercises=exercises,
    )
