"""Canvas' gradebook export."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.lms.sheets.sheet import GradeColumn, Sheet, id_columns, rows_with_id, value

if TYPE_CHECKING:
    from grader.lms.table import Row, Table

_ASSIGNMENT = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)")
_TEST_STUDENT = "Student, Test"


def read(table: Table) -> Sheet:
    """What the columns and rows of the export are.

    Rows without an id stand above the students: one says what is posted by hand, the next how many points there are.
    """
    # The test student has a login, which is no id of the school's; who has none of those is known to Canvas only.
    ids = id_columns(table, ["ID", "SIS User ID", "SIS Login ID", "Integration ID"])
    canvas_ids = next((column.ids for column in ids if column.heading.casefold() == "id"), ())
    people = tuple(row for row, own in enumerate(canvas_ids) if own) if canvas_ids else rows_with_id(ids)
    maxima = next(
        (row for number, row in enumerate(table.rows) if number not in people and row.cells[0].strip()), None
    )
    return Sheet(
        students=tuple(row for row in people if not _is_test_student(table, row)),
        ids=ids,
        grades=tuple(
            GradeColumn(place, heading.strip(), match["title"], maximum)
            for place, heading in enumerate(table.heading)
            if (match := _ASSIGNMENT.fullmatch(heading.strip()))
            and ((maximum := _maximum(maxima, place)) is not None)
        ),
        # Excused, and not assigned to this student.
        final=frozenset({"EX", "N/A"}),
        notes=(
            "Canvas clears what was entered since the download where a cell is empty: download, export and upload in one go.",
        ),
    )


def _is_test_student(table: Table, row: int) -> bool:
    named = dict(zip(table.heading, table.rows[row].cells, strict=True))
    name = named.get("Student") or f"{named.get('LastName', '')}, {named.get('FirstName', '')}"
    return name == _TEST_STUDENT and not named.get("SIS User ID", "").strip()


def _maximum(points: Row | None, place: int) -> str | None:
    """The points possible; None in a column that Canvas computes, where a translated `(read only)` stands."""
    text = points.cells[place].strip() if points else ""
    return text if not text or value(text) is not None else None
