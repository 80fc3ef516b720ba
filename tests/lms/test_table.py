"""Tables that keep the place of every cell."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.lms import table as module
from grader.lms.table import TableError, read_table

SHEET = '\ufeffName,Id,Grade\r\n"O\'Neil, Åse",#s240001,\r\n\r\nBo,#s240002,7.25\n\n'

CELLS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.sampled_from('",;\t\r\n=')
)


@st.composite
def sheets(draw: st.DrawFn) -> tuple[list[list[str]], bytes]:
    """Rows of a table, and a file that holds them."""
    width = draw(st.integers(2, 4))
    delimiter = draw(st.sampled_from(",;\t"))
    heading = [f"column {number}" for number in range(width)]
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4))
    stream = io.StringIO(newline="")
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    # csv may leave a line end without quotes that is not its own.
    quote_all = end != "\r\n" or draw(st.booleans())
    writer = csv.writer(
        stream,
        delimiter=delimiter,
        lineterminator=end,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerows([heading, *rows])
    text = stream.getvalue()
    if draw(st.booleans()):
        text = text.removesuffix(end) + draw(st.sampled_from(["", "\n", "\r\n\r\n"]))
    encoding, mark = draw(
        st.sampled_from(
            [("utf-8", ""), ("utf-8", "\ufeff"), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff")]
        )
    )
    return [heading, *rows], (mark + text).encode(encoding)


@given(sheets())
def test_what_csv_writes_is_read_and_nothing_changes_by_itself(sheet: tuple[list[list[str]], bytes]) -> None:
    rows, data = sheet
    read = read_table(data)
    assert [list(read.heading), *(list(row.cells) for row in read.rows)] == rows
    assert read.with_cells({}) == data
    same = {(number, place): text for number, row in enumerate(rows[1:]) for place, text in enumerate(row)}
    assert read.with_cells(same) == data


@given(sheets(), st.data())
def test_a_change_changes_its_cells_only(sheet: tuple[list[list[str]], bytes], data: st.DataObject) -> None:
    rows, before = sheet
    places = [(row, column) for row in range(len(rows) - 1) for column in range(len(rows[0]))]
    changes = data.draw(st.dictionaries(st.sampled_from(places), CELLS)) if places else {}
    after = read_table(before).with_cells(changes)
    for (row, column), text in changes.items():
        rows[row + 1][column] = text
    read = read_table(after)
    assert [list(read.heading), *(list(row.cells) for row in read.rows)] == rows
    # Whatever stands between the changed cells is the same, byte for byte.
    old = read_table(before)
    untouched = [place for place in places if place not in changes]
    assert [old.text[slice(*old.rows[r].spans[c])] for r, c in untouched] == [
        read.text[slice(*read.rows[r].spans[c])] for r, c in untouched
    ]


@given(sheets(), st.data())
def test_around_one_changed_cell_every_byte_stays(
    sheet: tuple[list[list[str]], bytes], data: st.DataObject
) -> None:
    rows, before = sheet
    if len(rows) == 1:
        return
    table = read_table(before)
    row = data.draw(st.integers(0, len(table.rows) - 1))
    column = data.draw(st.integers(0, len(table.heading) - 1))
    after = table.with_cells({(row, column): data.draw(CELLS)})
    start, end = table.rows[row].spans[column]
    head = table.mark + table.text[:start].encode(table.encoding)
    assert after.startswith(head)
    assert after.endswith(table.text[end:].encode(table.encoding))


@given(st.binary(max_size=200) | CELLS.map(str.encode))
def test_any_file_is_read_whole_or_refused(data: bytes) -> None:
    try:
        table = read_table(data)
    except TableError:
        return
    assert all(len(row.cells) == len(table.heading) for row in table.rows)
    assert table.mark + table.text.encode(table.encoding) == data


def test_lines_are_those_of_the_file() -> None:
    table = read_table(b'\nid,note\n\n1,"two\r\nlines"\r2,\n\n')
    assert [(row.line, row.cells) for row in table.rows] == [(4, ("1", "two\r\nlines")), (6, ("2", ""))]


def test_one_cell_of_a_sheet_is_filled() -> None:
    table = read_table(SHEET.encode())
    filled = table.with_cells({(0, table.column("grade ")): "9.5", (1, 2): "7.25"})
    assert filled == SHEET.replace("#s240001,", "#s240001,9.5").encode()


@pytest.mark.parametrize(
    ("sheet", "text", "filled"),
    [
        ('"id","grade"\n"1",""\n', "9.5", '"id","grade"\n"1","9.5"\n'),
        ('"id","grade"\n"1",\n', "9.5", '"id","grade"\n"1","9.5"\n'),
        ("id,grade\n1,\n", "9.5", "id,grade\n1,9.5\n"),
        ("id,grade\n1,\n", "9,5", 'id,grade\n1,"9,5"\n'),
        ("id;grade\n1;\n", "9,5", "id;grade\n1;9,5\n"),
        ("id\tgrade\n1\t\n", 'say "no"', 'id\tgrade\n1\t"say ""no"""\n'),
        ("id,grade\n1,\n", "two\nlines", 'id,grade\n1,"two\nlines"\n'),
        ('id,grade\n1,"9,5"\n', "8", 'id,grade\n1,"8"\n'),
        ('id,name,grade\n1,"A, B",\n', "8", 'id,name,grade\n1,"A, B",8\n'),
    ],
)
def test_a_changed_cell_is_quoted_where_it_must_be_or_as_its_neighbours_are(
    sheet: str, text: str, filled: str
) -> None:
    table = read_table(sheet.encode())
    assert table.with_cells({(0, len(table.heading) - 1): text}).decode() == filled


def test_a_cell_that_gets_its_own_text_keeps_its_spelling() -> None:
    data = b'id,disk\n1,5" or 3"\n'
    assert read_table(data).rows[0].cells == ("1", '5" or 3"')
    assert read_table(data).with_cells({(0, 1): '5" or 3"'}) == data


def test_a_column_alone_keeps_its_rows() -> None:
    assert read_table(b"id\n1\n").with_cells({(0, 0): ""}) == b'id\n""\n'


def test_the_heading_alone_says_what_divides_cells() -> None:
    table = read_table(b'"a, b, c";grade\n1,5,7;2,5\n')
    assert table.delimiter == ";"
    assert table.rows[0].cells == ("1,5,7", "2,5")


def test_utf_16_text_keeps_its_encoding() -> None:
    data = "\ufeffName\tGrade\r\nÅse\t\r\n".encode("utf-16-le")
    filled = read_table(data).with_cells({(0, 1): "9,5"})
    assert filled == "\ufeffName\tGrade\r\nÅse\t9,5\r\n".encode("utf-16-le")


def test_the_windows_code_page_is_the_last_resort() -> None:
    data = "Name;Grade\r\nÅse;\r\n".encode("cp1252")
    table = read_table(data)
    assert table.rows[0].cells[0] == "Åse"
    assert table.with_cells({(0, 1): "é"}) == "Name;Grade\r\nÅse;é\r\n".encode("cp1252")
    with pytest.raises(TableError, match=r"line 2: 'δ' cannot be written in this file's encoding, cp1252"):
        table.with_cells({(0, 1): "δ"})


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty; expected a line of headings"),
        (b"\n\r\n", "empty"),
        (b"a,b\n1,2,3\n", "line 2 has 3 cells; expected 2"),
        (b"a,b\n\n1\n", "line 3 has 1 cells; expected 2"),
        (b'a,b\n1,"2\n', "line 2: a quote is opened and never closed"),
        (b'a,b\n1,"2"3\n', "line 2: text follows a closing quote; expected ','"),
        (b"PK\x03\x04rest", "Excel workbook"),
        ("a,b\n".encode("utf-16-le"), "no text"),
        (b"\xff\xfea", "no text in utf-16-le"),
        (b"\x81\x8d", "no text in utf-8 or cp1252"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(data: bytes, says: str) -> None:
    with pytest.raises(TableError, match=says):
        read_table(data)


def test_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CELLS", 3)
    with pytest.raises(TableError, match="line 2: at most 3 cells"):
        read_table(b"a,b\n1,2\n")
    monkeypatch.setattr(module, "MAX_BYTES", 3)
    with pytest.raises(TableError, match="4 bytes; at most 3"):
        read_table(b"a,b\n")


def test_a_column_has_one_name() -> None:
    table = read_table(b"Id,Grade,grade \n")
    assert table.column("ID") == 0
    with pytest.raises(TableError, match="2 columns are called 'Grade'"):
        table.column("Grade")
    with pytest.raises(TableError, match="no column 'Points'; there is 'Id', 'Grade', 'grade '"):
        table.column("Points")
