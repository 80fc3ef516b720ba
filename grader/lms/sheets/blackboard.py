"""Blackboard Learn's gradebook download: UTF-16 text under the name of an Excel workbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.lms.sheets.sheet import GradeColumn, Sheet, id_columns, rows_with_id

if TYPE_CHECKING:
    from grader.lms.table import Table

# Totals, "up to 505", are computed; columns shown as a percentage or a letter take no points.
_SCORE = re.compile(r"(?P<title>.*) \[Total Pts: (?P<maximum>[\d.,]+) Score\] \|(?P<id>\d+)")


def read(table: Table) -> Sheet:
    """What the columns and rows of the download are."""
    ids = id_columns(table, ["Username", "Student ID"])
    people = rows_with_id(ids)
    place = {heading.strip(): number for number, heading in enumerate(table.heading)}
    written_as = place.get("Feedback Format")
    return Sheet(
        students=people,
        ids=ids,
        grades=tuple(
            GradeColumn(number, heading.strip(), match["title"], match["maximum"])
            for number, heading in enumerate(table.heading)
            if (match := _SCORE.fullmatch(heading.strip()))
        ),
        feedback=place.get("Feedback to Learner"),
        html=frozenset(
            row for row in people if written_as is not None and table.rows[row].cells[written_as] == "HTML"
        ),
    )
