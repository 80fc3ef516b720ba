"""What the columns and rows of a grade sheet are: every platform's module makes one of these from its table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.lms.table import Table

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class IdColumn:
    """A column by which students are known."""

    heading: str
    ids: tuple[str, ...]
    """The id in each row of the table, as `same_id` writes it; empty where the row has none."""


@dataclass(frozen=True, slots=True)
class GradeColumn:
    """A column that takes points."""

    place: int
    heading: str
    title: str
    """Its heading without what the platform adds."""
    maximum: str = ""
    """The most points, as the sheet writes them; empty where it does not say."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of grades as its platform means it."""

    students: tuple[int, ...]
    """The rows that are students, from 0."""
    ids: tuple[IdColumn, ...]
    grades: tuple[GradeColumn, ...]
    feedback: int | None = None
    """The column for feedback in words, if there is one."""
    html: frozenset[int] = frozenset()
    """Rows whose feedback is HTML; plain text elsewhere."""
    final: frozenset[str] = frozenset()
    """Texts of a grade cell that a person chose instead of points; they stay."""
    locked: frozenset[int] = frozenset()
    """Rows that the platform will not change."""
    notes: tuple[str, ...] = ()
    """What the platform does with the sheet that people should know."""


def same_id(text: str) -> str:
    """An id without what spreadsheets and platforms add: blanks, a leading `#`, capitals."""
    return text.strip().removeprefix("#").strip().casefold()


def value(text: str) -> float | None:
    """The number in a cell, with either decimal mark; None if it holds none, or one with a thousands separator."""
    text = text.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def id_columns(
    table: Table, headings: Iterable[str], *, read: Callable[[str], str] = same_id
) -> tuple[IdColumn, ...]:
    """Those of the columns that the table has, in this order."""
    wanted = {heading.casefold(): number for number, heading in enumerate(headings)}
    found = [
        (place, title) for place, title in enumerate(table.heading) if title.strip().casefold() in wanted
    ]
    found.sort(key=lambda column: wanted[column[1].strip().casefold()])
    return tuple(id_column(table, place, read=read) for place, _ in found)


def id_column(table: Table, place: int, *, read: Callable[[str], str] = same_id) -> IdColumn:
    """The column at a place, as ids."""
    return IdColumn(table.heading[place].strip(), tuple(read(row.cells[place]) for row in table.rows))


def rows_with_id(ids: Sequence[IdColumn]) -> tuple[int, ...]:
    """The rows in which any of the columns holds an id."""
    return tuple(
        row for row, cells in enumerate(zip(*(column.ids for column in ids), strict=True)) if any(cells)
    )
