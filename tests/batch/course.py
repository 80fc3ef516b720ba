"""A small class of one week, and commands about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.numeric.probe import tier
from tests.batch.made_up import make_class, results, run

if TYPE_CHECKING:
    from pathlib import Path


class Course:
    """The class in its folder, and everything that commands about it need beside."""

    def __init__(self, home: Path, week: str, number: int) -> None:
        self.home, self.week = home, week
        self.folder = make_class(home / "in", week, number)

    def arguments(self, out: str, *more: object) -> tuple[object, ...]:
        return (
            "grade",
            self.folder,
            "--assignment",
            self.week,
            "--out",
            self.home / out,
            *(() if self.week == "week1" or tier().walled else ("--trust-students",)),
            *more,
        )

    def grade(self, out: str, *more: object, code: int = 1) -> str:
        """Grade; all that was said. A class with an unreadable file ends with 1."""
        finished = run(self.home, *self.arguments(out, *more))
        assert finished.returncode == code, finished.stderr
        return finished.stdout + finished.stderr

    def results(self, out: str) -> dict[str, Any]:
        return results(self.home / out)
