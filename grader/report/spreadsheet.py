"""CSV that people open in a spreadsheet: harmless cells out, whatever the spreadsheet saved in."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from grader.report.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ENCODING = "utf-8-sig"
"""Excel takes CSV for UTF-8 only when it starts with a byte-order mark."""

_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]")


def defuse(text: str) -> str:
    """The cleaned text with an apostrophe before what a spreadsheet would run as a formula; `restore` takes it away."""
    text = clean(text)
    return f"'{text}" if _FORMULA.match(text) else text


def restore(cell: str) -> str:
    """The text that `defuse` was given, but for the characters that it removed."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def write_rows(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """CSV with a header."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({column: defuse(cell) for column, cell in row.items()} for row in rows)
    return stream.getvalue()


def read_rows(data: bytes) -> list[dict[str, str]]:
    """Rows of a CSV as a spreadsheet saves it: delimited by comma, semicolon or tab, in UTF-8 or the Windows code page.

    Raises:
        csv.Error: the quoting is broken, or a row has more cells than the header.

    """
    try:
        text = data.decode(ENCODING)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="", strict=True)
    rows = []
    for line, row in enumerate(reader, start=2):
        # csv keeps the cells that stand beyond the header under None; an unquoted decimal comma makes one.
        if None in row:
            raise csv.Error(
                f"row {line} has more cells than the header; write 1.5 for 1,5, or put it in quotes"
            )
        rows.append({column: restore(cell) for column, cell in row.items() if column})
    return rows
