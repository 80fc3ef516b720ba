"""`OUT/students/<name>.html`: each mark explained beside the student's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.pages import render
from grader.report.review import waits
from grader.sources import hash_of, sources_hash

if TYPE_CHECKING:
    from grader.result import Result


def student_page(result: Result) -> str:
    """The page of one submission: one HTML file that needs nothing else."""
    return render("student.html.j2", result=result, waiting=[e for e in result.exercises if waits(e)])


def stamped_page(result: Result) -> str:
    """The page with the stamp of what it was made from as its last line."""
    return f"{student_page(result)}{stamp(result)}\n"


def stamp(result: Result) -> str:
    """A comment that changes with whatever the page shows, and with what makes it."""
    digest = hash_of((result.model_dump_json().encode(), sources_hash().encode()))
    return f"<!-- {digest} -->"
