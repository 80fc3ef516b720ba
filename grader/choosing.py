"""Which notebook of a hand-in counts, where there are several."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.locate import locate
from grader.notebook import UnreadableError, parse_notebook
from grader.result import Finding
from grader.sheets import refuse_other_assignment
from grader.showing import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.assignment import Assignment
    from grader.locate import Answer
    from grader.notebook import Notebook
    from grader.sheets import Sheets
    from grader.submission import File, Submission


@dataclass(frozen=True, slots=True)
class Candidate:
    """A notebook of this assignment with the answers in it."""

    name: str
    notebook: Notebook
    answers: Mapping[str, Answer]
    texts: Mapping[str, str]
    """Each exercise's answer as people are shown it; empty where there is none."""

    @property
    def code(self) -> tuple[str, ...]:
        """All its code: a function may lean on any of it."""
        return tuple(cell.source for cell in self.notebook.cells if cell.kind == "code")

    @property
    def answered(self) -> int:
        """How many exercises have an answer."""
        return sum(map(bool, self.texts.values()))


@dataclass(frozen=True, slots=True)
class Choice:
    """The notebook that counts."""

    taken: Candidate
    findings: tuple[Finding, ...] = ()
    """That there were others, and why this one was taken."""
    disputed: Mapping[str, str] = field(default_factory=dict)
    """Exercises for which nobody can tell which notebook's answer counts, each with the reason."""


def choose(submission: Submission, assignment: Assignment, sheets: Sheets) -> Choice:
    """The notebook of this assignment that answers most exercises.

    Where several answer equally many, or nobody knows which attempt is the newest, the exercises to which they give
    different answers are for a person.

    Raises:
        UnreadableError: none can be read, or all belong to another assignment; or there is none.

    """
    candidates: list[Candidate] = []
    problems: list[tuple[File, UnreadableError]] = []
    for file in submission.files:
        try:
            candidates.append(_candidate(file, assignment, sheets))
        except UnreadableError as error:
            problems.append((file, error))
    if not candidates:
        raise problems[0][1] if problems else _nothing()
    most = max(candidate.answered for candidate in candidates)
    full = [candidate for candidate in candidates if candidate.answered == most]
    taken = full[-1]
    tied = candidates if submission.rivals else full
    others = [candidate.name for candidate in candidates if candidate is not taken]
    passed_over = [f"{file.name} ({error})" for file, error in problems]
    if not others and not passed_over:
        return Choice(taken)
    return Choice(taken, (_told(taken, others, passed_over),), _disputed(tied, taken, assignment))


def _candidate(file: File, assignment: Assignment, sheets: Sheets) -> Candidate:
    if isinstance(file.content, Finding):
        raise UnreadableError(file.content.code, file.content.message)
    notebook = parse_notebook(file.content)
    refuse_other_assignment(notebook, assignment, sheets)
    answers = locate(notebook, sheets.sheet, assignment.exercises)
    texts = {exercise.id: shown(answers[exercise.id], exercise).strip() for exercise in assignment.exercises}
    return Candidate(file.name, notebook, answers, texts)


def _nothing() -> UnreadableError:
    return UnreadableError("not_a_notebook", "There is no notebook (*.ipynb) in what was handed in.")


def _told(taken: Candidate, others: Sequence[str], passed_over: Sequence[str]) -> Finding:
    name, not_taken, unreadable = taken.name, ", ".join(others), ", ".join(passed_over)
    # They begin differently, so that a translation cannot take one for another, whatever the files' names are.
    if not passed_over:
        message = f"Several notebooks were handed in. Graded is {name}, which answers most exercises; not graded: {not_taken}."
    elif not others:
        message = f"Several notebooks were handed in, and only one could be graded. It is {name}; could not be graded: {unreadable}."
    else:
        message = (
            f"Several notebooks were handed in, and some could not be graded. Graded is {name}, which answers most exercises; "
            f"not graded: {not_taken}; could not be graded: {unreadable}."
        )
    return Finding(code="duplicate", message=message)


def _disputed(tied: Sequence[Candidate], taken: Candidate, assignment: Assignment) -> dict[str, str]:
    disputed = {}
    for exercise in assignment.exercises:
        names = [
            other.name
            for other in tied
            if other.texts[exercise.id] != taken.texts[exercise.id]
            or (exercise.kind == "function" and other.code != taken.code)
        ]
        if names:
            disputed[exercise.id] = (
                f"{taken.name} and {', '.join(names)} were both handed in and answer this differently; "
                "a person sees which one counts"
            )
    return disputed
