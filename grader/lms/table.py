"""A table of delimited text that keeps the place of every cell, so that one cell can change and no other byte does.

Platforms look at their own sheet again: another encoding, quoting or line end may be refused, or read as something else.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_BYTES = 32 * 2**20
MAX_CELLS = 2_000_000
"""Enough for 10,000 students in 200 columns."""

_DELIMITERS = ",;\t"
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# A last resort: every other encoding is recognised, this one is assumed.
_WINDOWS = "cp1252"
_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')
_STOP = {delimiter: re.compile(rf"[{delimiter}\r\n]") for delimiter in _DELIMITERS}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class TableError(Exception):
    """The table cannot be read or changed; the message names the line and says what was expected."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the heading."""

    line: int
    """Where it begins in the file, from 1."""
    cells: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Where each cell stands in the text, quotes included."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read; every row has as many cells as the heading."""

    heading: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str
    mark: bytes
    """The byte-order mark, if there is one."""
    encoding: str
    text: str
    """Everything that follows the byte-order mark."""

    def column(self, name: str) -> int:
        """The place of the column with that heading, from 0; capitals and blanks around it make no difference.

        Raises:
            TableError: there is none, or several.

        """
        wanted = name.strip().casefold()
        found = [place for place, title in enumerate(self.heading) if title.strip().casefold() == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            raise TableError(f"{len(found)} columns are called {name!r}; expected one.")
        there_is = ", ".join(repr(title) for title in self.heading)
        raise TableError(f"no column {name!r}; there is {there_is}.")

    def with_cells(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other text in the cells at (row, column), both from 0; every other byte is as it was.

        Raises:
            TableError: the file's encoding has no room for a character.

        """
        pieces, end = [self.mark], 0
        for row, column in sorted(changes):
            start, stop = self.rows[row].spans[column]
            if self.rows[row].cells[column] == changes[row, column]:
                continue
            pieces += [
                self._encode(self.text[end:start], row),
                self._encode(self._quote(row, column, changes[row, column]), row),
            ]
            end = stop
        return b"".join([*pieces, self.text[end:].encode(self.encoding)])

    def _quote(self, row: int, column: int, text: str) -> str:
        needed = any(char in text for char in f'{self.delimiter}"\r\n') or (
            # An empty line would be no row.
            not text and len(self.heading) == 1
        )
        return '"' + text.replace('"', '""') + '"' if needed or self._quotes(row, column) else text

    def _quotes(self, row: int, column: int) -> bool:
        """Whether the cell is quoted, or its neighbours are where it is empty."""
        spans = self.rows[row].spans
        own = self.text[slice(*spans[column])]
        cells = [own] if own else [raw for span in spans if (raw := self.text[slice(*span)])]
        return bool(cells) and all(raw.startswith('"') for raw in cells)

    def _encode(self, text: str, row: int) -> bytes:
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise TableError(
                f"line {self.rows[row].line}: {error.object[error.start]!r} cannot be written in this file's encoding, "
                f"{self.encoding}. Download the sheet again, or save it as CSV in UTF-8."
            ) from error


def read_table(data: bytes) -> Table:
    """Read CSV in UTF-8, in UTF-16 with its byte-order mark, or else in the Windows code page.

    The heading says whether comma, semicolon or tab divides cells. Blank lines are no rows.

    Raises:
        TableError: it is no table, or larger than `MAX_BYTES` or `MAX_CELLS`.

    """
    if len(data) > MAX_BYTES:
        raise TableError(f"the file has {len(data)} bytes; at most {MAX_BYTES} are read.")
    if data.startswith(_WORKBOOKS):
        raise TableError("this is an Excel workbook; expected CSV. Download it as CSV, or save it as CSV.")
    mark, encoding, text = _decode(data)
    if "\0" in text:
        raise TableError("this is no text; expected CSV in UTF-8, or in UTF-16 with a byte-order mark.")
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    heading = next(rows, None)
    if heading is None:
        raise TableError("the file is empty; expected a line of headings.")
    below = []
    for row in rows:
        if len(row.cells) != len(heading.cells):
            raise TableError(
                f"line {row.line} has {len(row.cells)} cells; expected {len(heading.cells)}, as the heading has."
            )
        below.append(row)
    return Table(heading.cells, tuple(below), delimiter, mark, encoding, text)


def _decode(data: bytes) -> tuple[bytes, str, str]:
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    encodings = [_MARKS[mark]] if mark else ["utf-8", _WINDOWS]
    for encoding in encodings:
        try:
            return mark, encoding, data[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError(f"this is no text in {' or '.join(encodings)}. Save it as CSV in UTF-8.")


def _delimiter(text: str) -> str:
    """What divides the cells of the heading most often, outside quotes."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    quoted = False
    for match in re.finditer(r'["\r\n,;\t]', text.lstrip("\r\n")):
        char = match[0]
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "\r\n":
            break
        elif not quoted:
            counts[char] += 1
    return max(counts, key=lambda delimiter: counts[delimiter])


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    cells: list[str] = []
    spans: list[tuple[int, int]] = []
    place, line, begins, count = 0, 1, 1, 0
    while place < len(text) or cells:
        if not cells and (blank := _BREAK.match(text, place)):
            place, line = blank.end(), line + 1
            begins = line
            continue
        cell, end = _cell(text, place, line, delimiter)
        line += len(_BREAK.findall(cell))
        if (count := count + 1) > MAX_CELLS:
            raise TableError(f"line {line}: at most {MAX_CELLS} cells are read.")
        cells.append(cell)
        spans.append((place, end))
        if text.startswith(delimiter, end):
            place = end + 1
            continue
        yield Row(begins, tuple(cells), tuple(spans))
        cells, spans = [], []
        place = over.end() if (over := _BREAK.match(text, end)) else end
        line += over is not None
        begins = line


def _cell(text: str, place: int, line: int, delimiter: str) -> tuple[str, int]:
    """The cell that begins at a place, and where it ends."""
    if not text.startswith('"', place):
        found = _STOP[delimiter].search(text, place)
        end = found.start() if found else len(text)
        cell = text[place:end]
    elif quoted := _QUOTED.match(text, place):
        cell, end = quoted[1].replace('""', '"'), quoted.end()
        if end < len(text) and text[end] not in f"{delimiter}\r\n":
            raise TableError(
                f"line {line + len(_BREAK.findall(cell))}: text follows a closing quote; expected {delimiter!r} or the "
                "end of the line. A quote inside quotes is written twice."
            )
    else:
        raise TableError(f"line {line}: a quote is opened and never closed.")
    return cell, end
