"""The class in the terminal: a table, what went wrong, what waits, where everything is."""

from __future__ import annotations

import shlex
from collections import defaultdict
from typing import TYPE_CHECKING

from rich import box
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from grader.report.marks import MARKS, mark
from grader.report.overview import overview
from grader.report.text import number, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from rich.console import Console

    from grader.report.marks import Mark
    from grader.report.overview import Overview
    from grader.result import Result

FEW = 5
"""So many submissions are graded before anybody asks how far it is."""

_COLOURS = {
    "correct": "green",
    "partial": "yellow",
    "wrong": "red",
    "missing": "dim",
    "review": "blue",
    "error": "magenta",
}
_LONGEST_ID = 24
_SHORTEST_ID = 6
_POINTS_WIDTH = 14
_GAP = 2
_MOST_NAMES = 6


def track(results: Iterable[Result], total: int, console: Console) -> Iterator[Result]:
    """Pass results on and show how many there are: a bar in a terminal, else a line for every tenth."""
    if total <= FEW:
        yield from results
    elif console.is_terminal:
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("Grading", total=total)
            for result in results:
                bar.advance(task)
                yield result
    else:
        for done, result in enumerate(results, start=1):
            if done * 10 // total > (done - 1) * 10 // total:
                console.print(f"{done} of {total} graded", highlight=False)
            yield result


def print_class(results: Mapping[str, Result], out: Path, console: Console) -> None:
    """Print the table of a class and what to do next; `results` by file name, at least one."""
    seen = overview(results)
    ascii_only = not _can_print(console, "".join(m.shape for m in MARKS.values()) + "–…")
    _print(console, _headline(seen, len(results)))
    console.print(_table(results, seen, console.width, ascii_only=ascii_only))
    legend = (Text.assemble(_shape(m, ascii_only=ascii_only), " ", m.word.lower()) for m in MARKS.values())
    _print(console, Text("   ").join(legend))
    _print_problems(seen, results, console)
    _print_findings(seen, console)
    _print_next(seen, out, console)


def _headline(seen: Overview, count: int) -> Text:
    line = Text.assemble((seen.assignment, "bold"), f"  {count} submission{'' if count == 1 else 's'}")
    for status in ("unreadable", "error"):
        if seen.submissions[status]:
            line.append(f", {seen.submissions[status]} {status}", "magenta")
    if seen.mean is not None:
        line.append(
            f"   {len(seen.finals)} totals final, mean {number(seen.mean)} of {number(seen.max_points)}"
        )
    return line


def _table(results: Mapping[str, Result], seen: Overview, width: int, *, ascii_only: bool) -> Table:
    table = Table(box=box.ASCII if ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    # Rich would drop columns that do not fit; names can be cut, marks cannot.
    room = width - sum(len(exercise) + _GAP for exercise in seen.exercises) - _POINTS_WIDTH
    table.add_column("Student", overflow="ellipsis", no_wrap=True, max_width=max(room, _SHORTEST_ID))
    for exercise in seen.exercises:
        table.add_column(Text(exercise), no_wrap=True, min_width=len(exercise))
    table.add_column(Text(f"of {number(seen.max_points)}"), justify="right", no_wrap=True)
    for result in results.values():
        shown = {exercise.id: mark(exercise) for exercise in result.exercises}
        marks = [_shape(shown[e], ascii_only=ascii_only) if e in shown else Text() for e in seen.exercises]
        table.add_row(_name(result.key), *marks, _points(result))
    return table


def _shape(shown: Mark, *, ascii_only: bool) -> Text:
    return Text(shown.ascii if ascii_only else shown.shape, _COLOURS[shown.name])


def _points(result: Result) -> Text:
    if result.status != "graded":
        return Text(result.status, "magenta")
    if result.points is None:
        return Text(f"{number(result.points_decided)} + ?")
    return Text(number(result.points), "bold")


def _print_problems(seen: Overview, results: Mapping[str, Result], console: Console) -> None:
    if not seen.problems:
        return
    _print(console, Text("\nCould not be graded", "bold"))
    for problem in seen.problems:
        names = ", ".join(results[name].key for name in problem.names[:_MOST_NAMES])
        more = len(problem.names) - _MOST_NAMES
        _print(
            console,
            Text.assemble(
                f"{len(problem.names):>4}  ",
                (problem.code, "magenta"),
                f"  {problem.message}\n      ",
                (one_line(names, 200) + (f" and {more} more" if more > 0 else ""), "dim"),
            ),
        )


def _print_findings(seen: Overview, console: Console) -> None:
    """What was noticed in answers, by kind: how often, and in which exercises."""
    if not seen.findings:
        return
    places: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for exercise, code, count in seen.findings:
        places[code].append((exercise, count))
    _print(console, Text("\nNoticed in answers", "bold"))
    for code, found in sorted(places.items(), key=lambda item: -sum(count for _, count in item[1])):
        where = ", ".join(f"{exercise} {count}" for exercise, count in found)
        _print(console, Text(f"{sum(count for _, count in found):>4}  {code:<20} {where}"))


def _print_next(seen: Overview, out: Path, console: Console) -> None:
    if seen.waiting:
        by_exercise = ", ".join(f"{exercise} {count}" for exercise, count in seen.waiting.items())
        _print(console, Text("\nWaits for a person", "bold"))
        _print(console, Text(f"{sum(seen.waiting.values()):>4}  answers: {by_exercise}"))
        _print(
            console, Text(f"      fill in {out / 'review.csv'}, then: grader report {shlex.quote(str(out))}")
        )
    _print(console, Text(f"\nClass     {out / 'index.html'}"))
    _print(console, Text(f"Students  {out / 'students'}"))
    _print(console, Text(f"Grades    {out / 'grades.csv'}, {out / 'exercises.csv'}"))
    if seen.sandboxes:
        _print(console, Text(f"Sandbox   {', '.join(seen.sandboxes)}"))


def _print(console: Console, text: Text) -> None:
    # Paths and commands are copied from here: a line that Rich breaks is no command any more.
    console.print(text, soft_wrap=True)


def _name(text: str) -> Text:
    return Text(one_line(text, _LONGEST_ID))


def _can_print(console: Console, text: str) -> bool:
    try:
        text.encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
