"""What the tests of formulas share: the assignment, and one call that checks one text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from grader.assignment import Assignment, load_assignment
from grader.locate import Piece
from grader.schema import Equation, Exercise
from grader.symbolic.derivations.check import check_derivation
from grader.symbolic.formulas.answer import check_equations
from grader.symbolic.reading.reader import read

if TYPE_CHECKING:
    from grader.result import Verdict


@lru_cache
def week1() -> Assignment:
    return load_assignment("week1")


def verdict(exercise_id: str, text: str, *more: str) -> Verdict:
    """The verdict on an answer; every text is a cell of its own."""
    exercise = week1().exercise(exercise_id)
    worlds = [week1().spec.worlds[name] for name in exercise.all_worlds]
    pieces = [Piece(cell, piece) for cell, piece in enumerate((text, *more))]
    if exercise.kind == "derivation":
        return check_derivation(exercise, worlds, pieces)
    return check_equations(exercise, worlds[0], pieces)


def fact(asks: str, text: str, world: str = "deep") -> Verdict:
    """The verdict on a statement that no exercise asks for."""
    equation = Equation(asks=asks, reference=text)
    exercise = Exercise(id="x", kind="equations", title="A fact", world=world, equations=(equation,))
    return check_equations(exercise, week1().spec.worlds[world], [Piece(0, f"$${asks} = {text}$$")])


def codes(found: Verdict) -> list[str]:
    return sorted(finding.code for finding in found.findings)


def same(one: str, other: str) -> bool:
    """Whether two spellings are read as the same expression."""
    return read(one)[0].expression == read(other)[0].expression
