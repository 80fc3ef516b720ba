"""Which of somebody's attempts counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.lms.downloads.hand_in import HandIn


@dataclass(frozen=True, slots=True)
class Attempts:
    """Everyone's newest attempt, the older ones, and those among which nobody can tell."""

    newest: tuple[HandIn, ...]
    older: tuple[HandIn, ...]
    undecided: tuple[tuple[HandIn, ...], ...]

    @property
    def counted(self) -> tuple[HandIn, ...]:
        """One for each person or group: the newest ones, then those of which nobody can tell, with all their files."""
        return (*self.newest, *map(_together, self.undecided))


def sort_out(hand_ins: Iterable[HandIn]) -> Attempts:
    """The newest by time for each `who`; several of one person are numbered from 1."""
    of: dict[str, list[HandIn]] = {}
    for hand_in in hand_ins:
        of.setdefault(hand_in.who.casefold(), []).append(hand_in)
    newest: list[HandIn] = []
    older: list[HandIn] = []
    undecided: list[tuple[HandIn, ...]] = []
    for attempts in of.values():
        if len(attempts) == 1:
            newest += attempts
        elif ordered := _ordered(attempts):
            newest.append(ordered[-1])
            older += ordered[:-1]
        else:
            undecided.append(tuple(attempts))
    return Attempts(tuple(newest), tuple(older), tuple(undecided))


def _ordered(attempts: Sequence[HandIn]) -> list[HandIn] | None:
    """The attempts by time; None if a time is missing or two are the newest."""
    timed = [(hand_in.submitted, hand_in) for hand_in in attempts if hand_in.submitted is not None]
    timed.sort(key=itemgetter(0))
    if len(timed) < len(attempts) or timed[-1][0] == timed[-2][0]:
        return None
    return [replace(hand_in, attempt=number) for number, (_, hand_in) in enumerate(timed, start=1)]


def _together(attempts: Sequence[HandIn]) -> HandIn:
    """Attempts as one hand-in, of no certain time."""
    files = tuple(path for hand_in in attempts for path in hand_in.files)
    return replace(attempts[0], files=files, submitted=None, submitted_text="", attempt=None)
