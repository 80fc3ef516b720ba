"""A fresh interpreter where no socket is inherited and processes have no groups (Windows): it connects back.

Its computing time is not known and its memory has no bound; it is ended by this process's clock.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import socket
import subprocess
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from grader.numeric.child.ending import Ending
from grader.numeric.sandbox.launch import SECONDS_TO_START, Interpreter, LostError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.numeric.sandbox.launch import Limits, Process, Runtime

_LOCAL = "127.0.0.1"
_TOKEN_BYTES = 32
_GLANCE_SECONDS = 0.1
_SECONDS_TO_SAY = 1.0


def start(runtime: Runtime, limits: Limits, work: Path) -> tuple[Process, socket.socket]:
    """Start a child in an interpreter of its own, and wait until it has connected."""
    token = secrets.token_bytes(_TOKEN_BYTES)
    with socket.create_server((_LOCAL, 0)) as listener:
        line = f"{listener.getsockname()[1]} {token.hex()}\n".encode()
        process = _Alone(runtime, "caller", [str(work), json.dumps(asdict(limits))], line)
        try:
            return process, _awaited(listener, token, process)
        except BaseException:
            process.end()
            raise


class _Alone(Interpreter):
    """An interpreter that has no other process around it."""

    def __init__(self, runtime: Runtime, module: str, arguments: Sequence[str], line: bytes) -> None:
        super().__init__(runtime, module, arguments, stdin=subprocess.PIPE)
        pipe = self._process.stdin
        assert pipe is not None, "it was asked for"  # noqa: S101
        # It may have ended already, which is seen soon.
        with contextlib.suppress(OSError), pipe:
            pipe.write(line)

    def runs(self) -> bool:
        return self._process.poll() is None

    def end(self, patience: float = 0.0) -> Ending:
        """End it, unless it ends by itself within `patience` seconds; once only."""
        killed = False
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            killed = True
            self._process.kill()
        ending = Ending(self._process.wait(), None, killed)
        self._tidy()
        return ending


def _awaited(listener: socket.socket, token: bytes, process: _Alone) -> socket.socket:
    """The connection of the child, which alone knows the token."""
    listener.settimeout(_GLANCE_SECONDS)
    deadline = time.monotonic() + SECONDS_TO_START
    while process.runs() and time.monotonic() < deadline:
        with contextlib.suppress(TimeoutError):
            channel, _ = listener.accept()
            if _knows(channel, token):
                return channel
            channel.close()
    raise LostError(process.said() or "it did not connect")


def _knows(channel: socket.socket, token: bytes) -> bool:
    channel.settimeout(_SECONDS_TO_SAY)
    try:
        return hmac.compare_digest(channel.recv(_TOKEN_BYTES), token)
    except OSError:
        return False
