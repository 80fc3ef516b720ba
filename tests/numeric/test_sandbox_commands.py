"""What the commands say and do about the wall."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.batch.executors import Workforce
from grader.cli import main
from grader.exit_codes import ExitCode
from grader.numeric.probe import tier
from tests.helpers import Inline
from tests.numeric.tiers import LIMITS_ONLY, NO_NAMESPACES, WALLED, enter, name_of_wall

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTEBOOK = Path(__file__).parents[2] / "submissions" / "week2" / "s201.ipynb"


@pytest.fixture(params=[WALLED, LIMITS_ONLY])
def walled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[bool]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "200")
    enter(request.param, monkeypatch)
    # A worker process would find the wall of this machine again.
    monkeypatch.setattr("grader.commands.grading._workforce", lambda *_: nullcontext(Workforce(Inline(), 1)))
    tier.cache_clear()
    yield request.param == WALLED
    tier.cache_clear()


def run(*arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["grader", *arguments])
        with pytest.raises(SystemExit) as exited:
            main()
    return int(exited.value.code or 0)


def grade(*options: str) -> int:
    return run("grade", str(NOTEBOOK), "-a", "week2", "-o", "OUT", *options)


def test_doctor_says_what_held(walled: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor") == (ExitCode.DONE if walled else ExitCode.FAILED)
    said = capsys.readouterr().out
    assert f"Sandbox: {name_of_wall() if walled else 'limits only'}" in said
    assert f"  {'refused' if walled else 'DONE   '}  write a file\n" in said
    assert "NumPy" in said


@pytest.mark.skipif(sys.platform != "linux", reason="there are none elsewhere")
def test_doctor_says_why_there_are_no_namespaces(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(NO_NAMESPACES, monkeypatch)
    tier.cache_clear()
    assert run("doctor") == ExitCode.DONE
    tier.cache_clear()
    said = capsys.readouterr().out
    assert "behind Landlock" in said
    assert "No namespaces on top: Operation not permitted.\n" in said
    assert "Sandbox: landlock+seccomp\n" in said


def test_without_a_wall_nothing_is_graded(walled: bool, capsys: pytest.CaptureFixture[str]) -> None:
    code = grade()
    said = capsys.readouterr().err
    if walled:
        assert code == ExitCode.DONE
        assert "trust" not in said
        return
    assert code == ExitCode.USAGE
    assert "Nothing was graded" in said
    assert "--trust-students" in said
    assert not Path("OUT").exists()


def test_week_1_needs_no_wall(walled: bool) -> None:
    sheet = NOTEBOOK.parents[1] / "week1" / "s108.ipynb"
    assert run("grade", str(sheet), "-a", "week1", "-o", "OUT") == ExitCode.DONE
    assert "sandbox" in Path("OUT/results/s108.json").read_text(), walled


def test_every_report_says_what_kept_the_code_in(walled: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade("--trust-students") == ExitCode.DONE
    said = capsys.readouterr()
    name = name_of_wall() if walled else "limits only"
    assert f"Sandbox   {name}" in said.out
    assert walled == ("You trust these students" not in said.err)
    assert json.loads(Path("OUT/results/s201.json").read_text())["environment"]["sandbox"] == name
    for page in ("OUT/index.html", "OUT/students/s201.html"):
        assert f"sandbox: {name}" in Path(page).read_text(encoding="utf-8")
