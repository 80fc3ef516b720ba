"""One child process: asked over a socket of its own, ended for certain.

References, results and inputs not yet asked for never enter it, and what comes out of it is bytes that are decoded
strictly and compared here.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from grader.numeric.child import unix, wire
from grader.numeric.child.kernel import close_to_others
from grader.numeric.child.wire import Value, WireError
from grader.numeric.replies import (
    Crashed,
    EndedItself,
    Failure,
    FilledFolder,
    Forged,
    Lost,
    TimedOut,
    TooLarge,
)
from grader.numeric.sandbox import fresh, portable, warm
from grader.numeric.sandbox.folders import own_folder
from grader.numeric.sandbox.launch import SECONDS_TO_START, LostError, SandboxError, Versions, own_runtime

if TYPE_CHECKING:
    import socket

    from grader.numeric.sandbox.launch import Limits, Process, Runtime, Start

READY_ID = b"ready"
_PATIENCE_SECONDS = 1.0
"""A process whose channel has closed is ending; one that goes on after this long has closed it on purpose."""
_GLANCE_SECONDS = 0.1
"""While a reply is awaited, the folder is looked at so often."""

_FIRST_FAULT = 0xC0000000
"""Windows ends a process that does the impossible with such an exit code."""


class DiedError(Exception):
    """The child is gone, or was ended because it no longer keeps to the language; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(type(failure).__name__)
        self.failure = failure


class Child:
    """A running child process: on Linux forked from the warm server, elsewhere with an interpreter of its own.

    Args:
        limits: what it may use.
        runtime: what runs it; None for the grader's own.

    Raises:
        SandboxError: it did not come up.

    """

    versions: Versions
    _socket: socket.socket
    _folder: TemporaryDirectory[str]
    _process: Process | None

    def __init__(self, limits: Limits, runtime: Runtime | None = None) -> None:
        start = fresh.start if unix.AVAILABLE else portable.start
        if sys.platform == "linux":
            start = warm.start
            close_to_others()
        self._limits = limits
        self._runtime = runtime or own_runtime()
        try:
            self._come_up(start)
        except LostError:
            self._come_up_again(start)

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
            reply = self._receive(number, deadline)
            self._look_at_folder()
        except WireError as error:
            self.close()
            raise DiedError(Forged()) from error
        except TimeoutError as error:
            raise DiedError(self._cause_of_death(waited=True)) from error
        except OSError as error:
            raise DiedError(self._cause_of_death(waited=False)) from error
        return reply

    def close(self) -> None:
        """End the process, its group, and remove its folder."""
        process, self._process = self._process, None
        try:
            if process is not None:
                with contextlib.suppress(LostError):
                    process.end()
        finally:
            self._socket.close()
            self._remove_folder()

    def _remove_folder(self) -> None:
        try:
            self._folder.cleanup()
        except RecursionError:
            # Without the wall, code can nest folders deeper than Python's own removal follows.
            subprocess.run(["rm", "-rf", self._folder.name], check=False)  # noqa: S603, S607

    def _come_up_again(self, start: Start) -> None:
        try:
            self._come_up(start)
        except LostError as error:
            raise SandboxError(f"the process for the student's code did not come up: {error}") from error

    def _come_up(self, start: Start) -> None:
        self._folder = TemporaryDirectory(dir=own_folder(), ignore_cleanup_errors=True)
        try:
            process, self._socket = start(self._runtime, self._limits, Path(self._folder.name))
        except BaseException:
            self._folder.cleanup()
            raise
        self._process = process
        try:
            self.versions = self._await_ready(process)
        except BaseException:
            self.close()
            raise

    def _await_ready(self, process: Process) -> Versions:
        try:
            ready = self._receive(READY_ID, time.monotonic() + SECONDS_TO_START)
            if "problem" in ready:
                raise SandboxError(f"the student's code could not be confined: {ready['problem']}")
            return Versions(ready["python"], ready["numpy"], ready["walls"])
        except (WireError, OSError, KeyError) as error:
            raise LostError(process.said() or str(error)) from error

    def _receive(self, number: bytes, deadline: float) -> dict[str, Value]:
        length = wire.content_length(self._receive_exactly(wire.HEADER.size, deadline))
        reply = wire.decode(self._receive_exactly(length, deadline))
        if type(reply) is not dict or reply.get("id") != number:
            raise WireError("not the answer to this question")
        return reply

    def _receive_exactly(self, size: int, deadline: float) -> bytes:
        pieces: list[bytes] = []
        while size:
            piece = self._receive_some(size, deadline)
            if not piece:
                raise ConnectionResetError("the child closed its end")
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _receive_some(self, size: int, deadline: float) -> bytes:
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(min(left, _GLANCE_SECONDS))
            with contextlib.suppress(TimeoutError):
                return self._socket.recv(min(size, 1 << 20))
            self._look_at_folder()
        raise TimeoutError

    def _look_at_folder(self) -> None:
        """End a child that fills the disk with files: no limit of the kernel counts them."""
        with os.scandir(self._folder.name) as entries:
            count = sum(1 for _ in islice(entries, self._limits.files + 1))
        if count > self._limits.files:
            self.close()
            raise DiedError(FilledFolder())

    def _cause_of_death(self, *, waited: bool) -> Failure:
        """From the wait status and the time used, never from the child's words."""
        assert self._process is not None, "a closed child is not asked"  # noqa: S101
        try:
            ending = self._process.end(0.0 if waited else _PATIENCE_SECONDS)
        except LostError:
            return Lost()
        finally:
            self._process = None
            self.close()
        # The hard limit kills with SIGKILL; the clock that it goes by and the one that is reported differ by a few ticks.
        if ending.seconds is not None and ending.seconds >= 0.9 * self._limits.cpu_seconds_total:
            return TimedOut(computing=True)
        if waited:
            return TimedOut(computing=None if ending.seconds is None else False)
        if ending.killed:
            return Forged()
        if 0 <= ending.code < _FIRST_FAULT:
            return EndedItself()
        name = _name(ending.code)
        return TimedOut(computing=True) if name in {"SIGXCPU", "SIGPROF"} else Crashed(name)


def _name(code: int) -> str:
    """Name of the signal that an exit code tells of, or the fault's number; signals for real time have no name of their own."""
    if code > 0:
        return f"0x{code:08X}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
