from __future__ import annotations

import csv
import io

from grader.report.class_statistics import statistics_csv
from grader.report.overview import overview
from grader.result import Status

from .samples import exercise, result, unreadable


def test_a_row_for_each_exercise_with_the_numbers_of_the_page() -> None:
    everyone = [
        result(
            f"s{i}",
            exercises=(
                exercise("a", Status.CORRECT if i % 2 else Status.WRONG, seconds=i / 10),
                exercise("b", Status.PARTIAL),
                exercise("h", Status.REVIEW, optional=True),
            ),
        )
        for i in range(21)
    ]
    a, b, h = csv.DictReader(io.StringIO(statistics_csv(overview(everyone))))
    assert a == {
        "exercise": "a",
        "correct": "10",
        "partial": "0",
        "wrong": "11",
        "missing": "0",
        "review": "0",
        "error": "0",
        "to_review": "0",
        "decided": "21",
        "difficulty": "0.4762",
        "discrimination": "nan",
        "flags": "",
        "complete": "21",
        "alpha": "0.0",
        "seconds_median": "1.0",
        "seconds_95_percent": "1.9",
        "seconds_longest": "2.0",
    }
    assert (b["difficulty"], b["discrimination"]) == ("0.75", "nan")
    assert (h["review"], h["to_review"], h["decided"], h["difficulty"], h["alpha"]) == (
        "21",
        "21",
        "",
        "",
        "",
    )


def test_a_class_without_exercises_has_a_header() -> None:
    assert statistics_csv(overview([unreadable()])).startswith("exercise,correct,")
