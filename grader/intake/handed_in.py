"""A class, ready to be graded: who handed in which files, how late, and who handed in nothing."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.intake.collect import collect
from grader.intake.names import is_notebook, shown
from grader.intake.tree import open_tree
from grader.lateness import lateness
from grader.notebook import MAX_BYTES, UnreadableError
from grader.report.class_record import ClassRecord, OtherAttempt
from grader.result import Finding, Late, Student
from grader.submission import File, Found, Submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.intake.collect import Collection, Keyed
    from grader.intake.tree import Tree
    from grader.lateness import LatePolicy
    from grader.lms.downloads.hand_in import HandIn
    from grader.lms.roster import Person, Roster


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The submissions of a class, not yet read, and what is known beside them."""

    found: tuple[Found, ...]
    record: ClassRecord


@contextmanager
def handed_in(
    path: Path, assignment: Assignment, roster: Roster | None = None, ids: Mapping[str, str] | None = None
) -> Iterator[HandedIn]:
    """Find the submissions in a folder, a zip or one notebook; they can be read inside the block.

    `ids` says who is meant by names that neither a platform nor the roster knows.

    Raises:
        InputError: there is nothing that could be graded, or the zip as a whole cannot be read.

    """
    with open_tree(path) as tree:
        yield _class(tree, collect(tree, roster, ids), assignment)


def _class(tree: Tree, collection: Collection, assignment: Assignment) -> HandedIn:
    older = Counter(hand_in.who for hand_in in collection.others)
    found = (_found(tree, keyed, older[keyed.hand_in.who], assignment) for keyed in collection.hand_ins)
    return HandedIn(
        tuple(found),
        ClassRecord(
            assignment=assignment.name,
            told=collection.told,
            missing=tuple(map(_student, collection.missing)),
            others=tuple(map(_other, collection.others)),
            problems=(*collection.problems, *_untimed(collection.hand_ins, assignment.spec.late)),
        ),
    )


def _student(person: Person) -> Student:
    return Student(id=person.id, name=person.name)


def _students(keyed: Keyed) -> tuple[Student, ...]:
    """Whose it is: by the roster, and by what the platform or the file's name says of those whom it does not know."""
    hand_in = keyed.hand_in
    members = hand_in.members or ((hand_in.who, hand_in.name),)
    unknown = [(who, name) for who, name in members if not keyed.students or who in keyed.unknown]
    return (*map(_student, keyed.students), *(Student(id=who, name=name) for who, name in unknown))


def _unknown(who: str) -> Finding:
    return Finding(
        code="unknown_student",
        message=f"{shown(who)} is not on the roster. Add a row to the file for --ids, or this group to the roster (column `group`).",
    )


def _found(tree: Tree, keyed: Keyed, older: int, assignment: Assignment) -> Found:
    def read() -> Submission:
        hand_in = keyed.hand_in
        return Submission(
            key=keyed.key,
            files=tuple(_file(tree, path) for path in hand_in.files if is_notebook(path)),
            students=_students(keyed),
            attempt=hand_in.attempt or 1 + older,
            submitted=_iso(hand_in.submitted, assignment.spec.late),
            late=_late(keyed, assignment),
            findings=tuple(map(_unknown, keyed.unknown)),
            rivals=keyed.rivals,
        )

    return Found(keyed.key, read)


def _file(tree: Tree, path: str) -> File:
    try:
        return File(path, tree.source.read(path, MAX_BYTES))
    except UnreadableError as error:
        return File(path, error.finding)


def _late(keyed: Keyed, assignment: Assignment) -> Late:
    policy, submitted = assignment.spec.late, keyed.hand_in.submitted
    if policy is None or submitted is None:
        return Late()
    extensions = (person.extension for person in keyed.students if person.extension is not None)
    # A group has the time of the first member who was given more.
    return lateness(submitted, policy, assignment.max_points, next(extensions, None))


def _iso(submitted: datetime | None, policy: LatePolicy | None) -> str | None:
    if submitted is None:
        return None
    return (submitted if policy is None else policy.local(submitted)).isoformat()


def _other(hand_in: HandIn) -> OtherAttempt:
    return OtherAttempt(student=hand_in.who, submitted=_iso(hand_in.submitted, None), files=hand_in.files)


def _untimed(hand_ins: Iterable[Keyed], policy: LatePolicy | None) -> Iterator[str]:
    """Who is late as the platform says, but nobody knows by how much."""
    for keyed in hand_ins:
        if policy is not None and keyed.hand_in.late and keyed.hand_in.submitted is None:
            yield f"{shown(keyed.hand_in.who)}: late, says the platform, which tells no time: no penalty is taken."
