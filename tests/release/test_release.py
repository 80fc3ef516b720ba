"""What is released, to where, and what is refused."""

from __future__ import annotations

import json
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from grader.assignment import load_assignment
from grader.cli import app
from grader.release.instructions import instructions
from grader.release.reach import reach
from grader.release.write import ReleaseError, write_release
from tests.fixtures import make_fixtures
from tests.release.copies import NAMES, released

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = {
    "p": "",
    "p.start": "from __future__ import annotations\nimport numpy.linalg\nfrom p import early\ndef f():\n    from p.late import g\n    import rich",
    "p.early": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p import typed\n    import yaml\nimport p.inner.deep",
    "p.late": "try:\n    import p.tried\nexcept ImportError:\n    pass",
    "p.tried": "",
    "p.typed": "",
    "p.unused": "",
    "p.inner": "from p.inner.of_package import x",
    "p.inner.deep": "",
    "p.inner.of_package": "x = 1",
}


def test_what_is_imported_at_once_later_and_by_packages_is_reached() -> None:
    found = reach(SOURCES, ["p.start"])
    assert found.modules == SOURCES.keys() - {"p.typed", "p.unused"}
    assert {"numpy", "rich"} <= found.outside
    assert "yaml" not in found.outside


def test_what_will_not_be_needed_is_not_followed() -> None:
    found = reach(SOURCES, ["p.start"], without={"p.inner", "p.late"})
    assert found.modules == {"p", "p.start", "p.early"}


def test_the_copy_needs_only_what_it_imports() -> None:
    project = tomllib.loads((released("week1") / "pyproject.toml").read_text("utf-8"))["project"]
    names = {requirement.partition(">")[0] for requirement in project["dependencies"]}
    assert {"nbformat", "numpy", "pydantic", "sympy", "typer"} <= names
    assert not {"matplotlib", "nbconvert", "pandas", "tomli-w", "distributed"} & names


@pytest.mark.parametrize("name", NAMES)
def test_the_sheet_is_there_to_be_worked_in(name: str) -> None:
    sheet = load_assignment(name).sheet_path.read_bytes()
    assert (released(name) / "notebook.ipynb").read_bytes() == sheet
    assert (released(name) / "README.md").read_text("utf-8") == instructions(load_assignment(name).spec)


def test_instructions_say_what_is_checked_and_what_a_person_reads() -> None:
    text = instructions(load_assignment("week1").spec)
    assert "Checked now: a, b, c, e, f, g, i, j, k, l;" in text
    assert "Always read by a person: d, e-argument, h." in text
    of_code = instructions(load_assignment("week2").spec)
    assert "--exercise a\n" in of_code
    assert "Checked now: a, b-glorot, b-he, c, d, e, f;" in of_code
    assert ("Linux" in text, "Linux" in of_code) == (False, True)


def test_the_command_writes_a_folder_and_says_how_to_try_it(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["release", "logistic", "--out", str(tmp_path / "new" / "copy")])
    assert done.exit_code == 0
    assert "README.md" in done.stdout
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"copy"}
    assert (
        load_assignment(tmp_path / "new" / "copy" / "grader" / "assignments" / "logistic").name == "logistic"
    )


def test_an_empty_folder_is_filled_and_a_full_one_is_left_alone(tmp_path: Path) -> None:
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    write_release(load_assignment("logistic"), empty)
    assert (empty / "pyproject.toml").is_file()
    done = CliRunner().invoke(app, ["release", "logistic", "--out", str(full)])
    assert done.exit_code == 2
    assert "not empty" in done.stderr
    assert [path.name for path in full.iterdir()] == ["mine.txt"]
    assert {path.name for path in tmp_path.iterdir()} == {"empty", "full"}


def test_a_sheet_that_holds_an_answer_is_not_released(tmp_path: Path) -> None:
    folder = shutil.copytree(load_assignment("week1").folder, tmp_path / "week1")
    notebook = make_fixtures.answered({"i": make_fixtures.EXAMPLE_ANSWERS["i"]})
    (folder / "notebook.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(ReleaseError, match="exercise i"):
        write_release(load_assignment(folder), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_sheets_of_other_years_go_along_and_the_day_of_the_solution_does_not(tmp_path: Path) -> None:
    folder = shutil.copytree(load_assignment("logistic").folder, tmp_path / "logistic")
    shutil.copy(folder / "notebook.ipynb", folder / "last-year.ipynb")
    shutil.copy(folder / "notebook.ipynb", folder / "solution.ipynb")
    path = folder / "assignment.toml"
    more = (
        'earlier = ["last-year.ipynb"]\nsolution = "solution.ipynb"\nsolution_after = 2026-10-01\nhints = 1\n'
    )
    path.write_text(path.read_text("utf-8").replace("[worlds.point]", f"{more}\n[worlds.point]", 1), "utf-8")
    write_release(load_assignment(folder), tmp_path / "out")
    kept = load_assignment(tmp_path / "out" / "grader" / "assignments" / "logistic").spec
    assert (kept.earlier, kept.hints, kept.solution, kept.solution_after) == (
        ("last-year.ipynb",),
        1,
        None,
        None,
    )
    assert not list((tmp_path / "out").rglob("solution*.ipynb"))
