"""Derivations by someone who had not seen the grader, with what a careful reader says of each.

`derivations.json` was written and labelled first; the grader was repaired by it afterwards, so that it keeps what it learned. What is
right may be correct or go to a person, never be wrong; what has a mistake may be wrong or go to a person, never be correct.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.result import Status
from tests.symbolic.helpers import codes
from tests.symbolic.helpers import verdict as checked

if TYPE_CHECKING:
    from grader.result import Verdict

ANSWERS = json.loads(Path(__file__).with_name("derivations.json").read_text(encoding="utf-8"))
WRONG = [answer for answer in ANSWERS if answer["verdict"] in {"minor", "wrong"} and answer["errors"]]
EXERCISES = sorted({answer["exercise"] for answer in ANSWERS})


@cache
def verdict(exercise: str, text: str) -> Verdict:
    return checked(exercise, text)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_verdict_contradicts_the_reader(exercise: str) -> None:
    for answer in ANSWERS:
        if answer["exercise"] == exercise:
            found = verdict(exercise, answer["text"]).status
            decided = Status.CORRECT if answer["verdict"] == "correct" else Status.WRONG
            assert found in {decided, Status.REVIEW}, answer


def test_most_are_decided() -> None:
    decided = [
        answer
        for answer in ANSWERS
        if verdict(answer["exercise"], answer["text"]).status is not Status.REVIEW
    ]
    # Some were written by someone in a hurry, with abbreviations and notation that few use.
    assert len(decided) >= 0.8 * len(ANSWERS)


def test_most_mistakes_get_a_name_that_the_reader_gave_them() -> None:
    found = [(answer, verdict(answer["exercise"], answer["text"])) for answer in WRONG]
    decided = [(answer, one) for answer, one in found if one.status is Status.WRONG]
    named = [answer for answer, one in decided if set(answer["errors"]).intersection(codes(one))]
    assert len(named) >= 0.8 * len(decided)
