"""One submission from file to result: read, locate, check, score."""

from __future__ import annotations

import base64
import hashlib
import time
import traceback
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from grader import __version__
from grader.assignment import sibling_sheets
from grader.checking import Bench, check, open_bench, stray
from grader.locate import Answer, Sheet, locate
from grader.resemblance import mistaken_for
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
from grader.submission import Found, Image, Notebook, UnreadableError, read_notebook

MAX_SHOWN_PICTURE = 1_000_000
"""Bytes of a picture that is kept with the answer."""

if TYPE_CHECKING:
    from grader.assignment import Assignment, Exercise


def grade_submission(found: Found, assignment: Assignment, *, secret: bytes) -> Result:
    """Grade one submission; whatever is wrong with its file is said in the result.

    The result depends on the file, the assignment and the secret alone (but for `seconds`).
    """
    sheets = sheets_of(assignment)
    try:
        notebook = read_notebook(found.path)
        _refuse_other_assignment(notebook, assignment, sheets)
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


def shown(answer: Answer, exercise: Exercise) -> str:
    """The student's own work as Markdown, for a person to read: words, pictures and, where it counts, code."""
    code = [(piece.cell, piece.text) for piece in answer.code]
    if exercise.kind == "function":
        return "\n\n".join(text for _, text in code)
    parts = [*((piece.cell, piece.text) for piece in answer.pieces), *answer.linked_images]
    parts += [(cell, _picture(image)) for cell, image in answer.images]
    if exercise.kind == "text" and exercise.part_of is None:
        parts += [(cell, f"```\n{text}\n```") for cell, text in code]
        parts += [(cell, _picture(image)) for cell, image in answer.pictures]
    return "\n\n".join(text for _, text in sorted(parts, key=lambda part: part[0]))


def _picture(image: Image) -> str:
    if image.data is None or len(image.data) > MAX_SHOWN_PICTURE:
        return f"(a picture, {image.media_type}, that is not shown here; see the notebook)"
    return f"![picture](data:{image.media_type};base64,{base64.b64encode(image.data).decode()})"


@dataclass(frozen=True, slots=True)
class Sheets:
    """What students got, of this assignment and of those beside it."""

    notebook: Notebook
    sheet: Sheet
    siblings: dict[str, Notebook]


@lru_cache(maxsize=8)
def sheets_of(assignment: Assignment) -> Sheets:
    """The sheets of an assignment, read once."""
    notebook = read_notebook(assignment.sheet_path)
    earlier = [read_notebook(path) for path in assignment.earlier_sheets]
    sheet = Sheet([notebook, *earlier], assignment.exercises, assignment.spec.sections)
    siblings = {name: read_notebook(path) for name, path in sibling_sheets(assignment).items()}
    return Sheets(notebook, sheet, siblings)


def _refuse_other_assignment(notebook: Notebook, assignment: Assignment, sheets: Sheets) -> None:
    """Refuse a notebook that is clearly another lab's: its exercises have the same letters.

    Raises:
        UnreadableError: with code `other_assignment`.

    """
    other = mistaken_for(notebook, assignment.name, sheets.siblings)
    if other is not None:
        message = (
            f"This is a hand-in for {other}, not for {assignment.name}. "
            f"Hand in the other notebook, or grade this one with --assignment {other}."
        )
        raise UnreadableError("other_assignment", message)


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
