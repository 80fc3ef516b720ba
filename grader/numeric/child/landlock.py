"""Landlock: from a moment on, this process reaches only the files that it was given.

https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from typing import TYPE_CHECKING

from .kernel import system_call

if TYPE_CHECKING:
    from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_REG = 1 << 5, 1 << 8
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_KINDS_OF_FILE_ACCESS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""By the version of the interface; later ones add none that concern files."""
_BIND_AND_CONNECT_TCP = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3

LIST = _READ_DIR
"""See the names in a folder and below."""
READ = _READ_DIR | _READ_FILE
WRITE = READ | _WRITE_FILE | _TRUNCATE | _REMOVE_FILE | _MAKE_REG
"""Read and write files, make and remove plain ones; no folders, links or devices."""


def version() -> int:
    """Version of the kernel's interface, 0 where there is none."""
    try:
        return system_call(_CREATE_RULESET, 0, 0, _VERSION)
    except OSError:
        return 0


def open_place(path: str | os.PathLike[str]) -> int | None:
    """A descriptor that stands for a file or folder in a rule; None where there is no such thing."""
    with contextlib.suppress(OSError):
        return os.open(path, os.O_PATH | os.O_CLOEXEC)
    return None


def restrict(places: Iterable[tuple[int, int]]) -> None:
    """Forbid this process all files but those in `places`, and TCP and signals to others where the kernel knows how to.

    Args:
        places: descriptor of a file or folder, and what is allowed there.

    """
    known = version()
    handled = (1 << _KINDS_OF_FILE_ACCESS.get(known, 16)) - 1
    attributes = struct.pack(
        "=QQQ",
        handled,
        _BIND_AND_CONNECT_TCP if known >= 4 else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if known >= 6 else 0,
    )
    ruleset = system_call(_CREATE_RULESET, ctypes.c_char_p(attributes), len(attributes), 0)
    for descriptor, rights in places:
        fitting = rights if stat.S_ISDIR(os.fstat(descriptor).st_mode) else rights & _FOR_FILES
        rule = struct.pack("=Qi", fitting & handled, descriptor)
        system_call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.c_char_p(rule), 0)
    system_call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
