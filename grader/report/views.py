"""All views of a class, made from the results in OUT and what people decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.class_page import class_page
from grader.report.files import write_atomically
from grader.report.review import merge, read_decisions, write_queue
from grader.report.store import Store, StoreError
from grader.report.student_page import student_page
from grader.report.tables import write_tables

if TYPE_CHECKING:
    from pathlib import Path

    from grader.report.review import Row
    from grader.result import Result


def write_views(out: Path) -> dict[str, Result]:
    """Write tables, pages and the queue of OUT; the results as shown, decisions merged, by file name.

    Raises:
        StoreError: there are no results, or one cannot be read.
        ReviewError: `review.csv` holds what cannot be; nothing is written then.
        OSError: a file cannot be written.

    """
    results, decisions = read_merged(out)
    merged = list(results.values())
    write_queue(out / "review.csv", merged, decisions)
    write_tables(out, merged)
    for name, result in results.items():
        write_atomically(out / "students" / f"{name}.html", student_page(result))
    write_atomically(out / "index.html", class_page(results))
    return results


def read_merged(out: Path) -> tuple[dict[str, Result], tuple[Row, ...]]:
    """The results of OUT as shown, by file name, and the decisions of people that are merged into them.

    Raises:
        StoreError: there are no results, or one cannot be read.
        ReviewError: `review.csv` holds what cannot be.

    """
    graded = Store(out).read()
    if not graded:
        raise StoreError(
            f"{out} holds no results: run `grader grade SUBMISSIONS --assignment NAME --out {out}` first."
        )
    decisions = read_decisions(out / "review.csv", graded.values())
    return dict(zip(graded, merge(graded.values(), decisions), strict=True)), decisions


def check_out(out: Path, assignment: str) -> None:
    """Make sure, before a class is graded, that OUT takes its results and that `review.csv` will be understood.

    Raises:
        StoreError: OUT holds another assignment's results, or a result cannot be read.
        ReviewError: `review.csv` holds what cannot be.

    """
    results = Store(out).read()
    if others := {result.assignment for result in results.values()} - {assignment}:
        raise StoreError(
            f"{out} holds results of {', '.join(sorted(others))}: choose another folder for {assignment}."
        )
    read_decisions(out / "review.csv", results.values())
