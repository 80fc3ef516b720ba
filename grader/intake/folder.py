"""Files in a folder, or one file alone. Links are not followed."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from grader.intake.names import is_archive, is_leftover, is_leftover_folder
from grader.intake.tree import Entry, Refused
from grader.notebook import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator

NESTED = "it is an archive, and archives within are not opened. Unpack it where it is, and grade again."


class Folder:
    """A folder and all below it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def listing(self) -> tuple[list[Entry], list[Refused]]:
        entries: list[Entry] = []
        refused: list[Refused] = []
        for path in self._paths(refused):
            try:
                status = os.lstat(self._root / path)
            except OSError as error:
                refused.append(Refused(path, f"it cannot be opened: {error.strerror}."))
                continue
            if stat.S_ISLNK(status.st_mode):
                refused.append(Refused(path, "it is a link, and links are not followed."))
            elif not stat.S_ISREG(status.st_mode):
                refused.append(Refused(path, "it is no plain file."))
            elif is_archive(path):
                refused.append(Refused(path, NESTED))
            else:
                entries.append(Entry(path, status.st_size))
        return entries, refused

    def _paths(self, refused: list[Refused]) -> Iterator[str]:
        """What is no folder, and links to folders."""

        def relative(path: str | Path) -> str:
            return Path(path).relative_to(self._root).as_posix()

        def cannot_open(error: OSError) -> None:
            refused.append(Refused(relative(error.filename), f"it cannot be opened: {error.strerror}."))

        for folder, folders, files in os.walk(self._root, onerror=cannot_open):
            folders[:] = [name for name in folders if not is_leftover_folder(name)]
            links = [name for name in folders if Path(folder, name).is_symlink()]
            for name in (*files, *links):
                if not is_leftover(name):
                    yield relative(Path(folder, name))

    def read(self, path: str, limit: int) -> bytes:
        return read_file(self._root / path, limit)

    def close(self) -> None:
        pass


class Single:
    """One file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def listing(self) -> tuple[list[Entry], list[Refused]]:
        return [Entry(self._path.name, self._path.lstat().st_size)], []

    def read(self, _: str, limit: int) -> bytes:
        return read_file(self._path, limit)

    def close(self) -> None:
        pass
