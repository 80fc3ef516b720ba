"""A made-up class: every status, a group, an unreadable file, hostile names and texts, pictures, steps."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from grader.result import (
    Environment,
    ExerciseResult,
    Finding,
    Late,
    Result,
    Status,
    Step,
    Student,
    SubmissionInfo,
)
from grader.scoring import total

HOSTILE = "<script>alert(1)</script>"
PNG = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = "data:image/svg+xml;base64," + base64.b64encode(b"<svg onload='alert(1)'/>").decode()


def exercise(exercise_id: str, status: Status, **fields: Any) -> ExerciseResult:
    """An exercise of two points, or an optional one."""
    optional = fields.get("optional", False)
    answer = fields.setdefault("answer", "" if status is Status.MISSING else f"answer to {exercise_id}")
    points = {Status.CORRECT: 2.0, Status.PARTIAL: 1.5, Status.WRONG: 0.0, Status.MISSING: 0.0}.get(status)
    defaults: dict[str, Any] = {
        "id": exercise_id,
        "kind": "formula",
        "optional": False,
        "status": status,
        "cause": None,
        "method": None,
        "points": None if optional else points,
        "max_points": 0.0 if optional else 2.0,
        "read_as": None,
        "cells": (),
        "taken": None,
        "findings": (),
        "steps": (),
        "seconds": 0.25,
        "title": f"Title of {exercise_id}",
        "answer_sha256": hashlib.sha256(answer.encode()).hexdigest(),
    }
    return ExerciseResult(**{**defaults, **fields})


def result(*students: str, exercises: tuple[ExerciseResult, ...] = (), **fields: Any) -> Result:
    """A graded submission; its totals are computed."""
    points, decided, pending = total(exercises)
    defaults: dict[str, Any] = {
        "assignment": "week1",
        "key": "+".join(students),
        "status": "graded",
        "students": tuple(Student(id=student) for student in students),
        "submission": SubmissionInfo(file=f"{students[0]}.ipynb", sha256="ab" * 32),
        "environment": Environment(grader="0.1.0"),
        "points": points,
        "points_decided": decided,
        "points_pending": pending,
        "max_points": 6.0,
        "exercises": exercises,
    }
    return Result(**{**defaults, **fields})


def alice() -> Result:
    """Everything at its best: all decided, with a slip explained."""
    return result(
        "s001",
        students=(Student(id="s001", name="Alice Ågård"),),
        submission=SubmissionInfo(
            file="s001.ipynb",
            sha256="cd" * 32,
            attempt=2,
            submitted="2026-09-01T10:00:00+02:00",
            late=Late(seconds=5400),
        ),
        environment=Environment(
            grader="0.1.0", sandbox="landlock+seccomp", student_python="3.11.7", student_numpy="1.26.4"
        ),
        exercises=(
            exercise(
                "a",
                Status.CORRECT,
                cells=(7,),
                method="3 worlds",
                answer="The sum is\n\n$$y_j = h_2\\left(\\sum_i w_{ji}^{(2)} z_i\\right)$$\n\nas $z_0 = 1$.",
                read_as=r"y_j = h_2\left(\sum_{i} w_{ji}^{(2)} z_i\right)",
            ),
            exercise(
                "b",
                Status.PARTIAL,
                cells=(8, 9),
                findings=(
                    Finding(
                        code="index_reuse",
                        message="The index $i$ is bound by two sums.",
                        hint="Call the inner one $k$.",
                        cell=8,
                        text=r"w^{(1)}_{ji}",
                    ),
                ),
            ),
            exercise(
                "c",
                Status.WRONG,
                kind="function",
                taken="forward_pass, cell 12",
                answer="def forward_pass(x):\n    return x < 1  # $not a formula$",
                findings=(
                    Finding(code="wrong_shape", message="Expected shape (3, 2), got (2, 3).", cell=12),
                ),
            ),
        ),
    )


def bob_and_carol() -> Result:
    """A group that waits for a person in every way."""
    return result(
        "s002",
        "s003",
        exercises=(
            exercise("a", Status.MISSING),
            exercise(
                "b",
                Status.REVIEW,
                kind="derivation",
                cause="Step 2 could not be read.",
                answer="By the chain rule\n$$\\delta = y - t$$",
                steps=(
                    Step(text="E = -\\sum_k t_k \\log y_k", status="true"),
                    Step(text="E = \\sum_k t_k", status="false", message="The logarithm is gone."),
                    Step(text="\\mystery", status="unread"),
                    Step(text="y := a", status="definition"),
                ),
            ),
            exercise("c", Status.ERROR, cause="The sandbox could not be started."),
            exercise("d", Status.REVIEW, optional=True, kind="text", answer="It collapses."),
            exercise("h", Status.MISSING, optional=True, kind="text"),
        ),
    )


def mallory() -> Result:
    """Hostile wherever a student can write."""
    return result(
        "_cmd",
        students=(Student(id="=cmd", name=f"+1 [/red] {HOSTILE}"),),
        submission=SubmissionInfo(file=f"\x1b[31m{HOSTILE}.ipynb", sha256="ef" * 32),
        exercises=(
            exercise(
                "a",
                Status.REVIEW,
                cause=f"The answer is a picture. {HOSTILE}",
                answer=f"![shot]({PNG}) ![bad]({SVG}) <img src=https://evil.example/x.png onerror=alert(1)> {HOSTILE}",
                findings=(Finding(code="image", message="A picture.", text=HOSTILE),),
            ),
            exercise(
                "b",
                Status.REVIEW,
                answer='=HYPERLINK("https://evil.example")\x00\u202e\n$\\text{<svg/onload=alert(1)>}$',
                read_as=r"\href{javascript:alert(1)}{\text{<svg/onload=alert(1)>}}",
            ),
            exercise("c", Status.WRONG, answer=HOSTILE, title=HOSTILE, comment=HOSTILE),
        ),
    )


def unreadable(student: str = "s009") -> Result:
    """A file that is no notebook."""
    return result(
        student,
        status="unreadable",
        points=None,
        points_decided=0.0,
        points_pending=6.0,
        findings=(
            Finding(
                code="not_a_notebook", message="This file is no notebook.", hint="Hand in the .ipynb file."
            ),
        ),
    )


def failed() -> Result:
    """Our own failure."""
    return result(
        "s010",
        status="error",
        points=None,
        points_decided=0.0,
        points_pending=6.0,
        findings=(Finding(code="grader_error", message="The grader failed on this submission."),),
    )


def class_results() -> dict[str, Result]:
    """The class by file name."""
    return {
        "_cmd": mallory(),
        "s001": alice(),
        "s002+s003": bob_and_carol(),
        "s009": unreadable(),
        "s010": failed(),
    }
