from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from grader.batch.grade_class import Outcome
from grader.report.overview import overview
from grader.report.terminal import print_class, track
from grader.result import Finding, Result, Status

from .samples import alice, class_results, exercise, result, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable


def printed(results: dict[str, Result], encoding: str = "utf-8", *, colour: bool = False) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace", newline="")
    console = Console(
        file=stream, width=80, force_terminal=colour, color_system="standard" if colour else None
    )
    print_class(overview(results.values()), Path("my out"), console)
    stream.seek(0)
    return stream.read()


def test_the_summary_of_a_class(golden: Callable[[str, str], None]) -> None:
    golden("terminal.txt", printed(class_results()))


def test_a_seven_bit_terminal_gets_other_marks(golden: Callable[[str, str], None]) -> None:
    golden("terminal-ascii.txt", printed(class_results(), "ascii"))


def test_marks_have_a_colour_too() -> None:
    assert "\x1b[32m✓\x1b[0m" in printed({"s001": alice()}, colour=True)


def test_student_text_is_no_markup_and_steers_no_terminal() -> None:
    hostile = result(
        "[/red]\x1b[2J[bold]x",
        findings=(Finding(code="[red]", message="[/blue] \x1b]0;title\x07 [link=x]"),),
        exercises=(exercise("[b]", Status.WRONG),),
    )
    text = printed({"x": hostile})
    assert "\x1b" not in text
    assert "\x07" not in text
    for piece in ("[/red][2J[bold]x", "[red]", "[/blue] ]0;title [link=x]", "[b]"):
        assert piece in text


def test_many_with_one_problem_are_counted_not_listed() -> None:
    text = printed({f"s{i}": unreadable(f"s{i}") for i in range(9)})
    assert "   9  not_a_notebook" in text
    assert "and 3 more" in text


def test_the_next_command_can_be_copied() -> None:
    assert "then: grader report 'my out'\n" in printed(class_results())


def test_nothing_waits_and_nothing_failed_is_not_mentioned() -> None:
    text = printed({"s001": alice()})
    assert "Waits for a person\n" not in text
    assert "Could not be graded" not in text


@pytest.mark.parametrize("total", [6, 10, 37, 100])
def test_without_a_terminal_there_is_a_line_every_tenth(total: int) -> None:
    console = Console(file=io.StringIO())
    outcomes = [Outcome("s001")] * total
    assert list(track(outcomes, total, console)) == outcomes
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert len(lines) == min(total, 10)
    assert lines[-1] == f"{total} of {total} graded"


def test_a_terminal_gets_a_bar() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    assert len(list(track([Outcome("s001")] * 8, 8, console))) == 8
    assert isinstance(console.file, io.StringIO)
    assert "Grading" in console.file.getvalue()


def test_a_few_submissions_need_no_progress() -> None:
    console = Console(file=io.StringIO(), force_terminal=True)
    assert len(list(track([Outcome("s001")] * 5, 5, console))) == 5
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""
