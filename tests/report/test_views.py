from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from grader.languages import language
from grader.report.review import ReviewError
from grader.report.store import Store, StoreError, serialise
from grader.report.views import check_out, page_of, write_views
from grader.result import Status

from .samples import class_results, exercise, result

if TYPE_CHECKING:
    from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_everything_is_written(out: Path) -> None:
    assert [line.name for line in write_views(out).lines] == sorted(class_results())
    assert {path for path in contents(out) if not path.startswith("results")} == {
        "review.csv",
        "grades.csv",
        "exercises.csv",
        "statistics.csv",
        "index.html",
        *(f"students/{name}.html" for name in class_results()),
    }


def test_a_second_time_gives_the_same_bytes(out: Path) -> None:
    write_views(out)
    before = contents(out)
    write_views(out)
    assert contents(out) == before


def most_memory(out: Path, size: int) -> int:
    """Of views made anew and once more, in bytes; everything in this class waits for a person."""
    for number in range(size):
        answers = (exercise(name, Status.REVIEW, answer=f"{number} long " * 40) for name in "abcdefghijkl")
        one = result(f"s{number}", exercises=tuple(answers))
        Store(out).write(one.key, serialise(one))
    # In a process that holds much, garbage is left lying for longer: what is there now does not count.
    gc.collect()
    gc.freeze()
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(2):
            write_views(out)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.unfreeze()


def test_a_larger_class_needs_little_more_memory(tmp_path: Path) -> None:
    most_memory(tmp_path / "first", 1)  # what is loaded on the way counts for neither
    more = most_memory(tmp_path / "large", 120) - most_memory(tmp_path / "small", 20)
    # Of each submission's twelve answers, 400 characters stand in the queue; all of that held 33 kB.
    assert more / 100 < 10_000


def test_a_decision_reaches_every_view_and_no_result(out: Path) -> None:
    write_views(out)
    graded = dict(Store(out))
    review = out / "review.csv"
    text = review.read_bytes().decode("utf-8-sig")
    review.write_bytes(text.replace(",2,,,open", ",2,2,Well done,open").encode())
    write_views(out)
    assert "Well done" in (out / "students" / "s002+s003.html").read_text(encoding="utf-8")
    assert "s003,,b,derivation,False,correct,Step 2 could not be read.,2.0,2.0,,person,Well done" in (
        out / "exercises.csv"
    ).read_text(encoding="utf-8-sig")
    assert "s002,,graded,4.0,6.0,4.0,0.0" in (out / "grades.csv").read_text(encoding="utf-8-sig")
    assert dict(Store(out)) == graded


def test_nonsense_in_the_queue_changes_nothing(out: Path) -> None:
    write_views(out)
    review = out / "review.csv"
    review.write_bytes(review.read_bytes().replace(b",2,,,open", b",2,abc,,open"))
    before = contents(out)
    with pytest.raises(ReviewError):
        write_views(out)
    with pytest.raises(ReviewError):
        check_out(out, "week1")
    assert contents(out) == before


def test_out_keeps_the_language_of_its_pages(out: Path) -> None:
    (alice, *_) = class_results().values()
    assert '<html lang="en">' in page_of(out, alice)
    write_views(out, language("da"))
    assert '<html lang="da">' in page_of(out, alice)
    write_views(out)
    assert '<html lang="da">' in (out / "students" / f"{alice.key}.html").read_text(encoding="utf-8")


def test_a_folder_without_results_is_no_class(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds no results: run `grader grade"):
        write_views(tmp_path)


def test_a_folder_belongs_to_one_assignment(out: Path) -> None:
    check_out(out, "week1")
    with pytest.raises(StoreError, match="holds results of week1: choose another folder for week2"):
        check_out(out, "week2")
