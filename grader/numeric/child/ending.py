"""How a process is ended for certain, by the one that started it."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import NamedTuple

_GLANCE_SECONDS = 0.001


class Ending(NamedTuple):
    """How a process ended."""

    code: int
    """Exit code; of a signal, its number below zero."""
    seconds: float | None
    """Computing time, where it is known."""
    killed: bool
    """Whether it went on until it was killed here."""


def end(process: int, patience: float) -> Ending:
    """End a child with all its group, unless it ends by itself within `patience` seconds; once only."""
    deadline = time.monotonic() + patience
    while not (by_itself := _has_ended(process)) and time.monotonic() < deadline:
        time.sleep(_GLANCE_SECONDS)
    # It is a zombie until it is waited for below: neither its number nor its group's can be another's yet.
    # macOS refuses signals to a group that has ended already.
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(process, signal.SIGKILL)
    _, status, usage = os.wait4(process, 0)
    code = os.waitstatus_to_exitcode(status)
    return Ending(code, usage.ru_utime + usage.ru_stime, not by_itself and code == -signal.SIGKILL)


def _has_ended(process: int) -> bool:
    """Whether it is a zombie; not known before Python 3.13 on macOS, where the patience is used up then."""
    if not hasattr(os, "waitid"):
        return False
    return os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
