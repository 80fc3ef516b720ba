"""`OUT/statistics.csv`: the class page's numbers, one row for each exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from grader.report.spreadsheet import defuse
from grader.result import Status

if TYPE_CHECKING:
    from grader.report.overview import Overview

COLUMNS = (
    "exercise",
    *(status.value for status in Status),
    "to_review",
    "decided",
    "difficulty",
    "discrimination",
    "flags",
    "complete",
    "alpha",
    "seconds_median",
    "seconds_95_percent",
    "seconds_longest",
)
_DIGITS = 4


def statistics_csv(seen: Overview) -> str:
    """The table; a cell is `nan` where a number cannot be computed, and empty where the exercise carries no points."""
    table = pd.DataFrame(
        [_row(exercise, seen) for exercise in seen.exercises], columns=list(COLUMNS), dtype=object
    )
    return str(table.to_csv(index=False, lineterminator="\r\n"))


def _row(exercise: str, seen: Overview) -> dict[str, Any]:
    item, times, analysis = seen.analysis.items.get(exercise), seen.times[exercise], seen.analysis
    in_analysis = item is not None and exercise not in analysis.left_out
    return {
        "exercise": defuse(exercise),
        **{status.value: seen.statuses[exercise][status] for status in Status},
        "to_review": seen.waiting.get(exercise, 0),
        "decided": item.decided if item else "",
        "difficulty": _figure(item.difficulty) if item else "",
        "discrimination": _figure(item.discrimination) if item else "",
        "flags": " ".join(item.flags) if item else "",
        "complete": analysis.complete if in_analysis else "",
        "alpha": _figure(analysis.alpha) if in_analysis else "",
        "seconds_median": round(times.median, _DIGITS),
        "seconds_95_percent": round(times.most, _DIGITS),
        "seconds_longest": round(times.longest, _DIGITS),
    }


def _figure(value: float) -> str:
    return str(round(value, _DIGITS))
