"""Text from outside, made fit to be shown: students write notebooks, file names and error messages."""

from __future__ import annotations

import re

# Control characters but newline and tab; surrogates, which cannot be encoded; format characters that turn the direction of what
# follows them.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029\ufeff]"
)


def clean(text: str) -> str:
    """The text without control characters, direction marks and lone surrogates; newlines and tabs stay."""
    return _HARMFUL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, limit: int) -> str:
    """The cleaned text on one line, of at most `limit` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def number(value: float | None) -> str:
    """Points as people write them: `2`, `1.5`, and a dash for what is not known yet."""
    return "–" if value is None else f"{round(value, 2):g}"
