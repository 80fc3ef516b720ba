"""A notebook of any format and flavour, read into plain cells.

Reading uses `json` alone, because importing nbformat costs more than grading a notebook; nbformat is asked only
where there is something to upgrade. What a student's file holds is data, never trusted: sizes are capped, links are
not followed, and every problem has a code and a sentence that says what to do.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from grader.result import Finding

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 64 * 1024 * 1024
"""Largest notebook that is read; one full of pictures stays below."""
MAX_CELLS = 10_000
MAX_TEXT = 8_000_000
"""Characters of one cell that are kept; only a picture pasted into the text comes near."""

_CONFLICT = re.compile(rb"^(?:<{7}|>{7})(?= )", re.MULTILINE)
"""How a line of a merge conflict begins; a line of JSON never does."""
_RASTER = frozenset({"image/png", "image/jpeg", "image/gif"})


class UnreadableError(Exception):
    """One submission cannot be read; `finding` says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.finding = Finding(code=code, message=message)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a cell: its kind, and its bytes where they are in the notebook and a raster image."""

    media_type: str
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as plain text; `index` counts from 0 in the notebook."""

    index: int
    kind: Literal["markdown", "code", "raw"]
    source: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Notebook:
    cells: tuple[Cell, ...]
    sha256: str


def read_notebook(path: Path) -> Notebook:
    """Read one notebook of format 3 or 4.

    Raises:
        UnreadableError: with code `too_large`, `unreadable` or `not_a_notebook`.

    """
    return parse_notebook(read_file(path))


def parse_notebook(data: bytes) -> Notebook:
    """The cells of a notebook of format 3 or 4.

    Raises:
        UnreadableError: as in `read_notebook`.

    """
    if len(data) > MAX_BYTES:
        raise too_large(MAX_BYTES)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableError(
            "unreadable", "The file is not UTF-8 text. Save it again in Jupyter and hand in that."
        ) from error
    except RecursionError as error:
        raise UnreadableError("unreadable", "The file is nested too deeply to be a notebook.") from error
    except ValueError as error:
        message = _why_no_json(data, error) if data.strip() else "The file is empty."
        raise UnreadableError("unreadable", message) from error
    return Notebook(_cells(content), sha256)


def _why_no_json(data: bytes, error: ValueError) -> str:
    """What is wrong with the file, and in which line; which side of a merge conflict was meant, nobody can tell."""
    if marker := _CONFLICT.search(data):
        line = data.count(b"\n", 0, marker.start()) + 1
        return (
            f"The file holds a merge conflict: line {line} is one of its markers (`{marker[0].decode()}`). Keep one of the two versions, "
            "check in Jupyter that the notebook opens, and hand it in again."
        )
    where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
    return (
        f"The file is broken: it is not valid JSON{where}. Open it in Jupyter, save it and hand it in again."
    )


def read_file(path: Path, limit: int | None = None) -> bytes:
    """The content of a file that somebody handed in; a link or anything else that is no plain file is refused.

    `limit` is in bytes; without it that of notebooks.

    Raises:
        UnreadableError: with code `too_large` or `unreadable`.

    """
    limit = MAX_BYTES if limit is None else limit
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        cause = "it is a link, and links are not followed" if path.is_symlink() else error.strerror
        raise UnreadableError("unreadable", f"The file cannot be opened: {cause}.") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UnreadableError("unreadable", "This is no plain file.")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise too_large(limit)
    return data


def too_large(limit: int) -> UnreadableError:
    """The problem of a file with more bytes than are read."""
    return UnreadableError(
        "too_large", f"The file is larger than {limit / 2**20:.3g} MB. Clear the outputs and save it again."
    )


def _cells(content: Any) -> tuple[Cell, ...]:
    if not isinstance(content, dict):
        raise UnreadableError("not_a_notebook", "The file holds JSON, but no notebook.")
    version = content.get("nbformat")
    if version == 3:
        content = _upgraded(content)
    elif version != 4:
        raise UnreadableError(
            "not_a_notebook", "The file is no notebook of format 3 or 4. Save it in Jupyter again."
        )
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError("not_a_notebook", "The file has no list of cells, so it is no notebook.")
    if len(cells) > MAX_CELLS:
        raise UnreadableError("too_large", f"The notebook has more than {MAX_CELLS} cells.")
    return tuple(_cell(index, cell) for index, cell in enumerate(cells))


def _upgraded(content: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(content.get("worksheets"), list):
        raise UnreadableError(
            "not_a_notebook", "The file has no worksheets, so it is no notebook of format 3."
        )
    import nbformat  # noqa: PLC0415 - dear to import and needed for old files only

    try:
        # Through text: only so are sources that are lists of lines joined.
        return dict(nbformat.reads(json.dumps(content), as_version=4))  # type: ignore[no-untyped-call]
    except Exception as error:
        message = "The file is of notebook format 3 and could not be upgraded. Save it in a current Jupyter."
        raise UnreadableError("unreadable", message) from error


def _cell(index: int, cell: Any) -> Cell:
    kind = cell.get("cell_type") if isinstance(cell, dict) else None
    source = _text(cell.get("source")) if isinstance(cell, dict) else None
    if not isinstance(kind, str) or source is None:
        message = f"Cell {index} of the file is no cell of a notebook. Open it in Jupyter, save it and hand it in again."
        raise UnreadableError("not_a_notebook", message)
    images = (*_attachments(cell.get("attachments")), *_output_images(cell.get("outputs")))
    return Cell(
        index, "markdown" if kind == "markdown" else "code" if kind == "code" else "raw", source, images
    )


def _text(source: Any) -> str | None:
    """A cell's source, a string or a list of lines, with plain line ends and no lone surrogates; None if it is neither."""
    if isinstance(source, list) and all(isinstance(part, str) for part in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    text = source[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def _attachments(attachments: Any) -> tuple[Image, ...]:
    if not isinstance(attachments, dict):
        return ()
    return tuple(image for bundle in attachments.values() for image in _bundle_images(bundle))


def _output_images(outputs: Any) -> tuple[Image, ...]:
    if not isinstance(outputs, list):
        return ()
    return tuple(
        image
        for output in outputs
        if isinstance(output, dict)
        for image in _bundle_images(output.get("data"))
    )


def _bundle_images(bundle: Any) -> tuple[Image, ...]:
    """Pictures in a MIME bundle; their bytes only if they are raster images in valid base64."""
    if not isinstance(bundle, dict):
        return ()
    images = []
    for media_type, data in bundle.items():
        if not isinstance(media_type, str) or not media_type.startswith("image/"):
            continue
        decoded = None
        if media_type in _RASTER:
            try:
                decoded = base64.b64decode(_text_of_data(data), validate=False)
            except ValueError:
                decoded = None
        images.append(Image(media_type, decoded))
    return tuple(images)


def _text_of_data(data: Any) -> str:
    if isinstance(data, list):
        data = "".join(part for part in data if isinstance(part, str))
    return data if isinstance(data, str) else ""
