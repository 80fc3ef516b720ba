"""Changes between two gradings: in the terminal, and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from grader.report import spreadsheet
from grader.report.files import write_atomically
from grader.report.text import number, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from grader.report.changes import Change, Changes

COLUMNS = ("student", "old_final", "new_final", "change", "exercise", "old_points", "new_points", "why")
MOST_SHOWN = 40
_LONGEST_LINE = 160


def print_changes(changes: Changes, console: Console) -> None:
    """Print how many changed, why in sum, and who."""

    def say(*parts: str | tuple[str, str]) -> None:
        console.print(Text.assemble(*parts), soft_wrap=True)

    count = len(changes.changed)
    say((f"{count} changed", "bold"), f", {changes.same} the same")
    if not count:
        return
    say(("\nWhy", "bold"))
    for exercise, why, students, points in changes.causes:
        say(f"{students:>5}  {_signed(points):>7}  {f'{exercise}: ' if exercise else ''}{why}")
    say(("\nWho", "bold"))
    for change in changes.changed[:MOST_SHOWN]:
        say(f"{_signed(change.by):>7}  ", (one_line(change.key, 40), "bold"), f"  {_totals(change)}")
        for line in _reasons(change):
            say((f"           {one_line(line, _LONGEST_LINE)}", "dim"))
    if count > MOST_SHOWN:
        say((f"         and {count - MOST_SHOWN} more: --csv FILE writes them all", "dim"))


def write_changes(path: Path, changes: Changes) -> None:
    """Write a table with a row for each exercise that changed.

    Raises:
        OSError: it cannot be written; what was there is untouched.

    """
    rows = [row for change in changes.changed for row in _rows(change)]
    write_atomically(path, spreadsheet.write_rows(COLUMNS, rows), encoding=spreadsheet.ENCODING)


def _rows(change: Change) -> list[dict[str, str]]:
    whole = {
        "student": change.key,
        "old_final": _cell(change.old.final if change.old else None),
        "new_final": _cell(change.new.final if change.new else None),
        "change": _cell(change.by),
    }
    blank = dict.fromkeys(("exercise", "old_points", "new_points"), "")
    rows = [{**whole, **blank, "why": change.why}] if change.why else []
    return rows + [
        {
            **whole,
            "exercise": one.exercise,
            "old_points": _cell(one.old.points if one.old else None),
            "new_points": _cell(one.new.points if one.new else None),
            "why": one.why,
        }
        for one in change.exercises
    ]


def _reasons(change: Change) -> list[str]:
    reasons = [change.why] if change.why else []
    return reasons + [f"{one.exercise} {_signed(one.by)}: {one.why}" for one in change.exercises]


def _totals(change: Change) -> str:
    if change.old is None or change.new is None:
        return ""
    return f"{number(change.old.final)} → {number(change.new.final)}"


def _signed(points: float | None) -> str:
    """`+1.5`, `-2`, `0`; `?` where a person still decides."""
    if points is None:
        return "?"
    return f"+{number(points)}" if points > 0 else number(points)


def _cell(points: float | None) -> str:
    return "" if points is None else number(points)
