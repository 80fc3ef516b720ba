"""Pages of students as the zip that a platform takes back: it knows each file by where the hand-in stood in its download."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_FILE = "feedback.html"
_CANVAS = re.compile(r"(?:[^_]+_)?(?:LATE_)?(?:anon_\w+?|\d+)_\d+_.+")
_MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_.*)?")
_BRIGHTSPACE = re.compile(r"\d+-\d+ - .+ - [^-]+")
# A fixed date: the same class gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def _brightspace(file: PurePosixPath, _: Collection[str]) -> str | None:
    return next((f"{part}/{_FILE}" for part in file.parts[:-1] if _BRIGHTSPACE.fullmatch(part)), None)


def _canvas(file: PurePosixPath, _: Collection[str]) -> str | None:
    return next(
        (f"{PurePosixPath(part).stem}.{_FILE}" for part in file.parts if _CANVAS.fullmatch(part)), None
    )


def _moodle(file: PurePosixPath, ids: Collection[str]) -> str | None:
    for part in file.parts:
        # The number of a group may be that of a participant, who would then get the group's feedback.
        if (match := _MOODLE.fullmatch(part)) and match["number"] in ids:
            return f"{match['name']}_{match['number']}_assignfeedback_file/{_FILE}"
    return None


PLACES: Mapping[str, Callable[[PurePosixPath, Collection[str]], str | None]] = {
    "brightspace": _brightspace,
    "canvas": _canvas,
    "moodle": _moodle,
}
"""By platform: where the feedback on a hand-in belongs, by the hand-in's path in the download and the ids of its only
student in the sheet; None if that path is none of the platform's. Platforms that are not here take no such zip."""


def pack(pages: Mapping[str, str]) -> bytes:
    """A zip of pages by their names in it; the same pages give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in pages.items():
            archive.writestr(
                zipfile.ZipInfo(name, _DATE), page.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED
            )
    return stream.getvalue()
