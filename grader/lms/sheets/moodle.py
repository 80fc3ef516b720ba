"""Moodle's offline grading worksheet, whose headings are in the language of whoever downloaded it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.lms.sheets.sheet import GradeColumn, Sheet, id_column, same_id

if TYPE_CHECKING:
    from grader.lms.table import Table

_MAXIMUM = re.compile(r"\d+[.,]\d+")
_FEEDBACK = re.compile(r"feedback|comment|komment|coment", re.IGNORECASE)
_NUMBERED = re.compile(r"\D*(\d+)\s*")
_EMAIL_AFTER_ID_NUMBER = 3
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def read(table: Table) -> Sheet:
    """What the columns and rows of the worksheet are.

    Columns are found by what they hold, as headings are translated: the number of a participant ends the first cell,
    and the maximum, the same in every row, follows the grade.
    """
    rows = range(len(table.rows))
    # Only "Participant 20001" has a blank in it; other languages write the number right behind the word.
    people = tuple(row for row in rows if _NUMBERED.fullmatch(table.rows[row].cells[0]))
    columns = [
        [table.rows[row].cells[place].strip() for row in people] for place in range(len(table.heading))
    ]
    emails = [place for place, cells in enumerate(columns) if cells and all(map(_EMAIL.fullmatch, cells))][:1]
    # Between the name and the e-mail address stands the ID number, if anything does.
    numbers = [place - 1 for place in emails if place == _EMAIL_AFTER_ID_NUMBER]
    ids = (
        id_column(table, 0, read=_participant),
        *(id_column(table, place) for place in [*numbers, *emails]),
    )
    feedback = [place for place, heading in enumerate(table.heading) if _FEEDBACK.search(heading)]
    changeable = [place for place, heading in enumerate(table.heading) if heading == "Grade can be changed"]
    notes = [
        "Moodle skips grades that were changed after the download: download, export and upload in one go."
    ]
    if not table.heading[0].casefold().startswith("identifier"):
        notes.append(
            "The worksheet is not in English: upload it in the same language, and tick that records may be updated that "
            "have been modified more recently, or Moodle skips those that have a grade."
        )
    return Sheet(
        students=people,
        ids=ids,
        grades=tuple(
            GradeColumn(
                place, table.heading[place].strip(), table.heading[place].strip(), columns[place + 1][0]
            )
            for place in range(1, len(columns) - 1)
            if _is_maximum(table.heading[place + 1], columns[place + 1])
        ),
        feedback=feedback[-1] if feedback else None,
        html=frozenset(people),
        locked=frozenset(
            row for place in changeable for row in people if table.rows[row].cells[place] == "No"
        ),
        notes=tuple(notes),
    )


def _participant(cell: str) -> str:
    match = _NUMBERED.fullmatch(cell)
    return same_id(match[1]) if match else ""


def _is_maximum(heading: str, cells: list[str]) -> bool:
    if len(set(cells)) != 1:
        return False
    return heading.strip().casefold() == "maximum grade" or bool(_MAXIMUM.fullmatch(cells[0]))
