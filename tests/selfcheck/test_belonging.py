"""Which assignment a notebook is for, where nobody says so."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from grader.assignment import AssignmentError, load_assignment
from grader.notebook import read_notebook
from grader.selfcheck.belonging import assignment_of

from .conftest import SUBMISSIONS

if TYPE_CHECKING:
    from pathlib import Path

HALF_RIGHT = SUBMISSIONS / "week1" / "s104.ipynb"


def found(path: Path) -> str:
    return assignment_of(path, read_notebook(path)).name


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A student's notebook deep in a folder of their own."""
    path = tmp_path / "course" / "lab" / "mine.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(HALF_RIGHT, path)
    return path


@pytest.mark.parametrize(
    "path", sorted((SUBMISSIONS / "logistic").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_any_known_sheet_is_recognised(path: Path) -> None:
    assert found(path) == "logistic"


def test_an_assignment_above_the_notebook_wins(notebook: Path) -> None:
    for name, folder in (("logistic", notebook.parents[1]), ("week2", notebook.parent)):
        shutil.copytree(load_assignment(name).folder, folder, dirs_exist_ok=True)
        assert found(notebook) == name


def test_one_in_the_working_folder_is_known_too(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = notebook.parents[2] / "assignments" / "new"
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_text(
        'name = "new"\ntitle = "New"\n[[exercises]]\nid = "a"\nkind = "text"\ntitle = "A"\n', encoding="utf-8"
    )
    sheet = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": "## Exercise a)\n\nWhither wombats wander?"}
        ]
    }
    content = json.dumps({**sheet, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    (folder / "notebook.ipynb").write_text(content, encoding="utf-8")
    notebook.write_text(content, encoding="utf-8")
    with pytest.raises(AssignmentError):
        found(notebook)
    monkeypatch.chdir(notebook.parents[2])
    assert found(notebook) == "new"


def test_where_one_assignment_is_known_it_is_recognised_all_the_same(
    notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = notebook.parents[2]
    shutil.copytree(load_assignment("week1").folder, root / "installed" / "week1")
    monkeypatch.setattr("grader.selfcheck.belonging.installed_assignments", lambda: root / "installed")
    monkeypatch.chdir(root)
    assert found(notebook) == "week1"
    shutil.rmtree(root / "installed")
    with pytest.raises(AssignmentError, match="no assignment is known here"):
        found(notebook)


def test_what_nobody_can_tell_is_asked(notebook: Path) -> None:
    content = json.loads(HALF_RIGHT.read_text(encoding="utf-8"))
    notebook.write_text(json.dumps({**content, "cells": []}), encoding="utf-8")
    with pytest.raises(AssignmentError, match=r"--assignment: logistic, week1, week2"):
        found(notebook)
