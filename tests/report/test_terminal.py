from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from grader.batch.grade_class import Outcome
from grader.report import terminal
from grader.report.overview import overview
from grader.report.terminal import print_class, track
from grader.result import Finding, Result, Status

from .samples import alice, class_results, exercise, result, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable


def printed(
    results: dict[str, Result],
    encoding: str = "utf-8",
    *,
    colour: bool = False,
    plain: bool = False,
    again: str | None = None,
) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace", newline="")
    console = Console(
        file=stream, width=80, force_terminal=colour, color_system="standard" if colour else None
    )
    print_class(overview(results.values()), Path("my out"), console, plain=plain, again=again)
    stream.seek(0)
    return stream.read()


def test_the_summary_of_a_class(golden: Callable[[str, str], None]) -> None:
    golden("terminal.txt", printed(class_results()))


def test_a_seven_bit_terminal_gets_other_marks(golden: Callable[[str, str], None]) -> None:
    golden("terminal-ascii.txt", printed(class_results(), "ascii"))


def test_plain_is_words_and_no_table(golden: Callable[[str, str], None]) -> None:
    text = printed(class_results(), "ascii", plain=True)
    golden("terminal-plain.txt", text)
    assert "|" not in text


def test_plain_counts_a_large_class_in_words() -> None:
    statuses = [Status.CORRECT] * 60 + [Status.REVIEW] * 50
    class_ = {f"s{i}": result(f"s{i}", exercises=(exercise("a", s),)) for i, s in enumerate(statuses)}
    assert "\na: 60 correct, 50 waits for a person\n" in printed(class_, plain=True)


def test_a_plain_console_has_no_colour_and_no_bar_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    plain = terminal.console(plain=True)
    list(terminal.track([Outcome("s001", problem="raised: x")] * 10, 10, plain))
    print_class(overview(class_results().values()), Path("out"), plain, plain=True)
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "10 of 10 graded\n" in text


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    print_class(overview([alice()]), Path("out"), terminal.console())
    coloured = re.compile(r"\x1b\[[0-9;]*3[0-9]m")
    assert coloured.search(capsys.readouterr().out)
    monkeypatch.setenv("NO_COLOR", "1")
    print_class(overview([alice()]), Path("out"), terminal.console())
    assert not coloured.search(capsys.readouterr().out)


def test_a_quiet_console_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_class(overview([alice()]), Path("out"), terminal.console(quiet=True))
    assert capsys.readouterr().out == ""


def test_an_exercise_against_the_rest_is_named() -> None:
    def answers(i: int) -> Result:
        good, bad = (Status.CORRECT, Status.WRONG) if i % 2 else (Status.WRONG, Status.CORRECT)
        parts = (exercise("a", good), exercise("b", good), exercise("c", bad))
        return result(f"s{i}", exercises=parts)

    text = printed({f"s{i}": answers(i) for i in range(20)})
    assert "Look at\n      c  discrimination -1.00 (n = 20)" in text
    assert "Look at" not in printed({f"s{i}": answers(i) for i in range(19)})


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


def test_what_failed_can_be_graded_again_by_copying_a_line() -> None:
    assert "\nAgain     grader grade it\n" in printed(class_results(), again="grader grade it")
    assert "Again" not in printed({"s001": alice()}, again="grader grade it")


def test_marks_can_be_exported_once_some_are_final() -> None:
    line = "\nPlatform  grader export LMS --results 'my out' --sheet DOWNLOADED --out FILE\n"
    assert line in printed({"s001": alice()})
    assert "grader export" not in printed({"s009": unreadable()})


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


def test_lines_tell_how_long_it_takes_where_that_is_worth_knowing() -> None:
    """A submission takes 30 s; the clock is read at the start and for each line."""
    console = Console(file=io.StringIO())
    ticks = iter(range(0, 10_000, 30))
    list(track([Outcome("s001")] * 10, 10, console, clock=lambda: float(next(ticks))))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert lines[0] == "1 of 10 graded, about 4 min left"
    assert lines[7:] == [
        "8 of 10 graded, about 60 s left",
        "9 of 10 graded, about 30 s left",
        "10 of 10 graded",
    ]


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
