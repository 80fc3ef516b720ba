"""A class, ready to be graded: who handed in which files, how late, and who handed in nothing."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.intake.collect import collect
from grader.intake.keys import unique_keys
from grader.intake.names import is_notebook, shown
from grader.intake.tree import open_tree
from grader.lateness import lateness
from grader.notebook import MAX_BYTES, UnreadableError
from grader.report.class_record import ClassRecord, OtherAttempt
from grader.result import Finding, Late, Student
from grader.submission import File, Found, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.intake.collect import Collection, Keyed
    from grader.intake.tree import Tree
    from grader.lateness import LatePolicy
    from grader.lms.downloads.hand_in import HandIn
    from grader.lms.roster import Roster


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The submissions of a class, not yet read, and what is known beside them."""

    found: tuple[Found, ...]
    record: ClassRecord


@contextmanager
def handed_in(path: Path, assignment: Assignment, roster: Roster | None = None) -> Iterator[HandedIn]:
    """Find the submissions in a folder, a zip or one notebook; they can be read inside the block.

    Raises:
        InputError: there is nothing that could be graded, or the zip as a whole cannot be read.

    """
    with open_tree(path) as tree:
        yield _class(tree, collect(tree, roster), assignment, roster)


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose a hand-in is."""

    students: tuple[Student, ...]
    key: str
    """What the name of the result is made from."""
    extension: timedelta | datetime | None = None
    findings: tuple[Finding, ...] = ()


def _class(tree: Tree, collection: Collection, assignment: Assignment, roster: Roster | None) -> HandedIn:
    hand_ins = [keyed.hand_in for keyed in collection.hand_ins]
    owners = [_owner(keyed.hand_in, keyed.key, roster) for keyed in collection.hand_ins]
    keys = unique_keys([(owner.key, hand_in.who) for owner, hand_in in zip(owners, hand_ins, strict=True)])
    older = Counter(hand_in.who for hand_in in collection.others)
    found = []
    for key, owner, keyed in zip(keys, owners, collection.hand_ins, strict=True):
        late = _late(keyed.hand_in, owner, assignment)
        found.append(_found(tree, key, owner, keyed, older[keyed.hand_in.who], late, assignment.spec.late))
    present = Counter(student.id for owner in owners for student in owner.students)
    return HandedIn(
        tuple(found),
        ClassRecord(
            assignment=assignment.name,
            told=(f"{collection.told}.",),
            missing=tuple(
                Student(id=person.id, name=person.name)
                for person in (roster.people if roster else ())
                if person.id not in present
            ),
            others=tuple(map(_other, collection.others)),
            problems=(
                *collection.problems,
                *_more_than_once(present),
                *_untimed(hand_ins, assignment.spec.late),
            ),
        ),
    )


def _owner(hand_in: HandIn, key: str, roster: Roster | None) -> _Owner:
    """Whose it is: by the roster where there is one, else by what the platform or the file's name says."""
    members = hand_in.members or ((hand_in.who, hand_in.name),)
    if roster is None:
        return _Owner(tuple(Student(id=known, name=name) for known, name in members), key)
    if hand_in.group and not hand_in.members and (group := roster.group(hand_in.group)):
        people, unknown = list(group), []
    else:
        found = [(known, name, roster.find(known)) for known, name in members]
        people = [person for _, _, person in found if person]
        unknown = [Student(id=known, name=name) for known, name, person in found if not person]
    students = (*(Student(id=person.id, name=person.name) for person in people), *unknown)
    extensions = [person.extension for person in people if person.extension is not None]
    return _Owner(
        students,
        students[0].id if len(students) == 1 and not unknown else key,
        # A group has the time of the first member who was given more.
        extensions[0] if extensions else None,
        tuple(map(_unknown, unknown)),
    )


def _unknown(student: Student) -> Finding:
    return Finding(
        code="unknown_student",
        message=f"{shown(student.id)} is not on the roster. Add a row to the file for --ids, or this group to the roster (column `group`).",
    )


def _found(
    tree: Tree, key: str, owner: _Owner, keyed: Keyed, older: int, late: Late, policy: LatePolicy | None
) -> Found:
    hand_in = keyed.hand_in

    def read() -> Submission:
        return Submission(
            key=key,
            files=tuple(_file(tree, path) for path in hand_in.files if is_notebook(path)),
            students=owner.students,
            attempt=hand_in.attempt or 1 + older,
            submitted=_iso(hand_in.submitted, policy),
            late=late,
            findings=owner.findings,
            rivals=keyed.rivals,
        )

    return Found(key, read)


def _file(tree: Tree, path: str) -> File:
    try:
        return File(path, tree.source.read(path, MAX_BYTES))
    except UnreadableError as error:
        return File(path, error.finding)


def _late(hand_in: HandIn, owner: _Owner, assignment: Assignment) -> Late:
    policy = assignment.spec.late
    if policy is None or hand_in.submitted is None:
        return Late()
    return lateness(hand_in.submitted, policy, assignment.max_points, owner.extension)


def _iso(submitted: datetime | None, policy: LatePolicy | None) -> str | None:
    if submitted is None:
        return None
    return (submitted if policy is None else policy.local(submitted)).isoformat()


def _other(hand_in: HandIn) -> OtherAttempt:
    return OtherAttempt(student=hand_in.who, submitted=_iso(hand_in.submitted, None), files=hand_in.files)


def _more_than_once(present: Counter[str]) -> Iterator[str]:
    for student, count in present.items():
        if count > 1:
            yield f"{shown(student)}: handed in {count} times, alone or in groups; each is graded."


def _untimed(hand_ins: list[HandIn], policy: LatePolicy | None) -> Iterator[str]:
    """Who is late as the platform says, but nobody knows by how much."""
    for hand_in in hand_ins:
        if policy is not None and hand_in.late and hand_in.submitted is None:
            yield f"{shown(hand_in.who)}: late, says the platform, which tells no time: no penalty is taken."
