"""The assignment itself, and the made-up class of week 2."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nbformat
import pytest

from grader.numeric import CHECKS, unfilled
from grader.result import ExerciseResult, Result, Status, Verdict
from tests.helpers import graded_class
from tests.numeric.solutions import WEEK2, code_cells

CLASS = Path(__file__).parents[2] / "submissions" / "week2"
SHEET = WEEK2.sheet_path

CODE = ("given", "a", "b-glorot", "b-he", "c", "d", "e", "f")
"""The exercises of which the table says what they come to."""


@dataclass(frozen=True)
class Row:
    """One line of the table in the class's README."""

    file: str
    decided: dict[str, str]
    missing: str


def rows() -> list[Row]:
    text = (CLASS / "README.md").read_text(encoding="utf-8")
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in re.findall(r"^\| `.*\|$", text, re.MULTILINE)
    ]
    return [
        Row(file.strip("`"), dict(zip(CODE, cells, strict=True)), last) for file, _, *cells, last in lines
    ]


ROWS = rows()


EXPECTED = {
    Path(row.file).stem: {name: re.sub(r" [\d.]+", "", said) for name, said in row.decided.items()}
    for row in ROWS
}
"""By file, without the points."""


def in_short(outcome: Verdict | ExerciseResult) -> str:
    """Status, and the names of what was noticed, but for how the answer was taken; `words` where a person reads some."""
    status = re.sub(r"^The code alone is (\w+);.*|^.*", r"\1", outcome.cause or "", flags=re.DOTALL)
    status = f"{status}, words" if status else outcome.status.value
    findings = [one for one in outcome.findings if one.code not in {"convention", "as_run"}]
    named = [str(one.evidence.get("reason", one.code)) for one in findings]
    return f"{status}: {', '.join(named)}" if named else status


@lru_cache
def results() -> dict[str, Result]:
    """Results by file."""
    return graded_class(CLASS, WEEK2)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.file)
def test_the_made_up_class_is_judged_as_it_was_made(row: Row) -> None:
    result = results()[row.file]
    if not any(row.decided.values()):
        assert result.status == "unreadable"
        return
    exercises = {exercise.id: exercise for exercise in result.exercises}
    assert {name: in_short(exercises[name]) for name in CODE} == EXPECTED[Path(row.file).stem]
    for name, said in row.decided.items():
        if points := re.search(r" ([\d.]+)", said):
            assert exercises[name].points == pytest.approx(float(points[1])), name
    others = [e for e in result.exercises if e.id not in CODE and not e.optional]
    assert ", ".join(e.id for e in others if e.status is Status.MISSING) == row.missing
    assert {e.status for e in others} <= {Status.MISSING, Status.REVIEW}


def test_right_answers_in_the_conventions_of_any_year_have_full_marks() -> None:
    for name in ("s201.ipynb", "s202.ipynb", "s217.ipynb"):
        exercises = {exercise.id: exercise for exercise in results()[name].exercises}
        decided = [e for e in CODE[1:] if "words" not in EXPECTED[Path(name).stem][e]]
        assert len(decided) >= 5
        assert [exercises[e].points for e in decided] == [WEEK2.exercise(e).points for e in decided]


def test_no_mark_of_the_prompts_headings_is_left_in_an_answer() -> None:
    answers = {exercise.id: exercise.answer for exercise in results()["s201.ipynb"].exercises}
    assert answers["b-text"].startswith("The variance of a sum")
    assert answers["f-text"].startswith("The error first shrinks")
    assert not any(re.search(r"^#+\s*$", answer, re.MULTILINE) for answer in answers.values())


def test_every_notebook_of_the_class_is_small_and_in_the_table() -> None:
    assert {path.name for path in CLASS.glob("*.ipynb")} == {row.file for row in ROWS}
    assert all(path.stat().st_size < 60_000 for path in CLASS.iterdir())


READABLE = [CLASS / row.file for row in ROWS if any(row.decided.values())]


@pytest.mark.parametrize("path", [SHEET, *READABLE], ids=lambda path: path.stem)
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
