"""Exercises and answers in the order of the student's own notebook, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.result import ExerciseResult, Finding


@dataclass(frozen=True)
class CellPart:
    """What of an answer stands in one cell, and what was noticed there."""

    cells: tuple[int, ...]
    """Several, where the result does not say which text is whose; none, where it names no cell."""
    text: str
    findings: tuple[Finding, ...]
    above: str | None = None
    """The exercise where the same text of the same cell is shown already, and nothing is to be said about it here."""


def in_notebook_order(exercises: Sequence[ExerciseResult]) -> list[ExerciseResult]:
    """The exercises in the order of their answers; one without an answer follows its predecessor in the sheet."""
    place, places = -1, {}
    for exercise in exercises:
        place = min(_cells(exercise), default=place)
        places[exercise.id] = place
    return sorted(exercises, key=lambda exercise: places[exercise.id])


def cell_parts(exercises: Iterable[ExerciseResult]) -> dict[str, list[CellPart]]:
    """The answers, cell by cell; what several exercises share is shown at the first one, and where something is noticed."""
    first: dict[tuple[object, ...], str] = {}
    found = {}
    for exercise in exercises:
        parts = list(_parts(exercise))
        for n, part in enumerate(parts):
            shown = first.setdefault((part.cells, part.text, exercise.kind == "function"), exercise.id)
            if shown != exercise.id and part.cells and not part.findings:
                parts[n] = replace(part, above=shown)
        found[exercise.id] = parts
    return found


def _parts(exercise: ExerciseResult) -> Iterator[CellPart]:
    if not exercise.answer:
        return
    if not exercise.passages:
        cells = exercise.cells
        yield CellPart(cells, exercise.answer, tuple(f for f in exercise.findings if f.cell in cells))
    ends = (*(passage.start for passage in exercise.passages[1:]), len(exercise.answer))
    for passage, end in zip(exercise.passages, ends, strict=False):
        text = exercise.answer[passage.start : end].strip("\n")
        yield CellPart((passage.cell,), text, tuple(f for f in exercise.findings if f.cell == passage.cell))


def elsewhere(exercise: ExerciseResult, parts: Iterable[CellPart]) -> list[Finding]:
    """What was noticed about the whole answer, or in a cell that is not part of it."""
    placed = [id(finding) for part in parts for finding in part.findings]
    return [finding for finding in exercise.findings if id(finding) not in placed]


def _cells(exercise: ExerciseResult) -> tuple[int, ...]:
    return tuple(passage.cell for passage in exercise.passages) or exercise.cells
