"""A third sheet without a line of code: the made-up class of logistic regression comes out as its table says."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.assignment import Assignment, load_assignment
from grader.proof import prove_assignment
from tests.helpers import graded_class

if TYPE_CHECKING:
    from grader.result import ExerciseResult

CLASS = Path(__file__).parents[1] / "submissions" / "logistic"
ROWS = re.findall(
    r"^\| `(.*?)` \| .* \| (\w+) \| (\w+) \| (.*?) ?\|$",
    (CLASS / "README.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@lru_cache
def logistic() -> Assignment:
    return load_assignment("logistic")


@lru_cache
def results() -> dict[str, dict[str, ExerciseResult]]:
    return {
        file: {exercise.id: exercise for exercise in result.exercises}
        for file, result in graded_class(CLASS, logistic()).items()
    }


def test_the_assignment_is_proved() -> None:
    assert prove_assignment(logistic()) == []


def test_every_file_has_its_line() -> None:
    assert {file for file, *_ in ROWS} == set(results())


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_an_answer_is_judged_as_the_table_says(row: tuple[str, str, str, str]) -> None:
    file, a, b, said = row
    exercises = results()[file]
    assert (exercises["a"].status.value, exercises["b"].status.value) == (a, b)
    named = {
        exercise: set(re.split(r",\s*", codes)) for exercise, codes in re.findall(r"([ab]): ([^;]+)", said)
    }
    for letter in "ab":
        found = {finding.code for finding in exercises[letter].findings}
        assert found == named.get(letter, set()), letter
