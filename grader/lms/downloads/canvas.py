"""Canvas: files side by side, `hansenbo_LATE_1002_701002_lab1.ipynb`: name, user id, attachment id, the file's own name.

A group's files carry the group's name and one member's id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.lms.downloads.hand_in import Download, HandIn, Read, group_of, plain
from grader.lms.downloads.layout import no_hand_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.lms.downloads.layout import Layout, Unit

NAME = "Canvas"

_WHO = r"(?:(?P<name>.+?)_)??(?:(?P<late>LATE)_)?(?:(?P<anonymous>anon_[^\W_]+)|(?P<user>[0-9]+))"
# The first two numbers count, as they do for Canvas itself: what follows them the student chose.
_FILE = re.compile(_WHO + r"_(?P<attachment>[0-9]{3,})_(?P<file>.+)")
_ALONE = re.compile(r"(?:.*_)?(?:[0-9]{5,}|anon_[^\W_]+)_[0-9]{5,}_.+")
"""What nobody calls a file by chance: two long numbers."""
_TYPED = re.compile(_WHO + r"_(?:text|link)\.html")


def fits(layout: Layout) -> bool:
    """Whether most files have such a name, of several users; in names that people chose, as `lab_2_2024_bo`, numbers repeat."""
    files = [match for unit in layout.units.values() if (match := _file(unit))]
    users = {_user(match) for match in files}
    attachments = {match["attachment"] for match in files}
    certain = len(users) > 1 or any(_ALONE.fullmatch(match[0]) for match in files)
    return certain and 2 * len(attachments) > len(files) and layout.mostly(_match)


def _user(match: re.Match[str]) -> str:
    return str(match["user"] or match["anonymous"])


def _file(unit: Unit) -> re.Match[str] | None:
    return None if unit.folder else _FILE.fullmatch(unit.name)


def _match(unit: Unit) -> re.Match[str] | None:
    return _file(unit) or (None if unit.folder else _TYPED.fullmatch(unit.name))


def hand_ins(layout: Layout, _: Read) -> Download:
    """One for each user: the download holds nobody's older attempts."""
    of: dict[str, list[tuple[re.Match[str], tuple[str, ...]]]] = {}
    problems: list[str] = []
    for unit in layout.units.values():
        if (match := _match(unit)) is None:
            problems.append(no_hand_in(unit, NAME))
        else:
            typed = match.re is _TYPED
            of.setdefault(_user(match), []).append((match, () if typed else unit.paths))
    return Download(NAME, tuple(_hand_in(who, parts) for who, parts in of.items()), tuple(problems))


def _hand_in(who: str, parts: Sequence[tuple[re.Match[str], tuple[str, ...]]]) -> HandIn:
    name = plain(parts[0][0]["name"] or "") or None
    group = group_of(name) if name else None
    return HandIn(
        who,
        tuple(path for _, paths in parts for path in paths),
        name=None if group else name,
        group=group,
        late=any(match["late"] for match, _ in parts),
    )
