"""Worker processes under a supervisor: one that dies takes nothing with it but the task in its hands.

`concurrent.futures.ProcessPoolExecutor` is broken for good when a worker dies, and all its tasks are lost with it.
"""

from __future__ import annotations

import multiprocessing
import queue
import signal
import threading
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

SECONDS_FOR_A_TASK = 900.0
"""A guard against a worker that hangs; budgets inside a task are far smaller."""
ATTEMPTS = 2
_SPAWN = multiprocessing.get_context("spawn")


class WorkerDiedError(Exception):
    """The worker died on a task, and so did the next one; or it hung."""


@dataclass(slots=True)
class _Task:
    future: Future[Any]
    call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Pool(Executor):
    """An executor of so many processes, each with a thread here that watches it.

    A task on which a worker dies is tried once more, in a new one; then its future holds a `WorkerDiedError`.
    """

    def __init__(self, workers: int) -> None:
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._workers: set[_Worker] = set()
        self._threads = [threading.Thread(target=self._watch, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As `concurrent.futures.Executor`; arguments and result are pickled."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is shut down")
            task = _Task(Future(), (fn, args, kwargs))
            self._tasks.put(task)
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As `concurrent.futures.Executor`; with `cancel_futures` also running tasks end, their workers with them."""
        with self._lock:
            self._closed = True
            if cancel_futures:
                with suppress(queue.Empty):
                    while True:
                        if task := self._tasks.get_nowait():
                            task.future.cancel()
                for worker in self._workers:
                    worker.kill()
            for _ in self._threads:
                self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _watch(self) -> None:
        worker: _Worker | None = None
        try:
            while task := self._tasks.get():
                if not task.future.set_running_or_notify_cancel():
                    continue
                for attempt in range(1, ATTEMPTS + 1):
                    try:
                        if worker is None:
                            worker = self._started()
                        error, value = worker.do(task.call)
                    except _LostError as lost:
                        if worker is not None:
                            self._ended(worker)
                        worker = None
                        if attempt < ATTEMPTS and not lost.hung and not self._closed:
                            continue
                        error, value = WorkerDiedError(str(lost)), None
                    break
                if error is None:
                    task.future.set_result(value)
                else:
                    task.future.set_exception(error)
        finally:
            if worker is not None:
                self._ended(worker)

    def _started(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise _LostError("the run was interrupted")
            worker = _Worker()
            self._workers.add(worker)
        return worker

    def _ended(self, worker: _Worker) -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.end()


class _LostError(Exception):
    """The worker is gone, or hangs and was killed."""

    def __init__(self, message: str, *, hung: bool = False) -> None:
        super().__init__(message)
        self.hung = hung


class _Worker:
    """One process."""

    def __init__(self) -> None:
        self._ours, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def do(self, call: Any) -> tuple[BaseException | None, Any]:
        """What the call raised, or what it returned.

        Raises:
            _LostError: the process did not answer.

        """
        try:
            self._ours.send(call)
            if not self._ours.poll(SECONDS_FOR_A_TASK):
                self.kill()
                raise _LostError("the worker did not come back", hung=True)
            error, value = self._ours.recv()
        except (EOFError, OSError) as lost:
            self._process.join()
            raise _LostError(f"the worker ended with exit code {self._process.exitcode}") from lost
        return error, value

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """Let it end by itself."""
        self._ours.close()
        self._process.join()
        self._process.close()


def _work(tasks: Connection) -> None:
    """A worker's life: it ends when the pipe is closed, whatever became of the other end."""
    # Ctrl-C is the supervisor's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            function, args, kwargs = tasks.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[BaseException | None, Any] = (None, function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the one who asked is told
            answer = (error, None)
        try:
            tasks.send(answer)
        except OSError:
            return
        except Exception as error:  # noqa: BLE001 - what cannot be sent is told, and the worker lives on
            tasks.send((RuntimeError(f"the answer cannot be sent: {error!r}"), None))
