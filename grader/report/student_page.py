"""`OUT/students/<name>.html`: each mark explained beside the student's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.pages import render
from grader.report.review import waits

if TYPE_CHECKING:
    from grader.result import Result


def student_page(result: Result) -> str:
    """The page of one submission: one HTML file that needs nothing else."""
    return render("student.html.j2", result=result, waiting=[e for e in result.exercises if waits(e)])
