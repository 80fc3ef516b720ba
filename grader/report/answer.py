"""A student's answer as HTML: formulas drawn, pictures shown, everything else as it was typed.

No Markdown is rendered and no HTML passes: what is not a formula, a picture or code is escaped text.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from grader.languages import ENGLISH, Language
from grader.report.mathematics import LONGEST, to_mathml
from grader.report.room import Room, full, note
from grader.report.text import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_ANSWER = 20_000
"""Characters of an answer that are shown, pictures not counted."""
LONGEST_SENTENCE = 2_000
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

_PLACE = re.compile(r"\0(\d+)")
"""Where a picture was that is put aside."""

_BLOCKS = frozenset({"fenced", "dollars", "brackets", "bare"})


def render_answer(text: str, room: Room | None = None, language: Language = ENGLISH) -> Markup:
    """HTML of an answer in Markdown with LaTeX, as far as there is room."""
    room = room or Room()
    pictures: list[Markup] = []

    def put_aside(match: re.Match[str]) -> str:
        pictures.append(_picture(match[1], match[2], room, language))
        # Cleaned text holds no NUL, so nobody can type this.
        return f"\0{len(pictures) - 1}"

    text = _DATA_URI.sub(put_aside, clean(text))
    cut = len(text) - LONGEST_ANSWER
    pieces: list[Markup] = []
    for piece in _render(text[:LONGEST_ANSWER], language):
        if not room.take(piece):
            pieces.append(full(language))
            break
        pieces.append(piece)
    html = _PLACE.sub(lambda match: pictures[int(match[1])], Markup().join(pieces))
    if cut > 0:
        html += Markup("\n{}").format(_more(cut, language))
    return Markup(html)  # noqa: S704 - of nothing but our own markup and escaped text


def _more(characters: int, language: Language) -> Markup:
    return note(language.say(f"… and {characters} more characters"))


def render_code(text: str, room: Room | None = None, language: Language = ENGLISH) -> Markup:
    """HTML of an answer in code, as far as there is room."""
    text = clean(text)
    rest = len(text) - LONGEST_ANSWER
    html = Markup("<pre><code>{}</code></pre>").format(text[:LONGEST_ANSWER])
    if rest > 0:
        html += _more(rest, language)
    return html if room is None or room.take(html) else full(language)


def render_formula(latex: str, room: Room, language: Language = ENGLISH, *, display: bool = False) -> Markup:
    """MathML of a formula, as far as there is room."""
    if room.full:
        return full(language)
    html = to_mathml(latex, display=display)
    return html if room.take(html) else full(language)


def typed_formulas(text: str) -> str:
    """The LaTeX in an answer, one formula below the other: those that stand by themselves, else those in the lines."""
    found = [(match.lastgroup, match[match.lastgroup or 0]) for match in _PARTS.finditer(clean(text))]
    displays = [formula for kind, formula in found if kind in _BLOCKS and kind != "fenced"]
    inline = [formula for kind, formula in found if kind in {"dollar", "parentheses"}]
    return "\n".join(formula.strip() for formula in displays or inline)


def render_line(text: str, room: Room | None = None, language: Language = ENGLISH) -> Markup:
    """HTML of one of our own sentences, which may quote a student's, with `$...$` drawn and code as code."""
    text = language.say(text)
    text = text if len(text) <= LONGEST_SENTENCE else f"{text[:LONGEST_SENTENCE]}…"
    drawn = {"$": to_mathml, "`": Markup("<code>{}</code>").format}
    pieces = re.split(r"(\$[^$\n]+\$|`[^`\n]+`)", clean(text))
    html = Markup().join(
        drawn[piece[0]](piece[1:-1]) if n % 2 else escape(piece) for n, piece in enumerate(pieces)
    )
    return html if room is None or room.take(html) else full(language)


def _render(text: str, language: Language) -> Iterator[Markup]:
    """HTML piece by piece, pictures still put aside."""
    end = 0
    after_block = False
    for match in _PARTS.finditer(text):
        block = match.lastgroup in _BLOCKS
        yield escape(_between(text[end : match.start()], after_block, block))
        yield _part(match, language)
        end, after_block = match.end(), block
    yield escape(_between(text[end:], after_block, False))


def _between(text: str, after_block: bool, before_block: bool) -> str:
    """Text without the line ends beside a block, which starts and ends a line by itself."""
    text = text.lstrip("\n") if after_block else text
    return text.rstrip("\n") if before_block else text


def _part(match: re.Match[str], language: Language) -> Markup:
    kind = match.lastgroup or ""
    text = match[kind]
    if kind in {"link", "source"}:
        return escape(text) if _PLACE.fullmatch(text) else _named(_without_nul(text), language)
    text = _without_nul(text)
    if kind == "fenced":
        return Markup("<pre><code>{}</code></pre>").format(text)
    if kind == "code":
        return Markup("<code>{}</code>").format(text)
    return to_mathml(text, display=kind in _BLOCKS)


def _without_nul(text: str) -> str:
    return _PLACE.sub("[picture]", text)


def _picture(media_type: str, data: str, room: Room, language: Language) -> Markup:
    kind = media_type.removeprefix("image/").replace("jpg", "jpeg").lower()
    try:
        content = base64.b64decode(data)
    except binascii.Error:
        return _named(language.say("damaged"), language)
    if not content.startswith(_RASTER.get(kind, b"\0none")):
        return _named(language.say(f"{media_type}, not shown"), language)
    if len(content) > LARGEST_PICTURE:
        size = f"{len(content) / 1e6:.1f}"
        return _named(language.say(f"{size} MB, too large to be shown"), language)
    if not room.take_picture(len(content)):
        return _named(language.say("not shown, the pictures of this page are too large together"), language)
    uri = f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return Markup('<img src="{}" alt="{}">').format(uri, language.say("picture in the answer"))


def _named(what: str, language: Language) -> Markup:
    return note(f"[{language.say('picture')}: {one_line(what, 200)}]")
