"""Jinja2 with what every page needs: escaping, cleaned text, and filters for marks and mathematics."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.report.answer import render_answer, render_code, render_line
from grader.report.marks import MARKS, mark
from grader.report.mathematics import to_mathml
from grader.report.text import clean, number, one_line

_PIECES = 1000


def render(template: str, **context: Any) -> str:
    """Fill a template of `templates/`."""
    stream = _environment().get_template(template).stream(context)
    # The page of a large class has a million pieces: not all are kept until they are joined.
    stream.enable_buffering(_PIECES)
    return "".join(stream)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "answer": render_answer,
        "code": render_code,
        "line": render_line,
        "mark": mark,
        "mathml": to_mathml,
        "number": number,
        "short": partial(one_line, limit=200),
    }
    environment.globals["marks"] = MARKS
    return environment


def _finalize(value: Any) -> Any:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
