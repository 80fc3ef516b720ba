"""The assignment itself, and the made-up class of week 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from grader.numeric import CHECKS, Session, check_functions, submission_seed, unfilled
from tests.numeric.solutions import QUICK, WEEK2, code_cells

if TYPE_CHECKING:
    from grader.result import Verdict

CLASS = Path(__file__).parents[2] / "submissions" / "week2"
SHEET = WEEK2.sheet_path

# What the parts that are decided without a person come to: status, and the reason where one was named.
EXPECTED = {
    "s201": {"given": "correct", "d": "correct", "e": "correct"},
    "s202": {"given": "correct", "d": "correct", "e": "correct"},
    "s203": {"given": "correct", "d": "correct", "e": "partial batch_average", "f": "missing"},
    "s204": {"given": "correct", "d": "partial logits", "e": "partial transposed"},
    "s205": {"given": "correct", "d": "partial not_stable", "e": "partial bias_not_summed"},
    "s206": {"given": "correct", "d": "wrong binary", "e": "partial slope_missing_hidden"},
    "s207": {"given": "partial wrong_value", "d": "correct", "e": "partial sign"},
    "s208": {"given": "correct", "d": "wrong raised", "e": "wrong timed_out"},
    "s209": {"given": "correct", "a": "missing", "b-glorot": "missing", "d": "missing", "e": "missing"},
    "s211": {"given": "correct", "d": "wrong ended_itself", "e": "correct"},
    "s212": {"given": "correct", "c": "missing", "d": "correct", "e": "correct"},
    "Lab 2 - gruppe 7 (endelig version)": {"d": "correct", "e": "partial loss_ignored", "f": "missing"},
    "lab2_s213 copy": {"b-he": "missing", "d": "correct", "e": "wrong wrong_dtype"},
}


def in_short(verdict: Verdict) -> str:
    named = [finding.evidence.get("reason", finding.code) for finding in verdict.findings]
    decided = [str(name) for name in named if name != "convention"]
    return " ".join([verdict.status, *decided])


@pytest.mark.parametrize("name", EXPECTED)
def test_the_made_up_class_is_judged_as_it_was_made(name: str) -> None:
    cells = code_cells(CLASS / f"{name}.ipynb")
    blank = unfilled(code_cells(SHEET), cells)
    with Session(cells, QUICK) as session:
        found = {
            exercise: in_short(
                check_functions(
                    WEEK2.exercise(exercise), session, frozenset(), submission_seed(b"secret", name), blank
                )
            )
            for exercise in EXPECTED[name]
        }
    assert found == EXPECTED[name]


def test_every_notebook_of_the_class_is_small_and_expected_or_unreadable() -> None:
    names = {path.stem for path in CLASS.glob("*.ipynb")}
    assert names == {*EXPECTED, "s210"}
    assert all(path.stat().st_size < 60_000 for path in CLASS.iterdir())
    with pytest.raises(json.JSONDecodeError):
        json.loads((CLASS / "s210.ipynb").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", [SHEET, *(CLASS / f"{name}.ipynb" for name in EXPECTED)], ids=lambda path: path.stem
)
def test_notebooks_are_valid(path: Path) -> None:
    nbformat.validate(json.loads(path.read_text(encoding="utf-8")))


def test_the_sheet_is_a_clean_notebook_of_format_4_5() -> None:
    sheet = json.loads(SHEET.read_text(encoding="utf-8"))
    assert (sheet["nbformat"], sheet["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in sheet["cells"]}) == len(sheet["cells"])
    assert not any(cell.get("outputs") for cell in sheet["cells"])


def test_the_sheet_has_a_heading_and_a_placeholder_for_everything_asked() -> None:
    sheet = json.loads(SHEET.read_text(encoding="utf-8"))
    text = "\n".join("".join(cell["source"]) for cell in sheet["cells"])
    blank = {name for name, _ in unfilled(code_cells(SHEET), code_cells(SHEET))}
    for exercise in WEEK2.exercises:
        if exercise.id == "given":
            continue
        assert f"## Exercise {exercise.heading})" in text
        assert {function.name for function in exercise.functions} <= blank
        assert exercise.part_of is None or WEEK2.exercise(exercise.part_of).heading == exercise.heading
    assert all(f"# {section}\n" in text for section in WEEK2.spec.sections)


def test_points_add_up_and_checks_exist() -> None:
    assert WEEK2.max_points == 10.0
    named = {function.check for exercise in WEEK2.exercises for function in exercise.functions}
    assert named - {None} == set(CHECKS)
