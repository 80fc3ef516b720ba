"""A student's answer as HTML: formulas drawn, pictures shown, everything else as it was typed.

No Markdown is rendered and no HTML passes: what is not a formula, a picture or code is escaped text.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from grader.report.mathematics import LONGEST, to_mathml
from grader.report.text import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_ANSWER = 20_000
"""Characters of an answer that are shown, pictures not counted."""
LARGEST_PICTURE = 2_000_000
"""Bytes of one picture that are shown."""

_RASTER = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}
_DATA_URI = re.compile(r"data:(image/[\w.+-]{1,40});base64,([A-Za-z0-9+/=]+)")

_PARTS = re.compile(
    rf"""
      ^(?P<fence>```|~~~)[^\n]*\n(?P<fenced>.*?)(?:^(?P=fence)[^\n]*$|\Z)
    | \$\$(?P<dollars>.{{1,{LONGEST}}}?)\$\$
    | \\\\?\[(?P<brackets>.{{1,{LONGEST}}}?)\\\\?\]
    | (?P<bare>\\begin\{{(?P<environment>[a-z]{{1,20}}\*?)\}}
        .{{1,{LONGEST}}}?\\end\{{(?P=environment)\}})
    | (?<!\\)\$(?P<dollar>(?:[^$\\\n]|\\.|\n(?!\s*\n)){{1,{LONGEST}}})\$
    | \\\\?\((?P<parentheses>.{{1,{LONGEST}}}?)\\\\?\)
    | `(?P<code>[^`\n]+)`
    | !\[[^\]\n]{{0,300}}\]\((?P<link>[^)\s]{{1,1000}}+)[^)\n]{{0,300}}+\)
    | <img\b[^>]{{0,1000}}?\bsrc\s*=\s*["']?(?P<source>[^"'\s>]{{1,1000}}+)[^>]{{0,1000}}+>
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

_BLOCKS = frozenset({"fenced", "dollars", "brackets", "bare"})


def render_answer(text: str) -> Markup:
    """HTML of an answer in Markdown with LaTeX."""
    pictures: list[Markup] = []

    def put_aside(match: re.Match[str]) -> str:
        pictures.append(_picture(match[1], match[2]))
        # Cleaned text holds no NUL, so nobody can type this.
        return f"\0{len(pictures) - 1}"

    text = _DATA_URI.sub(put_aside, clean(text))
    cut = len(text) - LONGEST_ANSWER
    html = Markup().join(_render(text[:LONGEST_ANSWER], pictures))
    if cut > 0:
        html += Markup('\n<em class="note">… and {} more characters</em>').format(cut)
    return html


def render_code(text: str) -> Markup:
    """HTML of an answer in code."""
    text = clean(text)
    rest = len(text) - LONGEST_ANSWER
    html = Markup("<pre><code>{}</code></pre>").format(text[:LONGEST_ANSWER])
    if rest > 0:
        html += Markup('<em class="note">… and {} more characters</em>').format(rest)
    return html


def render_line(text: str) -> Markup:
    """HTML of one of our own sentences, with `$...$` drawn."""
    return Markup().join(
        to_mathml(part) if odd else escape(part)
        for odd, part in ((i % 2, part) for i, part in enumerate(re.split(r"\$([^$\n]+)\$", clean(text))))
    )


def _render(text: str, pictures: list[Markup]) -> Iterator[Markup]:
    end = 0
    after_block = False
    for match in _PARTS.finditer(text):
        block = match.lastgroup in _BLOCKS
        yield _typed(_between(text[end : match.start()], after_block, block), pictures)
        yield _part(match, pictures)
        end, after_block = match.end(), block
    yield _typed(_between(text[end:], after_block, False), pictures)


def _between(text: str, after_block: bool, before_block: bool) -> str:
    """Text without the line ends beside a block, which starts and ends a line by itself."""
    text = text.lstrip("\n") if after_block else text
    return text.rstrip("\n") if before_block else text


def _typed(text: str, pictures: list[Markup]) -> Markup:
    """Escaped text; a data URI that stands in no picture is shown as one."""
    pieces = re.split(r"\0(\d+)", text)
    return Markup().join(pictures[int(p)] if i % 2 else escape(p) for i, p in enumerate(pieces))


def _part(match: re.Match[str], pictures: list[Markup]) -> Markup:
    kind = match.lastgroup or ""
    text = match[kind]
    if kind in {"link", "source"}:
        number = re.fullmatch(r"\0(\d+)", text)
        return pictures[int(number[1])] if number else _named(_without_nul(text))
    text = _without_nul(text)
    if kind == "fenced":
        return Markup("<pre><code>{}</code></pre>").format(text)
    if kind == "code":
        return Markup("<code>{}</code>").format(text)
    return to_mathml(text, display=kind in _BLOCKS)


def _without_nul(text: str) -> str:
    return re.sub(r"\0\d+", "[picture]", text)


def _picture(media_type: str, data: str) -> Markup:
    kind = media_type.removeprefix("image/").replace("jpg", "jpeg").lower()
    try:
        content = base64.b64decode(data)
    except binascii.Error:
        return _named("damaged")
    if not content.startswith(_RASTER.get(kind, b"\0none")):
        return _named(f"{media_type}, not shown")
    if len(content) > LARGEST_PICTURE:
        return _named(f"{len(content) / 1e6:.1f} MB, too large to be shown")
    uri = f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return Markup('<img src="{}" alt="picture in the answer">').format(uri)


def _named(what: str) -> Markup:
    return Markup('<em class="note">[picture: {}]</em>').format(one_line(what, 200))
