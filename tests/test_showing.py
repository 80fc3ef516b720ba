"""A student's answer as one text, and which cell each piece of it stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.locate import locate
from grader.notebook import UnreadableError, read_notebook
from grader.sheets import sheets_of
from grader.showing import passages, shown

CLASSES = Path(__file__).parents[1] / "submissions"


@pytest.mark.parametrize("week", ["week1", "week2"])
def test_every_part_of_an_answer_stands_in_its_cell(week: str) -> None:
    assignment = load_assignment(week)
    sheets = sheets_of(assignment)
    seen = 0
    for path in sorted((CLASSES / week).glob("*.ipynb")):
        try:
            notebook = read_notebook(path)
        except UnreadableError:
            continue
        answers = locate(notebook, sheets.sheet, assignment.exercises)
        for exercise in assignment.exercises:
            text = shown(answers[exercise.id], exercise)
            found = passages(answers[exercise.id], exercise)
            cells = [part.cell for part in found]
            assert cells == sorted(set(cells))
            assert set(cells) <= set(answers[exercise.id].cells)
            starts = [part.start for part in found]
            assert starts[:1] == ([0] if text else [])
            for part, end in zip(found, [*starts[1:], len(text)], strict=False):
                first = text[part.start : end].removeprefix("```\n").strip().split("\n")[0].strip()
                source = notebook.cells[part.cell].source
                assert first in source or first.startswith(("![", "(a picture"))
            seen += len(found) > 1
    assert seen > 0
