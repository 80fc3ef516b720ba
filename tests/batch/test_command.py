"""`grader grade` with real workers: started, interrupted, killed and started again."""

from __future__ import annotations

import csv
import os
import re
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from grader.assignment import load_assignment
from grader.batch.executors import Workforce
from grader.batch.grade_class import ClassRun
from grader.batch.job import Job
from grader.batch.secret import load_secret
from grader.intake.handed_in import handed_in
from grader.numeric.probe import tier
from tests.batch.course import Course
from tests.batch.made_up import halves, run, some_results, start, views
from tests.batch.processes import command_line, descendants, freeze, kill, runs, until
from tests.helpers import Inline

if TYPE_CHECKING:
    from pathlib import Path

WEEKS = ("week1", "week2")
NUMBER = 6
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module", params=WEEKS)
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class that two workers have graded into `once`."""
    made = Course(tmp_path_factory.mktemp("course"), request.param, NUMBER)
    broken = made.folder / "s00004.ipynb"
    broken.write_bytes(broken.read_bytes()[:100])
    made.grade("once", "--workers", 2)
    return made


def inline(course: Course, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The results of grading in this process."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(course.home / "config"))
    assignment = load_assignment(course.week)
    job = Job.of(assignment, secret=load_secret(), trust_students=not tier().walled)
    graded = ClassRun(job, assignment, course.home / "inline")
    with handed_in(course.folder, assignment) as everyone:
        assert len(list(graded.grade(everyone.found, Workforce(Inline(), 2)))) == NUMBER
    return course.results("inline")


def test_who_does_the_work_makes_no_difference(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    once = course.results("once")
    assert len(once) == NUMBER
    assert [key for key, one in once.items() if one["status"] != "graded"] == ["s00004"]
    course.grade("one", "--workers", 1)
    assert course.results("one") == once
    assert inline(course, monkeypatch) == once
    assert views(course.home / "one") == views(course.home / "once")


def test_a_second_run_grades_nothing_and_changes_no_byte(course: Course) -> None:
    def files() -> dict[str, tuple[bytes, int]]:
        found = (path for path in (course.home / "once").rglob("*") if path.is_file())
        return {str(path): (path.read_bytes(), path.stat().st_ino) for path in found if path.name != ".lock"}

    before = files()
    said = course.grade("once")
    assert f"{NUMBER} of {NUMBER} had not changed" in said
    after = files()
    assert {name: content for name, (content, _) in after.items()} == {n: c for n, (c, _) in before.items()}
    # Results and pages are not even written again.
    rewritten = {name for name in after if after[name] != before[name]}
    assert not [name for name in rewritten if "/results/" in name or "/students/" in name]


def test_shards_and_a_report_are_one_run(course: Course) -> None:
    for shard in ("1/2", "2/2"):
        assert f"Shard {shard} is done" in course.grade("shards", "--shard", shard, code=0)
    out = course.home / "shards"
    assert course.results("shards") == course.results("once")
    assert run(course.home, "report", out).returncode == 0
    both = views(out, but="class.json"), views(course.home / "once", but="class.json")
    assert both[0] == both[1]


def test_everything_or_what_failed_is_graded_again_where_that_is_asked(course: Course) -> None:
    course.grade("again")
    inodes = {path.name: path.stat().st_ino for path in (course.home / "again" / "results").iterdir()}

    def graded_again() -> set[str]:
        now = {path.name: path.stat().st_ino for path in (course.home / "again" / "results").iterdir()}
        changed = {name for name in now if now[name] != inodes[name]}
        inodes.update(now)
        return changed

    course.grade("again", "--only", "failed")
    assert graded_again() == {"s00004.json"}
    course.grade("again", "--fresh")
    assert len(graded_again()) == NUMBER
    assert course.results("again") == course.results("once")


def test_decisions_are_kept_when_the_class_goes_on(course: Course) -> None:
    course.grade("decided")
    table = course.home / "decided" / "review.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(row for row in rows if float(row["max_points"]) > 0)
    row |= {"points": row["max_points"], "comment": "well said"}
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerows(rows)
    (course.home / "decided" / "results" / f"{row['student']}.json").unlink()
    course.grade("decided")
    with table.open(encoding="utf-8-sig", newline="") as file:
        now = [r for r in csv.DictReader(file) if r["state"] == "decided"]
    assert [(r["student"], r["exercise"], r["comment"]) for r in now] == [
        (row["student"], row["exercise"], "well said")
    ]
    page = (course.home / "decided" / "students" / f"{row['student']}.html").read_text(encoding="utf-8")
    assert "well said" in page
    # A decision is no part of what the grader found.
    assert course.results("decided") == course.results("once")


@pytest.fixture(params=WEEKS)
def large(request: pytest.FixtureRequest, tmp_path: Path) -> Course:
    return Course(tmp_path, request.param, 16)


@needs_proc
def test_two_runs_in_one_folder(large: Course) -> None:
    with start(large.home, *large.arguments("out", "--workers", 1)) as first:
        until(lambda: some_results(large.home / "out", 1), "nothing is graded")
        # Else it may be done before the second one has started.
        freeze(first.pid)
        said = large.grade("out", code=3)
        assert re.search(r"another grader is at work in .*out: wait until it has ended\.", said)
        os.killpg(first.pid, signal.SIGINT)
        os.kill(first.pid, signal.SIGCONT)
        first.communicate()


@needs_proc
def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(large: Course) -> None:
    out = large.home / "out"
    with start(large.home, *large.arguments("out", "--workers", 2)) as first:
        until(lambda: some_results(out, 3), "nothing is graded")
        started = descendants(first.pid)
        os.killpg(first.pid, signal.SIGINT)
        _, err = first.communicate(timeout=60)
    assert first.returncode == 130
    told = re.search(r"Interrupted: (\d+) of 16 are graded and kept in .*\. The same command goes on", err)
    assert told, err
    assert "Traceback" not in err
    assert len(large.results("out")) == int(told[1])
    assert halves(out) == []
    assert not list(out.rglob("*.tmp"))
    until(lambda: not any(map(runs, started)), "a process lives on")
    kept = {path.name: path.stat().st_ino for path in (out / "results").iterdir()}
    large.grade("out")
    assert kept.items() <= {path.name: path.stat().st_ino for path in (out / "results").iterdir()}.items()
    large.grade("whole")
    assert large.results("out") == large.results("whole")


@needs_proc
def test_a_worker_that_is_killed_costs_nobody_anything(large: Course) -> None:
    out = large.home / "out"
    with start(large.home, *large.arguments("out", "--workers", 2)) as graded:
        until(lambda: some_results(out, 2), "nothing is graded")
        # Once: whoever is in a worker's hands a second time has used up the one more try.
        for process in descendants(graded.pid, depth=1):
            # The resource tracker is one of them; it is nobody's worker and is started again.
            if b"spawn_main" in command_line(process):
                kill(process)
        _, err = graded.communicate(timeout=300)
    assert "Traceback" not in err
    assert graded.returncode == 1
    large.grade("whole")
    assert large.results("out") == large.results("whole")


@needs_proc
def test_a_run_that_is_killed_again_and_again_ends_as_one_that_was_not(large: Course) -> None:
    out = large.home / "out"
    for number in (1, 6, 11):
        with start(large.home, *large.arguments("out", "--workers", 2)) as killed:
            until(lambda number=number: some_results(out, number), "nothing is graded")  # type: ignore[misc]
            started = freeze(killed.pid)
            kill(killed.pid)
        assert killed.returncode == -signal.SIGKILL
        assert halves(out) == []
        large.results("out")
        until(lambda family=started: not any(map(runs, family)), "a process lives on")  # type: ignore[misc]
        until(lambda: not list((large.home / "tmp").iterdir()), "a student's folder is left")
    (out / "results" / ".s00001.json.123.tmp").write_text("{")
    (out / ".grades.csv.123.tmp").write_text("id")
    large.grade("out")
    assert not list(out.rglob("*.tmp"))
    large.grade("whole")
    assert large.results("out") == large.results("whole")
    assert views(out) == views(large.home / "whole")
