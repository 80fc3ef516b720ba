"""The one place where these tests meet the grader."""

from __future__ import annotations

from functools import lru_cache

from grader.assignment import load_assignment
from grader.symbolic.derivations.check import grounds_of
from grader.symbolic.derivations.equation import Grounds, judge
from grader.symbolic.derivations.slips import name_slip
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.reader import read
from grader.symbolic.reading.statements import read_chains


@lru_cache
def _grounds(exercise: str) -> Grounds:
    week1 = load_assignment("week1")
    return grounds_of(week1.spec.worlds[str(week1.exercise(exercise).world)])


def outcome(setting: str, latex: str) -> str:
    """What the grader says about one display `left = right`: "true", "false" or "unread"."""
    chains = read_chains(f"$${latex}$$")
    if len(chains) != 1 or len(chains[0].members) != 2:
        return "unread"
    left, right = chains[0].members
    return judge(left.text, right.text, _grounds(setting)).outcome


def name_of_slip(setting: str, before: str, line: str) -> tuple[str, ...] | None:
    """The codes of the slip in going on from one line to the next; none without a name, None for what is not read."""
    try:
        left, right = (read(side)[0].expression for side in (before, line))
    except ReadError:
        return None
    slip = name_slip(left, right, _grounds(setting))
    return () if slip is None else slip.codes
