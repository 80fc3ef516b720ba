r"""What stands beside a formula in its row: ranges of layers, side conditions, further equations, words.

`a_j^{(l)} = ... & l = 2, \ldots, L` holds for a range; `\delta_j = y_j - 1 \text{ if } j = k` holds in a case only;
`y_j = h(A_j), \quad A_j = ...` are two equations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

_GAP = r"(?:[&,;~\s]|\\[ ,;:!]|\\q?quad\b|\\hspace\{[^{}]*\}|\\(?:text(?:rm|it|bf)?|mbox|mathrm)\{[^{}]*\})"
_SEPARATOR = re.compile(
    rf"(?:&|(?<!\\)[,;]|\\q?quad\b|\\hspace\{{[^{{}}]*\}}|\\(?:text(?:rm|it|bf)?|mbox)\{{[^{{}}]*\}}){_GAP}*"
)
_BOUND = r"[^,=&<>\\]+?"
_RANGE = re.compile(
    rf"^(?:\(|\[|\\forall|for all|for|where|with|\s)*(?P<letter>[a-zA-Z])\s*(?:=|\\in\s*\\\{{)\s*(?P<low>{_BOUND})\s*"
    rf"(?P<range>,\s*(?:\\[lc]?dots[bc]?|\.\.\.)\s*,?\s*(?P<high>{_BOUND})?)?\s*(?:\\\}})?[).\],\s]*$"
)
_LAYERS_BELOW = re.compile(
    r"^(?:\(|\[|\\forall|for all|for|where|with|\s)*(?:(?P<low>\d)\s*(?P<from><|\\leq?(?![a-z])|≤)\s*)?l\s*"
    r"(?P<to><|\\leq?(?![a-z])|≤)\s*(?P<high>L(?:\s*-\s*\d)?)[).\],\s]*$"
)
_OF_LETTERS = re.compile(r"\s*[a-z]\s*(?:=|\\neq?(?![a-z])|≠)\s*[a-z]\s*$")
_CASE = re.compile(
    r"\b(?:if|when|whenever|case|unless|otherwise|else|hvis|når|ellers|falls|wenn|sonst|als)\b", re.IGNORECASE
)
_SINGLE_VALUE = re.compile(r"\s*[a-km-zA-Z]\s*=\s*\d+[\s.,)]*$")
_EQUATION_NUMBER = re.compile(r"\s*[(\[](?:\d+[a-z]?|\*+|\\(?:ast|star|dagger|ddagger)\s*)[)\]]\s*$")
_IN_BRACKETS = re.compile(
    r"\s*(?:\\(?:left|[bB]igg?l?)\s*)?\((?P<inner>.*?)(?:\\(?:right|[bB]igg?r?)\s*)?\)[.,;\s]*$", re.DOTALL
)
_LONGEST = 3000
TABLE = re.compile(r"\\begin\{(cases|array|[pbvB]?matrix)\}.*?(?:\\end\{\1\}|\Z)", re.DOTALL)
"""Environments whose rows and columns are parts of one formula."""


@dataclass(frozen=True, slots=True)
class LayerRange:
    """`l = low, ..., high` behind a formula; `high` is None for a single value and "" where it was left out."""

    letter: str
    low: str
    high: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a row, with what restricts it."""

    start: int
    end: int
    condition: LayerRange | None = None
    case: str | None = None
    """What must be so for it to hold, as written."""


def split_row(row: str) -> list[Part]:
    """The statements of a row whose comments and layout are blanks already."""
    parts: list[Part] = []
    start = 0
    gaps = _gaps(row)
    for gap, following_gap in zip_longest(gaps, gaps[1:]):
        if gap.start() < start:
            continue
        rest, bracketed = row[gap.end() :], False
        if (aside := _IN_BRACKETS.match(rest)) is not None and _is_balanced(aside["inner"]):
            # What stands behind a formula in brackets of its own says why, or where.
            rest, bracketed = " " * aside.start("inner") + aside["inner"], True
        before = row[start : gap.start()]
        if gap[0].strip() == "," and before.count("(") > before.count(")"):
            continue  # inside an argument list whose bracket was lost
        if "=" not in _outside_braces(before):
            continue
        restricted = (
            bool(_CASE.search(gap[0]))
            or bool(_SINGLE_VALUE.match(rest))
            or (bracketed and bool(_OF_LETTERS.match(rest)))
        )
        end = len(row) if following_gap is None else following_gap.start()
        if (below := _LAYERS_BELOW.match(row[gap.end() : end])) is not None:
            parts.append(Part(start, gap.start(), _layers(below)))
            if following_gap is None:
                return parts
            start = following_gap.end()
            continue
        ranged = _RANGE.match(rest)
        if ranged is not None and (ranged["range"] or ranged["letter"] == "l"):
            high = (ranged["high"] or "").strip() if ranged["range"] else None
            condition = LayerRange(ranged["letter"], ranged["low"].strip(), high)
            parts.append(Part(start, gap.start(), condition))
            return parts
        if restricted:
            parts.append(Part(start, gap.start(), case=gap[0] + rest))
            return parts
        following = _outside_braces(rest).lstrip()
        if not following.strip(" .,;:)&") or _EQUATION_NUMBER.match(row[gap.end() :]):
            parts.append(Part(start, gap.start()))
            return parts
        if "=" in following and not following.startswith("="):
            parts.append(Part(start, gap.start()))
            start = gap.end()
            if bracketed:
                parts.append(Part(start + len(rest) - len(rest.lstrip()), start + len(rest)))
                return parts
    parts.append(Part(start, len(row)))
    return parts


def _layers(below: re.Match[str]) -> LayerRange:
    """The layers that `1 <= l < L` names."""
    low = int(below["low"] or 1) + (below["from"] == "<")
    return LayerRange("l", str(low), f"{below['high']}-1" if below["to"] == "<" else below["high"])


def _is_balanced(text: str) -> bool:
    """Whether no bracket of the text closes one from outside of it."""
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def _gaps(row: str) -> list[re.Match[str]]:
    """Separators that stand outside of all brackets."""
    if len(row) > _LONGEST:
        return []
    depth = 0
    depths = []
    for character in row:
        depths.append(depth)
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
    # Students lose brackets; then only braces tell.
    if depth != 0:
        depth = 0
        for at, character in enumerate(row):
            depths[at] = depth
            depth += {"{": 1, "}": -1}.get(character, 0)
    tables = [match.span() for match in TABLE.finditer(row)]
    return [
        match
        for match in _SEPARATOR.finditer(row)
        if depths[match.start()] <= 0 and not any(start <= match.start() < end for start, end in tables)
    ]


def _outside_braces(text: str) -> str:
    """The text without what stands in braces."""
    depth = 0
    kept = []
    for character in text:
        depth += character == "{"
        if depth <= 0:
            kept.append(character)
        depth -= character == "}"
    return "".join(kept)
