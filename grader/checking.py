"""From an answer to a verdict: the check that fits the kind of exercise."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader import __version__
from grader.locate import MAX_PIECE, Piece
from grader.result import Environment, Finding, Status, Verdict
from grader.symbolic.mistakes.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.assignment import Assignment
    from grader.locate import Answer
    from grader.notebook import Notebook
    from grader.numeric import Place, Runtime, Session, StudentEnvironment
    from grader.schema import Exercise, World


_STRUCK_OUT = re.compile(r"~~|<(?:s|del|strike)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bench:
    """What the checks of one submission share."""

    worlds: Mapping[str, World]
    session: Session | None = None
    """The student's code in its own process; None where the assignment has no functions."""
    seed: bytes = b""
    blank: frozenset[tuple[str, Place]] = frozenset()
    """Functions that the student left as the sheet has them."""
    comments: frozenset[str] = frozenset()
    """What comments of the sheet's code say: nobody's answer."""

    def environment(self) -> Environment:
        """What graded, for the result."""
        if self.session is None:
            return Environment(grader=__version__)
        versions = self.session.versions
        if versions is None:
            return Environment(grader=__version__)
        from grader.numeric.probe import tier  # noqa: PLC0415 - week 1 needs none

        return Environment(
            grader=__version__,
            sandbox=tier(self.session.runtime).name,
            student_python=versions.python,
            student_numpy=versions.numpy,
        )


@contextmanager
def open_bench(notebook: Notebook, sheet: Notebook, assignment: Assignment, secret: bytes) -> Iterator[Bench]:
    """What the checks of one submission need; the student's process ends with it."""
    worlds = assignment.spec.worlds
    if not assignment.runs_code:
        yield Bench(worlds)
        return
    from grader.numeric import (  # noqa: PLC0415 - week 1 needs none
        CodeCell,
        Limits,
        Session,
        asked,
        comments,
        submission_seed,
        unfilled,
    )

    def code(source: Notebook) -> list[CodeCell]:
        return [CodeCell(cell.index, cell.source) for cell in source.cells if cell.kind == "code"]

    cells = code(notebook)
    functions = (function for exercise in assignment.exercises for function in exercise.functions)
    names = [name for function in functions for name in (function.name, *function.aliases)]
    given = frozenset(said for cell in code(sheet) for said in comments(cell.source))
    seed = submission_seed(secret, notebook.sha256)
    with Session(cells, Limits(), asked(code(sheet), names), runtime_of(assignment)) as session:
        yield Bench(worlds, session, seed, unfilled(code(sheet), cells), given)


def runtime_of(assignment: Assignment) -> Runtime | None:
    """What runs students' code, made where that is not done; None for the grader's own interpreter.

    Raises:
        SandboxError: the environment that the assignment pins cannot be made here.

    """
    environment = environment_of(assignment)
    return None if environment is None else environment.make()


def environment_of(assignment: Assignment) -> StudentEnvironment | None:
    """The environment that an assignment pins for students' code, if it does."""
    from grader.numeric import StudentEnvironment  # noqa: PLC0415 - week 1 needs none

    pinned = assignment.spec.student
    return None if pinned is None else StudentEnvironment(pinned.python, pinned.packages)


def check(exercise: Exercise, answer: Answer, bench: Bench) -> Verdict:
    """The verdict on one answer."""
    if sum(len(piece.text) for piece in answer.pieces) > MAX_PIECE:
        return Verdict(status=Status.REVIEW, cause="the answer is too long for the grader; a person reads it")
    verdict = _CHECKS[exercise.kind](exercise, answer, bench)
    if (
        verdict.status is Status.MISSING
        and exercise.kind != "function"
        and exercise.part_of is None
        and answer.code
    ):
        verdict = Verdict(
            status=Status.REVIEW, cause="the answer stands in a cell of code; a person reads it"
        )
    if verdict.status is not Status.MISSING and _STRUCK_OUT.search(answer.text):
        return Verdict(
            status=Status.REVIEW, cause="something is struck out; a person sees what is meant to count"
        )
    if answer.remarks and verdict.status is Status.MISSING:
        cause = "remarks of somebody else stand here; a person looks whether there is an answer among them"
        verdict = Verdict(status=Status.REVIEW, cause=cause)
    return _with_images(verdict, answer) if exercise.kind != "function" else verdict


def stray(exercise: Exercise, notebook: Notebook, bench: Bench) -> Verdict | None:
    """A verdict for an exercise without an answer of its own whose right answer stands elsewhere in the notebook."""
    if not exercise.equations:
        return None
    from grader.symbolic.formulas.answer import told  # noqa: PLC0415
    from grader.symbolic.reading.macros import expand_all  # noqa: PLC0415

    cells = [cell for cell in notebook.cells if cell.kind == "markdown"]
    texts = expand_all(cell.source for cell in cells)
    pieces = [Piece(cell.index, text) for cell, text in zip(cells, texts, strict=True)]
    found = told(exercise, bench.worlds[str(exercise.world)], pieces)
    # The lecture itself says some of a recursion's equations, never most of them.
    if 2 * len(found) <= len(exercise.equations):
        return None
    return Verdict(
        status=Status.REVIEW, cause="an answer may stand outside of its exercise; a person looks for it"
    )


def _equations(exercise: Exercise, answer: Answer, bench: Bench) -> Verdict:
    from grader.symbolic.formulas.answer import check_equations  # noqa: PLC0415 - week 2 needs none

    if not answer.pieces:
        return Verdict(status=Status.MISSING)
    return check_equations(exercise, bench.worlds[str(exercise.world)], answer.pieces)


def _derivation(exercise: Exercise, answer: Answer, bench: Bench) -> Verdict:
    from grader.symbolic.derivations.check import check_derivation  # noqa: PLC0415

    if not answer.pieces:
        return Verdict(status=Status.MISSING)
    if not exercise.facts:
        return Verdict(status=Status.REVIEW, cause="a person reads the derivation")
    return check_derivation(exercise, [bench.worlds[name] for name in exercise.all_worlds], answer.pieces)


def _text(exercise: Exercise, answer: Answer, _bench: Bench) -> Verdict:
    words = _words(answer.text) if exercise.part_of else answer.text.strip()
    if not words and not answer.pictures and not (answer.code and not exercise.part_of):
        return Verdict(status=Status.MISSING)
    return Verdict(status=Status.REVIEW, cause="a person reads the text")


def _words(text: str) -> str:
    """What is said in words, formulas left out."""
    from grader.symbolic.reading.markup import split_blocks  # noqa: PLC0415

    prose = " ".join(block.text for block in split_blocks(text) if block.kind == "prose")
    return " ".join(re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>", " ", prose)))


def _function(exercise: Exercise, answer: Answer, bench: Bench) -> Verdict:
    from grader.numeric import check_functions  # noqa: PLC0415

    if bench.session is None:
        raise ValueError(f"exercise {exercise.id}: no session for its functions")
    own_cells = frozenset(piece.cell for piece in answer.code)
    verdict = check_functions(exercise, bench.session, own_cells, bench.seed, bench.blank)
    if verdict.status is Status.MISSING and _has_other_code(answer, bench):
        cause = (
            "There is code, but not the function that is asked for; a person looks whether it is the answer."
        )
        verdict = Verdict(status=Status.REVIEW, cause=cause)
    return _with_words(verdict, exercise, answer, bench) if exercise.words else verdict


def _has_other_code(answer: Answer, bench: Bench) -> bool:
    """Whether a cell of the answer holds more than comments, and no function that is still as in the sheet."""
    blank = {place.cell for _, place in bench.blank}
    return any(
        re.search(r"^\s*[^\s#]", piece.text, re.MULTILINE) and piece.cell not in blank
        for piece in answer.code
    )


def _with_words(verdict: Verdict, exercise: Exercise, answer: Answer, bench: Bench) -> Verdict:
    """The verdict on code whose prompt asks for words too: these are for a person, unless they say what is known."""
    from grader.numeric import comments  # noqa: PLC0415

    said = {said for piece in answer.code for said in comments(piece.text)} - bench.comments
    words = "\n".join([answer.text, *sorted(said)])
    if exercise.says_known_words(words):
        return verdict
    if verdict.status is Status.ERROR:
        return verdict
    if not (re.search(r"\w", words) if exercise.has_known_words else _words(words[:MAX_PIECE])):
        if verdict.status is Status.MISSING:
            return verdict
        message = f"No words were found that answer: {exercise.words}"
        finding = Finding(code="incomplete", message=message)
        return verdict.model_copy(update={"findings": (*verdict.findings, finding)})
    cause = f"The code alone is {verdict.status}; a person reads the words: {exercise.words}"
    if verdict.status is Status.REVIEW:
        also = f"A person also reads the words: {exercise.words}"
        cause = f"{verdict.cause} {also}"
    return verdict.model_copy(update={"status": Status.REVIEW, "cause": cause, "share": None, "parts": ()})


_CHECKS: dict[str, Callable[[Exercise, Answer, Bench], Verdict]] = {
    "formula": _equations,
    "equations": _equations,
    "derivation": _derivation,
    "text": _text,
    "function": _function,
}


def _with_images(verdict: Verdict, answer: Answer) -> Verdict:
    """A picture in an answer is for a person, unless what is typed is right without it."""
    shown = [*answer.images, *answer.linked_images]
    if verdict.status is Status.MISSING:
        shown += answer.pictures
    cells = [cell for cell, _ in shown]
    if not cells or verdict.status is Status.CORRECT:
        return verdict
    message, hint = MESSAGES["image"]
    finding = Finding(code="image", message=message, hint=hint, cell=min(cells))
    return verdict.model_copy(
        update={
            "status": Status.REVIEW,
            "cause": "an image is part of the answer",
            # Words beside a picture are not the whole answer.
            "findings": (*(one for one in verdict.findings if one.code != "prose_only"), finding),
            "share": None,
        }
    )
