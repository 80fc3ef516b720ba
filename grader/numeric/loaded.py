"""What running the cells of a notebook gave, as the child tells it: plain, and nothing to believe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.numeric.child.wire import Value
    from grader.numeric.sandbox import Versions


class Place(NamedTuple):
    """Where something stands: index of the cell, from 0, and line in the cell, from 1."""

    cell: int
    line: int

    def __str__(self) -> str:
        """In words, for students: Jupyter's own number of a cell is another one."""
        return f"cell {self.cell} of the notebook, line {self.line}"


@dataclass(frozen=True)
class Definition:
    """A function that was defined, and how many arguments it takes by their places, at least and at most."""

    place: Place
    least: int
    most: int


@dataclass(frozen=True)
class Unread:
    """A definition that is there and did not come to be, and why."""

    place: Place
    why: str


@dataclass(frozen=True)
class CellNote:
    """Something in a cell that was not run as it stands, and the functions that it matters to.

    `doubt`: a wrong answer of theirs may come from it.
    """

    cell: int
    line: int
    text: str
    functions: tuple[str, ...] = ()
    doubt: bool = False


@dataclass(frozen=True)
class Loaded:
    """What running the cells gave."""

    definitions: Mapping[str, tuple[Definition, ...]]
    """For each function its definitions, in the order in which they ran."""
    unread: Mapping[str, tuple[Unread, ...]]
    notes: tuple[CellNote, ...]
    hidden: frozenset[str]
    """Functions asked for that nothing has defined and that a statement which did not run may define."""
    others: Mapping[str, Place]
    """Functions that nobody asked for, with the last place where each is defined."""
    versions: Versions


def read_loaded(reply: Mapping[str, Value], versions: Versions) -> Loaded:
    """Read the child's reply.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is not of the form that it should have.

    """
    unread: dict[str, tuple[Unread, ...]] = {}
    for name, cell, line, why in reply["unread"]:
        unread[str(name)] = (*unread.get(str(name), ()), Unread(Place(int(cell), int(line)), str(why)))
    return Loaded(
        definitions={
            str(name): tuple(
                Definition(Place(int(cell), int(line)), int(least), int(most))
                for cell, line, least, most in definitions
            )
            for name, definitions in reply["definitions"].items()
        },
        unread=unread,
        notes=tuple(
            CellNote(int(cell), int(line), str(text), tuple(map(str, functions)), bool(doubt))
            for cell, line, text, functions, doubt in reply["notes"]
        ),
        hidden=frozenset(map(str, reply["hidden"])),
        others={str(name): Place(int(cell), int(line)) for name, cell, line in reply["others"]},
        versions=versions,
    )
