"""The sheets of an assignment and of those beside it: what students got, and which lab a notebook belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.assignment import sibling_sheets
from grader.locate import Sheet
from grader.notebook import Notebook, UnreadableError, read_notebook
from grader.resemblance import mistaken_for, own_words

if TYPE_CHECKING:
    from grader.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Sheets:
    """What students got, of this assignment and of those beside it."""

    notebook: Notebook
    sheet: Sheet
    siblings: dict[str, Notebook]
    own_words: dict[str, frozenset[str]]
    """Of each sibling: those that no other one has."""
    earlier: tuple[Notebook, ...] = ()


@lru_cache(maxsize=8)
def sheets_of(assignment: Assignment) -> Sheets:
    """The sheets of an assignment, read once."""
    notebook = read_notebook(assignment.sheet_path)
    earlier = tuple(read_notebook(path) for path in assignment.earlier_sheets)
    sheet = Sheet([notebook, *earlier], assignment.exercises, assignment.spec.sections)
    siblings = {name: read_notebook(path) for name, path in sibling_sheets(assignment).items()}
    return Sheets(notebook, sheet, siblings, own_words(siblings), earlier)


def refuse_other_assignment(notebook: Notebook, assignment: Assignment, sheets: Sheets) -> None:
    """Refuse a notebook that is clearly another lab's: its exercises have the same letters.

    Raises:
        UnreadableError: with code `other_assignment`.

    """
    other = mistaken_for(notebook, assignment.name, sheets.own_words)
    if other is not None:
        message = (
            f"This is a hand-in for {other}, not for {assignment.name}. "
            f"Hand in the other notebook, or grade this one with --assignment {other}."
        )
        raise UnreadableError("other_assignment", message)
