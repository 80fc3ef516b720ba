"""Where this process puts temporary folders: all in one, which is gone when it has ended, however it did."""

from __future__ import annotations

import atexit
import os
import shutil
import threading
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from grader.numeric.child.folders import lock, remove_left

_PREFIX = "grader_"
_ATTEMPTS = 9
_own: dict[int, Path] = {}
_making = threading.Lock()


def own_folder() -> Path:
    """The folder of this process; when it is made, those that killed processes have left are removed."""
    # A process that was forked from this one has a folder of its own.
    process = os.getpid()
    with _making:
        if process not in _own:
            for left in Path(gettempdir()).glob(f"{_PREFIX}*"):
                remove_left(left)
            _own[process] = _made()
            atexit.register(_remove, process)
        return _own[process]


def _made() -> Path:
    """A folder whose lock this process holds until it ends, where the file system has locks."""
    for _ in range(_ATTEMPTS):
        folder = _new()
        # Until it is locked another process may take it for one that was left.
        if lock(folder) is not None:
            break
        shutil.rmtree(folder, ignore_errors=True)
    else:
        folder = _new()
    # Students' processes may belong to nobody, and must get to what is theirs inside.
    folder.chmod(0o711)
    return folder


def _new() -> Path:
    return Path(mkdtemp(prefix=_PREFIX)).resolve()


def _remove(owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(_own.pop(owner), ignore_errors=True)
