"""The pool with real processes, which die in all ways that there are."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, Future, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from grader.batch import pool as module
from grader.batch.pool import Pool, WorkerDiedError
from tests.batch.processes import descendants, kill, runs, until

if TYPE_CHECKING:
    from collections.abc import Iterator

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(2)
    yield made
    made.shutdown(cancel_futures=True)


def add(a: int, *, b: int) -> int:
    return a + b


def fail(text: str) -> NoReturn:
    raise LookupError(text)


def process() -> int:
    return os.getpid()


def end_process(how: str) -> None:
    if how == "exit":
        os._exit(3)
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "leave":
        sys.exit(3)
    ctypes.string_at(0)


def end_once(mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        os._exit(3)
    return "done"


def end_noted(marks: Path) -> None:
    (marks / str(os.getpid())).touch()
    os._exit(3)


def hold_a_folder(mark: Path) -> None:
    """What a session with a student's process does: it leaves nothing where it ends in good order."""
    with TemporaryDirectory(dir=mark.parent, prefix="held-"):
        note_and_wait(mark)


def note_and_wait(mark: Path) -> None:
    mark.write_text(str(os.getpid()), encoding="ascii")
    time.sleep(600)


class NotRead(Exception):  # noqa: N818 - what it is about
    """Can be pickled and not be read again: it wants two arguments."""

    def __init__(self, a: str, b: str) -> None:
        super().__init__(a + b)


def fail_unread() -> NoReturn:
    raise NotRead("a", "b")


def fail_unsent() -> NoReturn:
    raise LookupError(threading.Lock())


def note_started(mark: Path) -> int:
    until(mark.exists, "nobody started the task")
    return int(mark.read_text() or 0)


def test_results_come_back(pool: Pool) -> None:
    futures = [pool.submit(add, number, b=1) for number in range(50)]
    assert [future.result() for future in futures] == list(range(1, 51))


def test_workers_are_other_processes_and_are_kept(pool: Pool) -> None:
    seen = {pool.submit(process).result() for _ in range(20)}
    assert os.getpid() not in seen
    assert len(seen) <= 2


def test_an_exception_comes_back_and_costs_no_worker(pool: Pool) -> None:
    before = {pool.submit(process).result() for _ in range(20)}
    with pytest.raises(LookupError, match="missing"):
        pool.submit(fail, "missing").result()
    assert {pool.submit(process).result() for _ in range(20)} <= before | {pool.submit(process).result()}


@pytest.mark.parametrize(("how", "code"), [("exit", "3"), ("leave", "3"), ("kill", "-9"), ("fault", "-11")])
def test_a_task_that_ends_its_worker_is_the_only_one_lost(pool: Pool, how: str, code: str) -> None:
    before = [pool.submit(add, number, b=0) for number in range(10)]
    fatal = [pool.submit(end_process, how) for _ in range(3)]
    after = [pool.submit(add, number, b=0) for number in range(10)]
    for future in fatal:
        with pytest.raises(WorkerDiedError, match=f"ended with exit code {code}$"):
            future.result()
    assert [future.result() for future in before + after] == [*range(10), *range(10)]


def test_a_task_gets_one_more_try(pool: Pool, tmp_path: Path) -> None:
    assert pool.submit(end_once, tmp_path / "mark").result() == "done"


def test_a_task_gets_no_more_than_one_more_try(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(WorkerDiedError):
        pool.submit(end_noted, tmp_path).result()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_worker_killed_between_tasks_costs_nothing(pool: Pool) -> None:
    for _ in range(3):
        for worker in {pool.submit(process).result() for _ in range(10)}:
            kill(worker)
        assert [pool.submit(add, n, b=0).result() for n in range(4)] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("function", "args", "error"),
    [
        (threading.Lock, (), "cannot be sent"),
        (fail_unsent, (), "cannot be sent"),
        (fail_unread, (), "missing 1 required positional argument"),
        (add, (threading.Lock(),), "pickle"),
        (lambda: 0, (), "pickle"),
    ],
)
def test_what_cannot_be_pickled_is_said_and_stops_nothing(
    pool: Pool, function: Any, args: tuple[Any, ...], error: str
) -> None:
    broken = [pool.submit(function, *args) for _ in range(4)]
    for future in broken:
        with pytest.raises(Exception, match=error):
            future.result()
    assert pool.submit(add, 1, b=1).result() == 2


@pytest.mark.parametrize("size", [0, 1 << 26])
def test_answers_of_any_size(pool: Pool, size: int) -> None:
    assert len(pool.submit(bytes, size).result()) == size


def test_a_worker_that_hangs_is_ended_and_not_tried_again(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [pool.submit(process).result() for _ in range(4)]
    monkeypatch.setattr(module, "SECONDS_FOR_A_TASK", 0.2)
    hangs = pool.submit(note_and_wait, tmp_path / "mark")
    with pytest.raises(WorkerDiedError, match="did not come back"):
        hangs.result()
    monkeypatch.undo()
    if sys.platform == "linux" and (tmp_path / "mark").exists():
        assert not runs(note_started(tmp_path / "mark"))
    assert pool.submit(add, 1, b=1).result() == 2


def test_no_process_can_be_started(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> NoReturn:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(module, "_Worker", refused)
    with pytest.raises(BlockingIOError, match="no more processes"):
        pool.submit(add, 1, b=1).result()
    monkeypatch.undo()
    assert pool.submit(add, 1, b=1).result() == 2


def test_shutdown_lets_tasks_end() -> None:
    pool = Pool(2)
    futures = [pool.submit(add, number, b=0) for number in range(10)]
    pool.shutdown()
    assert [future.result(0) for future in futures] == list(range(10))
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(add, 1, b=1)
    pool.shutdown()


@needs_proc
def test_shutdown_with_cancel_ends_what_runs(tmp_path: Path) -> None:
    pool = Pool(1)
    running = pool.submit(note_and_wait, tmp_path / "mark")
    waiting = [pool.submit(add, 1, b=1) for _ in range(3)]
    until((tmp_path / "mark").exists, "nobody started the task")
    before = threading.active_count()
    pool.shutdown(cancel_futures=True)
    # Nobody who waits for them waits for ever.
    assert not wait([running, *waiting], timeout=0).not_done
    with pytest.raises(WorkerDiedError):
        running.result()
    for future in waiting:
        with pytest.raises(CancelledError):
            future.result()
    assert not runs(note_started(tmp_path / "mark"))
    assert threading.active_count() == before - 1


@needs_proc
def test_shutdown_with_cancel_leaves_no_folder_behind(tmp_path: Path) -> None:
    pool = Pool(1)
    pool.submit(hold_a_folder, tmp_path / "mark")
    until((tmp_path / "mark").exists, "nobody started the task")
    pool.shutdown(cancel_futures=True)
    assert not list(tmp_path.glob("held-*"))


def test_a_shutdown_at_any_moment_leaves_no_thread_and_no_open_task() -> None:
    before = threading.active_count()
    for delay in (0.0, 0.001, 0.01, 0.05, 0.1, 0.15, 0.2, 0.3):
        pool = Pool(3)
        futures: list[Future[Any]] = [pool.submit(add, number, b=0) for number in range(30)]
        time.sleep(delay)
        pool.shutdown(cancel_futures=True)
        assert not wait(futures, timeout=0).not_done
        assert threading.active_count() == before


def test_a_cancelled_task_never_runs(pool: Pool, tmp_path: Path) -> None:
    blockers = [pool.submit(time.sleep, 0.1) for _ in range(2)]
    future = pool.submit(note_and_wait, tmp_path / "mark")
    assert future.cancel()
    wait(blockers)
    assert pool.submit(add, 1, b=1).result() == 2
    assert not (tmp_path / "mark").exists()


SUPERVISOR = """
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from grader.batch.executors import local
from tests.batch.test_pool import hold_a_folder

if __name__ == "__main__":
    # A shell that runs the tests in the background has them ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = Path(sys.argv[1])
    try:
        with local(2) as workforce:
            futures = [workforce.executor.submit(hold_a_folder, folder / str(n)) for n in range(2)]
            (folder / "ready").touch()
            [future.result() for future in futures]
    except KeyboardInterrupt:
        print("interrupted")
"""


def supervisor(folder: Path) -> subprocess.Popen[str]:
    script = folder / "supervisor.py"
    script.write_text(SUPERVISOR, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, script, folder],
        env={**os.environ, "PYTHONPATH": root},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@needs_proc
@pytest.mark.parametrize("early", [True, False])
def test_ctrl_c_in_the_supervisor_ends_everything_without_a_word_of_the_workers(
    tmp_path: Path, early: bool
) -> None:
    started = supervisor(tmp_path)
    with started:
        # Early: while workers come up; Ctrl-C reaches the whole group of processes.
        for name in ("ready",) if early else ("ready", "0", "1"):
            until((tmp_path / name).exists, name)
        workers = descendants(started.pid)
        os.killpg(started.pid, signal.SIGINT)
        out, err = started.communicate(timeout=60)
    assert (out, err, started.returncode) == ("interrupted\n", "", 0)
    until(lambda: not any(map(runs, workers)), "a worker lives on")
    assert not list(tmp_path.glob("held-*"))


@needs_proc
def test_a_supervisor_that_is_killed_leaves_no_worker_behind(tmp_path: Path) -> None:
    with supervisor(tmp_path) as started:
        for name in "01":
            until(lambda name=name: (tmp_path / name).exists(), name)  # type: ignore[misc]
        workers = descendants(started.pid)
        assert {note_started(tmp_path / name) for name in "01"} <= workers
        kill(started.pid)
    until(lambda: not any(map(runs, workers)), "a worker lives on")
    assert not list(tmp_path.glob("held-*"))
