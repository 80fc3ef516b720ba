"""Calls to the Linux kernel that Python's standard library does not offer."""

from __future__ import annotations

import ctypes
import os
import struct

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_GET_SECCOMP = 21
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
_CAPABILITIES_VERSION = 0x20080522

_library = ctypes.CDLL(None, use_errno=True)


def system_call(number: int, *arguments: int | ctypes.c_char_p) -> int:
    """Result of a system call; OSError where it fails."""
    return _checked(_library.syscall(ctypes.c_long(number), *map(_wide, arguments)))


def prctl(option: int, *arguments: int | ctypes.c_char_p) -> int:
    """Change a property of this process; OSError where the kernel refuses."""
    rest = (*arguments, 0, 0, 0, 0)[:4]
    return _checked(_library.prctl(ctypes.c_int(option), *map(_wide, rest)))


def close_to_others() -> None:
    """Keep processes of the same user from reading this one's memory and environment, and from tracing it."""
    prctl(PR_SET_DUMPABLE, 0)


def drop_capabilities() -> None:
    """Keep none of root's privileges but its name."""
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    _checked(_library.capset(ctypes.c_char_p(header), ctypes.c_char_p(bytes(24))))


def _wide(argument: int | ctypes.c_char_p) -> ctypes.c_long | ctypes.c_char_p:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
