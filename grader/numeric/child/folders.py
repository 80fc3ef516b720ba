"""The folder of a process, locked as long as it lives: what one that was killed has left, another removes."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from . import unix

if TYPE_CHECKING:
    from pathlib import Path


def lock(folder: Path, *, wait: bool = False) -> int | None:
    """A descriptor that holds the lock of our own folder; None where it is gone or not ours, or another process holds it.

    None too where there are no locks: then what was left stays. `wait` until the other one has ended.
    """
    if not unix.AVAILABLE:
        return None
    path = folder / "lock"
    with suppress(OSError):
        there = folder.lstat()
        if not stat.S_ISDIR(there.st_mode) or there.st_uid != os.geteuid():
            return None
        # A file and not the folder: where folders are on a server they cannot be locked.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with suppress(OSError):
            unix.fcntl.flock(
                descriptor, unix.fcntl.LOCK_EX if wait else unix.fcntl.LOCK_EX | unix.fcntl.LOCK_NB
            )
            # Another process may have removed it before it was locked.
            if os.path.samestat(path.lstat(), os.fstat(descriptor)):
                return descriptor
        os.close(descriptor)
    return None


def remove_left(folder: Path, *, wait: bool = False) -> None:
    """Remove the folder of a process that has ended; where it lives, nothing, or `wait` for its end."""
    descriptor = lock(folder, wait=wait)
    if descriptor is not None:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)
