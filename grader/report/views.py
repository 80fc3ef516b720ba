"""All views of a class, made from the results in OUT and what people decided."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.report.class_page import class_page
from grader.report.class_record import read_class
from grader.report.files import remove_left_overs, write_atomically
from grader.report.overview import overview
from grader.report.review import Queue, merge, read_decisions
from grader.report.store import Store, StoreError
from grader.report.student_page import stamp, stamped_page
from grader.report.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.report.overview import Overview
    from grader.report.review import Decisions
    from grader.result import Result


def write_views(out: Path) -> Overview:
    """Write tables, pages and the queue of OUT, decisions merged; the class as shown.

    Results are read one by one, and pages that show what they should are left alone: so a large class needs little
    memory and a second time little work. What killed runs left behind goes.

    Raises:
        StoreError: there are no results, or one cannot be read.
        ReviewError: `review.csv` holds what cannot be; nothing is written then.
        OSError: a file cannot be written.

    """
    store = Store(out)
    if not store:
        raise StoreError(
            f"{out} holds no results: run `grader grade SUBMISSIONS --assignment NAME --out {out}` first."
        )
    decisions = read_decisions(out / "review.csv", store)
    remove_left_overs(out)
    record = read_class(out)
    queue, tables = Queue(decisions), Tables()

    def shown() -> Iterator[Result]:
        for result in store.values():
            merged = merge(result, decisions)
            queue.add(merged)
            tables.add(merged)
            _write_page(store.page(result.key), merged)
            yield merged

    seen = overview(shown(), record)
    for student in record.missing if record else ():
        tables.add_missing(student)
    seen = replace(seen, outdated=len(queue.outdated))
    queue.write(out / "review.csv")
    tables.write(out)
    write_atomically(out / "index.html", class_page(seen))
    return seen


def _write_page(path: Path, result: Result) -> None:
    mark = stamp(result).encode()
    try:
        with path.open("rb") as page:
            page.seek(-len(mark) - 1, os.SEEK_END)
            if page.read().strip() == mark:
                return
    except OSError:
        pass
    write_atomically(path, stamped_page(result))


def check_out(out: Path, assignment: str) -> Decisions:
    """What people decided in OUT; before a class is graded, make sure that OUT takes its results.

    Raises:
        StoreError: OUT holds another assignment's results, or a result cannot be read.
        ReviewError: `review.csv` holds what cannot be.

    """
    store = Store(out)
    # Every run made sure of the same, so that one result speaks for all.
    other = next((result.assignment for result in store.values()), assignment)
    if other != assignment:
        raise StoreError(f"{out} holds results of {other}: choose another folder for {assignment}.")
    return read_decisions(out / "review.csv", store)
