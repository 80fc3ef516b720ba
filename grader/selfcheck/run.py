"""One notebook from file to what its student is told: graded as a hand-in is, and shown at the assignment's hint level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader import __version__
from grader.assignment import AssignmentError, load_assignment
from grader.exit_codes import ExitCode
from grader.grading import grade_submission
from grader.notebook import UnreadableError, parse_notebook
from grader.report.hints import for_student
from grader.result import Environment, Finding, Result, Status, SubmissionInfo
from grader.scoring import total
from grader.selfcheck.belonging import assignment_of
from grader.sheets import sheets_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.submission import Submission

SECRET = b"grader check: known to everybody, so that it tells nothing of the inputs that grading draws"
"""The same everywhere: the same answer is told the same thing, however often it is checked."""


def assignment_for(path: Path, name: str | None, submission: Submission) -> Assignment:
    """The assignment of that name, else the one that the notebook belongs to.

    Raises:
        AssignmentError: there is none, or nobody can tell.
        UnreadableError: the notebook cannot be read, so nobody can tell.

    """
    if name is not None:
        return load_assignment(name)
    (file,) = submission.files
    if isinstance(file.content, Finding):
        raise UnreadableError(file.content.code, file.content.message)
    return assignment_of(path, parse_notebook(file.content))


def check_submission(submission: Submission, assignment: Assignment, only: Collection[str] = ()) -> Result:
    """What the student is told.

    Args:
        submission: one notebook.
        assignment: what it answers; what runs its code is there.
        only: ids of exercises, each told with its parts; without any all are.

    Raises:
        AssignmentError: there is no such exercise.

    """
    chosen = chosen_exercises(assignment, only)
    result = grade_submission(submission, assignment, sheets_of(assignment), secret=SECRET)
    return for_student(of_exercises(result, chosen))


def chosen_exercises(assignment: Assignment, only: Collection[str]) -> tuple[str, ...]:
    """Ids of the exercises that are named, and of their parts; of all, where none is named.

    Raises:
        AssignmentError: there is no such exercise.

    """
    ids = [exercise.id for exercise in assignment.exercises]
    asked = {name.strip().casefold() for name in only}
    if unknown := sorted(asked.difference(name.casefold() for name in ids)):
        raise AssignmentError(
            f"{assignment.name} has no exercise {', '.join(unknown)}; there is {', '.join(ids)}"
        )
    return tuple(
        exercise.id
        for exercise in assignment.exercises
        if not asked or not asked.isdisjoint({exercise.id.casefold(), (exercise.part_of or "").casefold()})
    )


def of_exercises(result: Result, chosen: Collection[str]) -> Result:
    """The result of some exercises alone, with their totals."""
    if result.status != "graded":
        return result
    exercises = tuple(exercise for exercise in result.exercises if exercise.id in chosen)
    points, decided, pending = total(exercises)
    return result.model_copy(
        update={
            "exercises": exercises,
            "points": points,
            "points_decided": decided,
            "points_pending": pending,
            "max_points": sum(exercise.max_points for exercise in exercises),
        }
    )


def exit_code(result: Result) -> ExitCode:
    """What the check comes to: whether all that is checked now is full."""
    if result.status == "unreadable":
        return ExitCode.INPUT
    if any(exercise.status is Status.ERROR for exercise in result.exercises):
        return ExitCode.INTERNAL
    lacking = {Status.PARTIAL, Status.WRONG, Status.MISSING}
    failed = any(
        exercise.status in lacking and not (exercise.optional and exercise.status is Status.MISSING)
        for exercise in result.exercises
    )
    return ExitCode.FAILED if failed else ExitCode.DONE


def unreadable(submission: Submission, finding: Finding) -> Result:
    """The result of a notebook that cannot be read, so that nobody can tell its assignment."""
    return Result(
        assignment="",
        key=submission.key,
        status="unreadable",
        students=submission.students,
        submission=SubmissionInfo(file=submission.name, sha256=""),
        environment=Environment(grader=__version__),
        points=None,
        points_decided=0.0,
        points_pending=0.0,
        max_points=0.0,
        findings=(finding,),
    )
