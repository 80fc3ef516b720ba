"""Reading what was handed in: every format says the same, every broken file gets a sentence, no link is followed."""

from __future__ import annotations

import json
import os
import re
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.locate import Sheet, locate
from grader.notebook import MAX_CELLS, Notebook, UnreadableError, read_notebook
from grader.submission import safe_key
from tests.fixtures import make_fixtures
from tests.fixtures.make_fixtures import BROKEN, EXAMPLE_ANSWERS, FORMATS, class_folder
from tests.symbolic.helpers import week1

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def to_file(data: bytes) -> Path:
        path = tmp_path / "hand-in.ipynb"
        path.write_bytes(data)
        return path

    return to_file


def located(notebook: Notebook) -> dict[str, str]:
    """Answers by exercise, with all spaces alike; the empty ones left out."""
    assignment = week1()
    sheet = Sheet([read_notebook(assignment.sheet_path)], assignment.exercises, assignment.spec.sections)
    answers = locate(notebook, sheet, assignment.exercises)
    return {name: " ".join(answer.text.split()) for name, answer in answers.items() if answer.text}


EXPECTED = {name: " ".join(text.split()) for name, text in EXAMPLE_ANSWERS.items()}
EXPECTED["e-argument"] = EXPECTED["e"]


@pytest.mark.parametrize("name", list(FORMATS))
def test_the_same_answers_are_found_in_every_format(name: str, write: Callable[[bytes], Path]) -> None:
    assert located(read_notebook(write(FORMATS[name](EXAMPLE_ANSWERS)))) == EXPECTED


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_file_gets_its_code_and_a_sentence(name: str, write: Callable[[bytes], Path]) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_notebook(write(BROKEN[name].make()))
    finding = caught.value.finding
    assert finding.code == BROKEN[name].code
    assert re.fullmatch(r"[A-Z].{10,}\.", finding.message)


def test_a_merge_conflict_is_named_with_the_line_of_its_first_marker(write: Callable[[bytes], Path]) -> None:
    data = b'{\n "cells": [\n<<<<<<< HEAD\n  1\n=======\n  2\n>>>>>>> main\n ]\n}'
    with pytest.raises(UnreadableError, match=r"merge conflict: line 3 is .* \(`<<<<<<<`\)"):
        read_notebook(write(data))


@pytest.mark.parametrize("name", make_fixtures.odd_but_readable())
def test_a_strange_notebook_is_read(name: str, write: Callable[[bytes], Path]) -> None:
    notebook = read_notebook(write(make_fixtures.odd_but_readable()[name]))
    assert located(notebook) == {}
    for cell in notebook.cells:
        cell.source.encode()  # no lone surrogates
        assert "\x00" not in cell.source


def test_cells_are_counted_from_zero_and_have_plain_line_ends(write: Callable[[bytes], Path]) -> None:
    notebook = read_notebook(write(FORMATS["crlf_sources"](EXAMPLE_ANSWERS)))
    assert [cell.index for cell in notebook.cells] == list(range(len(notebook.cells)))
    assert not any("\r" in cell.source for cell in notebook.cells)


def test_the_hash_is_of_the_file_as_handed_in(write: Callable[[bytes], Path]) -> None:
    one = read_notebook(write(FORMATS["source_as_string"](EXAMPLE_ANSWERS)))
    other = read_notebook(write(FORMATS["source_as_lines"](EXAMPLE_ANSWERS)))
    assert one.sha256 != other.sha256
    assert [cell.source for cell in one.cells] == [cell.source for cell in other.cells]


def test_a_file_that_is_too_large_is_not_read(
    write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(FORMATS["v4_5"]({}))
    monkeypatch.setattr("grader.notebook.MAX_BYTES", path.stat().st_size - 1)
    with pytest.raises(UnreadableError, match="larger than") as caught:
        read_notebook(path)
    assert caught.value.finding.code == "too_large"


def test_a_notebook_of_too_many_cells_is_not_read(write: Callable[[bytes], Path]) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": ""}
    content = {"cells": [cell] * (MAX_CELLS + 1), "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    with pytest.raises(UnreadableError, match="more than") as caught:
        read_notebook(write(json.dumps(content).encode()))
    assert caught.value.finding.code == "too_large"


def test_a_pipe_is_no_notebook_and_nobody_waits_for_it(tmp_path: Path) -> None:
    path = tmp_path / "pipe.ipynb"
    os.mkfifo(path)
    with pytest.raises(UnreadableError, match="no plain file"):
        read_notebook(path)


def test_a_picture_is_kept_with_its_cell(write: Callable[[bytes], Path]) -> None:
    notebook = read_notebook(write(make_fixtures.image_answer("a")))
    (cell,) = (cell for cell in notebook.cells if cell.images)
    (image,) = cell.images
    assert (cell.kind, image.media_type) == ("markdown", "image/png")
    assert image.data == make_fixtures.png(8)


# --- a class --------------------------------------------------------------------------------------------------------


def test_a_link_is_refused_even_where_it_is_named(tmp_path: Path) -> None:
    folder = class_folder(tmp_path, EXAMPLE_ANSWERS)
    (link,) = (path for path in folder.links if path.name == "outside.ipynb")
    with pytest.raises(UnreadableError):
        read_notebook(link)


KEYS: dict[str, tuple[str, str]] = {
    "plain": ("s001", "s001"),
    "a folder": ("s202/week1", "s202-week1"),
    "letters of Danish": ("Øvelse æ", "Ovelse_ae"),
    "accents": ("Zoë", "Zoe"),
    "climbing": ("../../etc/passwd", "etc-passwd"),
    "hidden": (".hidden", "hidden"),
    "a name that Windows forbids": ("con", "_con"),
    "one with an ending": ("NUL.txt", "_NUL.txt"),
    "very long": ("x" * 300, "x" * 100),
}


@pytest.mark.parametrize(("name", "key"), KEYS.values(), ids=KEYS)
def test_a_key_is_a_file_name_everywhere(name: str, key: str) -> None:
    assert safe_key(name) == key


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_any_name_becomes_a_file_name(name: str) -> None:
    key = safe_key(name)
    assert 0 < len(key) <= 101
    assert set(key) <= set(string.ascii_letters + string.digits + "._+-")
    assert not key.startswith((".", "-"))
