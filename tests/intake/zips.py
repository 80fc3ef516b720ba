"""Zips for tests: honest ones, and such as nobody's platform writes."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Member = tuple[str | zipfile.ZipInfo, bytes]


def zip_bytes(members: Mapping[str, bytes] | Iterable[Member]) -> bytes:
    pairs = members.items() if hasattr(members, "items") else members
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in pairs:
            file.writestr(name, data)
    return buffer.getvalue()


def zip_file(folder: Path, members: Mapping[str, bytes] | Iterable[Member]) -> Path:
    path = folder / "class.zip"
    path.write_bytes(zip_bytes(members))
    return path


def with_mode(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The zip with other bytes for a name, in both places where it stands, and no flag for UTF-8."""
    assert len(old) == len(new)
    return data.replace(old, new)


def patched(data: bytes, name: bytes, offset: int, value: int, form: str = "<I") -> bytes:
    """The zip with another value in the central directory's record of a file."""
    at = data.rindex(name) - 46 + offset
    return data[:at] + struct.pack(form, value) + data[at + struct.calcsize(form) :]


FLAGS, METHOD, PACKED_SIZE, SIZE, OFFSET = 8, 10, 20, 24, 42
"""Places in a record of the central directory."""
