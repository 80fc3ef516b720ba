"""What the terminal shows of results of all kinds."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.result import Finding, Result, Status, Step
from grader.selfcheck.view import ENOUGH, print_check
from tests.report.samples import HOSTILE, exercise, result


def printed(
    shown: Result,
    encoding: str = "utf-8",
    *,
    plain: bool = False,
    verbose: bool = False,
    colour: bool = False,
) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="")
    console = Console(
        file=stream, width=80, force_terminal=colour, color_system="standard" if colour else None
    )
    print_check(shown, console, plain=plain, verbose=verbose)
    stream.seek(0)
    return stream.read()


def every_status() -> Result:
    slip = Finding(code="sign_error", message="A sign is wrong.", hint="Follow it.", cell=4, text="t - y")
    shown = [exercise(status.value, status) for status in Status]
    shown[1] = exercise("partial", Status.PARTIAL, findings=(slip,), steps=STEPS, read_as="t - y")
    return result("s1", exercises=tuple(shown))


STEPS = (
    Step(text="a", status="true"),
    Step(text="b", status="false"),
    Step(text="c", status="definition"),
    Step(text="d", status="unread"),
)


def test_marks_are_shapes_in_a_terminal_that_has_them_and_letters_in_others() -> None:
    assert "◐ partial" in printed(every_status())
    text = printed(every_status(), "ascii", verbose=True)
    assert "~ partial" in text
    assert "◐" not in text


def test_plain_has_words_for_marks_and_steps() -> None:
    text = printed(every_status(), "ascii", plain=True, verbose=True)
    assert "partial: partly correct, 1.5 / 2 points: Title of partial\n" in text
    assert "review: waits for a person, ? / 2 points" in text
    assert "  false: b\n" in text
    assert "  not read: d\n" in text


def test_only_what_is_not_right_is_shown_when_there_is_much() -> None:
    many = [exercise(f"r{n}", Status.CORRECT) for n in range(ENOUGH + 5)]
    many += [exercise("w", Status.WRONG), exercise("p", Status.REVIEW)]
    many += [exercise("t", Status.REVIEW, kind="text"), exercise("m", Status.MISSING)]
    text = printed(result("s1", exercises=tuple(many)))
    assert " r19 " in text
    assert " r20 " not in text
    assert all(f" {name} Title" in text for name in ("w", "p", "m"))
    assert "not shown (-v): r20, r21, r22, r23, r24, t\n" in text
    assert " r24 " in printed(result("s1", exercises=tuple(many)), verbose=True)


def test_the_students_own_error_stands_for_what_follows_from_it() -> None:
    raised = Finding(
        code="raised", message="`f` stops: NameError: name 'v' is not defined", hint="Line 4.", cell=9
    )
    ours = Finding(code="wrong_value", message="The value is off.", cell=9)
    shown = result(
        "s1",
        exercises=(
            exercise("d", Status.WRONG, findings=(ours, raised)),
            exercise("e", Status.WRONG, findings=(raised,)),
        ),
    )
    text = printed(shown)
    assert text.count("NameError") == 1
    assert "The same as in d" in text
    assert "The value is off." not in text
    assert "The value is off." in printed(shown, verbose=True)


def test_a_line_that_was_not_read_is_shown() -> None:
    steps = (Step(text="E(w)", status="unread"), Step(text="p(D)", status="unread", message="p is not read"))
    shown = exercise("e", Status.REVIEW, kind="derivation", cause="a line was not read", steps=steps)
    text = printed(result("s1", exercises=(shown,)))
    assert "later A line was not read" in text
    assert "line  p(D)" in text
    assert "E(w)" not in text


def test_a_step_that_is_false_for_a_slip_in_it_is_told_once() -> None:
    slip = Finding(code="sign_error", message="A sign is wrong.", text="t - y")
    step = Finding(code="invalid_step", message="This step is not true.", text="2 (t - y)")
    other = Finding(code="invalid_step", message="This step is not true.", text="3")
    shown = result("s1", exercises=(exercise("i", Status.PARTIAL, findings=(slip, step, other)),))
    assert printed(shown).count("This step") == 1
    assert printed(shown, verbose=True).count("This step") == 2


def test_nothing_is_counted_where_a_person_reads_all() -> None:
    text = printed(result("s1", exercises=(exercise("t", Status.REVIEW, kind="text"),)))
    assert "Checked now" not in text
    assert "A person reads later: t (2 points)." in text


def test_remarks_on_what_is_right_are_told_when_everything_is() -> None:
    remark = Finding(code="convention", message="Taken as an average.")
    shown = result("s1", exercises=(exercise("d", Status.CORRECT, findings=(remark,)),))
    assert "average" not in printed(shown)
    assert "note  Taken as an average." in printed(shown, verbose=True)


def test_a_long_list_of_findings_is_cut() -> None:
    findings = tuple(Finding(code="wrong_value", message=f"Number {n} is off.") for n in range(5))
    shown = result("s1", exercises=(exercise("d", Status.WRONG, findings=findings),))
    assert "Number 2" in printed(shown)
    assert "Number 3" not in printed(shown)
    assert "and 2 more (-v)" in printed(shown)
    assert "Number 4" in printed(shown, verbose=True)


def test_what_a_student_wrote_is_neither_markup_nor_a_command_to_the_terminal() -> None:
    hostile = f"[/bold][red]{HOSTILE}\x1b[2J\x1b]0;title\x07\u202e"
    finding = Finding(code="wrong_value", message=hostile, hint=hostile, text=hostile)
    shown = exercise("d", Status.WRONG, findings=(finding,), read_as=hostile, cause=hostile, title=hostile)
    text = printed(result("s1", exercises=(shown,)), verbose=True)
    assert "[/bold][red]" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_a_sentence_goes_on_below_itself() -> None:
    finding = Finding(code="wrong_value", message="word " * 40)
    text = printed(result("s1", exercises=(exercise("d", Status.WRONG, findings=(finding,)),)))
    lines = [line for line in text.splitlines() if "word" in line]
    assert len(lines) > 1
    assert all(len(line) <= 80 for line in lines)
    assert all(line.startswith(" " * 12 + "word") for line in lines[1:])


@pytest.mark.parametrize("status", [Status.CORRECT, Status.PARTIAL])
def test_colours_come_only_where_they_are_wanted(status: Status, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = result("s1", exercises=(exercise("d", status),))
    assert "\x1b[3" in printed(shown, colour=True)
    assert "\x1b" not in printed(shown)
