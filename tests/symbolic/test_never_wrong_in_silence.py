"""Answers in the many ways in which students type, right and wrong, each read by a person before.

`answers.json` holds what may come out for each; `review` may always. Calling a wrong answer right is the worst bug
there is, calling a right one wrong the second.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from grader.result import Status
from grader.scoring import score
from tests.symbolic.helpers import verdict, week1

ANSWERS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("answers.json").read_text(encoding="utf-8")
)


def status(answer: dict[str, Any]) -> Status:
    exercise = week1().exercise(answer["exercise"])
    found = verdict(answer["exercise"], answer["text"])
    return score(found, week1().costs(exercise), exercise.points).status


@pytest.mark.parametrize("at", range(len(ANSWERS)))
def test_an_answer_is_judged_as_a_person_would_or_left_to_one(at: int) -> None:
    answer = ANSWERS[at]
    if answer["exercise"] == "i":
        judged_as_a_result(answer)
    else:
        assert status(answer) in {*answer["expect"], "review"}, answer["text"]


def judged_as_a_result(answer: dict[str, Any]) -> None:
    """Answers to i were read for their result alone: a right one is only not derived, a wrong one never right."""
    found = verdict("i", answer["text"])
    named = {finding.code for finding in found.findings}
    if answer["expect"] == ["correct"]:
        assert found.status is Status.REVIEW or named <= {"given_not_derived", "incomplete"}, answer["text"]
    else:
        assert found.status is not Status.CORRECT, answer["text"]


def test_most_right_formulas_are_decided() -> None:
    decided = Counter[str]()
    right = Counter[str]()
    for answer in ANSWERS:
        if answer["expect"] == ["correct"]:
            right[answer["exercise"]] += 1
            decided[answer["exercise"]] += status(answer) is Status.CORRECT
    # Odd spellings are over-represented here; of real answers far more are decided.
    assert all(decided[exercise] >= 0.65 * right[exercise] for exercise in "abc"), (decided, right)


HOSTILE = {
    "a huge number": "$$y_j = " + "9" * 400 + "$$",
    "a huge index": "$$y_j = h_2(x_{1-" + "9" * 30 + "})$$",
    "a huge limit": r"$$y_j = \sum_{i=1}^{" + "9" * 30 + "} x_i$$",
    "a huge lower limit": r"$$y_j = \sum_{i=" + "9" * 30 + "}^{M} x_i$$",
    "a huge label": "$$y_j = z_j^{(" + "9" * 12 + ")}$$",
    "a negative label": "$$y_j = z_j^{(-600)}$$",
    "nested indices": "$$y_j = x" + "_{i" * 900 + "}" * 900 + "$$",
    "many signs": "$$y_j = " + "-" * 3900 + "x$$",
    "nested calls": "$$y_j = " + "E(" * 600 + "x" + ")" * 600 + "$$",
    "nested logarithms": "$$y_j = " + r"\log " * 800 + "x_j$$",
    "many letters": "$$y_j = "
    + " + ".join(f"w_{{{a}{b}}}^{{(1)}}" for a, b in zip("abcdefg", "hikmnop", strict=True))
    + "$$",
    "many terms": "$$y_j = " + " + ".join(["w_{ji}^{(2)} x_i"] * 200) + "$$",
    "many rows": "$$" + r"\\".join(["y_j = h_2(x_j)"] * 300) + "$$",
    "a huge range": r"\begin{align} y_j &= x_j & l=" + "9" * 30 + r",\ldots,L\end{align}",
    "open brackets": r"\(" * 3000,
    "dollars": "$" * 5001,
    "open words": "$$y_j = " + r"\text{a" * 8000 + "$$",
    "words that connect": "$$y_j = x_j$$ " + "so also is we " * 3000 + r"for $j=k$ we is we is $$x_j$$",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_ends_in_a_verdict(text: str) -> None:
    assert verdict("a", text).status in {Status.WRONG, Status.REVIEW, Status.MISSING}
