"""Files that are either there as a whole or not at all."""

from __future__ import annotations

import os
import re
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_TEMPORARY = re.compile(r"\..+\.\d+\.tmp")
_PIECE = 1 << 16


class Spool:
    """Text that waits on disk, not in memory, until it is known where it belongs; `folder` is made where there is none."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = TemporaryFile("w+", encoding="utf-8", newline="", dir=folder)  # noqa: SIM115 - see close

    def write(self, text: str) -> None:
        """Add some text."""
        self._file.write(text)

    def pieces(self) -> Iterator[str]:
        """All of it, from the beginning; nothing can be added afterwards."""
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece

    def close(self) -> None:
        """Forget it."""
        self._file.close()


def write_atomically(path: Path, content: str | bytes | Iterable[str], *, encoding: str = "utf-8") -> None:
    """Write a file under a temporary name and rename it; folders are made. Newlines of text are kept as given.

    Of text that comes in pieces no more than one is in memory.

    Raises:
        OSError: the file cannot be written; what was there before is untouched.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if isinstance(content, bytes):
            temporary.write_bytes(content)
        else:
            with temporary.open("w", encoding=encoding, newline="") as file:
                file.writelines([content] if isinstance(content, str) else content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_left_overs(folder: Path) -> None:
    """Remove temporary files of runs that were killed, at any depth; nobody else may be writing there."""
    for path in folder.rglob(".*.tmp"):
        if _TEMPORARY.fullmatch(path.name):
            path.unlink(missing_ok=True)
