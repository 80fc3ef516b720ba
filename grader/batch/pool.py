"""Worker processes under a supervisor: one that dies takes nothing with it but the task in its hands.

`concurrent.futures.ProcessPoolExecutor` is broken for good when a worker dies, and all its tasks are lost with it.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import signal
import threading
import time
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

SECONDS_FOR_A_TASK = 900.0
"""A guard against a worker that hangs; budgets inside a task are far smaller."""
ATTEMPTS = 2
_SECONDS_ALONE = 5.0
"""What is left to a worker that is to end: enough to do so in good order, unless it hangs."""
_SPAWN = multiprocessing.get_context("spawn")


class WorkerDiedError(Exception):
    """The worker died on a task, and so did the next one; or it hung."""


_Call = tuple["Callable[..., Any]", tuple[Any, ...], dict[str, Any]]
_Answer = tuple[BaseException | None, Any]


@dataclass(slots=True)
class _Task:
    future: Future[Any]
    call: _Call


class Pool(Executor):
    """An executor of so many processes, each with a thread here that watches it.

    A task on which a worker dies is tried once more, in a new one; then its future holds a `WorkerDiedError`.
    """

    def __init__(self, workers: int) -> None:
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._cancelled = False
        self._workers: set[_Worker] = set()
        # The first start of a worker would start it, and take back that the thread holds off Ctrl-C.
        resource_tracker.ensure_running()
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
                self._cancelled = True
                with suppress(queue.Empty):
                    while True:
                        if (task := self._tasks.get_nowait()) and task.future.cancel():
                            task.future.set_running_or_notify_cancel()
                for worker in self._workers:
                    worker.stop()
            for _ in self._threads:
                self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _watch(self) -> None:
        # Workers inherit it, so that Ctrl-C is no business of theirs from their first moment.
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        worker: _Worker | None = None
        try:
            while task := self._tasks.get():
                if task.future.set_running_or_notify_cancel():
                    worker, (error, value) = self._do(task.call, worker)
                    if error is None:
                        task.future.set_result(value)
                    else:
                        task.future.set_exception(error)
        finally:
            if worker is not None:
                self._ended(worker)

    def _do(self, call: _Call, worker: _Worker | None) -> tuple[_Worker | None, _Answer]:
        """The answer to a call, and the worker that is there for the next one."""
        for attempts_left in reversed(range(ATTEMPTS)):
            try:
                worker = worker or self._started()
                return worker, worker.do(call)
            except _LostError as lost:
                why, again = (
                    WorkerDiedError(str(lost)),
                    attempts_left and not lost.hung and not self._cancelled,
                )
            except Exception as error:  # noqa: BLE001 - as when no process can be started: the one who asked is told
                return worker, (error, None)
            if worker is not None:
                self._ended(worker)
            worker = None
            if not again:
                break
        return None, (why, None)

    def _started(self) -> _Worker:
        with self._lock:
            if self._cancelled:
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

    def do(self, call: _Call) -> _Answer:
        """What the call raised, or what it returned.

        Raises:
            _LostError: the process did not answer.
            Exception: the call cannot be pickled, or the answer not be read; the process lives on.

        """
        content = pickle.dumps(call)
        try:
            self._ours.send_bytes(content)
            if not self._ours.poll(SECONDS_FOR_A_TASK):
                self.stop()
                raise _LostError("the worker did not come back", hung=True)
            content = self._ours.recv_bytes()
        except (EOFError, OSError) as lost:
            self.end()
            raise _LostError(f"the worker ended with exit code {self._process.exitcode}") from lost
        answer: _Answer = pickle.loads(content)  # noqa: S301 - our own process
        return answer

    def stop(self) -> None:
        """Have it leave its task and end in good order."""
        self._process.terminate()

    def end(self) -> None:
        """Let it end by itself, and not for long."""
        self._ours.close()
        self._process.join(_SECONDS_ALONE)
        self._process.kill()
        self._process.join()


def _work(tasks: Connection) -> None:
    """A worker's life: it ends when the pipe is closed, whatever became of the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    while True:
        try:
            content = tasks.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            function, args, kwargs = pickle.loads(content)  # noqa: S301 - our own process
            answer: _Answer = (None, function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the one who asked is told
            answer = (error, None)
        try:
            tasks.send_bytes(_pickled(answer))
        except OSError:
            return


def _pickled(answer: _Answer) -> bytes:
    """An answer as it is sent; what cannot be sent is told, and the worker lives on."""
    try:
        return pickle.dumps(answer)
    except Exception as error:  # noqa: BLE001 - whatever a class does when it is pickled
        return pickle.dumps((RuntimeError(f"the answer cannot be sent: {error!r}"), None))


def _leave(_signal: int, _frame: object) -> None:
    """Leave the task at hand as an exception does, so that its folders and the student's process end with it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit


def _end_with_supervisor() -> None:
    """End this process after its supervisor, also in the middle of a task."""
    supervisor = multiprocessing.parent_process()
    assert supervisor is not None, "a worker is started by a supervisor"  # noqa: S101
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_SECONDS_ALONE)
    os._exit(1)
