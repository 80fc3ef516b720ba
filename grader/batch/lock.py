"""One run at a time in an OUT folder; the shards of one class share it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.report.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(out: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold OUT for this process; the system lets go of it however the process ends.

    Raises:
        StoreError: another run holds it.
        OSError: OUT cannot be written.

    """
    out.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - POSIX only

    with (out / ".lock").open("wb") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"another grader is at work in {out}: wait until it has ended.") from error
        except OSError:
            pass  # a file system without locks: then nobody can be kept out
        yield
