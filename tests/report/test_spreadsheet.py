from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.spreadsheet import defuse, read_rows, restore, write_rows
from grader.report.text import clean, one_line

CELLS = st.text() | st.text(alphabet="'=+-@ ,;\t\n\"ab1")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\x00=1", "'=1", "＝1"])
def test_no_cell_starts_like_a_formula(text: str) -> None:
    assert defuse(text).startswith("'")


@pytest.mark.parametrize("text", ["s001", "a = b", "1-2", "", "'quoted'"])
def test_harmless_cells_stay_as_they_are(text: str) -> None:
    assert defuse(text) == text


@given(CELLS)
def test_what_was_defused_is_restored(text: str) -> None:
    assert restore(defuse(text)) == clean(text)


@given(CELLS, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_a_table_comes_back_in_whatever_form_the_spreadsheet_saved_it(
    text: str, delimiter: str, encoding: str
) -> None:
    written = write_rows(("one", "two"), [{"one": text, "two": "x"}])
    saved = "one;two\r\n".replace(";", delimiter) + _quoted(written, delimiter)
    assert rows_of(saved.encode(encoding)) == [{"one": clean(text), "two": "x"}]


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(read_rows(io.BytesIO(data)))


def _quoted(written: str, delimiter: str) -> str:
    rows = list(csv.reader(written.splitlines(keepends=True), strict=True))[1:]
    return "".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows
    )


def test_a_file_in_the_windows_code_page_is_read() -> None:
    assert rows_of("comment\r\nGodt forsøg\r\n".encode("cp1252")) == [{"comment": "Godt forsøg"}]


def test_a_row_longer_than_the_header_is_refused() -> None:
    with pytest.raises(csv.Error, match=r"row 3 has more cells .* 1\.5 for 1,5"):
        rows_of(b"points,comment\n1,x\n1,5,x\n")


def test_empty_columns_at_the_end_are_ignored() -> None:
    assert rows_of(b"points;comment;;\n1;x;;\n") == [{"points": "1", "comment": "x"}]


@given(st.text())
def test_clean_text_can_be_written_and_does_not_steer_a_terminal(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert not set(cleaned) & {"\x1b", "\x00", "\r", "\x9b", "\u202e"}


def test_one_line_is_short() -> None:
    assert one_line("a\nb  c", 9) == "a b c"
    assert one_line("abcdef", 4) == "abc…"
