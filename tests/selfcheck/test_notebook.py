"""The check inside a notebook: the magic, the function, and the notebook's own file."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import grader
from grader.assignment import load_assignment
from grader.selfcheck.notebook import find_notebook
from tests.helpers import graded

from .conftest import SUBMISSIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HALF_RIGHT = SUBMISSIONS / "week1" / "s104.ipynb"


class Shell:
    """As much of IPython's shell as an extension needs."""

    def __init__(self, **names: object) -> None:
        self.user_ns = names
        self.ran: list[str] = []
        self.magics: dict[tuple[str, str], Callable[..., None]] = {}

    def register_magic_function(
        self, function: Callable[..., None], magic_kind: str, magic_name: str
    ) -> None:
        self.magics[magic_kind, magic_name] = function

    def run_cell(self, source: str) -> None:
        self.ran.append(source)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kernel's folder, with the notebook in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    shutil.copy(HALF_RIGHT, tmp_path / "my lab.ipynb")
    return tmp_path


def magic(shell: Shell) -> Callable[..., None]:
    grader.load_ipython_extension(shell)
    return shell.magics["line_cell", "check"]


def test_the_only_notebook_is_checked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    magic(Shell())("b")
    out = capsys.readouterr().out
    assert out.startswith("This is my lab.ipynb as saved at ")
    assert "Two hidden layers" in out
    assert "Checked now: 0 of 1 exercise full" in out
    assert "recursion" not in out
    assert (here / "my lab.ipynb").read_bytes() == HALF_RIGHT.read_bytes()


def test_a_file_can_be_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(SUBMISSIONS / "week2" / "s209.ipynb", here / "other.ipynb")
    magic(Shell())('"my lab.ipynb" b')
    assert "Two hidden layers" in capsys.readouterr().out


def test_where_nobody_knows_the_file_it_is_asked_for(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(HALF_RIGHT, here / "other.ipynb")
    magic(Shell())("b")
    assert capsys.readouterr().out == "Which notebook? Name its file, such as %check my-notebook.ipynb b\n"


def test_over_a_cell_it_runs_the_cell_first(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert here.is_dir()
    shell = Shell()
    magic(shell)("a", "x = 1\n")
    assert shell.ran == ["x = 1\n"]
    assert "Checked now" in capsys.readouterr().out


@pytest.mark.usefixtures("here")
def test_colours_that_kernels_ask_for_and_modules_beside_the_notebook_do_no_harm(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    (tmp_path / "random.py").write_text("raise RuntimeError('not this one')", encoding="utf-8")
    grader.check("my lab.ipynb", "a", "b")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "Checked now: 0 of 2 exercises full" in out


@pytest.mark.usefixtures("here")
def test_mistakes_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    grader.check("nowhere.ipynb")
    assert "does not exist" in capsys.readouterr().out
    grader.check("my lab.ipynb", "z")
    assert "week1 has no exercise z" in capsys.readouterr().out


def test_the_file_is_the_one_that_the_editor_or_jupyter_names(here: Path) -> None:
    mine = here / "my lab.ipynb"
    for name in ("other.ipynb", "third.ipynb"):
        shutil.copy(HALF_RIGHT, here / name)
    assert find_notebook({"__vsc_ipynb_file__": str(mine)}, {}, here) == mine
    assert find_notebook({}, {"JPY_SESSION_NAME": str(mine)}, here) == mine
    assert find_notebook({}, {"JPY_SESSION_NAME": "course/week1/my lab.ipynb"}, here) == mine
    assert find_notebook({}, {"JPY_SESSION_NAME": "gone.ipynb"}, here) is None
    assert find_notebook({"__vsc_ipynb_file__": 3}, {"JPY_SESSION_NAME": "console-1"}, here) is None


def test_in_ipython_itself(here: Path) -> None:
    script = here / "cells.ipy"
    script.write_text('%load_ext grader\n%check b\n%check "my lab.ipynb" a\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--quick", "--no-banner", str(script)],
        env={**os.environ, "IPYTHONDIR": str(here / "ipython")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.count("Checked now") == 2, done.stderr
    assert "Two hidden layers" in done.stdout


def with_checks(content: dict[str, Any], at: str, *cells: str) -> dict[str, Any]:
    """The notebook with cells of code behind the one that holds a text."""
    changed = copy.deepcopy(content)
    place = next(n for n, cell in enumerate(changed["cells"]) if at in "".join(cell["source"]))
    code: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "execution_count": None}
        for cell in cells
    ]
    changed["cells"][place + 1 : place + 1] = code
    return changed


def statuses(content: dict[str, Any], assignment: str, folder: Path) -> dict[str, object]:
    path = folder / "hand-in.ipynb"
    path.write_text(json.dumps(content), encoding="utf-8")
    result = graded(path, load_assignment(assignment))
    return {
        one.id: (one.status, one.cause, [(found.code, found.message) for found in one.findings])
        for one in result.exercises
    }


def test_cells_that_check_are_nobodys_answer(tmp_path: Path) -> None:
    content = json.loads((SUBMISSIONS / "week1" / "s108.ipynb").read_text(encoding="utf-8"))
    cells = ["%load_ext grader\n\n%check b", "import grader\ngrader.check('x.ipynb', 'b')"]
    changed = with_checks(content, "b)", *cells)
    assert statuses(changed, "week1", tmp_path) == statuses(content, "week1", tmp_path)


@pytest.mark.parametrize(
    "cell",
    ["%check b\nh = 2", "# y_j = h(a_j)\n%check b", "grader.check('x.ipynb'); print('y_j = h(a_j)')"],
)
def test_an_answer_beside_a_check_is_seen(cell: str, tmp_path: Path) -> None:
    content = json.loads((SUBMISSIONS / "week1" / "s108.ipynb").read_text(encoding="utf-8"))
    changed = with_checks(content, "b)", cell)
    assert statuses(changed, "week1", tmp_path)["b"] != statuses(content, "week1", tmp_path)["b"]


@pytest.mark.parametrize("form", ["%load_ext grader\n{}\n%check e", "%%check e\n{}"])
def test_checks_within_a_cell_of_code_change_nothing(form: str, tmp_path: Path) -> None:
    content = json.loads((SUBMISSIONS / "week2" / "s203.ipynb").read_text(encoding="utf-8"))
    changed = copy.deepcopy(content)
    (cell,) = (
        cell
        for cell in changed["cells"]
        if cell["cell_type"] == "code" and "def backward_pass" in "".join(cell["source"])
    )
    cell["source"] = form.format("".join(cell["source"]))
    assert statuses(changed, "week2", tmp_path) == statuses(content, "week2", tmp_path)
