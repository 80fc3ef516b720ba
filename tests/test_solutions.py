"""The solution is shown from the assignment's day on, never before."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from grader.assignment import Assignment, AssignmentError, load_assignment
from grader.report.store import Store, serialise
from grader.report.student_page import Telling, student_page
from grader.report.views import page_of, write_views
from grader.solutions import solutions, solutions_for
from tests.helpers import graded

ROOT = Path(__file__).parents[1]
DAY = date(2026, 10, 8)
EVE = DAY - timedelta(days=1)


def showing_from(day: date | None, name: str, folder: Path) -> Assignment:
    """A copy of an assignment with a day for its solution."""
    shutil.copytree(ROOT / "assignments" / name, folder / name)
    path = folder / name / "assignment.toml"
    if day is not None:
        path.write_text(f"solution_after = {day}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    return load_assignment(folder / name)


def test_nothing_is_shown_before_its_day_or_without_one(tmp_path: Path) -> None:
    assert solutions(showing_from(DAY, "week1", tmp_path), EVE) == {}
    assert solutions(load_assignment("week1"), date.max) == {}


def test_formulas_and_answers_of_the_solution_are_shown(tmp_path: Path) -> None:
    week1 = solutions(showing_from(DAY, "week1", tmp_path), DAY)
    assert r"\delta_j^{(L)} = y_j - t_j" in week1["i"]
    assert "e" not in week1
    week2 = solutions(showing_from(DAY, "week2", tmp_path), DAY)
    assert "def backward_pass" in week2["e"]
    assert "The variance of a sum" in week2["b-text"]


def test_a_page_shows_the_solution_from_that_day_on(tmp_path: Path) -> None:
    assignment = showing_from(DAY, "logistic", tmp_path)
    result = graded(ROOT / "submissions" / "logistic" / "l301.ipynb", assignment)
    out = tmp_path / "OUT"
    Store(out).write(result.key, serialise(result))
    page = Store(out).page(result.key)
    for today, shown in ((EVE, False), (DAY, True), (EVE, False)):
        write_views(out, solutions=solutions(assignment, today))
        text = page.read_text(encoding="utf-8")
        assert ("The solution" in text) is shown
        assert page_of(out, result, solutions(assignment, today)) == text


def test_the_solution_is_escaped_like_an_answer() -> None:
    result = graded(ROOT / "submissions" / "logistic" / "l301.ipynb", load_assignment("logistic"))
    page = student_page(result, Telling(solutions={result.exercises[0].id: "<script>alert(1)</script>"}))
    assert "The solution" in page
    assert "<script" not in page


def test_the_assignment_is_read_only_where_pages_show_its_solution(tmp_path: Path) -> None:
    assignment = showing_from(DAY, "logistic", tmp_path)
    result = graded(ROOT / "submissions" / "logistic" / "l301.ipynb", assignment)
    elsewhere = result.model_copy(update={"assignment": "nowhere"})
    assert solutions_for([elsewhere], None, EVE) == {}
    with pytest.raises(AssignmentError, match="nowhere"):
        solutions_for([elsewhere], None, DAY)
    assert solutions_for([elsewhere], str(tmp_path / "logistic"), DAY) == solutions(assignment, DAY)
    assert solutions_for([], None, DAY) == {}


def test_the_day_must_be_one(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "assignments" / "logistic", tmp_path / "logistic")
    path = tmp_path / "logistic" / "assignment.toml"
    path.write_text(f'solution_after = "soon"\n{path.read_text(encoding="utf-8")}', encoding="utf-8")
    with pytest.raises(AssignmentError, match="solution_after"):
        load_assignment(tmp_path / "logistic")


def test_results_say_from_when_on(tmp_path: Path) -> None:
    assignment = showing_from(DAY, "logistic", tmp_path)
    result = graded(ROOT / "submissions" / "logistic" / "l301.ipynb", assignment)
    assert json.loads(serialise(result))["solution_after"] == "2026-10-08"
