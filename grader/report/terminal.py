"""The class in the terminal: a table, what went wrong, what waits, where everything is."""

from __future__ import annotations

import shlex
from collections import defaultdict
from time import monotonic
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table
from rich.text import Text

from grader.report.item_analysis import Flag
from grader.report.marks import MARKS
from grader.report.text import number, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from grader.batch.grade_class import Outcome
    from grader.report.marks import Mark
    from grader.report.overview import Line, Overview, Problem

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
_MOST_MISSING = 20
_MOST_PROBLEMS = 10
_LONGEST_PROBLEM = 200
_WORTH_TELLING = 10
"""Seconds."""
MOST_LINES = 100
"""Submissions of which each gets a line; in a larger class nobody reads them."""


def console(*, stderr: bool = False, quiet: bool = False, plain: bool = False) -> Console:
    """Where to print; plain is without colours and anything that moves."""
    return Console(
        stderr=stderr, quiet=quiet, force_terminal=False if plain else None, no_color=plain or None
    )


def track(
    outcomes: Iterable[Outcome], total: int, console: Console, clock: Callable[[], float] = monotonic
) -> Iterator[Outcome]:
    """Pass outcomes on and show how many there are, and failures as they happen: a bar in a terminal, else lines."""
    if console.is_terminal and total > FEW:
        columns = (*Progress.get_default_columns(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("Grading", total=total)
            for outcome in _telling(outcomes, console):
                bar.advance(task)
                yield outcome
        return
    start = clock()
    for done, outcome in enumerate(_telling(outcomes, console), start=1):
        if total > FEW and done * 10 // total > (done - 1) * 10 // total:
            left = _time_left((clock() - start) / done * (total - done))
            console.print(f"{done} of {total} graded{left}", highlight=False)
        yield outcome


def _time_left(seconds: float) -> str:
    """The time left in words; nothing where it is hardly worth waiting for."""
    if seconds < _WORTH_TELLING:
        return ""
    return f", about {seconds:.0f} s left" if seconds < 90 else f", about {seconds / 60:.0f} min left"


def _telling(outcomes: Iterable[Outcome], console: Console) -> Iterator[Outcome]:
    for outcome in outcomes:
        if outcome.problem is not None and not outcome.kept:
            _print(console, Text(f"{outcome.key}: {one_line(outcome.problem, _LONGEST_PROBLEM)}", "magenta"))
        yield outcome


def print_class(
    seen: Overview, out: Path, console: Console, *, plain: bool = False, again: str | None = None
) -> None:
    """Print the class and what to do next.

    Plain has words instead of marks and no tables, for screen readers and other programs. `again` is the command that
    grades once more what failed.
    """
    _print(console, _headline(seen, len(seen.lines)))
    few = len(seen.lines) <= MOST_LINES
    if plain:
        for text in _students_in_words(seen) if few else _exercises_in_words(seen):
            _print(console, Text(text))
    else:
        _print_table(seen, console, students=few)
    _print_alarms(seen, console)
    _print_problems("Could not be graded", seen.problems, console)
    _print_problems("Noticed about hand-ins", seen.notices, console)
    _print_input(seen, console)
    _print_findings(seen, console)
    _print_next(seen, out, console, again)


def _print_table(seen: Overview, console: Console, *, students: bool) -> None:
    ascii_only = not _can_print(console, "".join(m.shape for m in MARKS.values()) + "–…")
    if students:
        console.print(_students(seen, console.width, ascii_only=ascii_only))
    else:
        console.print(_exercises(seen, ascii_only=ascii_only))
    legend = (Text.assemble(_shape(m, ascii_only=ascii_only), " ", m.word.lower()) for m in MARKS.values())
    _print(console, Text("   ").join(legend))


def _students_in_words(seen: Overview) -> Iterator[str]:
    for line in seen.lines:
        exercises: dict[str, list[str]] = {shown.word: [] for shown in MARKS.values()}
        for exercise, shown in line.marks.items():
            exercises.setdefault(shown.word, []).append(exercise)
        points = _points(line).plain + (f" of {number(seen.max_points)}" if line.status == "graded" else "")
        words = (f"{word.lower()} {' '.join(names)}" for word, names in exercises.items() if names)
        yield "; ".join((f"{one_line(line.who, _LONGEST_ID)}: {points}", *words))


def _exercises_in_words(seen: Overview) -> Iterator[str]:
    for exercise in seen.exercises:
        counts = seen.statuses[exercise]
        words = (f"{counts[status]} {MARKS[status].word.lower()}" for status in MARKS if counts[status])
        yield f"{exercise}: {', '.join(words)}"


def _print_alarms(seen: Overview, console: Console) -> None:
    """Exercises in which something is wrong that is hardly the students' doing."""
    negative = [name for name, item in seen.analysis.items.items() if Flag.NEGATIVE in item.flags]
    if not negative:
        return
    _print(console, Text("\nLook at", "bold"))
    for exercise in negative:
        item = seen.analysis.items[exercise]
        _print(
            console,
            Text.assemble(
                (f"      {exercise}", "red"),
                f"  discrimination {item.discrimination:.2f} (n = {seen.analysis.complete}): "
                "who does better elsewhere does worse here; often a wrong key or a bug of the grader",
            ),
        )


def _headline(seen: Overview, count: int) -> Text:
    line = Text.assemble((seen.assignment, "bold"), f"  {count} submission{'' if count == 1 else 's'}")
    for status in ("unreadable", "error"):
        if seen.submissions[status]:
            line.append(f", {seen.submissions[status]} {status}", "magenta")
    if seen.mean is not None:
        line.append(
            f"   {len(seen.finals)} totals final, mean {number(seen.mean)} of {number(seen.max_points)}, "
            f"median {number(seen.median)}"
        )
    return line


def _students(seen: Overview, width: int, *, ascii_only: bool) -> Table:
    table = _empty(ascii_only=ascii_only)
    # Rich would drop columns that do not fit; names can be cut, marks cannot.
    room = width - sum(len(exercise) + _GAP for exercise in seen.exercises) - _POINTS_WIDTH
    table.add_column("Student", overflow="ellipsis", no_wrap=True, max_width=max(room, _SHORTEST_ID))
    for exercise in seen.exercises:
        table.add_column(Text(exercise), no_wrap=True, min_width=len(exercise))
    table.add_column(Text(f"of {number(seen.max_points)}"), justify="right", no_wrap=True)
    for line in seen.lines:
        marks = [
            _shape(line.marks[exercise], ascii_only=ascii_only) if exercise in line.marks else Text()
            for exercise in seen.exercises
        ]
        table.add_row(_name(line.who), *marks, _points(line))
    return table


def _exercises(seen: Overview, *, ascii_only: bool) -> Table:
    """How many have each mark: what can be taken in of a large class."""
    table = _empty(ascii_only=ascii_only)
    table.add_column("Exercise", no_wrap=True)
    for shown in MARKS.values():
        table.add_column(_shape(shown, ascii_only=ascii_only), justify="right", no_wrap=True)
    for exercise in seen.exercises:
        counts = seen.statuses[exercise]
        table.add_row(Text(exercise), *(Text(str(counts[status] or "")) for status in MARKS))
    return table


def _empty(*, ascii_only: bool) -> Table:
    return Table(box=box.ASCII if ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))


def _shape(shown: Mark, *, ascii_only: bool) -> Text:
    return Text(shown.ascii if ascii_only else shown.shape, _COLOURS[shown.name])


def _points(line: Line) -> Text:
    if line.status != "graded":
        return Text(line.status, "magenta")
    if line.points is None:
        return Text(f"{number(line.points_decided)} + ?")
    return Text(number(line.points), "bold")


def _print_problems(title: str, problems: Sequence[Problem], console: Console) -> None:
    if not problems:
        return
    _print(console, Text(f"\n{title}", "bold"))
    for problem in problems:
        names = ", ".join(problem.names[:_MOST_NAMES])
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


def _print_input(seen: Overview, console: Console) -> None:
    """What is wrong with the input, and who is missing."""
    if seen.input_problems:
        _print(console, Text("\nProblems with the input", "bold"))
        for problem in seen.input_problems[:_MOST_PROBLEMS]:
            _print(console, Text(f"      {one_line(problem, _LONGEST_PROBLEM)}"))
        if (more := len(seen.input_problems) - _MOST_PROBLEMS) > 0:
            _print(console, Text(f"      and {more} more, all on the class page", "dim"))
    if seen.missing:
        _print(console, Text("\nHanded in nothing", "bold"))
        names = ", ".join(student.id for student in seen.missing[:_MOST_MISSING])
        more = len(seen.missing) - _MOST_MISSING
        rest = f" and {more} more" if more > 0 else ""
        _print(console, Text(f"{len(seen.missing):>4}  {names}{rest}"))


def _print_findings(seen: Overview, console: Console) -> None:
    """What was noticed in answers, by kind: how often, and in which exercises."""
    if not seen.mistakes:
        return
    places: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for mistake in seen.mistakes:
        places[mistake.code].append((mistake.exercise, mistake.count))
    _print(console, Text("\nNoticed in answers", "bold"))
    for code, found in sorted(places.items(), key=lambda item: -sum(count for _, count in item[1])):
        where = ", ".join(f"{exercise} {count}" for exercise, count in found)
        _print(console, Text(f"{sum(count for _, count in found):>4}  {code:<20} {where}"))


def _print_next(seen: Overview, out: Path, console: Console, again: str | None) -> None:
    if seen.waiting:
        by_exercise = ", ".join(f"{exercise} {count}" for exercise, count in seen.waiting.items())
        _print(console, Text("\nWaits for a person", "bold"))
        _print(console, Text(f"{sum(seen.waiting.values()):>4}  answers: {by_exercise}"))
        _print(
            console, Text(f"      fill in {out / 'review.csv'}, then: grader report {shlex.quote(str(out))}")
        )
    _print(console, Text(f"\nClass     {out / 'index.html'}"))
    _print(console, Text(f"Students  {out / 'students'}"))
    _print(
        console, Text(f"Grades    {out / 'grades.csv'}, {out / 'exercises.csv'}, {out / 'statistics.csv'}")
    )
    if seen.finals:
        where = shlex.quote(str(out))
        _print(console, Text(f"Platform  grader export LMS --results {where} --sheet DOWNLOADED --out FILE"))
    if seen.problems and again is not None:
        _print(console, Text(f"Again     {again}"))
    if seen.outdated:
        _print(
            console,
            Text(
                f"\n{seen.outdated} of the decisions in {out / 'review.csv'} count no longer (state outdated): "
                "the answer has changed, or there is no such student or exercise."
            ),
        )
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
