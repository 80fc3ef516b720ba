"""`OUT/index.html`: the class on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.pages import render

if TYPE_CHECKING:
    from grader.report.overview import Overview


def class_page(overview: Overview) -> str:
    """The page of a class."""
    return render("class.html.j2", overview=overview)
