"""One child process: started with limits, asked over a socket of its own, ended for certain.

What holds: a process of its own without this package and without the grader's environment, with limits on time, memory and sizes.
That keeps references and results out of reach of an honest mistake and of every trick that needs them in the same process.
It is no wall against code that attacks the machine with the rights of the user who grades.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.child import wire
from grader.numeric.child.wire import Value, WireError
from grader.numeric.replies import Crashed, EndedItself, Failure, Forged, TimedOut, TooLarge

if TYPE_CHECKING:
    import resource

READY_ID = b"ready"
BOOTSTRAP = "import sys; sys.path.insert(0, sys.argv[1]); from child.agent import run; run()"


class SandboxError(Exception):
    """The child could not be started: the machine's fault or ours, for no code of a student had run."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Computing time is what counts; `wall_seconds` is only a guard for code that waits.
    """

    cpu_seconds: int = 2
    """Per question."""
    cpu_seconds_total: int = 20
    wall_seconds: float = 20.0
    """Per question."""
    memory_bytes: int = 1 << 30
    file_bytes: int = 1 << 20
    processes: int = 0
    open_files: int = 64


@dataclass(frozen=True)
class Versions:
    """What ran the student's code."""

    python: str
    numpy: str


class DiedError(Exception):
    """The child is gone, or was ended because it no longer keeps to the language; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(type(failure).__name__)
        self.failure = failure


class Child:
    """A running child process.

    Raises:
        SandboxError: it did not come up.

    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._folder = TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)
        private = Path(self._folder.name)
        self._socket, theirs = socket.socketpair()
        try:
            with theirs, (private / "startup.log").open("wb") as log:
                self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and program)
                    self._command(private, theirs.fileno()),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    cwd=_prepare(private),
                    env={"OPENBLAS_NUM_THREADS": "1"},
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
        except OSError as error:
            self._socket.close()
            self._folder.cleanup()
            raise SandboxError(f"a process for the student's code could not be started: {error}") from error
        self.versions = self._await_ready(private / "startup.log")

    def ask(self, question: dict[str, Value]) -> dict[str, Value]:
        """Send a question and wait for its reply.

        Raises:
            DiedError: the question is too large to be asked, or no reply came that answers it and the child is closed.

        """
        number = secrets.token_bytes(16)
        try:
            content = wire.encode({**question, "id": number})
        except WireError as error:
            raise DiedError(TooLarge()) from error
        deadline = time.monotonic() + self._limits.wall_seconds
        try:
            self._socket.settimeout(self._limits.wall_seconds)
            self._socket.sendall(wire.pack(content))
            return self._receive(number, deadline)
        except WireError as error:
            self.close()
            raise DiedError(Forged()) from error
        except TimeoutError as error:
            self.close()
            raise DiedError(TimedOut(computing=False)) from error
        except OSError as error:
            raise DiedError(self._cause_of_death()) from error

    def close(self) -> None:
        """End the process, its group, and remove its folder."""
        self._end()
        self._socket.close()
        try:
            self._folder.cleanup()
        except RecursionError:
            # A student's code can nest folders deeper than Python's own removal follows.
            subprocess.run(["rm", "-rf", self._folder.name], check=False)  # noqa: S603, S607

    def _command(self, private: Path, descriptor: int) -> list[str]:
        limits = {
            "cpu": self._limits.cpu_seconds,
            "cpu_total": self._limits.cpu_seconds_total,
            "memory": self._limits.memory_bytes,
            "file_size": self._limits.file_bytes,
            "processes": self._limits.processes,
            "files": self._limits.open_files,
        }
        options = ["-I", "-S", "-B"]
        return [sys.executable, *options, "-c", BOOTSTRAP, str(private), str(descriptor), json.dumps(limits)]

    def _await_ready(self, log: Path) -> Versions:
        try:
            ready = self._receive(READY_ID, time.monotonic() + self._limits.wall_seconds)
            return Versions(ready["python"], ready["numpy"])
        except (WireError, OSError, KeyError) as error:
            said = log.read_text(errors="replace").strip().rpartition("\n")[2]
            self.close()
            raise SandboxError(
                f"the process for the student's code did not come up: {said or error}"
            ) from error

    def _receive(self, number: bytes, deadline: float) -> dict[str, Value]:
        length = wire.content_length(self._receive_exactly(wire.HEADER.size, deadline))
        reply = wire.decode(self._receive_exactly(length, deadline))
        if type(reply) is not dict or reply.get("id") != number:
            raise WireError("not the answer to this question")
        return reply

    def _receive_exactly(self, size: int, deadline: float) -> bytes:
        pieces: list[bytes] = []
        while size:
            self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
            piece = self._socket.recv(min(size, 1 << 20))
            if not piece:
                raise ConnectionResetError("the child closed its end")
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _end(self) -> resource.struct_rusage | None:
        """Kill and reap; what the process used, when it is the first time."""
        if self._process.returncode is not None:
            return None
        # The group still exists: its leader has not been reaped.
        # macOS refuses signals to a group that has ended already.
        with contextlib.suppress(PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return usage

    def _cause_of_death(self) -> Failure:
        """From the wait status and the time used, never from the child's words."""
        usage = self._end()
        self.close()
        code = self._process.returncode
        if code >= 0:
            return EndedItself()
        used = usage.ru_utime + usage.ru_stime if usage is not None else 0.0
        # The hard limit kills with SIGKILL; the clock that it goes by and the one that is reported differ by a few ticks.
        if -code == signal.SIGXCPU or used >= 0.9 * self._limits.cpu_seconds_total:
            return TimedOut(computing=True)
        return Crashed(signal.Signals(-code).name)


def _prepare(private: Path) -> Path:
    """Fill a child's folder: its program, NumPy alone of all that is installed, and an empty place to work in."""
    shutil.copytree(
        Path(wire.__file__).parent, private / "child", ignore=shutil.ignore_patterns("__pycache__")
    )
    packages = Path(np.__file__).parents[1]
    for name in ("numpy", "numpy.libs"):
        if (packages / name).is_dir():
            (private / name).symlink_to(packages / name)
    work = private / "work"
    work.mkdir()
    return work
