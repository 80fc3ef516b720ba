"""`OUT/students/<name>.html`: each mark explained beside the student's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.answer import render_answer, render_code, render_formula, render_line, typed_formulas
from grader.report.drawings import drawings
from grader.report.notebook_order import cell_parts, elsewhere, in_notebook_order
from grader.report.pages import render
from grader.report.room import FULL, SENTENCES, Room
from grader.result import REMARKS
from grader.sources import hash_of, sources_hash

if TYPE_CHECKING:
    from markupsafe import Markup

    from grader.result import Result

MOST = 60
"""Cells, findings and steps of one exercise that are shown."""


class Pen:
    """What the template draws with: it fills one page."""

    def __init__(self) -> None:
        self.answers = Room()
        self.sentences = Room(SENTENCES)
        self.full = FULL

    def answer(self, text: str, kind: str) -> Markup:
        """What a student wrote in a cell."""
        return (render_code if kind == "function" else render_answer)(text, self.answers)

    def code(self, text: str) -> Markup:
        """Text as it was typed."""
        return render_code(text, self.answers)

    def formula(self, latex: str, *, display: bool = False) -> Markup:
        """A formula as mathematics."""
        return render_formula(latex, self.answers, display=display)

    def line(self, text: str) -> Markup:
        """A sentence of ours, which may quote the student."""
        return render_line(text, self.sentences)


def student_page(result: Result) -> str:
    """The page of one submission: one HTML file that needs nothing else."""
    numbers = {exercise.id: number for number, exercise in enumerate(result.exercises, start=1)}
    exercises = in_notebook_order(result.exercises)
    return render(
        "student.html.j2",
        result=result,
        exercises=exercises,
        numbers=numbers,
        pen=Pen(),
        remarks=REMARKS,
        most=MOST,
        parts=cell_parts(exercises),
        elsewhere=elsewhere,
        drawings=drawings,
        typed_formulas=typed_formulas,
        duration=duration,
    )


def duration(seconds: int) -> str:
    """A time in words: `2 days 3 h`, `1 h 30 min`, `5 min`; seconds count as a minute begun."""
    minutes = -(-seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{days} day{'s' * (days > 1)}" if days else "", f"{hours} h" if hours else ""]
    parts += [f"{minutes} min" if minutes and not days else ""]
    return " ".join(filter(None, parts))


def stamped_page(result: Result) -> str:
    """The page with the stamp of what it was made from as its last line."""
    return f"{student_page(result)}{stamp(result)}\n"


def stamp(result: Result) -> str:
    """A comment that changes with whatever the page shows, and with what makes it."""
    digest = hash_of((result.model_dump_json().encode(), sources_hash().encode()))
    return f"<!-- {digest} -->"
