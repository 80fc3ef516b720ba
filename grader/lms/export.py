"""Results of a class into a platform's own sheet, and pages into the zip that it takes back. No file is touched here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.languages import ENGLISH, Language
from grader.lms import ExportError
from grader.lms.feedback import PLACES, pack
from grader.lms.marks import points_of, summary
from grader.lms.sheets import blackboard, brightspace, canvas, moodle
from grader.lms.sheets.fill import Grade, SheetError, fill
from grader.lms.table import TableError, read_table
from grader.report.text import number, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from grader.assignment import Assignment
    from grader.lms.sheets.fill import Filled
    from grader.lms.sheets.sheet import Sheet
    from grader.result import Result

SHEETS = {
    "brightspace": brightspace.read,
    "canvas": canvas.read,
    "moodle": moodle.read,
    "blackboard": blackboard.read,
}
"""By platform: what the columns and rows of its sheet are."""

_LONGEST_ID = 60


@dataclass(frozen=True, slots=True)
class Export:
    """A filled sheet and the zip of feedback that goes with it."""

    filled: Filled
    feedback: bytes | None
    """None where none was asked for."""
    without_feedback: tuple[str, ...]
    """Files of graded hand-ins whose place in the platform's download is not known."""


def export(  # noqa: PLR0913 - one for each thing that decides what is written
    lms: str,
    results: Collection[Result],
    assignment: Assignment,
    sheet: bytes,
    *,
    column: str | None = None,
    pending: bool = False,
    feedback: Callable[[Result], str] | None = None,
    language: Language = ENGLISH,
) -> Export:
    """Fill a platform's sheet with the results of a class; with `pending`, a total counts that is not final.

    `feedback` gives the page of a submission, where a zip of them is asked for; remarks in the sheet are in `language`.

    Raises:
        ExportError: the sheet cannot be filled for certain, the results are of another assignment or of an earlier
            version of it, or the platform takes no feedback files.

    """
    check_results(results, assignment)
    full_marks = assignment.full_marks
    if feedback is not None and lms not in PLACES:
        raise ExportError(
            f"{lms.capitalize()} takes no zip of feedback files: leave out --feedback; the pages are in OUT/students."
        )
    grades = _grades(results, full_marks, language, pending=pending)
    try:
        table = read_table(sheet)
        meant = SHEETS[lms](table)
        titles = (assignment.spec.title, assignment.name)
        filled = fill(table, meant, grades, maximum=full_marks, column=column, titles=titles)
    except (SheetError, TableError) as error:
        raise ExportError(str(error)) from error
    if feedback is None:
        return Export(filled, None, ())
    pages: dict[str, str] = {}
    lost = []
    for result in results:
        if all(grades[student.id].points is None for student in result.students):
            continue
        members = _members(result, filled, meant)
        places = PLACES[lms](PurePosixPath(result.submission.file), members)
        if pages.keys().isdisjoint(places) and (places or not members):
            pages |= dict.fromkeys(places, feedback(result))
        else:
            lost.append(result.submission.file)
    return Export(filled, pack(pages), tuple(lost))


def check_results(results: Iterable[Result], assignment: Assignment) -> None:
    """Make sure that the results are of the assignment as it is now.

    Raises:
        ExportError: they are not.

    """
    for result in results:
        if result.assignment != assignment.name:
            raise ExportError(
                f"{result.submission.file} was graded for {result.assignment}, not for {assignment.name}. "
                "Name the right assignment with --assignment."
            )
        if round(result.max_points, 2) != round(assignment.max_points, 2):
            raise ExportError(
                f"{result.submission.file} was graded when {assignment.name} gave {number(result.max_points)} points; now "
                f"it gives {number(assignment.max_points)}. Grade again."
            )


def preview(export: Export, name: str) -> Iterator[str]:
    """What was done to the sheet of that name, line by line."""
    filled = export.filled
    yield f"{name}: column {_short(filled.column)}, students matched on {_short(filled.matched_by)}"
    matched = len(filled.changed) + len(filled.unchanged) + len(filled.kept)
    yield f"  matched       {matched}"
    yield f"  changed       {len(filled.changed)}"
    for change in filled.changed:
        if change.before.strip() and change.before != change.after:
            yield f"    {_short(change.id)}: {_short(change.before)} -> {change.after}"
    yield f"  unchanged     {len(filled.unchanged)}"
    if filled.kept:
        yield f"  kept          {len(filled.kept)}"
        for change in filled.kept:
            yield f"    {_short(change.id)}: {_short(change.before)} stays; graded {change.after}"
    yield f"  not graded    {len(filled.ungraded)}{_names(filled.ungraded)}"
    yield f"  not in sheet  {len(filled.absent)}{_names(filled.absent)}"
    if export.without_feedback:
        yield f"  no feedback   {len(export.without_feedback)}{_names(export.without_feedback)}"
        yield "    Their places in the platform's download are not known: grade its zip, not a folder of notebooks."
    yield from filled.notes


def _grades(
    results: Iterable[Result], full_marks: float, language: Language, *, pending: bool
) -> dict[str, Grade]:
    grades: dict[str, Grade] = {}
    for result in results:
        points = points_of(result, full_marks, pending=pending)
        grade = Grade(points, None if points is None else summary(result, points, full_marks, language))
        for student in result.students:
            if student.id in grades:
                raise ExportError(
                    f"{student.id} has two results, one of them {result.submission.file}. Take one away and grade again."
                )
            grades[student.id] = grade
    return grades


def _members(result: Result, filled: Filled, sheet: Sheet) -> dict[str, str]:
    """The names of those of a hand-in's students who are in the sheet, by the first of its ids."""
    rows = ((filled.rows.get(student.id), student.name or "") for student in result.students)
    return {sheet.ids[0].ids[row]: name for row, name in rows if row is not None}


def _names(names: Collection[str]) -> str:
    return ": " + ", ".join(map(_short, names)) if names else ""


def _short(text: str) -> str:
    return one_line(text, _LONGEST_ID)
