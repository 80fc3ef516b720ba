"""What stands beside a function: words go to a person where the prompt asks for them, and code without the function does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from grader.numeric.placeholder import comments
from grader.result import Status
from grader.schema import Exercise
from tests.helpers import graded as graded_file
from tests.numeric.solutions import GIVEN, GLOROT, WEEK2, code_cells, edited

if TYPE_CHECKING:
    from pathlib import Path

    from grader.result import ExerciseResult

FACTORS = "How were the factors"


def graded(folder: Path, exercise: str, code: str, text: str = "") -> ExerciseResult:
    """The result for one exercise of the sheet, whose code was replaced and followed by text."""
    notebook = json.loads(WEEK2.sheet_path.read_text(encoding="utf-8"))
    name = WEEK2.exercise(exercise).functions[0].name
    cells = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and f"def {name}(" in source:
            cells.append({**cell, "source": code})
            cells += [{"cell_type": "markdown", "id": "own", "metadata": {}, "source": text}] if text else []
        elif "def Linear" in source:
            cells.append({**cell, "source": GIVEN})
        else:
            cells.append(cell)
    path = folder / "s.ipynb"
    path.write_text(json.dumps({**notebook, "cells": cells}), encoding="utf-8")
    result = graded_file(path, WEEK2)
    return next(one for one in result.exercises if one.id == exercise)


def codes(result: ExerciseResult) -> list[str]:
    return [finding.code for finding in result.findings]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (edited(GLOROT, ("    factor =", "    # their slopes at 0\n    factor =")), ""),
        (edited(GLOROT, ("    factor =", '    """Slopes at 0."""\n    factor =')), ""),
        (GLOROT, "The factors are the squared inverse slopes at 0."),
    ],
    ids=["comment", "docstring", "text"],
)
def test_words_that_are_asked_for_go_to_a_person_with_the_question(
    tmp_path: Path, code: str, text: str
) -> None:
    result = graded(tmp_path, "c", code, text)
    assert (result.status, result.points) == (Status.REVIEW, None)
    assert result.cause is not None
    assert result.cause.startswith("The code alone is correct; ")
    assert FACTORS in result.cause
    assert text in result.answer


def test_without_words_the_code_decides_and_that_is_told(tmp_path: Path) -> None:
    result = graded(tmp_path, "c", GLOROT)
    assert (result.status, result.points, codes(result)) == (Status.CORRECT, 1.0, ["incomplete"])
    wrong = edited(GLOROT, ("2 * factor[h]", "4 * factor[h]"))
    slip = graded(tmp_path, "c", wrong)
    assert (slip.status, slip.points, codes(slip)) == (Status.PARTIAL, 0.6, ["wrong_value", "incomplete"])


def test_words_beside_wrong_code_are_read_too(tmp_path: Path) -> None:
    result = graded(tmp_path, "c", "def init_NN_Glorot(L, activations):\n    return 0  # as in the book\n")
    assert result.status is Status.REVIEW
    assert result.cause is not None
    assert result.cause.startswith("The code alone is wrong; ")
    assert codes(result) == ["wrong_shape"]


def test_what_a_person_looks_at_anyway_is_read_with_the_question(tmp_path: Path) -> None:
    factors = edited(GLOROT, ("Sigmoid: 16", "Sigmoid: 7"))
    result = graded(tmp_path, "c", factors, "I tried some.")
    assert result.cause is not None
    assert "none that books recommend" in result.cause
    assert FACTORS in result.cause


def test_the_sheets_own_comments_are_nobodys_words(tmp_path: Path) -> None:
    sheet = 'def init_NN_Glorot(L, activations):\n    """Glorot\'s initialisation for a network whose layer i has activations[i]."""\n    # your code here\n'
    assert graded(tmp_path, "c", sheet + "    raise NotImplementedError\n").status is Status.MISSING
    own = edited(GLOROT, ("def init_NN_Glorot(L, activations):\n", sheet))
    assert codes(graded(tmp_path, "c", own)) == ["incomplete"]


def test_words_without_a_function_are_not_missing(tmp_path: Path) -> None:
    result = graded(tmp_path, "c", "pass", "One would divide by the squared slope at 0.")
    assert result.status is Status.REVIEW


def test_words_beside_code_wait_for_nobody_where_none_are_asked_for(tmp_path: Path) -> None:
    source = (
        "def squared_error(t, y, derivative=False):\n    return y - t if derivative else (y - t) ** 2 / 2\n"
    )
    assert graded(tmp_path, "given", GIVEN + source + "# as before", "As before.").status is Status.CORRECT


@pytest.mark.parametrize("said", ["# 26 numbers", "# 3*4 + 4 + 4*2 + 2 = 26"])
def test_a_number_that_is_known_waits_for_nobody(tmp_path: Path, said: str) -> None:
    result = graded(tmp_path, "a", f"def print_parameters(NN):\n    print(NN)\n{said}\n")
    assert "numbers" not in str(result.cause)


@pytest.mark.parametrize("said", ["# 126 numbers", "# 25", "# twenty-six", "print(26)  # so many"])
def test_another_number_is_for_a_person(tmp_path: Path, said: str) -> None:
    result = graded(tmp_path, "a", f"def print_parameters(NN):\n    print(NN)\n{said}\n")
    assert "How many numbers" in str(result.cause)


LOOP = "NN = init_NN([3, 4, 2])\nfor w, b in zip(*NN):\n    print(w, b)\n"
BLANK = (
    next(cell.source for cell in code_cells(WEEK2.sheet_path) if "def print_parameters" in cell.source) + "\n"
)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (LOOP, Status.REVIEW),
        ("# " + LOOP, Status.REVIEW),
        ("# later\n\n", Status.MISSING),
        ("%matplotlib inline\n", Status.REVIEW),
        (BLANK + "print_parameters(init_NN([3, 4, 2]))\n", Status.MISSING),
        ("# still to do\n" + BLANK, Status.MISSING),
    ],
)
def test_code_without_the_function_is_for_a_person_and_not_missing(
    tmp_path: Path, code: str, status: Status
) -> None:
    assert graded(tmp_path, "a", code + "# 26").status is status


def test_comments_are_found_by_text_alone() -> None:
    source = "x = 1  # one\n'''two\n  lines'''\n\"\"\"a 'b' # c\"\"\"\n# \"\"\" open\ny = '# like one'"
    assert comments(source) == {"one", "two lines", "a 'b' # c", '""" open', "like one'"}


@pytest.mark.parametrize(
    "keys", [{"kind": "text", "words": "Why?"}, {"kind": "function", "known_words": "7"}]
)
def test_words_need_a_function_and_a_question(keys: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="words"):
        Exercise.model_validate({"id": "a", "title": "a", "functions": [{"name": "f"}], **keys})
