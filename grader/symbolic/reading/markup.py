r"""Markdown to blocks: displayed formulas, inline formulas and the words between them, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_ENVIRONMENTS = (
    "align|aligned|alignat|equation|eqnarray|gather|gathered|multline|split|cases|array|flalign|displaymath"
)

_BLOCK = re.compile(
    rf"""
      (?P<fence>```.*?(?:```|\Z))
    | (?P<skip><!--.*?(?:-->|\Z))
    | \$\$(?P<dollars>.*?)(?:\$\$|\Z)
    | \\\[(?P<brackets>.*?)(?:\\\]|\Z)
    | (?P<environment>\\begin\{{(?P<name>(?:{_ENVIRONMENTS})\*?)\}}.*?(?:\\end\{{(?P=name)\}}|\Z))
    | \\\((?P<parens>[^\n]{{0,300}}?)\\\)
    | (?<![\\$])\$(?!\s*\$)(?P<inline>[^$\n]{{0,2000}}(?:\n(?![ \t]*\n)[^$\n]{{0,2000}}){{0,4}}?)(?<!\\)\$
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a markdown text; `text` is what stands inside the delimiters, from `start` in the whole."""

    kind: Literal["display", "inline", "prose"]
    text: str
    start: int
    whole: tuple[int, int]
    """Range with the delimiters."""


def split_blocks(text: str) -> tuple[Block, ...]:
    """Blocks of a markdown text in their order, a fence of code as prose; HTML comments, which nobody sees, are left out."""
    blocks: list[Block] = []
    position = 0
    for match in _BLOCK.finditer(text):
        if match.start() > position:
            blocks.append(_prose(text, position, match.start()))
        position = match.end()
        group = match.lastgroup if match.lastgroup != "name" else "environment"
        if group == "skip" or group is None:
            continue
        if group == "fence":
            blocks.append(_prose(text, *match.span()))
            continue
        kind: Literal["display", "inline"] = "inline" if group in {"inline", "parens"} else "display"
        blocks.append(Block(kind, match[group], match.start(group), match.span()))
    if position < len(text):
        blocks.append(_prose(text, position, len(text)))
    return tuple(blocks)


def _prose(text: str, start: int, end: int) -> Block:
    return Block("prose", text[start:end], start, (start, end))
