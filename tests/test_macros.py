"""Macros through a whole notebook: those of any cell count in the cells below, whatever exercise they stand in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grader.result import Status
from tests.fixtures import make_fixtures
from tests.test_grading import by_id, grade_bytes
from tests.test_locate import answers, notebook, prompt, texts

if TYPE_CHECKING:
    from pathlib import Path

    from grader.result import ExerciseResult

DEFINITION = r"$\newcommand{\w}[2]{w^{(#2)}_{#1}}$"
ANSWER = r"$$y_j = h_2\left(\sum_{i=0}^M \w{ji}{2} h_1\left(\sum_{k=0}^D \w{ik}{1} x_k\right)\right)$$"
WRITTEN_OUT = ANSWER.replace(r"\w{ji}{2}", "w^{(2)}_{ji}").replace(r"\w{ik}{1}", "w^{(1)}_{ik}")


def graded(folder: Path, **added: str) -> dict[str, ExerciseResult]:
    """Results of the sheet with cells added behind some of its own."""
    sheet = make_fixtures.sheet()
    cells = []
    for cell in sheet["cells"]:
        cells.append(cell)
        name = str(cell.get("id")).replace("-", "_")
        if name in added:
            cells.append(make_fixtures.markdown(added[name], cell_id=f"own-{name}"))
    sheet["cells"] = cells
    return by_id(grade_bytes(folder, json.dumps(sheet).encode()))


@pytest.mark.parametrize("place", ["layers", "exercise_a"])
def test_a_macro_of_another_cell_is_read(tmp_path: Path, place: str) -> None:
    if place == "exercise_a":
        found = graded(tmp_path, exercise_a=f"{DEFINITION}\n\n{ANSWER}")
    else:
        found = graded(tmp_path, exercise_a=ANSWER, **{place: DEFINITION})
    assert found["a"].status is Status.CORRECT
    assert found["a"].answer == WRITTEN_OUT


def test_a_macro_of_another_exercise_is_read(tmp_path: Path) -> None:
    found = graded(tmp_path, exercise_a=f"{DEFINITION} {ANSWER}", exercise_b=r"$$y_j = h_3(\w{jm}{3})$$")
    assert found["b"].answer == "$$y_j = h_3(w^{(3)}_{jm})$$"


def test_a_macro_that_stands_below_is_not_read(tmp_path: Path) -> None:
    found = graded(tmp_path, exercise_a=ANSWER, exercise_b=DEFINITION)
    assert found["a"].status is Status.REVIEW
    assert r"\w is not known here" in str(found["a"].cause)


def test_an_exercise_with_nothing_but_definitions_is_missing(tmp_path: Path) -> None:
    found = graded(tmp_path, exercise_a=DEFINITION, exercise_d=DEFINITION, exercise_i=DEFINITION)
    assert {found[name].status for name in "adi"} == {Status.MISSING}


def test_a_macro_that_is_not_read_is_named(tmp_path: Path) -> None:
    found = graded(tmp_path, exercise_a=rf"$\def\w#1#2{{\w{{#1}}{{#2}}}}$ {ANSWER}")
    assert found["a"].status is Status.REVIEW
    assert r"the macro \w is not read" in str(found["a"].cause)


def test_a_right_answer_with_macros_outside_of_its_exercise_goes_to_a_person(tmp_path: Path) -> None:
    found = graded(tmp_path, layers=f"{DEFINITION} {ANSWER}")
    assert found["a"].status is Status.REVIEW


def test_a_macro_counts_below_the_next_heading_of_its_cell() -> None:
    text = f"## Exercise a)\n\nMine. {DEFINITION}\n\n## Exercise b)\n\n$\\w{{ji}}{{2}}$"
    assert texts(notebook(text))["b"] == "$w^{(2)}_{ji}$"


def test_the_prompt_is_known_whatever_its_commands_mean_now() -> None:
    """Also where a command that it uses was given another meaning."""
    before = r"$\renewcommand{\sum}{S}\renewcommand{\partial}{d}\renewcommand{\mathbf}[1]{#1}$"
    for letter in "bceij":
        assert answers(notebook(before, prompt(letter)))[letter].pieces == ()


def test_a_definition_between_the_lines_of_a_prompt_counts() -> None:
    """Although it is taken away with a prompt in other words than the sheet's."""
    given = r"$$y_j = h_2(\ldots)$$"
    text = f"## Exercise a)\n\nWrite the output as:\n{DEFINITION}\n\n{given}\n\n$$y_j = \\w{{ji}}{{2}}$$"
    assert "w^{(2)}_{ji}" in texts(notebook(text))["a"]
