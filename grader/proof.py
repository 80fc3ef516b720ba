"""Proof of an assignment: its references are right, its sheet holds no answer, its rubric prices real mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.grading import grade_submission
from grader.locate import Piece
from grader.result import Status
from grader.sheets import sheets_of
from grader.submission import one_file
from grader.symbolic.formulas.answer import check_equations, told
from grader.symbolic.reading.lexer import ReadError, caret
from grader.symbolic.reading.reader import read
from grader.symbolic.truth.exact import proves

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.result import ExerciseResult
    from grader.schema import Exercise

_SECRET = b"any secret will do: nothing here depends on hidden inputs"


def prove_assignment(assignment: Assignment) -> list[str]:
    """Everything that is wrong with an assignment, a sentence each; empty if it is proved."""
    if keyless := list(_without_key(assignment)):
        return keyless
    if unreadable := list(_unread(assignment)):
        return unreadable
    return [
        *sheet_problems(assignment),
        *(
            problem
            for exercise in assignment.exercises
            for problem in _reference_problems(exercise, assignment)
        ),
        *_check_problems(assignment),
        *_solution_problems(assignment),
    ]


def _without_key(assignment: Assignment) -> Iterator[str]:
    for exercise in assignment.exercises:
        if absent := [equation.asks for equation in exercise.equations if not equation.reference]:
            yield (
                f"exercise {exercise.id}: there is no reference for {', '.join(absent)}, so nothing can be proved; "
                "the copy that students get has none: check the assignment that it was made from"
            )


def _unread(assignment: Assignment) -> Iterator[str]:
    """Formulas of an assignment that our own reader does not understand."""
    for place, text in _formulas(assignment):
        try:
            read(text)
        except ReadError as error:
            yield f"{place}: {text} cannot be read:\n{caret(text, error)}"


def _formulas(assignment: Assignment) -> Iterator[tuple[str, str]]:
    """Every formula that answers are judged by, with the place where it stands."""
    for name, world in assignment.spec.worlds.items():
        for pair in world.names.items():
            yield from ((f"world {name}", text) for text in pair)
    for exercise in assignment.exercises:
        sides = [side for equation in exercise.equations for side in (equation.asks, equation.reference)]
        ways = [text for fact in exercise.facts for way in fact.ways for text in way.equals]
        yield from ((f"exercise {exercise.id}", text) for text in (*sides, *ways))


def sheet_problems(assignment: Assignment) -> Iterator[str]:
    """The untouched sheet must show every exercise and earn nothing."""
    results = _grade(assignment, assignment.sheet_path)
    prompts = sheets_of(assignment).sheet.prompts
    for exercise in assignment.exercises:
        result = results[exercise.id]
        displays = "\n\n".join(f"$${display}$$" for display in prompts[exercise.heading].displays)
        world = assignment.spec.worlds.get(exercise.world or "")
        if world is not None and (said := told(exercise, world, [Piece(0, displays)])):
            yield f"exercise {exercise.id}: the sheet says what {' and '.join(said)} is"
        if result.status is not Status.MISSING and not exercise.in_sheet:
            yield f"exercise {exercise.id}: the untouched sheet is graded {result.status.value}, not missing"


def _reference_problems(exercise: Exercise, assignment: Assignment) -> Iterator[str]:
    """Each reference must be true in the worlds, and all together must score full marks."""
    if not exercise.equations:
        return
    world = assignment.spec.worlds[str(exercise.world)]
    text = "\n\n".join(f"$${equation.asks} = {equation.reference}$$" for equation in exercise.equations)
    if world.output == "activation":
        for equation in exercise.equations:
            left, right = (read(side)[0].expression for side in (equation.asks, equation.reference))
            if not proves(left, right, layers=min(world.layers, 4), layer=2 if world.layer else None):
                yield f"exercise {exercise.id}: {equation.asks} = {equation.reference} cannot be proved"
    verdict = check_equations(exercise, world, [Piece(0, text)])
    if verdict.status is not Status.CORRECT or verdict.findings:
        codes = ", ".join(finding.code for finding in verdict.findings)
        yield f"exercise {exercise.id}: the references score {verdict.status.value} ({verdict.cause or codes})"


def _check_problems(assignment: Assignment) -> Iterator[str]:
    """Each check that a function names must exist."""
    from grader.numeric import CHECKS  # noqa: PLC0415 - week 1 needs none

    for exercise in assignment.exercises:
        for function in exercise.functions:
            if function.check is not None and function.check not in CHECKS:
                yield f"exercise {exercise.id}: no check {function.check!r}; there is {', '.join(sorted(CHECKS))}"


def _solution_problems(assignment: Assignment) -> Iterator[str]:
    """The solution, where there is one, must be right wherever the grader decides by itself."""
    if assignment.solution_path is None:
        if any(function.check for exercise in assignment.exercises for function in exercise.functions):
            yield "there are functions with checks, but no solution notebook that proves the checks"
        return
    for exercise_id, result in _grade(assignment, assignment.solution_path).items():
        left_out = result.optional and result.status is Status.MISSING
        if result.status not in {Status.CORRECT, Status.REVIEW} and not left_out:
            causes = [result.cause or "", *(finding.message for finding in result.findings)]
            why = " ".join(cause for cause in causes if cause)
            yield f"exercise {exercise_id}: the solution is graded {result.status.value}: {why}"


def _grade(assignment: Assignment, path: Path) -> dict[str, ExerciseResult]:
    result = grade_submission(one_file(path), assignment, sheets_of(assignment), secret=_SECRET)
    return {exercise.id: exercise for exercise in result.exercises}
