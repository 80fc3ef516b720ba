"""The same work on a Dask cluster: scheduler and workers are processes on this machine."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.batch.course import Course
from tests.batch.made_up import ROOT, environment, run, some_results, start
from tests.batch.processes import command_line, descendants, kill, until
from tests.numeric.tiers import LIMITS_ONLY, bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Dask = Callable[..., subprocess.Popen[bytes]]

pytest.importorskip("distributed", reason="Dask is not installed")


@contextmanager
def process(home: Path, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Dask's, ended with all that it started."""
    with subprocess.Popen(
        [sys.executable, "-m", *map(str, arguments)],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
    ) as started:
        try:
            yield started
        finally:
            started.send_signal(signal.SIGTERM)
            try:
                started.wait(30)
            except subprocess.TimeoutExpired:
                started.kill()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    """Starts processes of Dask's that end with the test."""
    with ExitStack() as stack:

        def start_one(*arguments: object, home: Path = tmp_path) -> subprocess.Popen[bytes]:
            return stack.enter_context(process(home, *arguments))

        yield start_one


@pytest.fixture
def scheduler(tmp_path: Path, dask: Dask) -> str:
    """The address of a scheduler."""
    file = tmp_path / "scheduler.json"
    arguments = ("--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", file)
    dask("distributed.cli.dask_scheduler", *arguments)
    until(lambda: file.exists() and file.read_text().endswith("}"), "the scheduler does not come up")
    return str(json.loads(file.read_text())["address"])


def worker(dask: Dask, scheduler: str, home: Path, *more: object) -> subprocess.Popen[bytes]:
    """A worker that has come up."""
    home.mkdir(exist_ok=True)
    arguments = (scheduler, "--no-dashboard", "--local-directory", home, *more)
    started = dask("distributed.cli.dask_worker", *arguments, home=home)
    until(lambda: registered(scheduler), "the worker does not come up")
    return started


def registered(scheduler: str) -> int:
    from distributed import Client  # noqa: PLC0415 - an extra

    with Client(scheduler, set_as_default=False) as client:
        return len(client.scheduler_info(n_workers=-1)["workers"])


@pytest.mark.parametrize("week", ["week1", "week2"])
def test_a_cluster_gives_the_same_results(dask: Dask, scheduler: str, tmp_path: Path, week: str) -> None:
    course = Course(tmp_path, week, 6)
    # Two threads: students' processes have one owner all the same.
    worker(dask, scheduler, tmp_path / "worker", "--nthreads", 2, "--nworkers", 2)
    course.grade("local", code=0)
    course.grade("cluster", "--cluster", scheduler, code=0)
    assert len(course.results("local")) == 6
    assert course.results("cluster") == course.results("local")
    for page in (tmp_path / "local" / "students").iterdir():
        assert (tmp_path / "cluster" / "students" / page.name).exists()
    assert "had not changed" in course.grade("local", "--cluster", scheduler, code=0)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_worker_that_dies_costs_nobody_anything(dask: Dask, scheduler: str, tmp_path: Path) -> None:
    course = Course(tmp_path, "week2", 12)
    nanny = worker(dask, scheduler, tmp_path / "worker", "--nthreads", 1)
    with start(tmp_path, *course.arguments("cluster", "--cluster", scheduler)) as grading:
        until(lambda: some_results(tmp_path / "cluster", 2), "nothing is graded")
        for child in descendants(nanny.pid, depth=1):
            kill(child)
        _, err = grading.communicate(timeout=300)
    assert "grader_error" not in err
    course.grade("local")
    assert course.results("cluster") == course.results("local")


def after_the_first_line(said: str) -> str:
    """What is said after how the input was understood."""
    return said.partition("\n")[2]


def test_a_scheduler_without_workers(scheduler: str, tmp_path: Path) -> None:
    said = Course(tmp_path, "week1", 1).grade("out", "--cluster", scheduler, code=2)
    assert after_the_first_line(said) == (
        f"The cluster cannot be used: the scheduler at {scheduler} has no workers. "
        f"Start some with `dask worker {scheduler}`.\n"
    )


@pytest.mark.parametrize("address", ["nonsense://x", "127.0.0.1:1"])
def test_no_scheduler_at_the_address(tmp_path: Path, address: str) -> None:
    said = Course(tmp_path, "week1", 1).grade("out", "--cluster", address, code=2)
    assert re.fullmatch(
        rf"The cluster cannot be used: no scheduler answers at {address} \(.*\)\. "
        r"Start one with `dask scheduler`\.\n",
        after_the_first_line(said),
    )


def test_without_dask(tmp_path: Path) -> None:
    course = Course(tmp_path, "week1", 1)
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "distributed.py").write_text("raise ImportError")
    said = course.grade("out", "--cluster", "tcp://127.0.0.1:1", code=2)
    assert after_the_first_line(said) == (
        "The cluster cannot be used: --cluster needs Dask: "
        "install it with pip install 'grader[cluster]' here and on the workers.\n"
    )


def test_a_worker_with_another_grader_is_refused(dask: Dask, scheduler: str, tmp_path: Path) -> None:
    home = tmp_path / "worker"
    for package in ("grader", "reference"):
        shutil.copytree(ROOT / package, home / "path" / package)
    with (home / "path" / "grader" / "scoring.py").open("a") as file:
        file.write("# another\n")
    worker(dask, scheduler, home)
    course = Course(tmp_path, "week1", 3)
    said = course.grade("out", "--cluster", scheduler, code=2)
    assert after_the_first_line(said).startswith("A worker of the cluster runs another grader than this one")
    assert course.results("out") == {}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is never a wall")
def test_the_wall_is_tried_where_the_worker_is(dask: Dask, scheduler: str, tmp_path: Path) -> None:
    home = tmp_path / "worker"
    home.mkdir()
    lower = home / "lower.py"
    lower.write_text(
        f"from grader.numeric.sandbox import launch\nlaunch.BOOTSTRAP = {bootstrap(LIMITS_ONLY)!r}\n"
    )
    worker(dask, scheduler, home, "--preload", lower)
    course = Course(tmp_path, "week2", 2)
    arguments = ("grade", course.folder, "-a", "week2", "--out", tmp_path / "out", "--cluster", scheduler)
    refused = run(tmp_path, *arguments)
    assert refused.returncode == 2
    assert "That is so where a worker runs; see --trust-students." in refused.stderr
    assert course.results("out") == {}
    assert run(tmp_path, *arguments, "--trust-students").returncode == 0
    found = course.results("out").values()
    assert {one["environment"]["sandbox"] for one in found} == {"limits only"}


@pytest.mark.skipif(sys.platform != "linux", reason="a signal to a group of processes")
def test_ctrl_c_leaves_the_cluster_as_it_was(dask: Dask, scheduler: str, tmp_path: Path) -> None:
    course = Course(tmp_path, "week1", 12)
    worker(dask, scheduler, tmp_path / "worker", "--nthreads", 1)
    with start(tmp_path, *course.arguments("out", "--cluster", scheduler)) as grading:
        until(lambda: some_results(tmp_path / "out", 2), "nothing is graded")
        os.killpg(grading.pid, signal.SIGINT)
        _, err = grading.communicate(timeout=60)
    assert grading.returncode == 130, err
    assert "Traceback" not in err
    assert re.search(r"Interrupted: \d+ of 12 are graded", err)
    course.grade("out", "--cluster", scheduler, code=1)
    assert len(course.results("out")) == 12


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_scheduler_that_goes_away_ends_the_run(dask: Dask, scheduler: str, tmp_path: Path) -> None:
    course = Course(tmp_path, "week1", 12)
    worker(dask, scheduler, tmp_path / "worker", "--nthreads", 1)
    with start(tmp_path, *course.arguments("out", "--cluster", scheduler)) as grading:
        until(lambda: some_results(tmp_path / "out", 2), "nothing is graded")
        (process,) = (p for p in descendants(os.getpid(), depth=1) if b"dask_scheduler" in command_line(p))
        kill(process)
        out, err = grading.communicate(timeout=120)
    assert grading.returncode == 2, err
    assert f"The cluster cannot be used: the scheduler at {scheduler} went away." in err
    assert "grader_error" not in out + err
    assert all(one["status"] != "error" for one in course.results("out").values())
