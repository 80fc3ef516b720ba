"""Files that are either there as a whole or not at all."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TEMPORARY = re.compile(r"\..+\.\d+\.tmp")


def write_atomically(path: Path, content: str | bytes, *, encoding: str = "utf-8") -> None:
    """Write a file under a temporary name and rename it; folders are made. Newlines of text are kept as given.

    Raises:
        OSError: the file cannot be written; what was there before is untouched.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_left_overs(folder: Path) -> None:
    """Remove temporary files of runs that were killed, at any depth; nobody else may be writing there."""
    for path in folder.rglob(".*.tmp"):
        if _TEMPORARY.fullmatch(path.name):
            path.unlink(missing_ok=True)
