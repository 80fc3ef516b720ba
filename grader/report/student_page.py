"""`OUT/students/<name>.html`: each mark explained beside the student's own words."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from grader.languages import ENGLISH, Language
from grader.report.answer import render_answer, render_code, render_formula, render_line, typed_formulas
from grader.report.drawings import drawings
from grader.report.hints import for_student
from grader.report.notebook_order import cell_parts, elsewhere, in_notebook_order
from grader.report.pages import render
from grader.report.room import SENTENCES, Room, full
from grader.report.text import number
from grader.result import REMARKS
from grader.sources import hash_of, sources_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.result import Result

MOST = 60
"""Cells, findings and steps of one exercise that are shown."""


class Telling(NamedTuple):
    """How students are told about their work.

    Attributes:
        language: of our sentences.
        solutions: that they may see, by exercise.

    """

    language: Language = ENGLISH
    solutions: Mapping[str, str] = MappingProxyType({})


USUAL = Telling()


class Pen:
    """What the template writes and draws with: it fills one page, in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.say = language.say
        self.answers = Room()
        self.sentences = Room(SENTENCES)
        self.full = full(language)

    def fill(self, template: str, **values: object) -> Markup:
        """A sentence of ours with values in it, which are escaped unless they are markup."""
        return Markup(self.language.template(template)).format(**values)  # noqa: S704 - the sentence is ours

    def number(self, value: float | None) -> str:
        """Points."""
        return self.language.number(number(value))

    def answer(self, text: str, kind: str) -> Markup:
        """What a student wrote in a cell."""
        return (render_code if kind == "function" else render_answer)(text, self.answers, self.language)

    def code(self, text: str) -> Markup:
        """Text as it was typed."""
        return render_code(text, self.answers, self.language)

    def formula(self, latex: str, *, display: bool = False) -> Markup:
        """A formula as mathematics."""
        return render_formula(latex, self.answers, self.language, display=display)

    def line(self, text: str) -> Markup:
        """A sentence of ours, which may quote the student."""
        return render_line(text, self.sentences, self.language)


def student_page(result: Result, telling: Telling = USUAL) -> str:
    """The page of one submission: one HTML file that needs nothing else.

    It tells what the assignment's hint level allows.
    """
    result = for_student(result)
    numbers = {exercise.id: number for number, exercise in enumerate(result.exercises, start=1)}
    exercises = in_notebook_order(result.exercises)
    return render(
        "student.html.j2",
        result=result,
        exercises=exercises,
        numbers=numbers,
        solutions=telling.solutions,
        pen=Pen(telling.language),
        language=telling.language.code,
        remarks=REMARKS,
        most=MOST,
        parts=cell_parts(exercises),
        elsewhere=elsewhere,
        drawings=drawings,
        typed_formulas=typed_formulas,
        duration=partial(duration, say=telling.language.say),
    )


def duration(seconds: int, say: Callable[[str], str] = str) -> str:
    """A time in words: `2 days 3 h`, `1 h 30 min`, `5 min`; seconds count as a minute begun."""
    minutes = -(-seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = ["1 day" if days == 1 else f"{days} days"] if days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes and not days else []
    return " ".join(map(say, parts))


def stamped_page(result: Result, telling: Telling = USUAL) -> str:
    """The page with the stamp of what it was made from as its last line."""
    return f"{student_page(result, telling)}{stamp(result, telling)}\n"


def stamp(result: Result, telling: Telling = USUAL) -> str:
    """A comment that changes with whatever the page shows, and with what makes it."""
    made_from = (result.model_dump_json(), sources_hash(), telling.language.code, telling.language.digest)
    shown = (text for pair in telling.solutions.items() for text in pair)
    digest = hash_of(map(str.encode, (*made_from, *shown)))
    return f"<!-- {digest} -->"
