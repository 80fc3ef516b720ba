"""Several notebooks in one hand-in: which of them counts."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from grader.assignment import Assignment, load_assignment
from grader.grading import grade_submission
from grader.notebook import read_notebook
from grader.result import ExerciseResult, Finding, Result, Status, Student
from grader.sheets import sheets_of
from grader.submission import File, Submission
from tests.fixtures import make_fixtures
from tests.fixtures.make_fixtures import EXAMPLE_ANSWERS
from tests.symbolic.helpers import week1

BLANK = week1().sheet_path.read_bytes()
FULL = make_fixtures.jupyterlab(EXAMPLE_ANSWERS)
WRONG_A = make_fixtures.jupyterlab({**EXAMPLE_ANSWERS, "a": "$$y_j = h_2(x_k)$$"})


@lru_cache
def week2() -> Assignment:
    return load_assignment("week2")


def hand_in(**contents: bytes | Finding) -> Submission:
    files = tuple(File(f"{name}.ipynb", content) for name, content in contents.items())
    return Submission("s1", files, (Student(id="s1"),))


def grade(submission: Submission, assignment: Assignment | None = None) -> Result:
    assignment = assignment or week1()
    return grade_submission(submission, assignment, sheets_of(assignment), secret=b"none")


def of(result: Result, exercise_id: str) -> ExerciseResult:
    return next(exercise for exercise in result.exercises if exercise.id == exercise_id)


@pytest.mark.parametrize("order", [("blank", "mine"), ("mine", "blank")])
def test_the_sheet_beside_the_answers_does_not_count(order: tuple[str, str]) -> None:
    contents = {"blank": BLANK, "mine": FULL}
    result = grade(hand_in(**{name: contents[name] for name in order}))
    assert result.submission.file == "mine.ipynb"
    assert of(result, "a").status is Status.CORRECT
    (finding,) = result.findings
    assert finding.code == "duplicate"
    assert "Graded is mine.ipynb, which answers most exercises; not graded: blank.ipynb." in finding.message


def test_two_that_answer_as_much_are_for_a_person_where_they_differ() -> None:
    result = grade(hand_in(one=FULL, two=WRONG_A))
    assert of(result, "a").status is Status.REVIEW
    assert "two.ipynb and one.ipynb were both handed in" in str(of(result, "a").cause)
    assert of(result, "b").status is Status.CORRECT


def test_copies_of_one_notebook_are_no_question() -> None:
    result = grade(hand_in(one=FULL, two=FULL))
    assert of(result, "a").status is Status.CORRECT


def test_code_that_differs_anywhere_puts_functions_in_doubt() -> None:
    solution = week2().solution_path
    assert solution is not None
    text = solution.read_text(encoding="utf-8")
    assert text.count("np.tanh(x)") > 0
    result = grade(
        hand_in(one=solution.read_bytes(), two=text.replace("np.tanh(x)", "np.tanh(2 * x)").encode()), week2()
    )
    functions = [exercise for exercise in result.exercises if exercise.kind == "function"]
    assert {exercise.status for exercise in functions} == {Status.REVIEW}


def test_a_draft_does_not_count_and_puts_nothing_in_doubt() -> None:
    draft = make_fixtures.jupyterlab({"a": "$$y_j = h_2(x_k)$$"})
    result = grade(hand_in(draft=draft, final=FULL))
    assert result.submission.file == "final.ipynb"
    assert of(result, "a").status is Status.CORRECT


def test_attempts_of_which_nobody_knows_the_newest_are_for_a_person_where_they_differ() -> None:
    draft = make_fixtures.jupyterlab({"a": "$$y_j = h_2(x_k)$$"})
    result = grade(replace(hand_in(draft=draft, final=FULL), rivals=True))
    assert of(result, "a").status is Status.REVIEW
    assert of(result, "b").status is Status.REVIEW
    assert of(result, "d").status is Status.MISSING


def test_what_cannot_be_read_is_told_and_the_other_counts() -> None:
    result = grade(hand_in(broken=b"{", mine=FULL, big=Finding(code="too_large", message="Too large.")))
    assert result.status == "graded"
    assert of(result, "a").status is Status.CORRECT
    assert "broken.ipynb (The file is broken" in result.findings[0].message
    assert "big.ipynb (Too large.)" in result.findings[0].message


def test_the_other_labs_notebook_is_passed_over() -> None:
    result = grade(hand_in(lab2=week2().sheet_path.read_bytes(), mine=FULL))
    assert (result.status, result.submission.file) == ("graded", "mine.ipynb")


def test_where_none_can_be_graded_the_first_problem_is_told() -> None:
    result = grade(hand_in(broken=b"{", lab2=week2().sheet_path.read_bytes()))
    assert result.status == "unreadable"
    assert result.findings[0].code == "unreadable"
    assert result.submission.file == "broken.ipynb, lab2.ipynb"


def test_a_hand_in_without_a_notebook_is_told() -> None:
    result = grade(hand_in())
    assert (result.status, result.findings[0].code) == ("unreadable", "not_a_notebook")


def test_the_hash_is_that_of_the_notebook_that_counts() -> None:
    assert grade(hand_in(blank=BLANK)).submission.sha256 == read_notebook(week1().sheet_path).sha256
