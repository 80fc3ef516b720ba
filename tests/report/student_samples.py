"""Made-up submissions for the student's page: what it explains in each week, and hostile ones."""

from __future__ import annotations

from grader.evidence import Convergence, Deviation, Deviations, with_evidence
from grader.result import Finding, Late, Passage, Result, Status, Step, SubmissionInfo

from .samples import HOSTILE, exercise, result

READ = r"y_j = h_2\left(\sum_{i} w_{ji}^{(2)} z_i\right)"
TYPED = r"y_j = h_2(\sum_i w_{ji}^{(2)} z_i)"
CODE = ("def glorot(L):\n    return L", "def he(L):\n    return L")
SHARED = {
    "kind": "function",
    "answer": "\n\n".join(CODE),
    "cells": (8, 9),
    "passages": (Passage(cell=8, start=0), Passage(cell=9, start=len(CODE[0]) + 2)),
}


def gradient_finding() -> Finding:
    """A wrong gradient of a network of two layers with the numbers of its pictures."""
    arrays = (
        Deviation(name="g_w[0]", shape=(2, 3), expected_shape=(2, 3), rows=("009", "010")),
        Deviation(name="g_w[1]", shape=(1, 3), expected_shape=(3, 1)),
        Deviation(name="g_b[0]", shape=(1, 3), expected_shape=(1, 3), rows=("000",)),
        Deviation(name="g_b[1]", shape=None, expected_shape=(1, 1)),
    )
    curve = Convergence(
        about="g_w[0][0, 2]",
        steps=(1.0, 1e-2, 1e-4, 1e-6, 1e-8),
        errors=(0.3, 0.31, 0.31, 0.31, 0.31),
        right=(0.1, 1e-5, 1e-9, 1e-10, 0.0),
    )
    finding = Finding(code="wrong_gradient", message="`h'` is missing.", hint="Which rule?", cell=12)
    return with_evidence(finding, Deviations(arrays=arrays), curve)


def week2() -> Result:
    """Code: pictures, shared cells, follow-through, several notebooks, late."""
    follows = Finding(
        code="follow_through", message="`f` is right for the notebook's own functions.", cell=14
    )
    slip = Finding(code="wrong_value", message="A square root is missing.", cell=9)
    return result(
        "s020",
        assignment="week2",
        submission=SubmissionInfo(
            file="s020.ipynb",
            sha256="ab" * 32,
            submitted="2026-09-26T09:00:00+02:00",
            late=Late(seconds=118_800, penalty=1.2),
        ),
        findings=(
            Finding(code="duplicate", message="Several notebooks were handed in. Graded is s020.ipynb."),
        ),
        exercises=(
            exercise("given", Status.CORRECT, kind="function", optional=True, answer=""),
            exercise("b-glorot", Status.CORRECT, **SHARED),
            exercise("b-he", Status.PARTIAL, findings=(slip,), **SHARED),
            exercise("c", Status.MISSING),
            exercise(
                "e",
                Status.PARTIAL,
                kind="function",
                answer="def backward_pass(x):\n    return x",
                cells=(12,),
                passages=(Passage(cell=12, start=0),),
                findings=(gradient_finding(),),
            ),
            exercise(
                "f",
                Status.CORRECT,
                kind="function",
                answer="def f(x): ...",
                cells=(14,),
                passages=(Passage(cell=14, start=0),),
                findings=(follows,),
            ),
        ),
    )


def week1() -> Result:
    """Formulas: as typed and as read, steps, and exercises answered in another order than the sheet's."""
    words = "Two cells."
    answer = f"{words}\n\n$${TYPED}$$"
    slip = Finding(code="index_reuse", message="A letter is used twice.", cell=5, text="w_{ji}")
    steps = (
        Step(text="a = b", status="true"),
        Step(text="b = c", status="false", message="The sign is gone."),
        Step(text=r"\mystery", status="unread"),
        Step(text="c := d", status="definition"),
    )
    return result(
        "s021",
        exercises=(
            exercise(
                "a",
                Status.PARTIAL,
                answer=answer,
                cells=(3, 5),
                passages=(Passage(cell=3, start=0), Passage(cell=5, start=len(words) + 2)),
                read_as=READ,
                findings=(slip,),
            ),
            exercise("b", Status.MISSING),
            exercise(
                "c",
                Status.WRONG,
                kind="derivation",
                cells=(2,),
                passages=(Passage(cell=2, start=0),),
                steps=steps,
            ),
        ),
    )


def vandal() -> Result:
    """As much of everything as a notebook can hold, and markup wherever a student can write."""
    formulas = (
        r"$\text{<script>alert(1)</script>}$ " + r"$$\sqrt{\sqrt{\sqrt{x_1^2 \& y}}} & \frac{1}{2}$$ " * 380
    )
    nested = "$" + r"\sqrt{" * 400 + "x" + "}" * 400 + "$" + "{" * 2000
    finding = Finding(code="raised", message=f"{HOSTILE}`{HOSTILE}`" * 500, cell=1, text=HOSTILE * 900)
    return result(
        "s022",
        submission=SubmissionInfo(file=HOSTILE * 400, sha256="ab" * 32),
        exercises=tuple(
            exercise(
                f"e{n}",
                Status.WRONG,
                kind="function" if n == 3 else "derivation",
                answer=("&" * 40_000) if n == 3 else nested + formulas,
                cells=(1,),
                passages=(Passage(cell=1, start=0),),
                read_as=READ * 40,
                taken=HOSTILE * 400,
                findings=(finding,) * 150,
                steps=(Step(text=HOSTILE * 20, status="false", message=HOSTILE * 30),) * 300,
            )
            for n in range(13)
        ),
    )
