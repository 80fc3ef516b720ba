"""What the sheet has of the functions that it asks for. By text alone: a student's code is never parsed on this side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.numeric.loaded import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.numeric.session import CodeCell

PLACEHOLDER = "raise NotImplementedError"
_HEAD = re.compile(r"def\s+(\w+)\s*\(")
_COMMENT = re.compile(r"""#([^\n]*)|"{3}(.*?)"{3}|'{3}(.*?)'{3}""", re.DOTALL)
_PARAMETERS = re.compile(r"def \w+ ?\(([^()]*)\)")


def unfilled(sheet: Sequence[CodeCell], cells: Sequence[CodeCell]) -> frozenset[tuple[str, Place]]:
    """Functions that are still the sheet's placeholder, with the places where they stand.

    A function of the sheet is a placeholder when it raises NotImplementedError; blank lines, comments and white space do not count.

    Args:
        sheet: code cells of the notebook that students get.
        cells: code cells of the submission.

    """
    blank = {
        (name, body) for cell in sheet for name, body, _ in _functions(cell.source) if PLACEHOLDER in body
    }
    return frozenset(
        (name, Place(cell.index, line))
        for cell in cells
        for name, body, line in _functions(cell.source)
        if (name, body) in blank
    )


def asked(sheet: Sequence[CodeCell], names: Iterable[str]) -> dict[str, int | None]:
    """For each of these functions how many parameters the sheet gives it; None where it does not show."""
    counts = {
        name: len([part for part in parameters[1].split(",") if part.strip()])
        for cell in sheet
        for name, body, _ in _functions(cell.source)
        if (parameters := _PARAMETERS.match(body.replace("\n", " ")))
    }
    return {name: counts.get(name) for name in names}


def comments(source: str) -> set[str]:
    """What comments and docstrings say, or what looks like one in a string."""
    found = _COMMENT.findall(source)
    return {" ".join("".join(parts).split()) for parts in found}


def _functions(source: str) -> Iterator[tuple[str, str, int]]:
    """Name, normalised text and line of the functions that start at the left margin."""
    name, lines, start = "", list[str](), 0
    # By line ends alone, as Python counts lines.
    for number, line in enumerate([*source.split("\n"), "end"], 1):
        text = " ".join(line.partition("#")[0].split())
        if not text:
            continue
        if not line[0].isspace() and line[0] != ")":
            if name:
                yield name, "\n".join(lines), start
            head = _HEAD.match(line)
            name, lines, start = (head[1] if head else ""), [], number
        lines.append(text)
