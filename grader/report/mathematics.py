r"""LaTeX to MathML that is safe to put on a page, whatever a student typed.

latex2mathml writes text such as that of `\text{...}` into the page unescaped. So its tree is taken instead of its
string: elements and attributes that are not known to be harmless go, and what remains is written with escaping. No text
can become markup then.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

from grader.report.text import clean

LONGEST = 5_000
"""Longer formulas are shown as typed."""

_MACRO_DEFINITION = re.compile(r"\\(def|(re)?newcommand|newenvironment|DeclareMathOperator)\b")
_ALIGNED = re.compile(
    r"\\(begin|end)\s*\{\s*(?:align|aligned|eqnarray|flalign|gather|gathered|split)\*?\s*\}"
)

_EMPTY_COLUMN = re.compile(r"(?<!\\)&\s*(?=\\\\|\\end\b)")
"""A column without content at the end of a row, for which latex2mathml drops the last row."""

_ELEMENTS = frozenset(
    "math mrow mi mo mn mtext mspace mstyle mpadded mphantom menclose msqrt mroot mfrac msub msup msubsup munder mover "
    "munderover mmultiscripts mprescripts mtable mtr mtd none".split()
)
_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_ATTRIBUTES = {
    name: re.compile(value)
    for names, value in (
        ("xmlns", r"http://www\.w3\.org/1998/Math/MathML"),
        ("display mathvariant form columnalign notation", r"[a-z -]{1,40}"),
        ("stretchy fence displaystyle movablelimits largeop accent accentunder", r"true|false"),
        ("scriptlevel", r"[+-]?\d"),
        # One digit: nobody can push a formula over somebody else's words.
        (
            "width height depth lspace voffset minsize maxsize linethickness",
            r"[+-]?\d?(\.\d+)?(em|ex|mu|pt|px)?",
        ),
    )
    for name in names.split()
}


_SHORT = 200
"""Characters of formulas that are kept once drawn: a class writes the same ones over and over."""


def to_mathml(latex: str, *, display: bool = False) -> Markup:
    """MathML of a formula; the formula as typed, in `<code>`, where it cannot be drawn."""
    return (_drawn_before if len(latex) <= _SHORT else _draw)(latex, display)


def _draw(latex: str, display: bool) -> Markup:
    try:
        tree = _tree(latex, display=display)
    except Exception:  # noqa: BLE001 - latex2mathml raises whatever its walk runs into; the page comes out all the same
        return Markup("<code>{}</code>").format(clean(latex))
    return Markup(tostring(tree, encoding="unicode"))  # noqa: S704 - written with escaping from a checked tree


_drawn_before = lru_cache(maxsize=1000)(_draw)


def _tree(latex: str, *, display: bool) -> Element:
    if len(latex) > LONGEST:
        raise ValueError("too long to be drawn")
    if _MACRO_DEFINITION.search(latex):
        raise ValueError("macros can grow without limit")
    tree = convert_to_element(_normalise(latex), display="block" if display else "inline")
    for element in tree.iter():
        _check(element)
        _set_limits(element)
        _break_lines(element)
    return tree


def _normalise(latex: str) -> str:
    """The formula without comments and line ends, which latex2mathml would print, and its rows aligned, not numbered."""
    latex = re.sub(r"(?<!\\)%[^\n]*", "", clean(latex))
    latex = re.sub(r"\\newline\b", r"\\\\", latex)
    latex = _ALIGNED.sub(r"\\\1{align*}", latex)
    latex = _EMPTY_COLUMN.sub("", latex)
    if "&" in latex and "\\begin" not in latex:
        latex = rf"\begin{{align*}}{latex}\end{{align*}}"
    return " ".join(latex.split())


def _check(element: Element) -> None:
    if element.tag not in _ELEMENTS:
        raise ValueError(f"unexpected element {element.tag}")
    for name, value in list(element.attrib.items()):
        pattern = _ATTRIBUTES.get(name)
        if pattern is None or not pattern.fullmatch(value):
            del element.attrib[name]
    # latex2mathml puts character references into the text; escaping must see characters.
    element.text = clean(html.unescape(element.text)) if element.text else None


def _set_limits(element: Element) -> None:
    """Put what stands at a sum or product above and below it: latex2mathml does so only outside of brackets."""
    if element.tag in _LIMITS and html.unescape(element[0].text or "") in {"∑", "∏"}:
        element.tag = _LIMITS[element.tag]


def _break_lines(row: Element) -> None:
    r"""Make a table of a row with `\\` outside of an environment: browsers do not break lines in MathML."""
    children = list(row)
    if not any(child.get("linebreak") for child in children):
        return
    table = Element("mtable", displaystyle="true")
    cell: Element | None = None
    for child in children:
        if child.get("linebreak"):
            cell = None
            continue
        if cell is None:
            line = Element("mtr")
            cell = Element("mtd", columnalign="left")
            line.append(cell)
            table.append(line)
        cell.append(child)
        row.remove(child)
    row[:] = [table]
