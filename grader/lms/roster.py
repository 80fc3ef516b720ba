"""Who is in the class: a roster in plain CSV, or a list that a learning platform exports. People are found by ids, never by names."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from grader.intake.names import shown
from grader.lms.table import TableError, read_table
from grader.submission import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.lms.table import Row, Table

_IDS = (
    "id",
    "orgdefinedid",
    "identifier",
    "sid",
    "username",
    "user name",
    "student id",
    "id number",
    "sis user id",
    "sis login id",
    "integration id",
    "email",
    "e-mail",
    "email address",
    "e-mail-adresse",
)
"""Headings of columns with ids; the first of them that is there is the id, the others are aliases."""
_NAMES = ("name", "full name", "student", "vollständiger name")
_FIRST_NAMES = ("first name", "firstname")
_LAST_NAMES = ("last name", "lastname")
_GROUPS = ("group", "group name", "project groups")
_EXTENSION = "extension"
_ROLE = "role"
_EXPECTED = (
    "A roster needs a column `id`, and may have `name`, `group` and `extension`. A list as Brightspace, Canvas, Moodle, "
    "Blackboard or Gradescope exports it is read as well."
)
_CANVAS_TEST_STUDENT = "Student, Test"
_CANVAS_INDENT = "    "
"""How Canvas begins the cell that says that this row holds the points possible, in any language."""
_PARTICIPANT = re.compile(r"(?P<word>\D{4,}?)(?P<number>[0-9]+)")
"""A participant of Moodle: a word that depends on the language, and the number that names hand-ins."""


@dataclass(frozen=True, slots=True)
class Person:
    """One student; `extension` is added to a deadline, or takes its place (in the course's own time zone)."""

    id: str
    name: str | None = None
    aliases: tuple[str, ...] = ()
    group: str | None = None
    extension: timedelta | datetime | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    people: tuple[Person, ...]
    _by_id: Mapping[str, Person]
    _by_group: Mapping[str, Sequence[Person]]
    _squashed: Mapping[str, Sequence[str]]
    """Names of groups by what Canvas leaves of them; several may look alike."""

    def find(self, who: str) -> Person | None:
        """Whose id, or other id, this is; capitals make no difference."""
        return self._by_id.get(_norm(who))

    def group(self, name: str) -> tuple[Person, ...]:
        """Everyone in the group of this name; Canvas writes it in small letters and digits alone."""
        exact = self._by_group.get(_norm(name), ())
        if exact or not name or name != squashed(name):
            return tuple(exact)
        alike = self._squashed.get(name, ())
        return tuple(self._by_group[alike[0]]) if len(alike) == 1 else ()


def read_roster(data: bytes) -> Roster:
    """Read a roster.

    Raises:
        InputError: it is no table, has no column with ids, an id is missing or stands for two people, or an extension cannot be read.

    """
    table = _table(data, "roster")
    columns = _columns(table)
    lines: dict[str, int] = {}
    by_id: dict[str, Person] = {}
    by_group: dict[str, list[Person]] = {}
    people = []
    for row in table.rows:
        person = _person(row, columns)
        if person is None:
            continue
        people.append(person)
        if person.group:
            by_group.setdefault(_norm(person.group), []).append(person)
        for known in (person.id, *person.aliases):
            if (line := lines.setdefault(_norm(known), row.line)) != row.line:
                raise InputError(
                    f"The roster's lines {line} and {row.line} are both about {shown(known)}. Keep one of them."
                )
            by_id[_norm(known)] = person
    alike: dict[str, list[str]] = {}
    for group in by_group:
        alike.setdefault(squashed(group), []).append(group)
    return Roster(tuple(people), by_id, by_group, alike)


def read_ids(data: bytes) -> dict[str, str]:
    """Read who is behind what a download names: a CSV with the columns `handed_in` and `id`.

    Raises:
        InputError: it is no such table, a cell is empty, or one hand-in has two ids.

    """
    table = _table(data, "list of ids")
    try:
        handed_in, to = table.column("handed_in"), table.column("id")
    except TableError as error:
        raise InputError(f"The list of ids needs the columns `handed_in` and `id`: {error}") from error
    found: dict[str, str] = {}
    for row in table.rows:
        who, person = _id(row.cells[handed_in]), _id(row.cells[to])
        if not who or not person:
            raise InputError(f"The list of ids has an empty cell in line {row.line}.")
        if found.setdefault(who, person) != person:
            raise InputError(
                f"The list of ids gives {shown(who)} two ids, {shown(found[who])} and {shown(person)} (line {row.line})."
            )
    return found


def _table(data: bytes, what: str) -> Table:
    try:
        return read_table(data)
    except TableError as error:
        raise InputError(f"The {what} cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class _Columns:
    """Places of the columns that matter; several make a name."""

    ids: tuple[int, ...]
    names: tuple[int, ...]
    group: int | None
    extension: int | None
    role: int | None
    moodle: bool
    """Whether the first id is a word and a number."""


def _columns(table: Table) -> _Columns:
    places: dict[str, int] = {}
    for place, title in enumerate(table.heading):
        if places.setdefault(_norm(title), place) != place and _norm(title) in {*_IDS, *_GROUPS, _EXTENSION}:
            raise InputError(f"The roster has two columns `{shown(title)}`. Keep one of them.")

    def first(titles: Sequence[str]) -> Iterator[int]:
        return (places[title] for title in titles if title in places)

    ids = tuple(first(_IDS))
    if not ids:
        seen = ", ".join(f"`{shown(title.strip())}`" for title in table.heading)
        raise InputError(f"The roster has no column with ids, only {seen}. {_EXPECTED}")
    name = next(first(_NAMES), None)
    parts = (next(first(_FIRST_NAMES), None), next(first(_LAST_NAMES), None))
    return _Columns(
        ids,
        (name,) if name is not None else tuple(part for part in parts if part is not None),
        next(first(_GROUPS), None),
        places.get(_EXTENSION),
        places.get(_ROLE),
        _is_worksheet(table, ids[0]),
    )


def _is_worksheet(table: Table, place: int) -> bool:
    """Whether this is Moodle's sheet: many columns, and first a number after the same word in every row."""
    words = {
        match["word"] if (match := _PARTICIPANT.fullmatch(row.cells[place].strip())) else None
        for row in table.rows
    }
    return place == 0 and len(table.heading) > 5 and len(words) == 1 and None not in words


def _person(row: Row, columns: _Columns) -> Person | None:
    """The person of a row; None for staff and for the rows that Canvas adds."""
    ids = [_id(row.cells[place]) for place in columns.ids]
    raw = [row.cells[place] for place in columns.names]
    name = " ".join(filter(None, (_unguarded(cell) for cell in raw)))
    staff = columns.role is not None and _norm(row.cells[columns.role]) not in {"", "student"}
    # Last names may stand in a column of their own, behind first names here.
    if staff or ", ".join(reversed(raw)) == _CANVAS_TEST_STUDENT:
        return None
    ids = [known for known in ids if known]
    if not ids:
        if not name or any(cell.startswith(_CANVAS_INDENT) for cell in raw):
            return None
        raise InputError(f"The roster has no id in line {row.line} ({shown(name)}).")
    if columns.moodle and (match := _PARTICIPANT.fullmatch(ids[0])):
        ids = [match["number"], *ids]
    aliases = dict.fromkeys(known for known in ids[1:] if _norm(known) != _norm(ids[0]))
    group = row.cells[columns.group].strip() if columns.group is not None else ""
    extension = row.cells[columns.extension].strip() if columns.extension is not None else ""
    return Person(
        ids[0],
        unicodedata.normalize("NFC", name) or None,
        tuple(aliases),
        unicodedata.normalize("NFC", group) or None,
        _extension(extension, row.line) if extension else None,
    )


def _extension(text: str, line: int) -> timedelta | datetime:
    """Hours, or until when; a day alone lasts until it ends."""
    try:
        hours = float(text.replace(",", "."))
        if math.isfinite(hours) and 0 <= hours < 24 * 366:
            return timedelta(hours=hours)
    except ValueError:
        try:
            until = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            if until.tzinfo is None:
                day_alone = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
                return datetime.combine(until, time(23, 59, 59)) if day_alone else until
    raise InputError(
        f"The roster's extension {shown(text)!r} in line {line} is neither hours (`24`) nor a time (`2026-12-01 23:59`)."
    )


def _unguarded(name: str) -> str:
    """A name without what keeps a spreadsheet from running it: `="=2+3"`."""
    name = name.strip()
    return name[2:-1] if name.startswith('="') and name.endswith('"') else name


def _id(cell: str) -> str:
    """An id without the `#` that Brightspace puts before it."""
    return unicodedata.normalize("NFC", cell.strip().removeprefix("#"))


def squashed(name: str) -> str:
    """A name's letters and digits alone, all small."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", name).casefold()))


def _norm(text: str) -> str:
    return _id(text).casefold()
