"""CSV that people open in a spreadsheet: harmless cells out, whatever the spreadsheet saved in."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING, BinaryIO

from grader.report.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ENCODING = "utf-8-sig"
"""Excel takes CSV for UTF-8 only when it starts with a byte-order mark."""

_PIECE = 1 << 16
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]")


def defuse(text: str) -> str:
    """The cleaned text with an apostrophe before what a spreadsheet would run as a formula; `restore` takes it away."""
    text = clean(text)
    return f"'{text}" if _FORMULA.match(text) else text


def restore(cell: str) -> str:
    """The text that `defuse` was given, but for the characters that it removed."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def write_rows(columns: Sequence[str], rows: Iterable[Mapping[str, str]], *, header: bool = True) -> str:
    """CSV, with a header unless it is to be added to one."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, lineterminator="\r\n")
    if header:
        writer.writeheader()
    writer.writerows({column: defuse(cell) for column, cell in row.items()} for row in rows)
    return stream.getvalue()


def read_rows(stream: BinaryIO) -> Iterator[dict[str, str]]:
    """Rows of a CSV as a spreadsheet saves it, one by one; the stream is closed.

    It may be delimited by comma, semicolon or tab, in UTF-8 or the Windows code page.

    Raises:
        csv.Error: the quoting is broken, or a row has more cells than the header.

    """
    encoding = ENCODING if _is_unicode(stream) else "cp1252"
    with io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text:
        delimiter = max(",;\t", key=text.readline().count)
        text.seek(0)
        reader = csv.DictReader(text, delimiter=delimiter, restval="", strict=True)
        for line, row in enumerate(reader, start=2):
            # csv keeps the cells that stand beyond the header under None; an unquoted decimal comma makes one.
            if None in row:
                raise csv.Error(
                    f"row {line} has more cells than the header; write 1.5 for 1,5, or put it in quotes"
                )
            yield {column: restore(cell) for column, cell in row.items() if column}


def _is_unicode(stream: BinaryIO) -> bool:
    """Whether all of it is UTF-8; it stands at its beginning again afterwards."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := stream.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True
