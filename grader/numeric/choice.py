"""Which definition of a function counts, and how sure it is that this one was meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.numeric.child.names import resembles
from grader.numeric.loaded import Loaded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.numeric.loaded import Definition, Place, Unread
    from grader.numeric.session import Session
    from grader.schema import Function

Blank = frozenset[tuple[str, "Place"]]
"""Functions that are still as in the sheet, by name and place."""


@dataclass(frozen=True)
class Choice:
    """The definition that counts, and why another one may have been meant.

    Attributes:
        called: its name.
        place: where it stands.
        doubts: sentences about definitions that would count if they had come to be.
        later: the last complete definition behind it, under one of the names asked for, which Python would go on with. Only one outside of
            the exercise's own cells, or of another name, can stand there.

    """

    called: str
    place: Place
    doubts: tuple[str, ...] = ()
    later: tuple[str, Place] | None = None


def choose(
    function: Function, session: Session, loaded: Loaded, own_cells: frozenset[int], blank: Blank
) -> Choice | None:
    """The last complete definition in the exercise's own cells, else the last one anywhere; the sheet's placeholder never counts.

    Else, in the own cells, the only function that was not asked for, has a name that resembles the one asked for, and takes the number of
    arguments that the sheet gives it.

    Raises:
        SandboxError: the child process did not come up.

    """
    if choice := _asked_for(_names(function), loaded, own_cells, blank):
        return choice
    for name in _names(function):
        if name in loaded.hidden:
            found = session.load_whole(name)
            if isinstance(found, Loaded) and (choice := _asked_for([name], found, own_cells, blank)):
                return choice
    return _renamed(function, session, loaded, own_cells, blank)


def unread(function: Function, loaded: Loaded, blank: Blank) -> list[tuple[str, Unread]]:
    """Definitions of a function, each with its name, that are there and did not come to be."""
    return [
        (name, one)
        for name in _names(function)
        for one in loaded.unread.get(name, ())
        if (name, one.place) not in blank
    ]


def _names(function: Function) -> tuple[str, ...]:
    return (function.name, *function.aliases)


def _filled(name: str, loaded: Loaded, blank: Blank) -> list[Definition]:
    return [one for one in loaded.definitions.get(name, ()) if (name, one.place) not in blank]


def _asked_for(
    names: Iterable[str], loaded: Loaded, own_cells: frozenset[int], blank: Blank
) -> Choice | None:
    found = [(name, one.place) for name in names for one in _filled(name, loaded, blank)]
    own = [(name, place) for name, place in found if place.cell in own_cells]
    for called, _ in own or found:
        place = [place for name, place in own or found if name == called][-1]
        behind = max((one for one in found if one[1] > place), key=lambda one: one[1], default=None)
        return Choice(called, place, tuple(_unread_later(called, place, loaded, own_cells, blank)), behind)
    return None


def _unread_later(
    name: str, place: Place, loaded: Loaded, own_cells: frozenset[int], blank: Blank
) -> Iterator[str]:
    """Definitions that would count instead if they had come to be."""
    for one in loaded.unread.get(name, ()):
        closer = one.place.cell in own_cells and place.cell not in own_cells
        if (name, one.place) not in blank and (closer or one.place > place):
            yield (f"`{name}` is defined again in {one.place}, and that one could not be taken: {one.why}.")


def _renamed(
    function: Function, session: Session, loaded: Loaded, own_cells: frozenset[int], blank: Blank
) -> Choice | None:
    asked = session.asked or {}
    parameters = asked.get(function.name)
    if parameters is None:
        return None
    found = {
        name: one
        for name in loaded.definitions
        if name not in asked and any(resembles(name, known) for known in _names(function))
        for one in _filled(name, loaded, blank)
        if one.place.cell in own_cells and one.least <= parameters <= one.most
    }
    if len(found) != 1:
        return None
    ((name, one),) = found.items()
    return Choice(
        name, one.place, (f"`{function.name}` is not there; `{name}` was taken for it, by its name.",)
    )
