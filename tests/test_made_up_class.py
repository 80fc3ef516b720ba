"""The made-up class of week 1 gets what its README says that a careful teacher decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from grader.result import Result, Status
from tests.helpers import graded_class
from tests.symbolic.helpers import week1

CLASS = Path(__file__).parents[1] / "submissions" / "week1"
DECIDED = "abci"

ALLOWED = {
    "correct": {Status.CORRECT, Status.REVIEW},
    "partial": {Status.PARTIAL, Status.REVIEW},
    # What a teacher calls wrong may have earned some points.
    "wrong": {Status.WRONG, Status.PARTIAL, Status.REVIEW},
    "missing": {Status.MISSING},
    "review": {Status.REVIEW},
}
"""What the grader may say where the table says so; it may always ask a person."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    file: str
    statuses: dict[str, str]
    codes: dict[str, set[str]]


def rows() -> list[Row]:
    text = (CLASS / "README.md").read_text(encoding="utf-8")
    found = []
    for line in re.findall(r"^\| `.*\|$", text, re.MULTILINE):
        file, _, *statuses, codes = (cell.strip() for cell in line.strip("|").split("|"))
        named = re.findall(r"([\w-]+): ([^;]+)", codes)
        found.append(
            Row(
                file.strip("`"),
                dict(zip(DECIDED, statuses, strict=True)),
                {exercise: set(re.split(r",\s*", listed.strip())) for exercise, listed in named},
            )
        )
    return found


ROWS = rows()


@lru_cache
def results() -> dict[str, Result]:
    """Results by file."""
    return graded_class(CLASS, week1())


def test_every_file_has_its_line() -> None:
    assert len(ROWS) == 14
    assert {row.file for row in ROWS} == set(results())


@pytest.mark.parametrize("row", ROWS, ids=[row.file for row in ROWS])
def test_the_grader_decides_as_the_table_says_or_asks_a_person(row: Row) -> None:
    result = results()[row.file]
    exercises = {exercise.id: exercise for exercise in result.exercises}
    for letter, said in row.statuses.items():
        if said == "-":
            assert result.status == "unreadable"
        else:
            assert exercises[letter].status in ALLOWED[said], letter


@pytest.mark.parametrize("row", ROWS, ids=[row.file for row in ROWS])
def test_a_finding_is_one_that_the_table_names(row: Row) -> None:
    result = results()[row.file]
    if "file" in row.codes:
        assert {finding.code for finding in result.findings} == row.codes["file"]
    for exercise in result.exercises:
        if exercise.id in DECIDED:
            found = {finding.code for finding in exercise.findings}
            named = row.codes.get(exercise.id, set())
            assert found <= named, exercise.id
            if exercise.status is not Status.REVIEW:
                assert found == named, exercise.id


@pytest.mark.parametrize("letter", "abc")
def test_most_formulas_are_decided_without_a_person(letter: str) -> None:
    decided = [
        exercise.status is not Status.REVIEW
        for result in results().values()
        for exercise in result.exercises
        if exercise.id == letter
    ]
    assert sum(decided) / len(decided) >= 0.8


def test_untouched_exercises_of_the_real_hand_in_are_missing() -> None:
    statuses = {exercise.id: exercise.status for exercise in results()["s107.ipynb"].exercises}
    assert {name for name, status in statuses.items() if status is Status.MISSING} == set("gijkl")
    assert {name for name, status in statuses.items() if status is Status.REVIEW} == {
        "d", "e-argument", "f", "h",
    }  # fmt: skip
    assert statuses["e"] is Status.WRONG


def test_what_a_reviewer_wrote_is_in_no_answer() -> None:
    exercises = {exercise.id: exercise for exercise in results()["s112.ipynb"].exercises}
    for exercise in exercises.values():
        assert not re.search(r"reviewer", exercise.answer, re.IGNORECASE), exercise.id
    assert exercises["a"].points == pytest.approx(2.0 * (1 - week1().spec.rubric["index_reuse"]))


def test_the_blank_hand_in_has_no_answers() -> None:
    assert {exercise.answer for exercise in results()["s108.ipynb"].exercises} == {""}


def test_one_hand_in_is_all_right_as_far_as_the_grader_decides() -> None:
    result = results()["s101.ipynb"]
    assert result.points_decided == week1().max_points - week1().exercise("e-argument").points
    assert {e.status for e in result.exercises} == {Status.CORRECT, Status.REVIEW}
