"""Cells as IPython takes them: what is not Python in them is left out, line by line, so that line numbers stay."""

from __future__ import annotations

import re
from dataclasses import dataclass

KEPT_CELL_MAGICS = frozenset({"time", "capture", "prun", "check"})
"""Magics over a cell whose Python runs in the notebook, our own among them; what any other one does with the cell is unknown."""

_CELL_MAGIC = re.compile(r"\s*%%(\w*)")
_TIMED = re.compile(r"(\s*)%time\s+(?=\S)")
_OWN = re.compile(r"\s*%(?:check\b|(?:re)?load_ext\s+grader\b)")
"""What checks the notebook and changes nothing in it."""
_COMMAND = re.compile(r"\s*(?:[%!?]|[^#'\"]*\?\??\s*$|[\w.,\s]+=\s*[%!])")


@dataclass(frozen=True)
class LeftOut:
    """A line, from 1, that is IPython's and did not run."""

    line: int
    text: str


class NotPythonError(Exception):
    """The whole cell is in another language, or what its magic does with it is unknown."""


def without_cell_magic(source: str) -> str:
    """The source with the first line's `%%time` and the like, and the cell's own indentation, removed.

    Raises:
        NotPythonError: with a text that names the magic.

    """
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if match := _CELL_MAGIC.match(lines[first]):
        if match[1] not in KEPT_CELL_MAGICS:
            raise NotPythonError(f"the cell begins with `%%{match[1]}` and did not run")
        lines[first] = ""
        first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines)


def without_command(source: str, line: int) -> tuple[str, LeftOut | None] | None:
    """The source without the IPython command in one line, which the parser has rejected; None if there is no command.

    `%time statement` leaves the statement and so leaves nothing out; nor does our own `%check`, which is nobody's answer.
    """
    lines = source.split("\n")
    if not 1 <= line <= len(lines) or not _COMMAND.match(lines[line - 1]):
        return None
    rejected = lines[line - 1]
    timed = _TIMED.sub(r"\1", rejected)
    if timed != rejected:
        lines[line - 1] = timed
        return "\n".join(lines), None
    lines[line - 1] = rejected[: len(rejected) - len(rejected.lstrip())] + "pass"
    return "\n".join(lines), None if _OWN.match(rejected) else LeftOut(line, rejected.strip())
