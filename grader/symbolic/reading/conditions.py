r"""What stands beside a formula in its row: ranges of layers, side conditions, further equations, words.

`a_j^{(l)} = ... & l = 2, \ldots, L` holds for a range; `\delta_j = y_j - 1 \text{ if } j = k` holds in a case only;
`y_j = h(A_j), \quad A_j = ...` are two equations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_GAP = r"(?:[&,;~\s]|\\[ ,;:!]|\\q?quad\b|\\hspace\{[^{}]*\}|\\(?:text(?:rm|it|bf)?|mbox|mathrm)\{[^{}]*\})"
_SEPARATOR = re.compile(
    rf"(?:&|(?<!\\)[,;]|\\q?quad\b|\\hspace\{{[^{{}}]*\}}|\\(?:text(?:rm|it|bf)?|mbox)\{{[^{{}}]*\}}){_GAP}*"
)
_BOUND = r"[^,=&<>\\]+?"
_RANGE = re.compile(
    rf"^(?:\(|\[|\\forall|for all|for|where|with|\s)*(?P<letter>[a-zA-Z])\s*(?:=|\\in\s*\\\{{)\s*(?P<low>{_BOUND})\s*"
    rf"(?P<range>,\s*(?:\\[lc]?dots[bc]?|\.\.\.)\s*,?\s*(?P<high>{_BOUND})?)?\s*(?:\\\}})?[).\],\s]*$"
)
_CASE = re.compile(
    r"\b(?:if|when|whenever|case|unless|otherwise|else|hvis|når|ellers|falls|wenn|sonst|als)\b", re.IGNORECASE
)
_SINGLE_VALUE = re.compile(r"\s*[a-km-zA-Z]\s*=\s*\d+[\s.,)]*$")
_EQUATION_NUMBER = re.compile(r"\s*\(\d+[a-z]?\)\s*$")
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
    for gap in _gaps(row):
        if gap.start() < start:
            continue
        rest = row[gap.end() :]
        before = row[start : gap.start()]
        if gap[0].strip() == "," and before.count("(") > before.count(")"):
            continue  # inside an argument list whose bracket was lost
        if "=" not in _outside_braces(before):
            continue
        restricted = bool(_CASE.search(gap[0])) or bool(_SINGLE_VALUE.match(rest))
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
        if not following.strip(" .,;:)&") or _EQUATION_NUMBER.match(rest):
            parts.append(Part(start, gap.start()))
            return parts
        if "=" in following and not following.startswith("="):
            parts.append(Part(start, gap.start()))
            start = gap.end()
    parts.append(Part(start, len(row)))
    return parts


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
