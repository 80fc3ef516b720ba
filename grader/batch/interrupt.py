"""Ctrl-C that is never lost."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@contextmanager
def ctrl_c_noticed() -> Iterator[Callable[[], None]]:
    """Give a function that raises `KeyboardInterrupt` where Ctrl-C was pressed in the block.

    It is raised by itself, too, but not in a destructor of some library: Python would drop it there, and print it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    pressed = False

    def note(_signal: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        if not _in_a_destructor(frame):
            raise KeyboardInterrupt

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield check
        check()
    finally:
        signal.signal(signal.SIGINT, before)


def _in_a_destructor(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False
