"""Gradescope: folders `submission_900001` and a file that says whose each one is.

That file is written by Ruby and may hold megabytes of an autograder's output under Ruby's own tags. Only the lines that
tell who and when are read; in YAML, whatever a longer text holds is indented more than they are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.intake.names import shown
from grader.lms.downloads.hand_in import Download, HandIn, Read, plain
from grader.lms.downloads.layout import no_hand_in
from grader.lms.downloads.times import read_instant
from grader.notebook import UnreadableError

if TYPE_CHECKING:
    from grader.lms.downloads.layout import Layout

NAME = "Gradescope"

_METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_[0-9]+")
_KEY = re.compile(r"(?P<indent> *(?:- )?):?(?P<key>\w+):(?: (?P<value>.*))?")
_EMPTY = frozenset({"", "~", "null"})


@dataclass(slots=True)
class _Submission:
    submitters: list[dict[str, str]] = field(default_factory=list)
    created: str = ""

    def members(self) -> tuple[tuple[str, str | None], ...]:
        """Id and name of each; without a student id the e-mail, else the name, stands for it."""
        found = []
        for submitter in self.submitters:
            name = submitter.get("name") or None
            who = submitter.get("sid") or submitter.get("email") or name
            if who:
                found.append((plain(who), plain(name) if name else None))
        return tuple(found)


def fits(layout: Layout) -> bool:
    return _METADATA in layout.units


def hand_ins(layout: Layout, read: Read) -> Download:
    metadata = layout.units[_METADATA]
    problems: list[str] = []
    told: dict[str, _Submission] = {}
    try:
        text = read(metadata.paths[0]).decode("utf-8-sig", "replace")
    except UnreadableError as error:
        problems.append(f"{shown(metadata.paths[0])}: {error} Without it nobody knows whose each folder is.")
    else:
        told = _submissions(text)
    found = [_hand_in(name, of, layout, problems) for name, of in told.items()]
    for unit in layout.units.values():
        if unit is metadata or unit.name in told:
            continue
        if unit.folder and _FOLDER.fullmatch(unit.name):
            found.append(_hand_in(unit.name, _Submission(), layout, problems))
        else:
            problems.append(no_hand_in(unit, NAME))
    return Download(NAME, tuple(found), tuple(problems))


def _hand_in(name: str, told: _Submission, layout: Layout, problems: list[str]) -> HandIn:
    unit, members = layout.units.get(name), told.members()
    if unit is None:
        problems.append(f"{name}: {_METADATA} names it, but it is not in the download.")
    if not members:
        problems.append(f"{name}: {_METADATA} does not say whose it is.")
    return HandIn(
        # Numbers of submissions change with every attempt, members do not.
        "+".join(sorted(who for who, _ in members)) or name,
        unit.paths if unit else (),
        name=members[0][1] if len(members) == 1 else None,
        members=members,
        submitted=read_instant(told.created),
        submitted_text=told.created,
    )


def _submissions(text: str) -> dict[str, _Submission]:
    found: dict[str, _Submission] = {}
    current, within = _Submission(), False
    for line in text.splitlines():
        match = _KEY.fullmatch(line.rstrip())
        if match is None:
            continue
        indent, key, value = match["indent"], match["key"], match["value"] or ""
        if not indent:
            current = found.setdefault(key, _Submission()) if _FOLDER.fullmatch(key) else _Submission()
        elif indent == "  ":
            within = key == "submitters"
            current.created = _scalar(value) if key == "created_at" else current.created
        elif within and indent == "  - ":
            current.submitters.append({key: _scalar(value)})
        elif within and indent == "    " and current.submitters:
            current.submitters[-1][key] = _scalar(value)
    return found


def _scalar(value: str) -> str:
    """A YAML scalar of one line as text: a student id keeps its leading zeros."""
    if value.startswith('"'):
        try:
            return str(json.loads(re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", value)))
        except ValueError:
            return ""
    if value.startswith("'"):
        return value[1:-1].replace("''", "'")
    return "" if value in _EMPTY else value
