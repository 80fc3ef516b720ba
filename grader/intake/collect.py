"""Whose is what: from the files of a class to one hand-in for each person or group.

What cannot be told for certain is not guessed: which of several attempts is the newest, or whether a folder is a student.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.intake.keys import unique_keys
from grader.intake.names import is_notebook, shown, stem
from grader.lms.downloads import read_download
from grader.lms.downloads.hand_in import HandIn, plain
from grader.lms.roster import squashed
from grader.notebook import UnreadableError
from grader.submission import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.intake.tree import Tree
    from grader.lms.roster import Person, Roster

_OF_PLATFORM = 64 * 2**20
"""Bytes that are read of a file that a platform adds to a download."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A hand-in that counts, and the name of its result."""

    key: str
    hand_in: HandIn
    rivals: bool = False
    """Whether these are attempts of which nobody can tell the newest."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Whose is what in a class."""

    told: str
    """How the files were understood, in a sentence without its full stop."""
    hand_ins: tuple[Keyed, ...]
    """One for each person or group; its files are those that can be read, notebooks or not."""
    others: tuple[HandIn, ...]
    """Older attempts."""
    problems: tuple[str, ...]
    """Sentences for the teacher."""


def collect(tree: Tree, roster: Roster | None = None) -> Collection:
    """Find out whose the files are; with a roster, several names of one person are one.

    Raises:
        InputError: there is no notebook, and nothing from a learning platform.

    """
    entries = {entry.path: entry for entry in tree.entries}
    trusted = [*entries, *(refused.path for refused in tree.refused if refused.plain)]
    refusals = tuple(f"{shown(refused.path)}: {refused.reason}" for refused in tree.refused)

    def read(path: str) -> bytes:
        if path not in entries:
            raise UnreadableError("unreadable", "The file is refused.")
        return tree.read(entries[path], _OF_PLATFORM)

    download = read_download(trusted, read)
    if download is None:
        return _plain(tree, roster, refusals)
    # Whoever handed in what is refused is known all the same.
    hand_ins = [
        replace(hand_in, files=tuple(path for path in hand_in.files if path in entries))
        for hand_in in download.hand_ins
    ]
    if roster:
        hand_ins = [_with_group(hand_in, roster) for hand_in in hand_ins]
    newest, others, undecided = _newest(hand_ins, roster)
    counted = [*((one, False) for one in newest), *((_together(of), True) for of in undecided)]
    keys = unique_keys([(hand_in.who, hand_in.who) for hand_in, _ in counted])
    told = f"{download.lms} download: {_count(len(counted), 'hand-in')}"
    if others:
        told += f", {_count(len(others), 'older attempt')}"
    return Collection(
        told,
        tuple(Keyed(key, hand_in, rivals) for key, (hand_in, rivals) in zip(keys, counted, strict=True)),
        others,
        (
            *refusals,
            *download.problems,
            *_not_newest(undecided),
            *_without_notebook(newest),
            *_alike(newest),
            *_other_names(newest, roster),
        ),
    )


def _newest(
    hand_ins: Iterable[HandIn], roster: Roster | None
) -> tuple[list[HandIn], tuple[HandIn, ...], list[tuple[HandIn, ...]]]:
    """The newest attempt of everyone, the older ones, and the attempts among which nobody can tell."""
    attempts: dict[str, list[HandIn]] = {}
    for hand_in in hand_ins:
        person = roster.find(hand_in.who) if roster else None
        attempts.setdefault((person.id if person else hand_in.who).casefold(), []).append(hand_in)
    newest: list[HandIn] = []
    others: list[HandIn] = []
    undecided: list[tuple[HandIn, ...]] = []
    for of in attempts.values():
        if (last := _last(of)) is None:
            undecided.append(tuple(of))
        else:
            newest.append(last)
            others.extend(hand_in for hand_in in of if hand_in is not last)
    return newest, tuple(others), undecided


def _together(attempts: Sequence[HandIn]) -> HandIn:
    """All attempts as one hand-in, of no certain time."""
    files = tuple(path for hand_in in attempts for path in hand_in.files)
    return replace(attempts[0], files=files, submitted=None, submitted_text="", attempt=None)


def _last(attempts: Sequence[HandIn]) -> HandIn | None:
    """The newest by time; by number where no time is known; None where that decides nothing."""
    if len(attempts) == 1:
        return attempts[0]
    times = [hand_in.submitted for hand_in in attempts if hand_in.submitted is not None]
    numbers = [hand_in.attempt for hand_in in attempts if hand_in.attempt is not None]
    ranks: Sequence[object] = times or numbers
    if len(ranks) < len(attempts):
        return None
    best = max(times) if times else max(numbers)
    return attempts[ranks.index(best)] if ranks.count(best) == 1 else None


def _not_newest(undecided: Iterable[Sequence[HandIn]]) -> list[str]:
    return [
        f"{shown(of[0].who)}: nobody can tell which attempt is the newest ({_listed(_where(hand_in) for hand_in in of)}), so a person "
        "sees which one counts where their answers differ."
        for of in undecided
    ]


def _without_notebook(hand_ins: Iterable[HandIn]) -> list[str]:
    found = []
    for hand_in in hand_ins:
        if not any(map(is_notebook, hand_in.files)):
            there = (
                f"only {_listed(map(shown, hand_in.files))}" if hand_in.files else "no file that can be read"
            )
            found.append(f"{shown(hand_in.who)}: no notebook was handed in, {there}.")
    return found


def _with_group(hand_in: HandIn, roster: Roster) -> HandIn:
    """The hand-in as a group's, if a group of the roster has that name: some platforms write it like a person's."""
    members = roster.group(hand_in.name) if hand_in.name else ()
    if not members or not members[0].group or _agree(hand_in.name, roster.find(hand_in.who)):
        return hand_in
    return replace(hand_in, who=members[0].group, name=None, group=members[0].group)


def _other_names(hand_ins: Iterable[HandIn], roster: Roster | None) -> Iterator[str]:
    """Sentences about ids that belong to somebody of another name: a group's number may be a person's by chance."""
    for hand_in in hand_ins:
        person = roster.find(hand_in.who) if roster else None
        if person and person.name and hand_in.name and not _agree(hand_in.name, person):
            yield (
                f"{shown(hand_in.who)}: the download says {shown(hand_in.name)}, the roster {shown(person.name)}. "
                "See whose it is."
            )


def _agree(name: str | None, person: Person | None) -> bool:
    """Whether the names of a hand-in and of a person have a word in common."""
    if not name or not person or not person.name:
        return False
    return any(squashed(word) in squashed(name) for word in person.name.split() if len(squashed(word)) > 1)


def _alike(hand_ins: Iterable[HandIn]) -> list[str]:
    """Sentences about people of one name whom no id tells apart: they may be one person after all."""
    of: dict[str, list[HandIn]] = {}
    for hand_in in hand_ins:
        if hand_in.name and hand_in.who.startswith(f"{hand_in.name} ("):
            of.setdefault(hand_in.name, []).append(hand_in)
    return [
        f"{shown(name)}: {len(alike)} hand-ins of this name have different numbers, so they are graded as different people "
        f"({_listed(shown(hand_in.who) for hand_in in alike)})."
        for name, alike in of.items()
        if len(alike) > 1
    ]


def _plain(tree: Tree, roster: Roster | None, refusals: tuple[str, ...]) -> Collection:
    """Files of no platform: a notebook is one student's; whatever names a student of the roster is that student's."""
    paths = [entry.path for entry in tree.entries]
    notebooks = [path for path in paths if is_notebook(path)]
    if not notebooks:
        raise InputError(" ".join((f"{tree.name}: no notebook (*.ipynb) in it.", *refusals[:3])))
    owned: dict[str, list[str]] = {}
    alone: list[str] = []
    problems: list[str] = []
    for path in paths:
        owners = _owners(path, roster)
        if len(owners) == 1:
            owned.setdefault(owners[0], []).append(path)
        elif is_notebook(path):
            alone.append(path)
            if owners:
                problems.append(
                    f"{shown(path)}: this names {_listed(map(shown, owners))}, so nobody knows whose it is."
                )
    folders = _one_each(notebooks)
    hand_ins = [
        *(HandIn(who, tuple(files)) for who, files in owned.items()),
        *(HandIn(plain(path.split("/")[0] if folders else stem(path)), (path,)) for path in alone),
    ]
    keys = unique_keys([*((who, who) for who in owned), *((stem(path), path) for path in alone)])
    return Collection(
        _told(notebooks, len(hand_ins), roster, folders=folders),
        tuple(map(Keyed, keys, hand_ins)),
        (),
        (*refusals, *problems, *_without_notebook(hand_ins)),
    )


def _owners(path: str, roster: Roster | None) -> list[str]:
    """Ids of the students whom a folder's name or the file's is an id of."""
    if roster is None:
        return []
    found = (roster.find(part) for part in stem(path).split("/"))
    return list(dict.fromkeys(person.id for person in found if person))


def _one_each(notebooks: Sequence[str]) -> bool:
    """Whether each of several folders holds one notebook, always of one name: so the folder is the student.

    Folders with several notebooks are no students for certain: they may as well be groups of a class, or its weeks.
    """
    folders = [path.split("/")[0] for path in notebooks if "/" in path]
    files = {path.rpartition("/")[2].casefold() for path in notebooks}
    return len(notebooks) == len(set(folders)) > 1 == len(files)


def _told(notebooks: Sequence[str], hand_ins: int, roster: Roster | None, *, folders: bool) -> str:
    counted = _count(hand_ins, "hand-in")
    if roster is not None:
        return f"{_count(len(notebooks), 'notebook')}, {counted}: a folder or file named by an id of the roster is that student's"
    if folders:
        return f"{counted}: each folder is a student"
    told = f"{counted}: each notebook is a student's"
    tops = [path.split("/")[0] for path in notebooks if "/" in path]
    return (
        told
        if len(tops) == len(set(tops))
        else f"{told}; with a roster, a folder named by an id is that student"
    )


def _where(hand_in: HandIn) -> str:
    return shown(hand_in.submitted_text or (hand_in.files[0] if hand_in.files else "no file"))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
