"""All views of a class, made from the results in OUT and what people decided."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from grader.languages import ENGLISH
from grader.languages import language as language_of_code
from grader.report.class_page import class_page
from grader.report.class_record import ClassRecord, read_class, write_class
from grader.report.class_statistics import statistics_csv
from grader.report.files import remove_left_overs, write_atomically
from grader.report.overview import overview
from grader.report.review import Queue, merge, read_decisions
from grader.report.spreadsheet import ENCODING
from grader.report.store import Store, StoreError
from grader.report.student_page import Telling, stamp, stamped_page
from grader.report.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from grader.languages import Language
    from grader.report.overview import Overview
    from grader.report.review import Decisions
    from grader.result import Result


def write_views(
    out: Path, language: Language | None = None, solutions: Mapping[str, str] = MappingProxyType({})
) -> Overview:
    """Write tables, pages and the queue of OUT, decisions merged; the class as shown.

    Students' pages are in the language that is given, which OUT then keeps, or in the one that it keeps; they show
    `solutions`, by exercise.

    Results are read one by one, and pages that show what they should are left alone: so a large class needs little
    memory and a second time little work. What killed runs left behind goes.

    Raises:
        StoreError: there are no results, or one cannot be read.
        ReviewError: `review.csv` holds what cannot be; nothing is written then.
        OSError: a file cannot be written.

    """
    store, decisions = _graded(out)
    remove_left_overs(out)
    if language is not None:
        _keep_language(out, store, language)
    record, telling = read_class(out), Telling(language_of(out), solutions)
    with closing(Queue(decisions, out)) as queue, closing(Tables(out)) as tables:

        def shown() -> Iterator[Result]:
            for result in store.values():
                merged = merge(result, decisions)
                queue.add(merged)
                tables.add(merged)
                _write_page(store.page(result.key), merged, telling)
                yield merged

        seen = overview(shown(), record)
        for student in record.missing if record else ():
            tables.add_missing(student)
        seen = replace(seen, outdated=len(queue.outdated))
        queue.write(out / "review.csv")
        tables.write(out)
    write_atomically(out / "statistics.csv", statistics_csv(seen), encoding=ENCODING)
    write_atomically(out / "index.html", class_page(seen))
    return seen


def read_merged(out: Path) -> dict[str, Result]:
    """The results of OUT by file name, with what people decided.

    Raises:
        StoreError: there are no results, or one cannot be read.
        ReviewError: `review.csv` holds what cannot be.

    """
    store, decisions = _graded(out)
    return {name: merge(result, decisions) for name, result in store.items()}


def _graded(out: Path) -> tuple[Store, Decisions]:
    store = Store(out)
    if not store:
        raise StoreError(
            f"{out} holds no results: run `grader grade SUBMISSIONS --assignment NAME --out {out}` first."
        )
    return store, read_decisions(out / "review.csv", store)


def language_of(out: Path) -> Language:
    """The language in which the students of OUT are told about their work.

    Raises:
        StoreError: the record of the class is broken.
        LanguageError: it names a language that this grader does not have.

    """
    record = read_class(out)
    return language_of_code(record.language) if record else ENGLISH


def page_of(out: Path, result: Result, solutions: Mapping[str, str] = MappingProxyType({})) -> str:
    """The student's page, from OUT where it shows just this result and these solutions."""
    telling = Telling(language_of(out), solutions)
    return _current_page(Store(out).page(result.key), result, telling) or stamped_page(result, telling)


def _keep_language(out: Path, store: Store, language: Language) -> None:
    """Keep the language in the record of the class, for whoever makes pages from OUT later."""
    record = read_class(out) or ClassRecord(assignment=next(iter(store.values())).assignment)
    if record.language != language.code:
        write_class(out, record.model_copy(update={"language": language.code}))


def _write_page(path: Path, result: Result, telling: Telling) -> None:
    if _current_page(path, result, telling) is None:
        write_atomically(path, stamped_page(result, telling))


def _current_page(path: Path, result: Result, telling: Telling) -> str | None:
    """The page that lies there, if it shows just this."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text if text.endswith(f"{stamp(result, telling)}\n") else None


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
