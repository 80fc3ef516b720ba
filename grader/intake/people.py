"""Who is behind a hand-in, by the roster and by what the teacher says of those whom it does not know."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.lms.roster import Person, Roster, squashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.lms.downloads.hand_in import HandIn


@dataclass(frozen=True, slots=True)
class People:
    """The class: a roster, if there is one, and ids for what was handed in under other names."""

    roster: Roster | None = None
    ids: Mapping[str, str] = field(default_factory=dict)

    def find(self, who: str) -> str | None:
        """The id of the one person who is meant; None if that is not known."""
        meant = self.ids.get(who)
        person = self.roster.find(meant or who) if self.roster else None
        return person.id if person else meant

    def known(self, hand_in: HandIn) -> HandIn:
        """The hand-in under the id of the roster, or as a group's if one has that name: some platforms write it like a person's."""
        who = self.find(hand_in.who)
        person = self.roster.find(who or hand_in.who) if self.roster else None
        if hand_in.who in self.ids:
            # What the teacher says counts more than the name in the download.
            return replace(hand_in, who=str(who), name=person.name if person else None)
        if self.roster and hand_in.name and not (person and agree(hand_in.name, person)):
            group = next((member.group for member in self.roster.group(hand_in.name)), None)
            if group:
                return replace(hand_in, who=group, name=None, group=group)
        return replace(hand_in, who=person.id) if person else hand_in

    def students(self, hand_in: HandIn) -> tuple[Person, ...]:
        """Those of the roster whose hand-in this is."""
        if self.roster is None:
            return ()
        if hand_in.group and (group := self.roster.group(hand_in.group)):
            return group
        ids = [who for who, _ in hand_in.members] or [hand_in.who]
        found = [person for who in ids if (known := self.find(who)) and (person := self.roster.find(known))]
        return tuple(found)

    def unknown(self, hand_in: HandIn) -> tuple[str, ...]:
        """Whom of a hand-in the roster does not know; nobody where there is no roster."""
        if self.roster is None or len(self.students(hand_in)) >= max(1, len(hand_in.members)):
            return ()
        return tuple(who for who, _ in hand_in.members if self.find(who) is None) or (hand_in.who,)

    def missing(self, hand_ins: Iterable[HandIn]) -> tuple[Person, ...]:
        """Those of the roster of whom there is no hand-in."""
        there = {person.id for hand_in in hand_ins for person in self.students(hand_in)}
        everyone = self.roster.people if self.roster else ()
        return tuple(person for person in everyone if person.id not in there)


def agree(name: str, person: Person) -> bool:
    """Whether the name of a hand-in and that of a person have a word in common; they do if the roster has no names."""
    if not person.name:
        return True
    return any(squashed(word) in squashed(name) for word in person.name.split() if len(squashed(word)) > 1)
