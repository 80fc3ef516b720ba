"""Brightspace, in its own form and in that of DTU Learn: a folder for each attempt.

67914-43587 - Mary-Ann Smith - Sep 5, 2023 1049 PM/
67914-43587 - s240001, Mary-Ann Smith - 5 September, 2023 1049 PM/
67914-43587 - Group 12 - 5 September, 2023 1049 PM/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.intake.names import shown
from grader.lms.downloads.hand_in import Download, HandIn, Read, group_of, plain
from grader.lms.downloads.layout import no_hand_in
from grader.lms.downloads.times import read_date

if TYPE_CHECKING:
    from grader.lms.downloads.layout import Layout, Unit

NAME = "Brightspace"

_FOLDER = re.compile(r"(?P<number>\d+)-\d+ - (?P<who>.+) - (?P<when>.*\d.*)")
_WITH_ID = re.compile(r"(?P<id>(?=[^,]*\d)[\w.@-]+|[a-z][a-z.@-]*), (?P<name>.+)")
"""Ids are letters and digits, or small letters alone; `Hansen, Jr.` is a name."""


def fits(layout: Layout) -> bool:
    return layout.mostly(_match)


def _match(unit: Unit) -> re.Match[str] | None:
    return _FOLDER.fullmatch(unit.name) if unit.folder else None


def hand_ins(layout: Layout, _: Read) -> Download:
    found: list[HandIn] = []
    problems: list[str] = []
    for unit in layout.units.values():
        if (match := _match(unit)) is None:
            problems.append(no_hand_in(unit, NAME))
            continue
        hand_in = _hand_in(match, unit.paths)
        if hand_in.submitted is None:
            problems.append(
                f"{shown(unit.name)}: the time is not of a known form (`Sep 5, 2023 1049 PM` or `5 September, 2023 1049 PM`)."
            )
        found.append(hand_in)
    return Download(NAME, tuple(found), tuple(problems))


def _hand_in(match: re.Match[str], files: tuple[str, ...]) -> HandIn:
    name, when = plain(match["who"]), match["when"]
    if with_id := _WITH_ID.fullmatch(name):
        who, name = with_id["id"], with_id["name"]
        group = None
    else:
        # Two people may have one name; the number in front tells them apart, and a new one changes nobody's `who`.
        group = group_of(name)
        who = group or f"{name} ({match['number']})"
    return HandIn(
        who,
        files,
        name=None if group else name,
        group=group,
        submitted=read_date(when),
        submitted_text=when,
    )
