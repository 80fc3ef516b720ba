"""What students may see of the solution, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.assignment import load_assignment
from grader.locate import locate
from grader.notebook import read_notebook
from grader.sheets import sheets_of
from grader.showing import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from grader.assignment import Assignment
    from grader.result import Result


def solutions(assignment: Assignment, today: date) -> Mapping[str, str]:
    """The solution of each exercise that has one, as answers are shown: code for functions, else Markdown.

    Empty before the day that the assignment names, and for one that names none.
    """
    after = assignment.spec.solution_after
    if after is None or today < after:
        return {}
    found = {
        exercise.id: "\n\n".join(
            f"$${equation.asks} = {equation.reference}$$" for equation in exercise.equations
        )
        for exercise in assignment.exercises
    }
    if assignment.solution_path is not None:
        answers = locate(
            read_notebook(assignment.solution_path), sheets_of(assignment).sheet, assignment.exercises
        )
        found |= {exercise.id: shown(answers[exercise.id], exercise) for exercise in assignment.exercises}
    return {name: text for name, text in found.items() if text.strip()}


def solutions_for(results: Iterable[Result], name: str | None, today: date) -> Mapping[str, str]:
    """The solutions that belong on the pages of a class, as `solutions`; its assignment is read where a page shows any.

    Args:
        results: those of the class.
        name: the assignment, where it is not found by the name in the results.
        today: the day on which the pages are made.

    Raises:
        AssignmentError: pages show solutions, and the assignment is not found.

    """
    for result in results:
        if result.status == "graded":
            if result.solution_after is None or today < result.solution_after:
                return {}
            return solutions(load_assignment(name or result.assignment), today)
    return {}
