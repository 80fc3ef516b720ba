"""The proof of an assignment: what ships is proved, and each way to get one wrong is noticed."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from grader.assignment import Assignment, AssignmentError, load_assignment
from grader.proof import prove_assignment
from tests.fixtures import make_fixtures
from tests.symbolic.helpers import week1

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of week 1 that can be spoilt."""
    return shutil.copytree(week1().folder, tmp_path / "week1")


def spoilt(folder: Path, old: str, new: str) -> Assignment:
    path = folder / "assignment.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load_assignment(folder)


def test_what_ships_is_proved() -> None:
    assert prove_assignment(week1()) == []


REFERENCES = {
    "a wrong index": (r"w_{ik}^{(1)} x_k))'", r"w_{ik}^{(1)} x_i))'", "a"),
    "a wrong layer": (r"w_{jm}^{(3)}", r"w_{jm}^{(2)}", "b"),
    "a wrong limit": (r"\sum_{i=0}^{D} w_{ji}^{(1)} x_i", r"\sum_{i=0}^{K} w_{ji}^{(1)} x_i", "c"),
    "a wrong sign": ("reference = 'y_j - t_j'", "reference = 't_j - y_j'", "i"),
    "what was to be eliminated": (
        r"h_1(\sum_{k=0}^{D} w_{ik}^{(1)} x_k))'", "z_i^{(1)})'", "a"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "exercise"), REFERENCES.values(), ids=REFERENCES)
def test_a_reference_that_is_wrong_is_noticed(folder: Path, old: str, new: str, exercise: str) -> None:
    problems = prove_assignment(spoilt(folder, old, new))
    assert problems
    assert all(problem.startswith(f"exercise {exercise}:") for problem in problems)
    assert any("the references score" in problem for problem in problems)


UNREADABLE = {
    "a reference": (r"h_2(\sum_{i=0}^{M} w_{ji}^{(2)} h_1(", r"h_2(\nosum w_{ji}^{(2)} h_1(", "exercise a:"),
    "a fact": (r"equals = ['\delta_j^{(L)}']", r"equals = ['\delta_j^{(L)} +']", "exercise i:"),
    "a name": (r"'\text{Loss}' = '\frac{ND}{2}", r"'\text{Loss}' = '\fraction{ND}{2}", "world regression:"),
}


@pytest.mark.parametrize(("old", "new", "place"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_formula_that_cannot_be_read_is_told_with_its_place(
    folder: Path, old: str, new: str, place: str
) -> None:
    (problem,) = prove_assignment(spoilt(folder, old, new))
    assert problem.startswith(place)
    assert "^" in problem


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [(letter, text) for letter, text in make_fixtures.EXAMPLE_ANSWERS.items() if letter != "e"],
)
def test_a_sheet_that_holds_an_answer_is_noticed(folder: Path, exercise: str, answer: str) -> None:
    notebook = make_fixtures.answered({exercise: answer})
    (folder / "notebook.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    problems = prove_assignment(load_assignment(folder))
    assert any(
        problem.startswith(f"exercise {exercise}: the untouched sheet is graded") for problem in problems
    )


def test_a_price_for_a_mistake_that_there_is_not_is_noticed(folder: Path) -> None:
    with pytest.raises(AssignmentError, match="'wrong_limit'"):
        spoilt(folder, "wrong_limits = 0.2", "wrong_limit = 0.2")
