"""What somebody handed in, as the platform's download tells it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from grader.lms.downloads.layout import Layout

Read = Callable[[str], bytes]
"""The content of the file with this path; raises UnreadableError."""

_GROUP = re.compile(
    r"(?:.*\b)?(?:group|gruppe|team)[ -]?[0-9]+.*|(?:default )?(?:group|gruppe|team)\b.*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class HandIn:
    """One attempt of one person or group. Names are in NFC, paths as they stand in the download."""

    who: str
    """The id as the platform writes it; else the group, or the name with the platform's number for it."""
    files: tuple[str, ...]
    """Paths; without those of the platform itself, such as receipts and text that was typed into its page."""
    name: str | None = None
    group: str | None = None
    members: tuple[tuple[str, str | None], ...] = ()
    """Ids and names, where the platform tells them."""
    submitted: datetime | None = None
    """With its time zone if the platform tells one; else by the course's own clock."""
    submitted_text: str = ""
    late: bool | None = None
    """What the platform says; None if it says nothing."""
    attempt: int | None = None
    """Which one it is of several in the download, from 1; no platform tells it."""


@dataclass(frozen=True, slots=True)
class Download:
    """Every attempt in a download, and sentences about what fits no pattern."""

    lms: str
    hand_ins: tuple[HandIn, ...]
    problems: tuple[str, ...] = ()


class Lms(Protocol):
    """What each module of this package offers."""

    NAME: str

    def fits(self, layout: Layout) -> bool:
        """Whether this is a download of this platform."""
        ...

    def hand_ins(self, layout: Layout, read: Read) -> Download:
        """Who handed in what."""
        ...


def plain(text: str) -> str:
    """A name in the one form in which names are compared and shown."""
    return unicodedata.normalize("NFC", text).strip()


def group_of(name: str) -> str | None:
    """The name, if it is a group's own words for itself; platforms write it where a person's stands else."""
    return name if _GROUP.fullmatch(name) else None
