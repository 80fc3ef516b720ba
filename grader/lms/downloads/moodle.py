"""Moodle: `Bo Hansen_20002_assignsubmission_file`, a folder with or without a last underscore, or the start of a file's name.

The number is the one of the grading worksheet. Blanks stand for underscores in names, so the first ones are Moodle's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.lms.downloads.hand_in import Download, HandIn, Read, group_of, plain
from grader.lms.downloads.layout import no_hand_in

if TYPE_CHECKING:
    from grader.lms.downloads.layout import Layout, Unit

NAME = "Moodle"

# Some sites put a user name before the name.
_UNIT = re.compile(
    r"(?:.+?_)??(?P<name>[^_]+)(?:_(?P<number>[0-9]+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_.*)?"
)
_ANONYMOUS = "Participant"


def fits(layout: Layout) -> bool:
    return layout.mostly(_match)


def _match(unit: Unit) -> re.Match[str] | None:
    return _UNIT.fullmatch(unit.name)


def hand_ins(layout: Layout, _: Read) -> Download:
    """One for each participant: the download holds nobody's older attempts."""
    files: dict[tuple[str, str | None], list[str]] = {}
    problems: list[str] = []
    for unit in layout.units.values():
        if (match := _match(unit)) is None:
            problems.append(no_hand_in(unit, NAME))
            continue
        # What was typed into the page is no file.
        handed_in = unit.paths if match["plugin"] == "file" else ()
        files.setdefault((plain(match["name"]), match["number"]), []).extend(handed_in)
    return Download(NAME, tuple(_hand_in(*who, tuple(of)) for who, of in files.items()), tuple(problems))


def _hand_in(name: str, number: str | None, files: tuple[str, ...]) -> HandIn:
    """A group's number is no participant's, so its name stands for it; whoever has no group is in one without a number."""
    group = group_of(name) if number else name
    person = None if group or name == _ANONYMOUS else name
    return HandIn(group or str(number), files, name=person, group=group)
