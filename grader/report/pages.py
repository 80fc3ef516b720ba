"""Jinja2 with what every page needs: escaping, cleaned text, and filters for marks and mathematics."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.report.answer import render_answer, render_code, render_line
from grader.report.marks import MARKS, mark
from grader.report.mathematics import to_mathml
from grader.report.text import clean, number, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECES = 1000
"""Of a template that are joined to one."""


def render(template: str, **context: Any) -> str:
    """Fill a template of `templates/`."""
    return "".join(pieces(template, **context))


def pieces(template: str, **context: Any) -> Iterator[str]:
    """The same piece by piece: the page of a large class is never in memory as a whole."""
    stream = _environment().get_template(template).stream(context)
    stream.enable_buffering(_PIECES)
    return stream


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
