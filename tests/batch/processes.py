"""Which processes a run has started, and whether they are gone."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0
"""Nothing is said of speed: a condition that is not met after this long will never be."""


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for something that must become true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def descendants(process: int, depth: int = 9) -> frozenset[int]:
    """Processes that it has started, those that these have, and so on."""
    children = _children(process) if depth else []
    return frozenset(children).union(*(descendants(child, depth - 1) for child in children))


def freeze(process: int) -> frozenset[int]:
    """Stop it, so that it starts no other; its descendants."""
    os.kill(process, signal.SIGSTOP)
    return descendants(process)


def _children(process: int) -> list[int]:
    found: list[int] = []
    # Any of it may end meanwhile, and with the process the list of its threads.
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):
                found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def runs(process: int) -> bool:
    """Whether it is there, and no zombie."""
    return _state(process) not in {"Z", "X", ""}


def waits(process: int) -> bool:
    """Whether it is there and has nothing to do."""
    return _state(process) == "S"


def _state(process: int) -> str:
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return status.rpartition(")")[2].split()[0]


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


def command_line(process: int) -> bytes:
    """The program that it runs, and its arguments; nothing where it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
