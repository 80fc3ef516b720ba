"""From the text of a cell to its statements, as many as can be read."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .magics import NotPythonError, without_cell_magic, without_command
from .slices import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

CELL_NAME = "<cell {}>"
MAX_ATTEMPTS = 200
"""How often at most a cell is parsed: anew without each command, and each piece that does not parse."""

_MARKER = re.compile(r"(?:<{7}|>{7})(?: |$)")
_STARTS = re.compile(r"[^\s#)\]}]")
_GOES_ON = re.compile(r"(?:else|elif|except|finally)\b")
_DEFINITION = re.compile(r"\s*(?:async\s+)?def\s+(\w+)")


@dataclass(frozen=True)
class Remark:
    """Something in a cell that is not run as it stands."""

    line: int
    text: str


@dataclass(frozen=True)
class Unread:
    """A definition in text that does not parse."""

    name: str
    line: int
    why: str


@dataclass
class CellContent:
    """What a cell holds: statements, and what could not be read."""

    statements: list[Statement] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    broken: list[Remark] = field(default_factory=list)
    commands: list[Remark] = field(default_factory=list)
    attempts: int = MAX_ATTEMPTS
    """How often it may still be parsed."""


def read_cell(cell: int, source: str) -> CellContent:
    """Read one cell.

    Only lines that Python itself rejects are taken for IPython's. A cell that does not parse is cut at statements that begin at the
    margin, and what parses counts. In a cell with the markers of a merge conflict nothing counts, for nobody knows which version was meant.
    """
    content = CellContent()
    try:
        text = without_cell_magic(source)
    except NotPythonError as error:
        _give_up(content, source, Remark(1, str(error)))
        return content
    text, problem = _parse(content, cell, text)
    if problem is None:
        return content
    for number, line in enumerate(text.split("\n"), 1):
        if _MARKER.match(line):
            marker = f"line {number} is a marker of a merge conflict (`{line[:7]}`), so the cell did not run"
            _give_up(content, text, Remark(number, marker))
            return content
    if isinstance(problem, (RecursionError, MemoryError)):
        _give_up(content, text, Remark(1, "the cell is nested too deeply to be read"))
        return content
    content.broken.append(problem_of(problem))
    _read_in_pieces(content, cell, text)
    return content


def describe(error: BaseException) -> str:
    """Type and text of an exception, even of one that resists."""
    try:
        return f"{type(error).__name__}: {error}"[:1000]
    except BaseException:  # noqa: BLE001  (a student's __str__ may raise anything)
        return "an exception that cannot be shown"


def problem_of(error: Exception) -> Remark:
    """Where a text does not parse, and why."""
    why = error.msg if isinstance(error, SyntaxError) else describe(error)
    return Remark(getattr(error, "lineno", None) or 1, f"does not parse ({why})")


def _parse(content: CellContent, cell: int, text: str) -> tuple[str, Exception | None]:
    """Add the statements of a whole text, without IPython's commands; else say what is wrong with it."""
    commands: list[Remark] = []
    while True:
        content.attempts -= 1
        try:
            tree = ast.parse(text)
            # The compiler sees more than the parser, such as a `return` outside of a function.
            compile(text, CELL_NAME.format(cell), "exec", dont_inherit=True)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            changed = without_command(text, getattr(error, "lineno", None) or 0)
            if changed is None or content.attempts <= 0:
                return text, error
            text, left_out = changed
            if left_out is not None:
                commands.append(
                    Remark(left_out.line, f"`{left_out.text}` is a command of IPython's and did not run")
                )
        else:
            content.commands += commands
            content.statements += [Statement(cell, node) for node in _one_name_each(tree.body)]
            return text, None


def _one_name_each(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Imports of several things as several statements, so that a missing one costs no other."""
    for node in statements:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and len(node.names) > 1:
            for alias in node.names:
                single = (
                    ast.Import([alias])
                    if isinstance(node, ast.Import)
                    else ast.ImportFrom(node.module, [alias], node.level)
                )
                yield ast.copy_location(single, node)
        else:
            yield node


def _read_in_pieces(content: CellContent, cell: int, text: str) -> None:
    """Add what parses of a text, from its beginning on as much as does, then without the piece that does not."""
    lines = text.split("\n")
    starts = [
        number
        for number, line in enumerate(lines)
        if _STARTS.match(line) and not _GOES_ON.match(line) and not (number and lines[number - 1][:1] == "@")
    ]
    pieces = list(zip(starts, [*starts[1:], len(lines)]))
    while pieces:
        count = _parsing(content, cell, lines, pieces)
        if count < len(pieces):
            if count:
                content.statements[-1] = replace(content.statements[-1], cut=True)
            start, end = pieces[count]
            _, error = _parse(CellContent(), cell, "\n".join(lines[start:end]))
            why = problem_of(error).text if error is not None else "does not parse"
            _note_definitions(content, lines[start:end], start, why)
        pieces = pieces[count + 1 :]


def _parsing(content: CellContent, cell: int, lines: list[str], pieces: list[tuple[int, int]]) -> int:
    """Add the statements of as many pieces from the first on as parse together; how many, none when all attempts are used up."""
    count = len(pieces)
    while count and content.attempts > 0:
        _, error = _parse(content, cell, _cut_out(lines, pieces[0][0], pieces[count - 1][1]))
        if error is None:
            return count
        line = getattr(error, "lineno", None) or 0
        before = sum(end < line for _, end in pieces)
        count = min(count - 1, before)
    return 0


def _cut_out(lines: list[str], start: int, end: int) -> str:
    """Lines from `start` to before `end`, at the place where they stand."""
    return "\n" * start + "\n".join(lines[start:end])


def _give_up(content: CellContent, text: str, remark: Remark) -> None:
    content.broken.append(remark)
    _note_definitions(content, text.split("\n"), 0, remark.text)


def _note_definitions(content: CellContent, lines: list[str], start: int, why: str) -> None:
    content.unread += [
        Unread(match[1], start + number, why)
        for number, line in enumerate(lines, 1)
        if (match := _DEFINITION.match(line))
    ]
