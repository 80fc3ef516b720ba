"""Blackboard: files side by side, `Lab 1_s240001_attempt_2023-09-05-22-49-03_lab1.ipynb`, and a receipt for each attempt.

Titles and user names may hold underscores; where the receipt is there, it says which is the user's name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.intake.names import shown
from grader.lms.downloads.hand_in import Download, HandIn, Read, plain
from grader.lms.downloads.layout import no_hand_in
from grader.lms.downloads.times import read_stamp
from grader.notebook import UnreadableError

if TYPE_CHECKING:
    from grader.lms.downloads.layout import Layout, Unit

NAME = "Blackboard"

# The first stamp is Blackboard's: what follows it the student chose.
_FILE = re.compile(
    r"(?P<start>.+?_.+?)_attempt_(?P<when>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.+)|(?P<receipt>\.txt))"
)
_RECEIPT = re.compile(r"\s*[^:\n]+:[ \t]*(?P<name>[^\n]*)\((?P<user>[^()\n]+)\)[ \t\r]*(?:\n|$)")
"""Its first line, in any language: `Name: Bo Hansen (s240002)`."""


def fits(layout: Layout) -> bool:
    return layout.mostly(_match)


def _match(unit: Unit) -> re.Match[str] | None:
    return None if unit.folder else _FILE.fullmatch(unit.name)


def hand_ins(layout: Layout, read: Read) -> Download:
    """One for each attempt."""
    attempts: dict[tuple[str, str], list[str]] = {}
    receipts: dict[str, re.Match[str]] = {}
    problems: list[str] = []
    for unit in layout.units.values():
        match = _match(unit)
        if match is None:
            problems.append(no_hand_in(unit, NAME))
            continue
        files = attempts.setdefault((match["start"], match["when"]), [])
        if not match["receipt"]:
            files.extend(unit.paths)
        elif receipt := _receipt(unit.paths[0], match["start"], read):
            receipts[match["start"]] = receipt
    titles = {start.removesuffix(receipt["user"].strip()) for start, receipt in receipts.items()}
    found = []
    for (start, when), files in attempts.items():
        known = receipts.get(start)
        user, certain = (known["user"].strip(), True) if known else _user(start, titles)
        if not certain:
            problems.append(
                f"{shown(start)}: without its receipt (a .txt file) nobody knows where the user name begins; {shown(user)} is taken."
            )
        found.append(
            HandIn(
                plain(user),
                tuple(files),
                name=(plain(known["name"]) or None) if known else None,
                submitted=read_stamp(when),
                submitted_text=when,
            )
        )
    return Download(NAME, tuple(found), tuple(problems))


def _receipt(path: str, start: str, read: Read) -> re.Match[str] | None:
    """The first line of a receipt, if it is about the user in the file's own name."""
    try:
        match = _RECEIPT.match(read(path).decode("utf-8-sig", "replace"))
    except UnreadableError:
        return None
    return match if match and start.endswith("_" + match["user"].strip()) else None


def _user(start: str, titles: set[str]) -> tuple[str, bool]:
    """The user's name in `title_user`, and whether there is no other way to read it."""
    for title in titles:
        if start.startswith(title) and len(start) > len(title):
            return start.removeprefix(title), True
    before, _, user = start.rpartition("_")
    return user, "_" not in before
