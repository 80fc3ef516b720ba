"""Temporary folders are gone with their process, or with the next one where it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from grader.numeric.sandbox.folders import own_folder
from tests.batch.course import Course
from tests.batch.made_up import ROOT, run, some_results, start
from tests.batch.processes import command_line, descendants, freeze, kill, runs, until, waits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

_HOLDS_ONE = "from grader.numeric.sandbox.folders import own_folder as own; print(own(), flush=True); input()"


@contextmanager
def holder(tmp: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that has a folder and waits, and the folder's name."""
    environment = {**os.environ, "TMPDIR": str(tmp), "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS_ONE], stdin=pipe, stdout=pipe, text=True, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process, process.stdout.readline().strip().rpartition("/")[2]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_a_killed_process_left_the_next_one_removes_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "grader_file").write_text("no folder", encoding="utf-8")
    (tmp_path / "grader_link").symlink_to(tmp_path / "tmp")
    others = names(tmp_path)
    with holder(tmp_path) as (first, killed), holder(tmp_path) as (_, second):
        assert names(tmp_path) == others | {killed, second}
        (tmp_path / killed / "work").mkdir()
        first.kill()
        first.wait()
        assert names(tmp_path) == others | {killed, second}
        with holder(tmp_path) as (_, third):
            assert names(tmp_path) == others | {second, third}
    assert names(tmp_path) == others
    assert not names(tmp_path / "tmp")


def test_a_process_has_one_folder() -> None:
    assert own_folder() == own_folder()
    assert own_folder().is_dir()


@needs_proc
@pytest.mark.parametrize("killed_together", [False, True], ids=["supervisor", "with its workers"])
@pytest.mark.parametrize(
    "moment", ["the first folder", "the first server", "the attempts on the wall", "the first result"]
)
def test_a_run_that_is_killed_leaves_no_folder(tmp_path: Path, moment: str, *, killed_together: bool) -> None:
    course = Course(tmp_path, "week2", 6)
    tmp = tmp_path / "tmp"
    tmp.mkdir()

    def servers(process: int) -> bool:
        return any(b"\0server\0" in command_line(one) for one in descendants(process))

    moments: dict[str, Callable[[int], object]] = {
        # Not the file with which Python tries whether it can write there.
        "the first folder": lambda _: list(tmp.glob("grader_*")),
        "the first server": servers,
        "the attempts on the wall": lambda _: list(tmp.rglob("canary")) or some_results(tmp_path / "out", 1),
        "the first result": lambda _: some_results(tmp_path / "out", 1),
    }
    with start(tmp_path, *course.arguments("out", "--workers", 2)) as killed:
        until(lambda: moments[moment](killed.pid), f"there is never {moment}")
        family = freeze(killed.pid)
        (os.killpg if killed_together else os.kill)(killed.pid, signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    until(lambda: not any(map(runs, family)), "a process lives on")
    if moment == "the first server":
        # It removes everything itself, also if it comes up when nobody is there any more.
        assert not names(tmp)
    # Whatever is left where nobody was there to remove it, the next run removes.
    assert run(tmp_path, "doctor").returncode in {0, 1}
    assert not names(tmp)


@needs_proc
def test_a_server_that_is_killed_costs_its_process_no_folder(tmp_path: Path) -> None:
    course = Course(tmp_path, "week2", 3)
    with start(tmp_path, *course.arguments("out", "--workers", 1)) as graded:
        until(lambda: some_results(tmp_path / "out", 1), "nothing is graded")
        for process in descendants(graded.pid):
            if b"\0server\0" in command_line(process):
                kill(process)
        graded.communicate(timeout=300)
    assert len(course.results("out")) == 3
    assert not names(tmp_path / "tmp")


@needs_proc
@pytest.mark.parametrize(("ended_by", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_who_is_ended_while_the_wall_is_tried_leaves_no_words_of_other_processes(
    tmp_path: Path, ended_by: signal.Signals, code: int
) -> None:
    with start(tmp_path, "doctor") as ended:
        # Its server, and the two processes that the attempts are made on.
        until(lambda: len(descendants(ended.pid, depth=1)) > 2, "the wall is never tried")
        family = freeze(ended.pid)
        until(lambda: all(map(waits, family)), "a process computes without end")
        os.killpg(ended.pid, ended_by) if ended_by is signal.SIGINT else ended.kill()
        os.kill(ended.pid, signal.SIGCONT)
        _, said = ended.communicate(timeout=60)
    assert ended.returncode == code
    assert said.strip() in {"", "Aborted."}
