"""What a teacher has to be told about the hand-ins of a class: sentences that begin with whom or what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.intake.names import is_notebook, shown
from grader.intake.people import agree

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from grader.intake.attempts import Attempts
    from grader.intake.people import People
    from grader.lms.downloads.hand_in import HandIn


def remarks(attempts: Attempts, people: People) -> Iterator[str]:
    """Everything that may be wrong, one sentence each."""
    yield from _undecided(attempts.undecided)
    yield from _without_notebook(attempts.newest)
    yield from _of_one_name(attempts.newest)
    if people.roster:
        yield from _of_other_names(attempts.counted, people)
        yield from _twice(attempts.counted, people)


def unused(ids: Iterable[str], names: Container[str]) -> Iterator[str]:
    """Entries of the list of ids that are about nobody's hand-in: a name may be misspelt, or the list a whole course's."""
    if left := [name for name in ids if name not in names]:
        yield f"The list of ids: nothing was handed in as {listed(left)}."


def listed(names: Iterable[str]) -> str:
    return ", ".join(map(shown, names))


def _undecided(undecided: Iterable[Sequence[HandIn]]) -> Iterator[str]:
    for of in undecided:
        where = (
            hand_in.submitted_text or (hand_in.files[0] if hand_in.files else "no file") for hand_in in of
        )
        yield (
            f"{shown(of[0].who)}: nobody can tell which attempt is the newest ({listed(where)}), so a person sees "
            "which one counts where their answers differ."
        )


def _without_notebook(hand_ins: Iterable[HandIn]) -> Iterator[str]:
    for hand_in in hand_ins:
        if not any(map(is_notebook, hand_in.files)):
            there = f"only {listed(hand_in.files)}" if hand_in.files else "no file that can be read"
            yield f"{shown(hand_in.who)}: no notebook was handed in, {there}."


def _of_one_name(hand_ins: Iterable[HandIn]) -> Iterator[str]:
    """People whom no id tells apart: they may be one person after all."""
    of: dict[str, list[str]] = {}
    for hand_in in hand_ins:
        if hand_in.name and hand_in.who.startswith(f"{hand_in.name} ("):
            of.setdefault(hand_in.name, []).append(hand_in.who)
    for name, alike in of.items():
        if len(alike) > 1:
            yield (
                f"{shown(name)}: {len(alike)} hand-ins of this name have different numbers, so they are graded as different "
                f"people ({listed(alike)})."
            )


def _of_other_names(hand_ins: Iterable[HandIn], people: People) -> Iterator[str]:
    """Ids that belong to somebody of another name: a group's number may be a person's by chance."""
    for hand_in in hand_ins:
        name = hand_in.name
        for person in people.students(hand_in):
            if name and person.name and not agree(name, person):
                yield (
                    f"{shown(hand_in.who)}: the download says {shown(name)}, the roster {shown(person.name)}. "
                    "See whose it is."
                )


def _twice(hand_ins: Iterable[HandIn], people: People) -> Iterator[str]:
    of: dict[str, list[str]] = {}
    for hand_in in hand_ins:
        for person in people.students(hand_in):
            of.setdefault(person.id, []).append(hand_in.who)
    for who, several in of.items():
        if len(several) > 1:
            yield f"{shown(who)}: {len(several)} hand-ins are this student's ({listed(several)}). Keep one of them."
