"""Which functions a student left as the sheet has them. By text alone: a student's code is never parsed on this side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.numeric.session import CodeCell

PLACEHOLDER = "raise NotImplementedError"
_HEAD = re.compile(r"def\s+(\w+)\s*\(")


def unfilled(sheet: Sequence[CodeCell], cells: Sequence[CodeCell]) -> frozenset[tuple[str, int]]:
    """Functions that are still the sheet's placeholder, with the cells that they stand in.

    A function of the sheet is a placeholder when it raises NotImplementedError; blank lines, comments and white space do not count.

    Args:
        sheet: code cells of the notebook that students get.
        cells: code cells of the submission.

    """
    blank = {(name, body) for cell in sheet for name, body in _functions(cell.source) if PLACEHOLDER in body}
    return frozenset(
        (name, cell.index)
        for cell in cells
        for name, body in _functions(cell.source)
        if (name, body) in blank
    )


def _functions(source: str) -> Iterator[tuple[str, str]]:
    """Name and normalised text of the functions that start at the left margin."""
    name, lines = "", list[str]()
    for line in [*source.splitlines(), "end"]:
        text = " ".join(line.partition("#")[0].split())
        if not text:
            continue
        if not line[0].isspace() and line[0] != ")":
            if name:
                yield name, "\n".join(lines)
            head = _HEAD.match(line)
            name, lines = (head[1] if head else ""), []
        lines.append(text)
