"""Fill a platform's own sheet with grades: the same rules for all platforms.

People are matched on ids, never on names. A cell changes only where a grade or our own feedback does.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from grader.lms.sheets.sheet import same_id, value
from grader.report.text import clean, number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from grader.lms.sheets.sheet import GradeColumn, IdColumn, Sheet
    from grader.lms.table import Table

OPENING = "Automatic feedback"
"""Begins all feedback that is written, so that no spreadsheet runs it and a person's own is never overwritten."""

_OURS = re.compile(rf"(?:\s|<[^>]*>)*{OPENING}")
_CENT = Decimal("0.01")


class SheetError(Exception):
    """The sheet cannot be filled for certain; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What one student gets."""

    points: float | None
    """None: not graded, which is not zero."""
    feedback: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A row that gets other points or other feedback."""

    id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The filled sheet, and what was done."""

    data: bytes
    column: str
    """Heading of the column with the points."""
    matched_by: str
    """Heading of the column with the ids."""
    rows: dict[str, int]
    """The row of every id that has one, graded or not."""
    changed: tuple[Change, ...]
    unchanged: tuple[str, ...]
    kept: tuple[Change, ...]
    """Graded, but the sheet's cell or row is not to be changed."""
    absent: tuple[str, ...]
    """Graded, but not in the sheet."""
    ungraded: tuple[str, ...]
    """In the sheet, but without a grade, as the sheet writes the id."""
    notes: tuple[str, ...]


def fill(
    table: Table,
    sheet: Sheet,
    grades: Mapping[str, Grade],
    *,
    maximum: float,
    column: str | None = None,
    titles: Collection[str] = (),
) -> Filled:
    """Write grades of at most `maximum` points, by id, into the column of that heading or title.

    Without `column`: the only one of the sheet, else the only one with one of `titles`.

    Raises:
        SheetError: a student, the column or the number of points is not certain.
        TableError: the sheet's encoding has no room for a character of the feedback.

    """
    points = _grade_column(sheet, column, titles)
    _check_maximum(points, maximum)
    mark = _decimal_mark(table, sheet, points)
    ids, rows = _match(table, sheet, grades)
    cells: dict[tuple[int, int], str] = {}
    changed, unchanged, kept, foreign = [], [], [], []
    for own, row in rows.items():
        grade = grades[own]
        if grade.points is None:
            continue
        if not 0 <= grade.points <= maximum:
            raise SheetError(f"{own}: {grade.points:g} points are not from 0 to {number(maximum)}.")
        before, after = table.rows[row].cells[points.place], _written(grade.points, mark)
        if before.strip() in sheet.final or row in sheet.locked:
            kept.append(Change(own, before.strip() or "locked", after))
            continue
        if value(before) == value(after):
            after = before
        new = {(row, points.place): after}
        if sheet.feedback is not None and grade.feedback:
            if _is_ours(table.rows[row].cells[sheet.feedback]):
                new[row, sheet.feedback] = _feedback(grade.feedback, as_html=row in sheet.html)
            else:
                foreign.append(own)
        if any(table.rows[row].cells[column] != text for (_, column), text in new.items()):
            changed.append(Change(own, before, after))
        else:
            unchanged.append(own)
        cells |= new
    graded = {row for own, row in rows.items() if grades[own].points is not None}
    return Filled(
        data=table.with_cells(cells),
        column=points.heading,
        matched_by=ids.heading,
        rows=rows,
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        kept=tuple(kept),
        absent=tuple(own for own, grade in grades.items() if own not in rows and grade.points is not None),
        ungraded=tuple(
            ids.ids[row] or f"line {table.rows[row].line}" for row in sheet.students if row not in graded
        ),
        notes=tuple(_notes(sheet, points, maximum, found=bool(rows) or not grades, foreign=foreign)),
    )


def _notes(
    sheet: Sheet, column: GradeColumn, maximum: float, *, found: bool, foreign: Collection[str]
) -> Iterator[str]:
    yield from sheet.notes
    if value(column.maximum) is None:
        yield (
            f"The sheet does not say how many points {column.heading!r} takes; full marks are {number(maximum)}."
        )
    if not found:
        columns = ", ".join(one.heading for one in sheet.ids)
        yield f"No student was found by {columns}. Are the ids in OUT those of this sheet?"
    if foreign:
        yield f"Feedback that somebody else wrote stays: {', '.join(foreign)}."


def _grade_column(sheet: Sheet, column: str | None, titles: Collection[str]) -> GradeColumn:
    if not sheet.grades:
        raise SheetError(
            "the sheet has no column that takes points. Is it of this platform, and does it show the assignment as points?"
        )
    wanted = {_title(name) for name in ([column] if column is not None else titles)}
    found = [one for one in sheet.grades if {_title(one.heading), _title(one.title)} & wanted]
    if column is None and len(sheet.grades) == 1:
        found = list(sheet.grades)
    if len(found) != 1:
        what = (
            f"{len(found)} columns are called {column!r}"
            if column is not None
            else "several columns take points"
        )
        there_is = ", ".join(repr(one.heading) for one in sheet.grades)
        raise SheetError(f"{what}: name one with --column. There is {there_is}.")
    return found[0]


def _title(text: str) -> str:
    return " ".join(text.split()).casefold()


def _check_maximum(column: GradeColumn, maximum: float) -> None:
    there = value(column.maximum)
    if there is not None and round(there, 2) != round(maximum, 2):
        raise SheetError(
            f"{column.heading!r} takes {number(there)} points, the assignment gives {number(maximum)}. Change it in the "
            f"platform and download again, or write lms_maximum = {there:g} into assignment.toml, which scales all grades."
        )


def _decimal_mark(table: Table, sheet: Sheet, column: GradeColumn) -> str:
    """The mark that the column uses; else the one of its maximum; else the one that goes with the delimiter."""
    marks: dict[str, int] = {}
    for row in sheet.students:
        if mark := _mark_in(text := table.rows[row].cells[column.place]):
            marks.setdefault(mark, table.rows[row].line)
            if len(marks) > 1:
                raise SheetError(
                    f"line {table.rows[row].line}: {text.strip()!r} has another decimal mark than line "
                    f"{min(marks.values())}. Write both in the same way."
                )
    return next(iter(marks), "") or _mark_in(column.maximum) or ("," if table.delimiter == ";" else ".")


def _mark_in(text: str) -> str:
    return next((mark for mark in ",." if mark in text), "") if value(text) is not None else ""


def _match(table: Table, sheet: Sheet, grades: Iterable[str]) -> tuple[IdColumn, dict[str, int]]:
    """The column in which most ids are found, and the row of each that is found there."""
    if not sheet.ids:
        raise SheetError("the sheet has no column with ids. Is it of this platform?")
    places = [_places(sheet, column) for column in sheet.ids]
    wanted = {own: same_id(own) for own in grades}
    found = [{own: rows[key][0] for own, key in wanted.items() if key in rows} for rows in places]
    best = max(range(len(found)), key=lambda number: len(found[number]))
    taken: dict[int, str] = {}
    for own, row in found[best].items():
        line = table.rows[row].line
        if len(lines := places[best][wanted[own]]) > 1:
            also = ", ".join(str(table.rows[other].line) for other in lines)
            raise SheetError(f"{own} stands in several rows (lines {also}). Delete all but one.")
        if row in taken:
            raise SheetError(
                f"{taken[row]} and {own} are the same row (line {line}). One of them is not in this class."
            )
        taken[row] = own
        for column, other in zip(sheet.ids, found, strict=True):
            if other.get(own, row) != row:
                raise SheetError(
                    f"{own} is the {sheet.ids[best].heading} of line {line} and the {column.heading} of line "
                    f"{table.rows[other[own]].line}: two students. Empty the cell that is not meant."
                )
    return sheet.ids[best], found[best]


def _places(sheet: Sheet, column: IdColumn) -> dict[str, list[int]]:
    """The rows of each id of a column."""
    rows: dict[str, list[int]] = {}
    for row in sheet.students:
        if own := column.ids[row]:
            rows.setdefault(own, []).append(row)
    return rows


def _written(points: float, mark: str) -> str:
    """Points with at most two decimals and no thousands separator: `9.5`, `0`, `7,25`."""
    cents = Decimal(repr(points)).quantize(_CENT, ROUND_HALF_UP)
    return f"{cents:f}".rstrip("0").rstrip(".").replace(".", mark)


def _is_ours(feedback: str) -> bool:
    """Whether the cell may be written: it is empty, or begins as our own feedback does, which a platform may wrap."""
    return not feedback.strip() or bool(_OURS.match(feedback))


def _feedback(text: str, *, as_html: bool) -> str:
    lines = [OPENING, *clean(text).strip().splitlines()]
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines) if as_html else "\n".join(lines)
