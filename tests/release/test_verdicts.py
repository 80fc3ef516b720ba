"""What students are told by their copy is what grading tells: its status, its points, its reasons."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from grader.assignment import load_assignment
from grader.proof import prove_assignment
from grader.result import Status
from tests.release.copies import NAMES, as_told, by_copy, by_grading, hand_ins, in_copy, released


@pytest.mark.parametrize("name", NAMES)
def test_the_copy_says_of_every_notebook_what_grading_says(name: str) -> None:
    found, expected = by_copy(name), by_grading(name)
    assert found.keys() == expected.keys()
    for file, result in expected.items():
        assert found[file] == as_told(result), file


@pytest.mark.parametrize(("name", "least"), [("week1", 60), ("week2", 60), ("logistic", 4)])
def test_there_are_wrong_answers_among_them(name: str, least: int) -> None:
    statuses = Counter(one.status for result in by_grading(name).values() for one in result.exercises)
    assert statuses[Status.WRONG] + statuses[Status.PARTIAL] >= least
    assert statuses[Status.CORRECT]


def test_students_check_a_notebook_with_the_command() -> None:
    done = in_copy("week1", "-m", "grader", "check", "s103.ipynb", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["assignment"]) == (1, "week1")
    expected = {one.id: one.status for one in by_grading("week1")["s103.ipynb"].exercises}
    assert {one["id"]: one["status"] for one in told["exercises"]} == expected


def test_students_check_a_notebook_from_inside_it() -> None:
    done = in_copy("week1", "-c", "import grader; print(grader.check('s103.ipynb', 'a'))")
    assert "The output as a function of the input" in done.stdout, done.stderr


def test_code_is_checked_and_a_page_is_written_with_the_command() -> None:
    page = hand_ins("week2") / "check.html"
    done = in_copy("week2", "-m", "grader", "check", "s202.ipynb", "--html", str(page))
    assert done.stderr == ""
    assert "Backward pass" in done.stdout
    assert "Backward pass" in page.read_text(encoding="utf-8")


def test_the_untouched_sheet_of_the_copy_is_missing_everywhere() -> None:
    done = in_copy("week2", "-m", "grader", "check", "notebook.ipynb", "--json", cwd=released("week2"))
    told = {one["id"]: one["status"] for one in json.loads(done.stdout)["exercises"]}
    assert told.pop("given") == "correct"
    assert set(told.values()) == {"missing"}


def test_the_copy_grades_nobody_else() -> None:
    done = in_copy("week1", "-m", "grader", "grade", "s103.ipynb", "--assignment", "week1", "--out", "out")
    assert done.returncode == 2
    assert "No such command" in done.stderr


def test_proving_a_copy_says_that_it_has_no_key() -> None:
    problems = prove_assignment(load_assignment(released("week1") / "grader" / "assignments" / "week1"))
    assert problems
    assert all("has none" in problem for problem in problems)
