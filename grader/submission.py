"""What was handed in, by whom: the unit that is graded.

A submission holds its notebooks as bytes, so that grading reads no files and can run in another process or on another
machine.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.notebook import UnreadableError, read_file
from grader.result import Finding, Late, Student

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    rivals: bool = False
    """Whether its notebooks are attempts of which nobody knows the newest."""

    @property
    def name(self) -> str:
        """The files as shown to people."""
        return ", ".join(file.name for file in self.files)


@dataclass(frozen=True, slots=True)
class Found:
    """A submission that was found, not yet read: its bytes are in memory only while it is graded."""

    key: str
    read: Callable[[], Submission]


def one_file(path: Path) -> Submission:
    """A notebook as a submission of its own."""
    content: bytes | Finding
    try:
        content = read_file(path)
    except UnreadableError as error:
        content = error.finding
    key = safe_key(path.stem)
    return Submission(key, (File(path.name, content),), (Student(id=key),))


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
        plain += f"-{short_hash(name)}"
    return f"_{plain}" if plain.split(".")[0].upper() in _RESERVED else plain


def short_hash(name: str) -> str:
    """Eight digits that tell apart names that would become alike."""
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
