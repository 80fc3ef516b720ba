from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader import __version__
from grader.batch.executors import Workforce
from grader.cli import main
from grader.exit_codes import ExitCode
from grader.result import Status
from tests.helpers import Inline
from tests.report.samples import exercise, result

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.result import Result
    from grader.submission import Submission

    Run = Callable[..., "Outcome"]

ASSIGNMENT = """
name = "tiny"
title = "A tiny assignment"

[[exercises]]
id = "a"
kind = "text"
title = "A text"
points = 2
"""


@dataclass
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


def notebook(*cells: str) -> str:
    sources = [{"cell_type": "markdown", "metadata": {}, "source": cell} for cell in cells]
    return json.dumps({"cells": sources, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with an assignment and a class of two."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "80")
    assignment = tmp_path / "assignments" / "tiny"
    assignment.mkdir(parents=True)
    (assignment / "assignment.toml").write_text(ASSIGNMENT)
    (assignment / "notebook.ipynb").write_text(notebook("## Exercise a)\n\na) Say why."))
    (tmp_path / "class").mkdir()
    for student in ("s001", "s002"):
        answer = f"## Exercise a)\n\na) Say why.\n\nBecause {student} says so."
        (tmp_path / "class" / f"{student}.ipynb").write_text(notebook(answer))
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as exited:
            main()
        assert isinstance(exited.value.code, int)
        return Outcome(exited.value.code, *capsys.readouterr())

    return call


def grade(run: Run, *arguments: str) -> Outcome:
    return run("grade", "class", "--assignment", "tiny", "--out", "OUT", *arguments)


def grade_with(monkeypatch: pytest.MonkeyPatch, one: Callable[[str], Result]) -> None:
    def grade_submission(submission: Submission, *_: object, secret: bytes) -> Result:
        assert secret
        return one(submission.key)

    monkeypatch.setattr("grader.batch.job.grade_submission", grade_submission)
    monkeypatch.setattr("grader.commands.grading._workforce", lambda *_: nullcontext(Workforce(Inline(), 2)))


def fill_in(points: str) -> None:
    review = Path("OUT/review.csv")
    text = review.read_text(encoding="utf-8-sig")
    assert ",2,,,open" in text
    review.write_text(text.replace(",2,,,open", f",2,{points},Seen.,open"), encoding="utf-8-sig")


def test_a_class_from_notebooks_to_final_marks(run: Run) -> None:
    graded = grade(run)
    assert graded.code == ExitCode.DONE
    assert "tiny  2 submissions" in graded.out
    assert "2  answers: a 2" in graded.out
    assert "Because s001 says so." in Path("OUT/students/s001.html").read_text(encoding="utf-8")
    fill_in('"1,5"')
    reported = run("report", "OUT")
    assert reported.code == ExitCode.DONE
    assert "2 totals final, mean 1.5 of 2" in reported.out
    again = grade(run)
    assert "2 totals final, mean 1.5 of 2" in again.out


def languages_of_pages() -> set[str]:
    pages = [path.read_text(encoding="utf-8") for path in Path("OUT/students").iterdir()]
    return {found[1] for page in pages if (found := re.search(r'<html lang="(\w+)">', page))}


def test_pages_are_in_the_language_that_is_asked_for(run: Run) -> None:
    graded = grade(run, "--lang", "da")
    assert languages_of_pages() == {"da"}
    assert "en underviser læser teksten" in Path("OUT/students/s001.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in Path("OUT/index.html").read_text(encoding="utf-8")
    assert "Waits for a person" in graded.out
    assert "a person reads the text" in Path("OUT/results/s001.json").read_text(encoding="utf-8")


def test_pages_are_in_the_language_of_the_assignment_unless_asked_otherwise(run: Run) -> None:
    toml = Path("assignments/tiny/assignment.toml")
    toml.write_text(f'language = "da"\n{ASSIGNMENT}')
    grade(run)
    assert languages_of_pages() == {"da"}
    grade(run, "--lang", "en")
    assert languages_of_pages() == {"en"}


def test_another_language_grades_nothing_again(run: Run) -> None:
    grade(run)
    assert "2 of 2 had not changed" in grade(run, "--lang", "da").out
    assert languages_of_pages() == {"da"}
    Path("assignments/tiny/assignment.toml").write_text(f'language = "da"\n{ASSIGNMENT}')
    assert "2 of 2 had not changed" in grade(run).out


def test_a_report_keeps_the_language_unless_asked_otherwise(run: Run) -> None:
    grade(run, "--lang", "da")
    run("report", "OUT")
    assert languages_of_pages() == {"da"}
    assert run("report", "OUT", "--lang", "en").code == ExitCode.DONE
    assert languages_of_pages() == {"en"}
    run("report", "OUT")
    assert languages_of_pages() == {"en"}
    assert run("report", "OUT", "--lang", "xx").code == ExitCode.USAGE


def test_shards_keep_the_language(run: Run) -> None:
    for shard in ("1/2", "2/2"):
        grade(run, "--shard", shard, "--lang", "da")
    run("report", "OUT")
    assert languages_of_pages() == {"da"}


def test_one_notebook_can_be_graded(run: Run) -> None:
    outcome = run("grade", "class/s001.ipynb", "-a", "tiny", "-o", "OUT")
    assert outcome.code == ExitCode.DONE
    assert [path.name for path in Path("OUT/results").iterdir()] == ["s001.json"]


def test_a_broken_notebook_makes_the_command_fail_and_stops_nothing(run: Run) -> None:
    Path("class/s000.ipynb").write_text("{")
    outcome = grade(run)
    assert outcome.code == ExitCode.FAILED
    assert "3 submissions, 1 unreadable" in outcome.out
    assert len(list(Path("OUT/students").iterdir())) == 3


def test_what_failed_is_graded_again_by_the_line_that_is_printed(run: Run) -> None:
    Path("class/s000.ipynb").write_text("{")
    first = grade(run)
    line = next(line for line in first.out.splitlines() if line.startswith("Again "))
    command = shlex.split(line.removeprefix("Again "))
    assert command[0] == "grader"
    Path("class/s000.ipynb").write_bytes(Path("class/s001.ipynb").read_bytes())
    second = run(*command[1:])
    assert second.code == ExitCode.DONE
    assert "Again " not in second.out


def test_plain_has_words(run: Run) -> None:
    assert "\ns001: 0 + ? of 2; waits for a person a" in grade(run, "--plain").out
    assert "\ns001: 0 + ? of 2; waits for a person a" in run("report", "OUT", "--plain").out


def test_quiet_prints_problems_only(run: Run) -> None:
    assert grade(run, "--quiet") == Outcome(ExitCode.DONE, "", "")
    Path("class/s000.ipynb").write_text("{")
    outcome = grade(run, "--quiet")
    assert (outcome.code, outcome.out) == (ExitCode.FAILED, "")
    assert outcome.err.startswith("unreadable: ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("grade", "nowhere", "--assignment", "tiny", "--out", "OUT"), "nowhere"),
        (("grade", "class", "--assignment", "weak1", "--out", "OUT"), "no assignment 'weak1'"),
        (("grade", "class", "--assignment", "tiny"), "--out"),
        (("grade", "class", "--assignment", "tiny", "--out", "class/s001.ipynb"), "is a file"),
        (("grade", "class", "--assignment", "tiny", "--out", "OUT", "--bogus"), "--bogus"),
        (("report", "nowhere"), "nowhere"),
        (("assignment", "check", "weak1"), "no assignment 'weak1'"),
        (("bogus",), "bogus"),
    ],
)
def test_wrong_usage_is_answered_with_a_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    outcome = run(*arguments)
    assert outcome.code == ExitCode.USAGE
    assert sentence in outcome.err
    assert "Traceback" not in outcome.err
    assert not Path("OUT").exists()


def test_input_that_cannot_be_read_is_answered_with_a_sentence(run: Run) -> None:
    Path("empty").mkdir()
    for arguments in (("grade", "empty", "--assignment", "tiny", "--out", "OUT"), ("report", "empty")):
        outcome = run(*arguments)
        assert outcome.code == ExitCode.INPUT
        assert "empty" in outcome.err
        assert "Traceback" not in outcome.err


def test_nonsense_in_the_queue_stops_before_anything_is_graded(run: Run) -> None:
    grade(run)
    fill_in("abc")
    before = Path("OUT/results/s001.json").stat()
    for outcome in (grade(run), run("report", "OUT")):
        assert outcome.code == ExitCode.INPUT
        assert "review.csv, row 2, column points: 'abc'" in outcome.err
    assert Path("OUT/results/s001.json").stat() == before


def test_results_of_two_assignments_are_not_mixed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    grade_with(monkeypatch, lambda key: result(key, assignment="other"))
    grade(run)
    outcome = grade(run)
    assert outcome.code == ExitCode.INPUT
    assert "holds results of other" in outcome.err


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def one(key: str) -> Result:
        if key == "s002":
            raise KeyboardInterrupt
        return result(key, assignment="tiny")

    grade_with(monkeypatch, one)
    outcome = grade(run)
    assert outcome.code == ExitCode.INTERRUPTED
    assert "Interrupted: 1 of 2" in outcome.err
    assert "The same command goes on from there." in outcome.err
    assert [path.name for path in Path("OUT/results").iterdir()] == ["s001.json"]


def test_our_own_failure_is_called_ours_and_leaves_a_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr("grader.report.views.write_views", broken)
    Path("tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(Path("tmp").absolute()))
    Path("OUT").mkdir()
    outcome = run("report", "OUT")
    assert outcome.code == ExitCode.INTERNAL
    (log,) = Path("tmp").iterdir()
    assert "our fault, not yours" in outcome.err
    assert str(log.absolute()) in outcome.err
    assert "Traceback" not in outcome.err
    assert 'raise ZeroDivisionError("by us")' in log.read_text()


def test_an_exercise_in_error_makes_the_command_fail(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    grade_with(
        monkeypatch, lambda key: result(key, assignment="tiny", exercises=(exercise("a", Status.ERROR),))
    )
    assert grade(run).code == ExitCode.FAILED


def test_an_assignment_is_proved(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.proof.prove_assignment", lambda _: [])
    assert run("assignment", "check", "tiny") == Outcome(
        ExitCode.DONE, "tiny: 1 exercises, no problem found\n", ""
    )
    monkeypatch.setattr("grader.proof.prove_assignment", lambda _: ["exercise a: the sheet holds the answer"])
    assert run("assignment", "check", "tiny") == Outcome(
        ExitCode.FAILED, "exercise a: the sheet holds the answer\n", ""
    )


def test_the_version(run: Run) -> None:
    assert run("--version") == Outcome(ExitCode.DONE, f"grader {__version__}\n", "")


@pytest.mark.parametrize("arguments", [(), ("grade",), ("report",), ("assignment", "check")])
def test_help_shows_how_it_is_used(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments, "--help")
    assert outcome.code == ExitCode.DONE
    assert re.search(rf"\n +{' '.join(('grader', *arguments))} \S", outcome.out)


def test_help_is_not_kept_waiting() -> None:
    heavy = "pandas", "sympy", "nbformat", "nbconvert", "jinja2", "rich", "numpy"
    program = f"import sys, grader.cli; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert loaded.stdout == "[]\n"


def test_a_terminal_without_the_letter_shows_a_question_mark(folder: Path) -> None:
    command = [sys.executable, "-c", "from grader.cli import main; main()"]
    arguments = ["grade", "class", "--assignment", "tiny", "--out", "ud-før"]
    finished = subprocess.run(
        [*command, *arguments],
        capture_output=True,
        check=False,
        env={
            "PYTHONIOENCODING": "ascii",
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "XDG_CONFIG_HOME": str(folder / "config"),
        },
    )
    assert finished.returncode == ExitCode.DONE, finished.stderr
    assert b"ud-f?r/index.html" in finished.stdout.replace(b"\\", b"/")


def test_a_folder_that_cannot_be_written_is_not_our_fault(run: Run) -> None:
    Path("file").touch()
    outcome = run("grade", "class", "--assignment", "tiny", "--out", "file/OUT")
    assert outcome.code == ExitCode.INPUT
    assert "our fault" not in outcome.err
    assert "can be written" in outcome.err


def test_a_roster_tells_who_is_missing_and_who_is_unknown(run: Run) -> None:
    Path("roster.csv").write_text("id,name\ns001,Ann\ns003,Cy\n")
    outcome = grade(run, "--roster", "roster.csv")
    assert outcome.code == ExitCode.FAILED
    assert "2 notebooks, 2 hand-ins" in outcome.err
    assert "unknown_student  s002 is not on the roster" in outcome.out
    assert "Handed in nothing\n   1  s003" in outcome.out
    grades = Path("OUT/grades.csv").read_text(encoding="utf-8-sig")
    assert "s003,Cy,missing," in grades
    assert "s003 Cy" in Path("OUT/index.html").read_text(encoding="utf-8")
    Path("ids.csv").write_text("handed_in,id\ns002,s003\n")
    again = grade(run, "--roster", "roster.csv", "--ids", "ids.csv")
    assert again.code == ExitCode.DONE
    assert "Handed in nothing" not in again.out
    assert sorted(path.stem for path in Path("OUT/results").iterdir()) == ["s001", "s003"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--ids", "ids.csv"), ExitCode.INPUT, "needs the columns `handed_in` and `id`"),
        (("--roster", "ids.csv"), ExitCode.INPUT, "no column"),
        (("--shard", "3/2"), ExitCode.USAGE, "write 2/8 for the second of eight"),
        (("--workers", "0"), ExitCode.USAGE, "--workers"),
        (("--only", "wrong"), ExitCode.USAGE, "--only"),
        (("--lang", "xx"), ExitCode.USAGE, "no language 'xx': there is da, en"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    run: Run, arguments: tuple[str, ...], code: ExitCode, sentence: str
) -> None:
    Path("ids.csv").write_text("handed_in,who\na,b\n")
    outcome = grade(run, *arguments)
    assert outcome.code == code
    assert sentence in outcome.err
    assert not Path("OUT").exists()


def test_who_is_not_handed_in_any_more_is_told(run: Run) -> None:
    grade(run)
    outcome = run("grade", "class/s001.ipynb", "-a", "tiny", "-o", "OUT")
    assert "1 of an earlier run are not in class/s001.ipynb and were moved to OUT/stale" in outcome.out
    assert "1 of 1 had not changed and were not graded again" in outcome.out


def test_what_changed_is_told_with_its_reason(run: Run) -> None:
    grade(run)
    shutil.copytree("OUT", "before")
    fill_in("1.5")
    run("report", "OUT")
    outcome = run("diff", "before", "OUT", "--csv", "changes.csv")
    assert outcome.code == ExitCode.DONE
    assert "2 changed, 0 the same" in outcome.out
    assert "2        ?  a: a person decided; review → partial" in outcome.out
    assert "s001" in Path("changes.csv").read_text(encoding="utf-8-sig")
    assert run("diff", "before", "class").code == ExitCode.INPUT


def test_a_decision_about_nobody_is_told(run: Run) -> None:
    grade(run)
    fill_in("1.5")
    review = Path("OUT/review.csv")
    text = review.read_text(encoding="utf-8-sig")
    review.write_text(text.replace("s001,a", "s0O1,a"), encoding="utf-8-sig")
    outcome = run("report", "OUT")
    assert "1 of the decisions in OUT/review.csv count no longer (state outdated)" in outcome.out


def test_pages_show_the_solution_from_its_day_on(run: Run) -> None:
    folder = Path("assignments/tiny")
    (folder / "solution.ipynb").write_text(notebook("## Exercise a)\n\na) Say why.\n\nIt is so."))
    page = Path("OUT/students/s001.html")
    for day, shown in (("9999-01-01", False), ("2001-01-01", True)):
        keys = f'solution = "solution.ipynb"\nsolution_after = {day}\n'
        (folder / "assignment.toml").write_text(keys + ASSIGNMENT)
        grade(run)
        assert ("It is so." in page.read_text(encoding="utf-8")) is shown
    moved = folder.rename("elsewhere")
    lost = run("report", "OUT")
    assert lost.code == ExitCode.USAGE
    assert "no assignment 'tiny'" in lost.err
    assert run("report", "OUT", "--assignment", str(moved)).code == ExitCode.DONE
    assert "It is so." in page.read_text(encoding="utf-8")
