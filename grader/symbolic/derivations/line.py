"""One line of a derivation, with what was found out about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from grader.symbolic.derivations.names import only_counts

if TYPE_CHECKING:
    from grader.symbolic.derivations.equation import Grounds, Move
    from grader.symbolic.reading.expression import Expression, Symbol

Status = Literal["true", "false", "definition", "unread", "start"]


@dataclass(frozen=True, slots=True)
class Line:
    """One member of a chain of equalities, or a formula that stands alone."""

    text: str
    cell: int
    status: Status
    """`start`: nothing is said that it equals."""
    inline: bool = False
    expression: Expression | None = None
    before: Expression | None = None
    """What it is said to be equal to."""
    move: Move | None = None
    """What was done to the line before, if it is not equal to it."""
    carried: bool = False
    """Whether it follows from a line before it that is false."""
    repairs: tuple[str, ...] = ()
    cause: str | None = None
    alone: bool = False
    """Whether it stands in no equality."""
    claimed: bool = False
    """Whether nothing in the sentence in which it stands restricts it."""
    mentioned: bool = False
    """Whether a sentence only mentions it, or says that it is to be shown: that shows nothing."""
    defines: Symbol | None = None
    """The name that it gives a meaning to."""
    grounds: Grounds | None = field(default=None, compare=False, repr=False)
    """What was known where it stands."""


def is_claim(line: Line) -> bool:
    """Whether an equality in a sentence says something about the network, unlike `N = 1` or `l = L - 1`."""
    sides = [side for side in (line.before, line.expression) if side is not None]
    return not all(only_counts(side) for side in sides)
