"""Assignments as data: what the example says, where one is looked up, and how mistakes in one are reported."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from grader.assignment import AssignmentError, find_assignment, installed_assignments, load_assignment
from grader.proof import prove_assignment
from grader.result import FINDING_CODES
from grader.schema import Equation, Exercise, Function, Spec, StudentPython, World
from tests.fixtures import make_fixtures

KINDS = {
    **dict.fromkeys("ab", "formula"),
    "c": "equations",
    **dict.fromkeys(("e", "f", "g", "i", "j", "k", "l"), "derivation"),
    **dict.fromkeys(("d", "e-argument", "h"), "text"),
}

MINIMAL = """\
name = "tiny"
title = "Tiny"

[worlds.small]
layers = 3
layer = 2
sizes = { D = "inputs" }

[rubric]
wrong_index = 0.5

[[exercises]]
id = "a"
kind = "formula"
title = "A formula"
points = 2.0
world = "small"

[[exercises.equations]]
asks = 'y_j'
reference = 'h_L(a_j^{(L)})'

[[exercises]]
id = "b"
kind = "text"
title = "A text"
"""


def make(folder: Path, text: str) -> Path:
    """A folder with an assignment of that text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "assignment.toml").write_text(text, encoding="utf-8")
    (folder / "notebook.ipynb").write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    return folder


# --- the documented example ------------------------------------------------------------------------------------------


def test_the_documented_example_is_read() -> None:
    assignment = load_assignment("week1")
    assert assignment.name == "week1"
    assert {exercise.id: exercise.kind for exercise in assignment.exercises} == KINDS
    assert [exercise.id for exercise in assignment.exercises] == sorted(KINDS)
    optional = {exercise.id for exercise in assignment.exercises if exercise.optional}
    assert optional == {"d", "f", "h", "k", "l"}
    assert assignment.max_points == sum(e.points for e in assignment.exercises if not e.optional) == 15.0
    assert assignment.sheet_path.is_file()


def test_every_exercise_of_the_example_is_found_by_its_id() -> None:
    assignment = load_assignment("week1")
    for exercise in assignment.exercises:
        assert assignment.exercise(exercise.id) is exercise
        assert exercise.heading == exercise.id[0]
    with pytest.raises(KeyError):
        assignment.exercise("z")


def test_the_rubric_of_the_example_prices_every_mistake_of_a_formula() -> None:
    rubric = load_assignment("week1").spec.rubric
    assert set(rubric) <= FINDING_CODES
    assert rubric["missing_activation"] > rubric["wrong_limits"] > 0
    assert rubric["unbalanced"] == 0


def test_an_exercise_may_price_mistakes_itself(tmp_path: Path) -> None:
    text = MINIMAL.replace("points = 2.0\n", "points = 2.0\ncosts = { wrong_index = 0.1 }\n")
    assignment = load_assignment(make(tmp_path, text))
    a, b = assignment.exercises
    assert assignment.costs(a) == {"wrong_index": 0.1}
    assert assignment.costs(b) == {"wrong_index": 0.5}


def test_the_example_stays_as_it_was_written() -> None:
    assignment = load_assignment("week1")
    raw = tomllib.loads((assignment.folder / "assignment.toml").read_text(encoding="utf-8"))
    assert [exercise["title"] for exercise in raw["exercises"]] == [e.title for e in assignment.exercises]


# --- looking one up --------------------------------------------------------------------------------------------------


def test_a_folder_comes_before_assignments_here_before_those_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_assignment("week1") == installed_assignments() / "week1"
    here = make(tmp_path / "assignments" / "week1", MINIMAL)
    assert find_assignment("week1").resolve() == here.resolve()
    folder = make(tmp_path / "week1", MINIMAL)
    assert find_assignment("week1").resolve() == folder.resolve()
    assert find_assignment(str(here)).resolve() == here.resolve()
    assert find_assignment("week1", start=tmp_path / "elsewhere").resolve() == folder.resolve()


def test_a_folder_without_an_assignment_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "week1").mkdir()
    assert find_assignment("week1") == installed_assignments() / "week1"


def test_a_name_that_nobody_knows_is_answered_with_those_there_are(tmp_path: Path) -> None:
    make(tmp_path / "assignments" / "mine", MINIMAL)
    with pytest.raises(AssignmentError, match="no assignment 'weak1'") as caught:
        find_assignment("weak1", start=tmp_path)
    assert "mine" in str(caught.value)
    assert "week1" in str(caught.value)


# --- mistakes in one -------------------------------------------------------------------------------------------------

Change = tuple[str, str]

MISTAKES: dict[str, tuple[Change, int, tuple[str, ...]]] = {
    "an unknown key": (('title = "Tiny"', 'titel = "Tiny"'), 2, ("titel", "unknown key", "title")),
    "an unknown language": (('title = "Tiny"', 'title = "Tiny"\nlanguage = "xx"'), 3, ("language", "there is da, en")),
    "an unknown key of an exercise": (
        ("points = 2.0", "pionts = 2.0"), 16, ("pionts", "unknown key", "points", "optional")),
    "an unknown key of a world": (("layer = 2", "layr = 2"), 6, ("layr", "unknown key", "layers")),
    "an unknown key of an equation": (("asks =", "ask ="), 20, ("ask", "unknown key", "reference")),
    "a text where a number belongs": (("points = 2.0", 'points = "two"'), 16, ("points", "number")),
    "negative points": (("points = 2.0", "points = -1"), 16, ("points", "greater than or equal to 0")),
    "a share above one": (("wrong_index = 0.5", "wrong_index = 5"), 10, ("wrong_index", "less than or equal to 1")),
    "a kind that there is not": (('kind = "text"', 'kind = "essay"'), 25, ("kind", "'formula'", "'derivation'")),
    "a kind of units that there is not": (
        ('D = "inputs"', 'D = "images"'), 7, ("sizes", "'inputs'", "'hidden'", "'outputs'")),
    "a title that is missing": (('title = "A text"\n', ""), 23, ("title", "required")),
    "no layers": (("layers = 3", "layers = 0"), 5, ("layers", "greater than or equal to 1")),
    "a general layer at the end": (("layer = 2", "layer = 3"), 4, ("strictly between",)),
    "a formula without an equation": (
        ("[[exercises.equations]]\nasks = 'y_j'\nreference = 'h_L(a_j^{(L)})'\n", ""), 12, ("exactly one equation",)),
    "equations without a world": (('world = "small"\n', ""), 12, ("a world",)),
    "a function without functions": (('kind = "text"', 'kind = "function"'), 23, ("exercises.functions",)),
    "points for what is optional": (("points = 2.0", "points = 2.0\noptional = true"), 12, ("no points",)),
}  # fmt: skip


@pytest.mark.parametrize(("change", "line", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_reported_with_file_line_and_what_was_expected(
    change: Change, line: int, expected: tuple[str, ...], tmp_path: Path
) -> None:
    assert change[0] in MINIMAL
    folder = make(tmp_path, MINIMAL.replace(*change))
    with pytest.raises(AssignmentError) as caught:
        load_assignment(folder)
    (message,) = [text for text in str(caught.value).splitlines() if f"assignment.toml:{line}:" in text]
    for words in (str(folder / "assignment.toml"), *expected):
        assert words in message


WHOLE: dict[str, tuple[Change, tuple[str, ...]]] = {
    "a code that there is not": (("wrong_index = 0.5", "wrong_indx = 0.5"), ("'wrong_indx'", "wrong_index")),
    "a world that there is not": (('world = "small"', 'world = "large"'), ("worlds.large", "small")),
    "an id twice": (('id = "b"', 'id = "a"'), ("id of its own",)),
    "a part of nothing": (('title = "A text"', 'title = "A text"\npart_of = "z"'), ("'z'",)),
    "a sheet that is not there": (('title = "Tiny"', 'title = "Tiny"\nnotebook = "sheet.ipynb"'), ("sheet.ipynb",)),
    "a solution that is not there": (('title = "Tiny"', 'title = "Tiny"\nsolution = "key.ipynb"'), ("key.ipynb",)),
    "an earlier sheet that is not there": (('title = "Tiny"', 'title = "Tiny"\nearlier = ["2019.ipynb"]'), ("2019.ipynb",)),
    "no TOML": (("[rubric]", "[rubric"), ("not valid TOML", "line 9")),
    "a LaTeX string with single backslashes": (("'h_L(a_j^{(L)})'", '"\\sum_i x_i"'), ("not valid TOML", "line 21")),
    "no exercises": ((MINIMAL[MINIMAL.index("[[exercises]]"):], ""), ("exercises", "required")),
}  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), WHOLE.values(), ids=WHOLE)
def test_a_mistake_that_concerns_the_whole_file_is_a_sentence(
    change: Change, expected: tuple[str, ...], tmp_path: Path
) -> None:
    assert change[0] in MINIMAL
    folder = make(tmp_path, MINIMAL.replace(*change))
    with pytest.raises(AssignmentError) as caught:
        load_assignment(folder)
    for words in ("assignment.toml", *expected):
        assert words in str(caught.value)


def test_several_mistakes_are_all_reported(tmp_path: Path) -> None:
    text = MINIMAL.replace("points = 2.0", 'points = "two"').replace('kind = "text"', 'kind = "essay"')
    with pytest.raises(AssignmentError) as caught:
        load_assignment(make(tmp_path, text))
    assert {"16", "25"} <= set(re.findall(r"assignment\.toml:(\d+): ", str(caught.value)))


def test_a_file_that_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    folder = make(tmp_path, MINIMAL)
    (folder / "assignment.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(AssignmentError, match="not UTF-8"):
        load_assignment(folder)


def test_the_documented_example_is_complete_and_sound(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "assignment.toml").write_text(example, encoding="utf-8")
    cells = [
        make_fixtures.markdown(
            "## Exercise a)\n\na) Write the output.\n\n$$\ny_j = h_1(\\ldots)\n$$", cell_id="a"
        ),
        make_fixtures.markdown("## Exercise b)\n\nb) What does the bias do?", cell_id="b"),
    ]
    (tmp_path / "notebook.ipynb").write_bytes(make_fixtures.dump({**make_fixtures.sheet(), "cells": cells}))
    assert prove_assignment(load_assignment(tmp_path)) == []


def test_every_key_is_documented() -> None:
    page = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = "\n".join(line for line in page.splitlines() if line.startswith("| `"))
    for model in (Spec, StudentPython, World, Equation, Exercise, Function):
        for key in model.model_fields:
            assert re.search(rf"\b{key}\b", table), f"{model.__name__}.{key} is not in CONTRIBUTING.md"
