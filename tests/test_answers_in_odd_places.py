"""Wherever an answer stands and whatever stands around it, it is never called missing, and others' words never count."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grader.result import Status
from tests.fixtures import make_fixtures
from tests.test_grading import by_id, grade_bytes

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = r"$$y_j = h_2\left(\sum_{i=0}^M w^{(2)}_{ji} h_1\left(\sum_{k=0}^D w^{(1)}_{ik} x_k\right)\right)$$"
WRONG = RIGHT.replace("_{ik}", "_{ki}")


def status_of_a(folder: Path, change: dict[str, list[make_fixtures.Cell]] | str) -> Status:
    """Status of exercise a when its cell is replaced by cells, or followed by text."""
    notebook = make_fixtures.sheet()
    cells = []
    for cell in notebook["cells"]:
        if cell.get("id") == "exercise-a" and isinstance(change, str):
            cells += [cell, make_fixtures.markdown(change, cell_id="own")]
        elif cell.get("id") in change:
            cells += change[str(cell.get("id"))]  # type: ignore[index]
        else:
            cells.append(cell)
    notebook["cells"] = cells
    return by_id(grade_bytes(folder, json.dumps(notebook).encode()))["a"].status


@pytest.mark.parametrize(
    "heading",
    [
        "# a)",
        "## Answer a",
        "## Ex. a)",
        "## Exercise 1a",
        "## Exercise 1.a)",
        "## Exercise (a)",
        "## *Exercise a)*",
        '## <span style="color:red">Exercise a)</span>',
        "> ## Exercise a)",
        "- Exercise a)",
        "## Solution to exercise a)",
        "## Exercise a) Answer",
        "## Exercise a) - done, see answer",
        "## EXERCISE A:",
        "## Øvelse a)",
        "<h2>Exercise a)</h2>",
    ],
)
def test_an_exercise_is_found_under_a_heading_of_ones_own(tmp_path: Path, heading: str) -> None:
    own = make_fixtures.markdown(f"{heading}\n\n{RIGHT}", cell_id="own")
    assert status_of_a(tmp_path, {"exercise-a": [own]}) is Status.CORRECT


@pytest.mark.parametrize("at", ["layers", "losses", "outlook"])
def test_a_right_answer_outside_of_its_exercise_goes_to_a_person(tmp_path: Path, at: str) -> None:
    notebook = {cell["id"]: cell for cell in make_fixtures.sheet()["cells"]}
    stray = make_fixtures.markdown(f"My first answer:\n\n{RIGHT}", cell_id="own")
    assert status_of_a(tmp_path, {at: [notebook[at], stray]}) is Status.REVIEW


@pytest.mark.parametrize("text", [f"```latex\n{RIGHT}\n```", "```math\ny_j = h_2(a)\n```"])
def test_an_answer_in_a_fence_goes_to_a_person(tmp_path: Path, text: str) -> None:
    assert status_of_a(tmp_path, text) is Status.REVIEW


def test_an_answer_in_a_cell_of_code_goes_to_a_person(tmp_path: Path) -> None:
    prompt = next(cell for cell in make_fixtures.sheet()["cells"] if cell.get("id") == "exercise-a")
    typed = make_fixtures.code(RIGHT, cell_id="own")
    assert status_of_a(tmp_path, {"exercise-a": [prompt, typed]}) is Status.REVIEW


@pytest.mark.parametrize(
    "remark",
    [
        "**Feedback:** the index is wrong, it is",
        "*Comment:*",
        "TA:",
        "Kommentar:",
        "> Peer:",
        "Solution from the teacher (for comparison):",
        '<span style="color:red">Wrong index, it should be',
    ],
)
def test_a_correction_by_somebody_else_earns_nothing(tmp_path: Path, remark: str) -> None:
    assert status_of_a(tmp_path, f"{WRONG}\n\n{remark}\n\n{RIGHT}") in {Status.REVIEW, Status.PARTIAL}


def test_the_students_own_correction_counts(tmp_path: Path) -> None:
    assert (
        status_of_a(tmp_path, f"{WRONG}\n\nand with the sum over inputs written out\n\n{RIGHT}")
        is Status.CORRECT
    )


def test_a_correction_of_the_students_own_is_not_cut_off(tmp_path: Path) -> None:
    assert status_of_a(tmp_path, f"{WRONG}\n\nCorrection of the above:\n\n{RIGHT}") is not Status.PARTIAL


@pytest.mark.parametrize("struck", [f"~~{RIGHT}~~", f"<s>{RIGHT}</s>", f"<del>{RIGHT}</del>"])
def test_a_struck_out_answer_is_not_decided(tmp_path: Path, struck: str) -> None:
    assert status_of_a(tmp_path, struck) is Status.REVIEW
