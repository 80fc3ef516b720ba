"""Nothing that students get holds an answer: no file of their copy, and nothing that is said of a wrong answer."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.assignment import load_assignment
from grader.result import Status
from tests.release.copies import NAMES, by_grading, released
from tests.release.search import Answer, statements, strings_in, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.result import ExerciseResult

ROOT = Path(__file__).parents[2]
TOLD_BY_THE_SHEET = {"a_j^{(1)}"}
"""Left sides of exercise c of week 1 of which the lecture says the right one before it asks."""


def answers(name: str) -> list[Answer]:
    return [
        Answer.of(equation) for exercise in load_assignment(name).exercises for equation in exercise.equations
    ]


ANSWERS = [answer for name in NAMES for answer in answers(name)]


def files(name: str) -> Iterator[tuple[str, str]]:
    """Every file of a copy with its text."""
    folder = released(name)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


SPELLINGS = {
    "as it is": r"h_2(\sum_{i=0}^{M} w_{ji}^{(2)} h_1(\sum_{k=0}^{D} w_{ik}^{(1)} x_k))",
    "other letters": r"h_2(\sum_{m=0}^{M} w_{pm}^{(2)} h_1(\sum_{q=0}^{D} w_{mq}^{(1)} x_q))",
    "layers before indices": r"h_2\left(\sum_{i=0}^M w^{(2)}_{ji} h_1\left(\sum_{k=0}^D w^{(1)}_{ik} x_k\right)\right)",
    "another order": r"h_2(\sum_{i=0}^{M} h_1(\sum_{k=0}^{D} x_k w_{ik}^{(1)}) w_{ji}^{(2)})",
    "in a sentence": r"so that $y_j = h_2(\sum_{i} w_{ji}^{(2)} h_1(\sum_{k} w_{ik}^{(1)} x_k))$ is the output",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_the_search_finds_an_answer_however_it_is_spelled(text: str) -> None:
    assert answers("week1")[0].is_said_in(text)


@pytest.mark.parametrize("text", ["y_k - t_k", "`-t_j + y_j`", r"\delta_j^{(L)} = y_j-t_j", "$y_{k}-t_{k}$"])
def test_the_search_finds_the_delta(text: str) -> None:
    assert answers("week1")[-1].is_said_in(text)


def test_the_search_does_not_find_what_is_not_there() -> None:
    said = r"h_2(\sum_{i=0}^{M} w_{ij}^{(2)} h_1(\sum_{i=0}^{D} w_{ij}^{(1)} x_i)) and y_j + t_j and z_j^{(L)} is y_j"
    assert not any(answer.is_said_in(said) for answer in ANSWERS)


@pytest.mark.parametrize("name", ["week1", "logistic"])
def test_the_search_finds_every_reference_in_what_teachers_have(name: str) -> None:
    texts = list(
        strings_in(tomllib.loads((ROOT / "assignments" / name / "assignment.toml").read_text("utf-8")))
    )
    for answer in answers(name):
        asked = f"{answer.asks} = {answer.reference}" if answer.is_symbol else answer.reference
        assert answer.is_said_in(asked)
        assert answer.is_symbol or any(map(answer.is_said_in, texts))


def test_the_search_finds_the_backward_pass_in_the_reference() -> None:
    assert (
        _solving_code().keys()
        & statements((ROOT / "reference" / "backward_pass.py").read_text("utf-8")).keys()
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_file_of_a_copy_says_a_reference(name: str) -> None:
    found = {
        (path, answer.asks)
        for path, content in files(name)
        for answer in ANSWERS
        if answer.is_printed_in(content) or any(map(answer.is_said_in, texts_of(path, content)))
    }
    sheets = {"notebook.ipynb", "grader/assignments/week1/notebook.ipynb"} if name == "week1" else set()
    assert found == {(path, asks) for path in sheets for asks in TOLD_BY_THE_SHEET}


def test_no_text_says_of_the_delta_without_indices_where_it_belongs() -> None:
    """Sentences of week 2, which lie in the tables of languages, must not answer week 1."""
    found = [
        text
        for path, content in files("week1")
        for text in texts_of(path, content)
        if re.search(r"\by ?- ?t\b", text) and re.search("softmax|logit", text)
    ]
    assert found == []


@cache
def _solving_code() -> dict[str, str]:
    """Statements of the solution, and of what in the reference solves an exercise; none that the sheet has or that runs what it gives."""
    sheet, solution = (
        _code_of(ROOT / "assignments" / "week2" / name) for name in ("notebook.ipynb", "solution.ipynb")
    )
    of_reference = (
        (ROOT / "reference" / f"{name}.py").read_text("utf-8")
        for name in ("backward_pass", "cross_entropy", "initialisation")
    )
    found = {key: text for source in (solution, *of_reference) for key, text in statements(source).items()}
    return {
        key: text
        for key, text in found.items()
        if key not in statements(sheet) and "forward_pass(" not in text and not text.startswith("LOSSES")
    }


def _code_of(notebook: Path) -> str:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@pytest.mark.parametrize("name", NAMES)
def test_no_copy_holds_code_that_solves_an_exercise(name: str) -> None:
    found = [
        (path, text)
        for path, content in files(name)
        if path.endswith(".py")
        for key, text in statements(content).items()
        if key in _solving_code()
    ]
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_no_copy_holds_a_function_that_is_asked_for(name: str) -> None:
    asked = {
        "backward_pass",
        "backpropagation",
        "deltas",
        "cross_entropy_loss",
        "finite_difference",
        "glorot",
        "he",
    }
    defined = {
        node.name
        for path, content in files(name)
        if path.endswith(".py")
        for node in ast.walk(ast.parse(content))
        if isinstance(node, ast.FunctionDef)
    }
    assert not defined & asked
    held = {path for path, _ in files(name) if path.startswith("reference/")}
    known = {"activations", "complex_step", "losses", "network"} if name == "week2" else set()
    assert held == {f"reference/{module}.py" for module in {"__init__", *known}}


@pytest.mark.parametrize("name", NAMES)
def test_the_assignment_of_a_copy_has_no_key_and_no_comment(name: str) -> None:
    text = dict(files(name))[f"grader/assignments/{name}/assignment.toml"]
    assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == [text.splitlines()[0]]
    assert not {"reference", "solution", "known_words"} & set(strings_in(tomllib.loads(text)))
    kept, original = (
        load_assignment(place).spec for place in (released(name) / "grader/assignments" / name, name)
    )
    assert [one.id for one in kept.exercises] == [one.id for one in original.exercises]
    assert kept.worlds == original.worlds
    words = {one.known_words for one in original.exercises if one.known_words}
    assert not words & set(strings_in(tomllib.loads(text)))


def _ours(exercise: ExerciseResult) -> Iterator[str]:
    """What is said of an answer."""
    yield from strings_in(exercise.model_dump(exclude={"answer", "title", "id"}))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_is_said_of_a_wrong_answer_says_a_right_one(name: str) -> None:
    asked = [answer for answer in ANSWERS if answer.asks not in TOLD_BY_THE_SHEET]
    for file, result in by_grading(name).items():
        for exercise in result.exercises:
            if exercise.status is Status.CORRECT:
                continue
            for text in _ours(exercise):
                for answer in asked:
                    # What the student says is repeated, and is not told.
                    assert not answer.is_said_in(text) or answer.is_said_in(exercise.answer), (file, text)


def test_no_right_number_is_said_of_a_wrong_gradient() -> None:
    """Levels from 0 to 9 and distances, in which no entry of the right gradient can be read."""
    pictured = [
        finding.evidence
        for result in by_grading("week2").values()
        for exercise in result.exercises
        for finding in exercise.findings
        if "arrays" in str(finding.evidence)
    ]
    assert pictured
    for evidence in pictured:
        for text in strings_in(evidence):
            assert not any(character == "." for character in text), text
