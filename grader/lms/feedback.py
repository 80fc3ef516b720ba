"""Pages of students as the zip that a platform takes back: it knows each file by where the hand-in stood in its download."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FILE = "feedback.html"
_CANVAS = re.compile(r"(?:[^_]+_)?(?:LATE_)?(?:anon_\w+?|\d+)_\d+_.+")
_BRIGHTSPACE = re.compile(r"\d+-\d+ - .+ - [^-]+")
_NO_PART = re.compile(r"[\\/:*?\"<>|_\x00-\x1f\x7f]")
"""What may not stand in a name between two underscores."""
# A fixed date: the same class gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def _brightspace(file: PurePosixPath, _: Mapping[str, str]) -> list[str]:
    return [f"{part}/{_FILE}" for part in file.parts[:-1] if _BRIGHTSPACE.fullmatch(part)][:1]


def _canvas(file: PurePosixPath, _: Mapping[str, str]) -> list[str]:
    return [f"{PurePosixPath(part).stem}.{_FILE}" for part in file.parts if _CANVAS.fullmatch(part)][:1]


def _moodle(_: PurePosixPath, members: Mapping[str, str]) -> list[str]:
    # Groups have no number that could be used, so each member gets a copy; the name is for people.
    return [
        f"{_NO_PART.sub(' ', name).strip() or 'Participant'}_{number}_assignfeedback_file/{_FILE}"
        for number, name in members.items()
    ]


PLACES: Mapping[str, Callable[[PurePosixPath, Mapping[str, str]], list[str]]] = {
    "brightspace": _brightspace,
    "canvas": _canvas,
    "moodle": _moodle,
}
"""By platform: where the feedback on a hand-in belongs, by the hand-in's path in the download and by the names of its
students, each under the first id of the sheet; nowhere if neither tells. Platforms that are not here take no such zip."""


def pack(pages: Mapping[str, str]) -> bytes:
    """A zip of pages by their names in it; the same pages give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in pages.items():
            archive.writestr(
                zipfile.ZipInfo(name, _DATE), page.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED
            )
    return stream.getvalue()
