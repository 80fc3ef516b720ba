"""Calls to the Linux kernel that Python's standard library does not offer."""

from __future__ import annotations

import ctypes
import os
import struct
from functools import cache

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_GET_SECCOMP = 21
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
_IPC_PRIVATE, _IPC_RMID, _IPC_NOWAIT = 0, 0, 0o4000
_CAPABILITIES_VERSION = 0x20080522


@cache
def _library() -> ctypes.CDLL:
    """Opened when it is first used: Windows has no such thing, and never does."""
    return ctypes.CDLL(None, use_errno=True)


def system_call(number: int, *arguments: int | ctypes.c_char_p) -> int:
    """Result of a system call; OSError where it fails."""
    return _checked(_library().syscall(ctypes.c_long(number), *map(_wide, arguments)))


def prctl(option: int, *arguments: int | ctypes.c_char_p) -> int:
    """Change a property of this process; OSError where the kernel refuses."""
    rest = (*arguments, 0, 0, 0, 0)[:4]
    return _checked(_library().prctl(ctypes.c_int(option), *map(_wide, rest)))


def unshare(namespaces: int) -> None:
    """Move this process, and those that it will start, into namespaces of their own; OSError where the kernel refuses."""
    _checked(_library().unshare(ctypes.c_int(namespaces)))


def new_queue() -> int:
    """Number of a new message queue, to which processes of this user that share this one's namespace may send; OSError."""
    return _checked(_library().msgget(ctypes.c_int(_IPC_PRIVATE), ctypes.c_int(0o600)))


def send_message(queue: int) -> None:
    """Send something to a queue; OSError where there is none of that number, or not for this process."""
    message = struct.pack("@l1s", 1, b"x")
    _checked(
        _library().msgsnd(ctypes.c_int(queue), ctypes.c_char_p(message), ctypes.c_size_t(1), _IPC_NOWAIT)
    )


def has_message(queue: int) -> bool:
    """Whether something was sent to a queue."""
    content = ctypes.create_string_buffer(struct.calcsize("@l1s"))
    received = _library().msgrcv(
        ctypes.c_int(queue), content, ctypes.c_size_t(1), ctypes.c_long(0), _IPC_NOWAIT
    )
    return bool(received >= 0)


def remove_queue(queue: int) -> None:
    """Remove a queue; OSError."""
    _checked(_library().msgctl(ctypes.c_int(queue), _IPC_RMID, None))


def close_to_others() -> None:
    """Keep processes of the same user from reading this one's memory and environment, and from tracing it."""
    prctl(PR_SET_DUMPABLE, 0)


def drop_capabilities() -> None:
    """Keep none of root's privileges but its name."""
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    _checked(_library().capset(ctypes.c_char_p(header), ctypes.c_char_p(bytes(24))))


def _wide(argument: int | ctypes.c_char_p) -> ctypes.c_long | ctypes.c_char_p:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
