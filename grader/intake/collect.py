"""Whose is what: from the files of a class to one hand-in for each person or group.

What cannot be told for certain is not guessed: which of several attempts is the newest, or whether a folder is a student.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.intake.attempts import Attempts, sort_out
from grader.intake.keys import unique_keys
from grader.intake.names import is_notebook, shown, stem
from grader.intake.people import People
from grader.intake.remarks import listed, remarks, unused
from grader.lms.downloads import read_download
from grader.lms.downloads.hand_in import HandIn, plain
from grader.notebook import UnreadableError
from grader.submission import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.intake.tree import Tree
    from grader.lms.roster import Person, Roster

_OF_PLATFORM = 64 * 2**20
"""Bytes that are read of a file that a platform adds to a download."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A hand-in that counts, and the name of its result."""

    key: str
    hand_in: HandIn
    students: tuple[Person, ...] = ()
    """Those of the roster whose it is."""
    unknown: tuple[str, ...] = ()
    """Whom the roster does not know."""
    rivals: bool = False
    """Whether its files are attempts of which nobody can tell the newest."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Whose is what in a class."""

    told: tuple[str, ...]
    """How the files were understood, sentences."""
    hand_ins: tuple[Keyed, ...]
    """One for each person or group; its files are those that can be read, notebooks or not."""
    others: tuple[HandIn, ...]
    """Older attempts."""
    missing: tuple[Person, ...]
    """Who is in the roster and handed in nothing."""
    problems: tuple[str, ...]
    """Sentences for the teacher."""


def collect(tree: Tree, roster: Roster | None = None, ids: Mapping[str, str] | None = None) -> Collection:
    """Find out whose the files are.

    With a roster, several names of one person are one, and `who` is the id there. `ids` says who is meant by what
    neither a platform nor the roster names.

    Raises:
        InputError: there is no notebook, and nothing from a learning platform.

    """
    people = People(roster, ids or {})
    entries = {entry.path: entry for entry in tree.entries}
    trusted = [*entries, *(refused.path for refused in tree.refused if refused.plain)]
    refusals = [f"{shown(refused.path)}: {refused.reason}" for refused in tree.refused]

    def read(path: str) -> bytes:
        if path not in entries:
            raise UnreadableError("unreadable", "The file is refused.")
        return tree.read(entries[path], _OF_PLATFORM)

    download = read_download(trusted, read)
    if download is None:
        if not any(map(is_notebook, entries)):
            raise InputError(" ".join((f"{tree.name}: no notebook (*.ipynb) in it.", *refusals[:3])))
        return _plain(list(entries), people, refusals)
    # Whoever handed in what is refused is known all the same.
    attempts = sort_out(
        people.known(replace(hand_in, files=tuple(path for path in hand_in.files if path in entries)))
        for hand_in in download.hand_ins
    )
    told = f"{download.lms} download: {_count(len(attempts.counted), 'hand-in')}"
    if attempts.older:
        told += f", {_count(len(attempts.older), 'older attempt')}"
    keys = unique_keys([(hand_in.who, hand_in.who) for hand_in in attempts.counted])
    names = {who for hand_in in download.hand_ins for who in (hand_in.who, *dict(hand_in.members))}
    return _collection(
        [f"{told}.", *unused(people.ids, names)], keys, attempts, people, [*refusals, *download.problems]
    )


def _collection(
    told: Sequence[str], keys: Sequence[str], attempts: Attempts, people: People, problems: Sequence[str]
) -> Collection:
    certain = len(attempts.newest)
    return Collection(
        tuple(told),
        tuple(
            Keyed(key, hand_in, people.students(hand_in), people.unknown(hand_in), rivals=at >= certain)
            for at, (key, hand_in) in enumerate(zip(keys, attempts.counted, strict=True))
        ),
        attempts.older,
        people.missing(attempts.counted),
        (*problems, *remarks(attempts, people)),
    )


def _plain(paths: Sequence[str], people: People, problems: Sequence[str]) -> Collection:
    """Files of no platform: a notebook is one student's; whatever names a student of the roster is that student's."""
    notebooks = [path for path in paths if is_notebook(path)]
    owned: dict[str, list[str]] = {}
    alone: list[str] = []
    torn: list[str] = []
    for path in paths:
        owners = _owners(path, people)
        if len(owners) == 1:
            owned.setdefault(owners[0], []).append(path)
        elif is_notebook(path):
            alone.append(path)
            if owners:
                torn.append(f"{shown(path)}: this names {listed(owners)}, so nobody knows whose it is.")
    folders = _one_each(notebooks)
    names = {name for path in paths for whole in [plain(stem(path))] for name in (whole, *whole.split("/"))}
    hand_ins = [
        *(HandIn(who, tuple(files)) for who, files in owned.items()),
        *(HandIn(plain(path.split("/")[0] if folders else stem(path)), (path,)) for path in alone),
    ]
    keys = unique_keys([*((who, who) for who in owned), *((stem(path), path) for path in alone)])
    return _collection(
        [f"{_told(notebooks, len(hand_ins), people, folders=folders)}.", *unused(people.ids, names)],
        keys,
        Attempts(tuple(hand_ins), (), ()),
        people,
        [*problems, *torn],
    )


def _owners(path: str, people: People) -> list[str]:
    """Ids of the students whom the path, a folder's name or the file's is known to mean."""
    whole = plain(stem(path))
    parts = [whole] if whole in people.ids else whole.split("/")
    return list(dict.fromkeys(who for part in parts if (who := people.find(part))))


def _one_each(notebooks: Sequence[str]) -> bool:
    """Whether each of several folders holds one notebook, always of one name: so the folder is the student.

    Folders with several notebooks are no students for certain: they may as well be groups of a class, or its weeks.
    """
    folders = [path.split("/")[0] for path in notebooks if "/" in path]
    files = {path.rpartition("/")[2].casefold() for path in notebooks}
    return len(notebooks) == len(set(folders)) > 1 == len(files)


def _told(notebooks: Sequence[str], hand_ins: int, people: People, *, folders: bool) -> str:
    counted = _count(hand_ins, "hand-in")
    if people.roster is not None:
        return f"{_count(len(notebooks), 'notebook')}, {counted}: a folder or file named by an id of the roster is that student's"
    if folders:
        return f"{counted}: each folder is a student"
    if hand_ins == 1:
        return counted
    told = f"{counted}: each notebook is a student's"
    tops = [path.split("/")[0] for path in notebooks if "/" in path]
    return (
        told
        if len(tops) == len(set(tops))
        else f"{told}; with a roster, a folder named by an id is that student"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
