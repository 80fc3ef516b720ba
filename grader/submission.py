"""What was handed in, by whom: the unit that is graded.

A submission holds its notebooks as bytes, so that grading reads no files and can run in another process or on another
machine.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from grader.notebook import UnreadableError, read_file
from grader.result import Finding, Late, Student

_IGNORED_FOLDERS = frozenset(
    {".ipynb_checkpoints", "__MACOSX", "__pycache__", ".git", ".venv", "node_modules"}
)
_RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
)
"""Names that Windows does not allow for files."""


_IN_TIME = Late()


class InputError(Exception):
    """The input as a whole cannot be read; the message is a sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class File:
    """A notebook as it was handed in."""

    name: str
    """The path as shown to people, relative to the class's folder."""
    content: bytes | Finding
    """Its bytes, or why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student or group handed in for one assignment."""

    key: str
    """Name of its result: id of the student or the file's path made safe, unique without regard to case."""
    files: tuple[File, ...]
    """The notebooks in it; one of them counts."""
    students: tuple[Student, ...]
    """Several for a group."""
    attempt: int = 1
    submitted: str | None = None
    """When, as ISO 8601."""
    late: Late = _IN_TIME
    findings: tuple[Finding, ...] = ()
    """What was noticed about the hand-in before it was read."""

    @property
    def name(self) -> str:
        """The files as shown to people."""
        return ", ".join(file.name for file in self.files)


@dataclass(frozen=True, slots=True)
class Found:
    """A notebook that was handed in, not yet read."""

    key: str
    path: Path
    name: str

    def read(self) -> Submission:
        """The submission with its bytes."""
        content: bytes | Finding
        try:
            content = read_file(self.path)
        except UnreadableError as error:
            content = error.finding
        return Submission(self.key, (File(self.name, content),), (Student(id=self.key),))


def find_submissions(path: Path) -> tuple[Found, ...]:
    """The notebooks in a folder (at any depth) or the one notebook given.

    Raises:
        InputError: there is no such file or folder, or no notebook in it.

    """
    if path.is_file():
        return _with_keys([(path, path.name)])
    if not path.is_dir():
        raise InputError(f"{path}: no such file or folder")
    notebooks: list[tuple[Path, str]] = []
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in _IGNORED_FOLDERS)
        for name in sorted(files):
            if name.lower().endswith(".ipynb") and not name.startswith("._"):
                notebook = Path(folder, name)
                notebooks.append((notebook, str(notebook.relative_to(path))))
    if not notebooks:
        raise InputError(f"{path}: no notebook (*.ipynb) in this folder")
    return _with_keys(notebooks)


def _with_keys(notebooks: list[tuple[Path, str]]) -> tuple[Found, ...]:
    """A key for each; a hash of the path tells apart what would be alike, so that a new file moves nobody's key."""
    stems = [name.removesuffix(path.suffix) for path, name in notebooks]
    keys = [safe_key(stem) for stem in stems]
    times = Counter(key.casefold() for key in keys)
    as_named = Counter(stem.casefold() for stem, key in zip(stems, keys, strict=True) if stem == key)
    found: list[Found] = []
    for stem, key, (path, name) in zip(stems, keys, notebooks, strict=True):
        own = times[key.casefold()] == 1 or (stem == key and as_named[key.casefold()] == 1)
        found.append(Found(key if own else f"{key}-{_short_hash(name)}", path, name))
    return tuple(found)


def _short_hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def safe_key(name: str) -> str:
    """A file name from any text: ASCII letters, digits, dots, dashes; the rest becomes an underscore."""
    plain = unicodedata.normalize(
        "NFKD", name.replace("Ø", "O").replace("ø", "o").replace("Æ", "AE").replace("æ", "ae")
    )
    lost = any(character.isalnum() and not character.isascii() for character in plain)
    plain = plain.encode("ascii", "ignore").decode()
    plain = re.sub(r"[\\/]+", "-", plain)
    plain = re.sub(r"[^A-Za-z0-9.+-]+", "_", plain).strip("._- ")
    plain = plain[:100] or "submission"
    if lost:
        plain += f"-{_short_hash(name)}"
    return f"_{plain}" if plain.split(".")[0].upper() in _RESERVED else plain
