from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader import __version__
from grader.cli import main
from tests.helpers import compare_with_golden

if TYPE_CHECKING:
    from collections.abc import Callable

SUBMISSIONS = Path(__file__).parents[2] / "submissions"


@dataclass
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare with a file of golden/, whatever the version of the grader."""
    compare = partial(compare_with_golden, Path(__file__).parent / "golden")
    return lambda name, text: compare(name, text.replace(f"grader {__version__}", "grader VERSION"))


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run `grader check` in a window of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["grader", "check", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as exited:
            main()
        assert isinstance(exited.value.code, int)
        return Outcome(exited.value.code, *capsys.readouterr())

    return call
