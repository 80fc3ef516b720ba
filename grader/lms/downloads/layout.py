"""The first level of a download: one unit for each hand-in, below the folders that only wrap it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.intake.names import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_LISTINGS = frozenset({"index.html"})
"""Pages that a platform adds for people who look into its zip."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A file or a folder of the first level, with the paths of its files."""

    name: str
    paths: tuple[str, ...]
    folder: bool


@dataclass(frozen=True, slots=True)
class Layout:
    units: Mapping[str, Unit]

    def mostly(self, fits: Callable[[Unit], object]) -> bool:
        """Whether more than half of the units fit."""
        return 2 * sum(bool(fits(unit)) for unit in self.units.values()) > len(self.units)


def layouts(paths: Iterable[str]) -> Iterator[Layout]:
    """The files as they lie, then below each folder that holds all of them."""
    split = [path.split("/") for path in paths if path not in _LISTINGS]
    depth = 0
    while split:
        units: dict[str, list[list[str]]] = {}
        for parts in split:
            if parts[depth] not in _LISTINGS or len(parts) > depth + 1:
                units.setdefault(parts[depth], []).append(parts)
        yield Layout(
            {
                name: Unit(name, tuple("/".join(parts) for parts in of), folder=len(of[0]) > depth + 1)
                for name, of in units.items()
            }
        )
        depth += 1
        if len({parts[depth - 1] for parts in split}) > 1 or any(len(parts) <= depth for parts in split):
            return


def no_hand_in(unit: Unit, lms: str) -> str:
    """A sentence about what is no hand-in of this platform."""
    what = "folder" if unit.folder else "file"
    return f"{shown(unit.paths[0])}: this {what} is not named as {lms} names a hand-in, so nobody knows whose it is."
