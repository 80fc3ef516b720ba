"""`OUT/index.html`: the class on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.overview import overview
from grader.report.pages import render
from grader.report.review import waits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.result import Result


def class_page(results: Mapping[str, Result]) -> str:
    """The page of a class; `results` by file name, at least one."""
    waiting = {name: sum(map(waits, result.exercises)) for name, result in results.items()}
    exercises = {name: {e.id: e for e in result.exercises} for name, result in results.items()}
    return render(
        "class.html.j2", results=results, overview=overview(results), exercises=exercises, waiting=waiting
    )
