"""Brightspace's grades export, as of DTU Learn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.lms.sheets.sheet import GradeColumn, Sheet, id_columns, rows_with_id

if TYPE_CHECKING:
    from grader.lms.table import Table

# What stands in the angle brackets depends on what was ticked for the export.
_POINTS = re.compile(
    r"(?P<title>.+) Points Grade(?: <(?:Numeric|Pass/Fail)(?: MaxPoints:(?P<maximum>[\d.,]+))?.*>)?"
)


def read(table: Table) -> Sheet:
    """What the columns and rows of the export are."""
    ids = id_columns(table, ["OrgDefinedId", "Username"])
    return Sheet(
        students=rows_with_id(ids),
        ids=ids,
        grades=tuple(
            GradeColumn(place, heading.strip(), match["title"], match["maximum"] or "")
            for place, heading in enumerate(table.heading)
            if (match := _POINTS.fullmatch(heading.strip()))
        ),
        notes=("Students see an imported grade at once, unless the grade item is hidden in Brightspace.",),
    )
