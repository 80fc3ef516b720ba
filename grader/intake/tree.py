"""The files of a class, wherever they lie: in a folder, in a zip, or one notebook. Nothing is ever unpacked to disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from grader.submission import InputError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A plain file: its path within the tree with `/` between the parts, as it is shown, and its size in bytes."""

    path: str
    size: int


@dataclass(frozen=True, slots=True, order=True)
class Refused:
    """Something that is not read, and why: the end of a sentence that begins with the path."""

    path: str
    reason: str
    plain: bool = True
    """Whether the path can be trusted to say whose this was."""


class Source(Protocol):
    """Where the files lie."""

    def read(self, path: str, limit: int) -> bytes:
        """The file's content, at most `limit` bytes of it."""
        ...

    def close(self) -> None:
        """Give back what is open."""
        ...


@dataclass(frozen=True, slots=True)
class Tree:
    """Files and what was refused, both sorted by path. Close it, or use it in a `with`."""

    name: str
    entries: tuple[Entry, ...]
    refused: tuple[Refused, ...]
    source: Source

    def read(self, entry: Entry, limit: int) -> bytes:
        """The whole content of a file.

        Raises:
            UnreadableError: with code `too_large` (more than `limit` bytes) or `unreadable`.

        """
        return self.source.read(entry.path, limit)

    def close(self) -> None:
        self.source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_tree(path: Path) -> Tree:
    """List a folder, a zip or one notebook. Only names and sizes are read.

    Raises:
        InputError: there is no such file or folder, or the zip as a whole cannot be read.

    """
    from grader.intake.archive import Archive, is_zip  # noqa: PLC0415 - a folder needs no zipfile
    from grader.intake.folder import Folder, Single  # noqa: PLC0415

    if path.is_dir():
        source: Folder | Single | Archive = Folder(path)
    elif not path.is_file():
        raise InputError(f"{path}: no such file or folder")
    elif is_zip(path):
        source = Archive(path)
    else:
        source = Single(path)
    entries, refused = source.listing()
    return Tree(str(path), tuple(sorted(entries)), tuple(sorted(refused)), source)
