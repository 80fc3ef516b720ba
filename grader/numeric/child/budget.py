"""Computing time to the fraction of a second, which the kernel's own limit cannot tell: for a call, and for each statement of a notebook."""

from __future__ import annotations

import contextlib
import signal
import time
from typing import TYPE_CHECKING

from . import unix

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_SECONDS = 0.01


def limit_call(seconds: float) -> None:
    """Let a timer end this process when it has computed for so long, unless it is called again; nothing where there are no such timers.

    Code can take it off again: the kernel's own limit stands behind it.
    """
    if unix.AVAILABLE:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)


class TookTooLongError(BaseException):
    """A statement was stopped. No `Exception`, so that a student's own handlers let it pass."""


class Budget:
    """Seconds of computing from now on; each statement may use half of what is left, so that the last one gets some too."""

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    @contextlib.contextmanager
    def share(self) -> Iterator[None]:
        """Let the body use half of what is left; all it wants, where there are no such timers.

        Raises:
            TookTooLongError: in the body, where it stands when its time is over.

        """
        if not unix.AVAILABLE:
            yield
            return
        signal.signal(signal.SIGPROF, _stop)
        left = self._end - time.process_time()
        signal.setitimer(signal.ITIMER_PROF, max(left / 2, LEAST_SECONDS))
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)


def _stop(*_: object) -> None:
    raise TookTooLongError("it was stopped, for it takes too long")
