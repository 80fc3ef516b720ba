"""Files in a zip. Whoever packed it is not trusted: what a zip says of itself is checked before and while it is read."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from grader.intake.folder import NESTED
from grader.intake.names import is_archive, is_leftover, shown, why_no_plain_path
from grader.intake.tree import Entry, Refused
from grader.notebook import UnreadableError, too_large
from grader.submission import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_MEMBERS = 500_000
MAX_TOTAL = 256 * 2**30
"""Bytes of all files together; a class of 10,000 with pictures stays below."""
_MAX_RATIO = 1100
"""Deflate packs at most 1032 bytes into one."""
_LOCAL_HEADER = 30
_UTF8_FLAG, _ENCRYPTED_FLAGS = 0x800, 0x1 | 0x40
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError)


def is_zip(path: Path) -> bool:
    """Whether a file is or claims to be a zip."""
    if path.suffix.lower() == ".zip":
        return True
    try:
        with path.open("rb") as file:
            return file.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}
    except OSError:
        return False


class Archive:
    """A zip; it stays open, and a file is unpacked into memory when it is read."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (*_BROKEN, OSError) as error:
            raise InputError(f"{path}: the zip is broken ({error}). Download it again.") from error
        self._path = path
        self._members: dict[str, zipfile.ZipInfo] = {}

    def listing(self) -> tuple[list[Entry], list[Refused]]:
        try:
            return self._listing()
        except InputError:
            self.close()
            raise

    def _listing(self) -> tuple[list[Entry], list[Refused]]:
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise InputError(f"{self._path}: the zip has more than {MAX_MEMBERS} files.")
        overlapping = set(_overlapping(members, self._zip.start_dir))
        refused: list[Refused] = []
        files: list[tuple[str, zipfile.ZipInfo]] = []
        for info in members:
            name = _name(info)
            if reason := why_no_plain_path(name):
                refused.append(Refused(shown(name), reason, plain=False))
                continue
            path = "/".join(part for part in name.split("/") if part not in {"", "."})
            if name.endswith("/") or is_leftover(path):
                continue
            if not path:
                refused.append(Refused(shown(name), "it has no name.", plain=False))
            elif reason := _why_not_read(info, path, overlaps=info.header_offset in overlapping):
                refused.append(Refused(path, reason))
            else:
                files.append((path, info))
        times = Counter(path for path, _ in files)
        twice = "the zip holds more than one file of this name. Pack it again."
        refused.extend(Refused(path, twice) for path, count in times.items() if count > 1)
        self._members = {path: info for path, info in files if times[path] == 1}
        if sum(info.file_size for info in self._members.values()) > MAX_TOTAL:
            raise InputError(f"{self._path}: unpacked, the zip is larger than {MAX_TOTAL // 2**30} GB.")
        return [Entry(path, info.file_size) for path, info in self._members.items()], refused

    def read(self, path: str, limit: int) -> bytes:
        info = self._members[path]
        if info.file_size > limit:
            raise too_large(limit)
        try:
            with self._zip.open(info) as file:
                # A number bounds what is unpacked; without it a file that lies about its size would fill the memory.
                data = file.read(info.file_size + 1)
        except (*_BROKEN, RuntimeError, OSError) as error:
            message = "The file is damaged in the zip. Download the zip again, or ask for a new file."
            raise UnreadableError("unreadable", message) from error
        return data

    def close(self) -> None:
        self._zip.close()


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; one without the flag for UTF-8 often is UTF-8 all the same, or in the code page of Windows."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    raw = name.encode("cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        western = raw.decode("cp850")
    letters = all(character.isascii() or character.isalpha() for character in western)
    return western if letters else name


def _why_not_read(info: zipfile.ZipInfo, path: str, *, overlaps: bool) -> str | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a link, and links are not followed."
    if kind not in {0, stat.S_IFREG}:
        return "it is no plain file."
    if info.flag_bits & _ENCRYPTED_FLAGS:
        return "it is encrypted. Ask for it without a password."
    if is_archive(path):
        return NESTED
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "it is packed in a way that no platform uses. Pack the zip again."
    if overlaps:
        return "it shares its bytes with another file of the zip, as in a zip bomb."
    if info.file_size > max(info.compress_size, 1) * (_MAX_RATIO if info.compress_type else 1):
        return "it claims to be larger than its packed bytes can be, as in a zip bomb."
    return None


def _overlapping(members: Sequence[zipfile.ZipInfo], end: int) -> Iterator[int]:
    """Where members begin that run into the next one, or into the list of them all."""
    starts = sorted(info.header_offset for info in members)
    times = Counter(starts)
    following = dict(pairwise([*starts, end]))
    for info in members:
        start = info.header_offset
        if times[start] > 1 or start + _LOCAL_HEADER + info.compress_size > following[start]:
            yield start
