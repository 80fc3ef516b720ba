"""`grader export`: results in OUT into a platform's sheet."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from grader.cli import main
from grader.exit_codes import ExitCode
from grader.lms.marks import points_of
from grader.report.store import Store, serialise
from grader.report.views import write_views
from grader.result import Finding, Late, Result, Status, SubmissionInfo
from tests.report.samples import exercise, result

from .sheets import BLACKBOARD, BRIGHTSPACE, CANVAS, MOODLE

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., "Outcome"]

ASSIGNMENT = """
name = "lab1"
title = "Lab 1"
{more}
[[exercises]]
id = "a"
kind = "text"
title = "A text"
points = 10
"""


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


def graded(
    *students: str, points: float | None, file: str = "", penalty: float = 0.0, status: str = "graded"
) -> Result:
    """A submission with one exercise of ten points; None where it waits for a person."""
    state = Status.REVIEW if points is None else Status.CORRECT if points == 10 else Status.PARTIAL
    one = exercise("a", state, max_points=10.0, points=points)
    return result(
        *students,
        exercises=(one,),
        assignment="lab1",
        max_points=10.0,
        submission=SubmissionInfo(file=file or f"{students[0]}.ipynb", sha256="ab" * 32, late=Late(penalty=penalty)),
        status=status,
    )  # fmt: skip


def store(*results: Result) -> None:
    for one in results:
        Store(Path("OUT")).write(one.key, serialise(one))


def assignment(more: str = "") -> None:
    folder = Path("assignments/lab1")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "assignment.toml").write_text(ASSIGNMENT.format(more=more), encoding="utf-8")
    (folder / "notebook.ipynb").write_text("{}", encoding="utf-8")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    assignment()
    Path("sheet.csv").write_bytes(BRIGHTSPACE)

    def call(lms: str, *arguments: str) -> Outcome:
        given = list(arguments)
        for option, default in (("--results", "OUT"), ("--out", "filled.csv"), ("--sheet", "sheet.csv")):
            if option not in given and not (lms == "gradescope" and option == "--sheet"):
                given += [option, default]
        monkeypatch.setattr(sys, "argv", ["grader", "export", lms, *given])
        capsys.readouterr()
        with pytest.raises(SystemExit) as exited:
            main()
        assert isinstance(exited.value.code, int)
        return Outcome(exited.value.code, *capsys.readouterr())

    return call


def test_a_class_goes_into_its_sheet(run: Run) -> None:
    store(graded("s250011", points=9.5), graded("s250012", points=4.5), graded("s250013", points=None))
    done = run("brightspace")
    assert done.code == ExitCode.DONE
    sheet = BRIGHTSPACE.decode().replace("ane@uni.example,,", "ane@uni.example,9.5,").replace("4.00", "4.5")
    assert Path("filled.csv").read_bytes() == sheet.encode()
    assert done.out.splitlines()[:-1] == [
        "sheet.csv: column Lab 1 Points Grade <Numeric MaxPoints:10 Weight:25 Category…, students matched on OrgDefinedId",
        "  matched       2",
        "  changed       2",
        "    s250012: 4.00 -> 4.5",
        "  unchanged     0",
        "  not graded    2: s250013, s250014",
        "  not in sheet  0",
    ]


def test_the_preview_writes_nothing(run: Run) -> None:
    store(graded("s250011", points=9.5))
    written = run("brightspace")
    Path("filled.csv").unlink()
    shown = run("brightspace", "--dry-run", "--feedback", "feedback.zip")
    assert shown.out.startswith(written.out[:100])
    assert not Path("filled.csv").exists()
    assert not Path("feedback.zip").exists()


def test_a_student_without_a_row_is_named(run: Run) -> None:
    store(graded("s250011", points=9.5), graded("s259999", points=1.0), graded("s259998", points=None))
    done = run("brightspace")
    assert done.code == ExitCode.FAILED
    assert "  not in sheet  1: s259999\n" in done.out
    assert b"ane@uni.example,9.5," in Path("filled.csv").read_bytes()


def test_everyone_of_a_group_gets_the_grade(run: Run) -> None:
    store(graded("s250011", "s250013", points=7.25))
    run("brightspace")
    text = Path("filled.csv").read_text(encoding="utf-8")
    assert "ane@uni.example,7.25," in text
    assert "jel2@uni.example,7.25," in text


def test_decisions_of_people_count(run: Run) -> None:
    store(graded("s250011", points=None))
    write_views(Path("OUT"))
    review = Path("OUT/review.csv")
    text = review.read_text(encoding="utf-8-sig")
    review.write_text(text.replace(",10,,,open", ",10,6.5,Good.,open"), encoding="utf-8-sig")
    run("brightspace")
    assert b"ane@uni.example,6.5," in Path("filled.csv").read_bytes()


def test_what_is_pending_is_left_out_unless_asked_for(run: Run) -> None:
    half = graded("s250012", points=None)
    store(
        half.model_copy(update={"points_decided": 3.0}), graded("s250013", points=None, status="unreadable")
    )
    run("brightspace")
    assert Path("filled.csv").read_bytes() == BRIGHTSPACE
    run("brightspace", "--pending")
    # Who could not be graded has no points at all, not zero.
    assert Path("filled.csv").read_bytes() == BRIGHTSPACE.replace(b"4.00", b"3")


@pytest.mark.parametrize(("points", "penalty", "left"), [(9.5, 2.0, 7.5), (1.0, 2.0, 0.0), (0.0, 0.0, 0.0)])
def test_lateness_costs_points_and_never_more_than_all(points: float, penalty: float, left: float) -> None:
    assert points_of(graded("s1", points=points, penalty=penalty), 10.0) == left


def test_grades_are_scaled_where_the_assignment_says_so(run: Run) -> None:
    store(graded("s250011", points=9.5, penalty=0.5))
    Path("sheet.csv").write_bytes(BRIGHTSPACE.replace(b"MaxPoints:10 ", b"MaxPoints:100 "))
    refused = run("brightspace")
    assert refused.code == ExitCode.INPUT
    assert "lms_maximum = 100" in refused.err
    assert not Path("filled.csv").exists()
    assignment("lms_maximum = 100")
    assert run("brightspace").code == ExitCode.DONE
    assert b"ane@uni.example,90," in Path("filled.csv").read_bytes()


def test_results_of_an_earlier_version_of_the_assignment_are_refused(run: Run) -> None:
    store(graded("s250011", points=9.5).model_copy(update={"max_points": 12.0}))
    done = run("brightspace")
    assert done.code == ExitCode.INPUT
    assert "gave 12 points; now it gives 10. Grade again." in done.err


def test_an_assignment_that_is_elsewhere_is_named(run: Run) -> None:
    store(graded("s250011", points=9.5))
    Path("assignments/lab1").rename("elsewhere")
    done = run("brightspace")
    assert (done.code, "no assignment 'lab1'" in done.err) == (ExitCode.USAGE, True)
    assert run("brightspace", "--assignment", "elsewhere").code == ExitCode.DONE
    other = Path("elsewhere/assignment.toml")
    other.write_text(other.read_text(encoding="utf-8").replace('"lab1"', '"lab2"'), encoding="utf-8")
    done = run("brightspace", "--assignment", "elsewhere")
    assert (done.code, "was graded for lab1, not for lab2" in done.err) == (ExitCode.INPUT, True)


def test_a_student_with_two_results_is_refused(run: Run) -> None:
    store(graded("s250011", points=9.5), graded("s250011", "s250012", points=1.0))
    done = run("brightspace")
    assert done.code == ExitCode.INPUT
    assert "s250011 has two results" in done.err


@pytest.mark.parametrize(
    ("lms", "arguments", "sentence"),
    [
        ("brightspace", ("--out", "sheet.csv"), "must be different files"),
        ("brightspace", ("--out", "./OUT/../sheet.csv"), "must be different files"),
        ("brightspace", ("--feedback", "filled.csv"), "must be different files"),
        ("gradescope", ("--sheet", "sheet.csv"), "takes no sheet"),
        ("myspace", (), "myspace"),
    ],
)
def test_wrong_usage_is_answered_with_a_sentence(
    run: Run, lms: str, arguments: tuple[str, ...], sentence: str
) -> None:
    store(graded("s250011", points=9.5))
    done = run(lms, *arguments)
    assert done.code == ExitCode.USAGE
    assert sentence in done.err
    assert Path("sheet.csv").read_bytes() == BRIGHTSPACE


def test_a_sheet_is_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("OUT").mkdir()
    assert run("brightspace").code == ExitCode.INPUT  # no results yet
    monkeypatch.setattr(sys, "argv", "grader export canvas --results assignments --out x.csv".split())
    with pytest.raises(SystemExit, match=str(int(ExitCode.USAGE))):
        main()
    assert "Download the grade sheet from Canvas" in capsys.readouterr().err


def test_what_is_no_sheet_is_answered_with_a_sentence(run: Run) -> None:
    store(graded("s250011", points=9.5))
    for data, sentence in ((b"PK\x03\x04", "Excel workbook"), (CANVAS, "no column that takes points")):
        Path("sheet.csv").write_bytes(data)
        done = run("brightspace")
        assert done.code == ExitCode.INPUT
        assert sentence in done.err
        assert "Traceback" not in done.err
        assert not Path("filled.csv").exists()


def test_feedback_says_in_words_what_the_grade_is(run: Run) -> None:
    Path("sheet.csv").write_bytes(MOODLE)
    done = graded("9011", points=6.5, penalty=0.5)
    slip = Finding(code="sign_error", message="A <sign> is lost.", hint="Which one?")
    one = done.exercises[0].model_copy(update={"findings": (slip,), "comment": "=See me."})
    store(done.model_copy(update={"exercises": (one,)}))
    run("moodle")
    assert (
        "<p>Automatic feedback</p><p>6 of 10</p><p>Handed in late: 0.5 off.</p><p>a) Title of a Partly correct, 6.5 of 10. "
        "A &lt;sign&gt; is lost. Which one? =See me.</p>"
    ) in Path("filled.csv").read_text(encoding="utf-8")


def test_the_preview_lists_grades_that_become_others(run: Run) -> None:
    Path("sheet.csv").write_bytes(MOODLE.replace(b"See me", b""))
    store(graded("9012", points=4.0))
    only_feedback = run("moodle").out
    assert "changed       1\n  unchanged" in only_feedback
    store(graded("9012", points=5.0))
    assert "    9012: 4.00 -> 5\n" in run("moodle").out


@pytest.mark.parametrize(
    ("lms", "sheet", "students", "files", "names"),
    [
        (
            "canvas",
            CANVAS,
            ("501", "502"),
            ("ane_LATE_501_90001_lab1.ipynb", "jens_502_90002_lab1.ipynb"),
            ["ane_LATE_501_90001_lab1.feedback.html", "jens_502_90002_lab1.feedback.html"],
        ),
        (
            "moodle",
            MOODLE,
            ("9011", "9012"),
            ("Ane Skov-Lund_9011_assignsubmission_file/lab1.ipynb", "9012/lab1.ipynb"),
            [f"Participant_{number}_assignfeedback_file/feedback.html" for number in ("9011", "9012")],
        ),
        (
            "brightspace",
            BRIGHTSPACE,
            ("s250011", "s250012"),
            ("1-2 - s250011, Ane Skov-Lund - 7 September, 2026 110 PM/lab1.ipynb", "s250012.ipynb"),
            ["1-2 - s250011, Ane Skov-Lund - 7 September, 2026 110 PM/feedback.html"],
        ),
    ],
)  # fmt: skip
def test_pages_go_back_under_the_names_of_the_download(
    run: Run, lms: str, sheet: bytes, students: tuple[str, ...], files: tuple[str, ...], names: list[str]
) -> None:
    Path("sheet.csv").write_bytes(sheet)
    store(*(graded(own, points=9.5, file=file) for own, file in zip(students, files, strict=True)))
    write_views(Path("OUT"))
    done = run(lms, "--feedback", "feedback.zip", "--column", "Grade" if lms == "moodle" else "Lab 1")
    with zipfile.ZipFile("feedback.zip") as archive:
        assert archive.namelist() == names
        assert archive.read(names[0]) == Path(f"OUT/students/{students[0]}.html").read_bytes()
    assert ("no feedback   1" in done.out) == (len(names) == 1)


def test_a_group_of_moodle_gets_feedback_under_the_members_numbers_alone(run: Run) -> None:
    Path("sheet.csv").write_bytes(MOODLE)
    # The group's number is that of somebody else.
    store(graded("9012", "9011", "9999", points=9.5, file="Group 7_9014_assignsubmission_file/lab1.ipynb"))
    done = run("moodle", "--feedback", "feedback.zip")
    assert "not in sheet  1: 9999" in done.out
    assert "no feedback" not in done.out
    with zipfile.ZipFile("feedback.zip") as archive:
        assert archive.namelist() == [
            f"Participant_{number}_assignfeedback_file/feedback.html" for number in ("9012", "9011")
        ]


def test_two_hand_ins_of_one_folder_do_not_overwrite_each_other(run: Run) -> None:
    folder = "1-2 - Group 4 - 7 September, 2026 110 PM"
    store(
        graded("s250011", points=9.5, file=f"{folder}/one.ipynb"),
        graded("s250013", points=5.0, file=f"{folder}/two.ipynb"),
    )
    done = run("brightspace", "--feedback", "feedback.zip")
    with zipfile.ZipFile("feedback.zip") as archive:
        assert archive.namelist() == [f"{folder}/feedback.html"]
        assert b"9.5" in archive.read(f"{folder}/feedback.html")
    assert f"no feedback   1: {folder}/two.ipynb" in done.out


def test_who_is_not_graded_gets_no_feedback(run: Run) -> None:
    Path("sheet.csv").write_bytes(CANVAS)
    store(graded("501", points=None, file="ane_501_90001_lab1.ipynb"))
    run("canvas", "--feedback", "feedback.zip")
    with zipfile.ZipFile("feedback.zip") as archive:
        assert archive.namelist() == []


def test_blackboard_takes_no_feedback_files(run: Run) -> None:
    Path("sheet.csv").write_bytes(BLACKBOARD)
    store(graded("ansk", points=9.5))
    done = run("blackboard", "--feedback", "feedback.zip")
    assert done.code == ExitCode.INPUT
    assert "Blackboard takes no zip of feedback files" in done.err
    assert not Path("filled.csv").exists()
    assert run("blackboard").code == ExitCode.DONE
    assert Path("filled.csv").read_bytes() == BLACKBOARD.replace(
        "Needs Grading".encode("utf-16-le"), "9.5".encode("utf-16-le")
    )


def test_gradescope_gets_the_results_of_one_submission(run: Run) -> None:
    store(graded("s250011", points=9.5))
    assert run("gradescope", "--out", "results.json").code == ExitCode.DONE
    assert json.loads(Path("results.json").read_text(encoding="utf-8"))["score"] == 9.5
    store(graded("s250012", points=9.5))
    done = run("gradescope", "--out", "results.json")
    assert done.code == ExitCode.INPUT
    assert "OUT holds 2 results" in done.err
