"""Seccomp: from a moment on, the kernel refuses this process the system calls that no student's code needs.

https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from functools import cache
from typing import TYPE_CHECKING

from .kernel import PR_GET_SECCOMP, PR_SET_SECCOMP, prctl
from .system_calls import ARCHITECTURES, COMMON, FIRST_COMMON, FORBIDDEN, WATCHED, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TypeAlias

Instruction: TypeAlias = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand: of the kernel's classic BPF."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_MODE_FILTER = 2
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

_ALLOW: Instruction = (_RETURN, 0, 0, 0x7FFF0000)
_KILL: Instruction = (_RETURN, 0, 0, 0x80000000)
_REFUSE: Instruction = (_RETURN, 0, 0, 0x00050000 | errno.EPERM)
_UNKNOWN: Instruction = (_RETURN, 0, 0, 0x00050000 | errno.ENOSYS)

_CLONE_THREAD = 0x00010000
_CLONE_NAMESPACES = 0x7E020080
_FCNTL = (0, 1, 2, 3, 4, 1030)
"""F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC: neither locks nor owners of signals."""
_IOCTL = (0x5401, 0x5421, 0x5450, 0x5451)
"""TCGETS, FIONBIO, FIONCLEX, FIOCLEX: what opening a file in Python asks."""


def supported() -> bool:
    """Whether the kernel has filters, and there is a table of this machine's system calls."""
    try:
        prctl(PR_GET_SECCOMP)
    except OSError:
        return False
    return platform.machine() in ARCHITECTURES


def install() -> None:
    """Put the filter on this process, for good; it must have set PR_SET_NO_NEW_PRIVS."""
    filters = packed_for_all(platform.machine()) + _packed(_for_one(platform.machine(), os.getpid()))
    content = ctypes.create_string_buffer(filters, len(filters))
    header = struct.pack("@HP", len(filters) // 8, ctypes.addressof(content))
    prctl(PR_SET_SECCOMP, _MODE_FILTER, ctypes.c_char_p(header))


def program(architecture: str, own: int) -> list[Instruction]:
    """The filter for a process with the id `own`."""
    return [*_for_all(architecture), *_for_one(architecture, own)]


@cache
def packed_for_all(architecture: str) -> bytes:
    """The part of the filter that is the same for every process, as the kernel reads it: it takes a millisecond to make."""
    return _packed(_for_all(architecture))


def _packed(instructions: Iterable[Instruction]) -> bytes:
    return b"".join(struct.pack("=HBBI", *one) for one in instructions)


def _for_all(architecture: str) -> list[Instruction]:
    bodies = {
        "clone": _if_thread(),
        "fcntl": _if_argument(1, _FCNTL),
        "ioctl": _if_argument(1, _IOCTL),
        "open": _if_honest_open(1),
        "openat": _if_honest_open(2),
    }
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, ARCHITECTURES[architecture]),
        _KILL,
        (_LOAD, 0, 0, _NUMBER),
        *(step for number in COMMON.values() for step in _on(number, [_ALLOW])),
        (_AT_LEAST, 0, 1, FIRST_COMMON),
        _UNKNOWN,
        *(step for number in numbers(FORBIDDEN, architecture).values() for step in _on(number, [_REFUSE])),
        *_watching(architecture, bodies),
    ]


def _for_one(architecture: str, own: int) -> list[Instruction]:
    """What follows: calls that name a process may name this one."""
    bodies = {
        "kill": _if_argument(0, (own,)),
        "tgkill": _if_argument(0, (own,)),
        "prlimit64": _if_argument(0, (0, own)),
    }
    return [*_watching(architecture, bodies), _ALLOW]


def _watching(architecture: str, bodies: Mapping[str, list[Instruction]]) -> Iterator[Instruction]:
    for name, number in numbers(WATCHED, architecture).items():
        yield from _on(number, bodies[name]) if name in bodies else ()


def _on(number: int, body: list[Instruction]) -> list[Instruction]:
    """For one system call, a body that ends in a return; for others, go on behind it."""
    return [(_EQUAL, 0, len(body), number), *body]


def _argument(place: int) -> Instruction:
    """Load the lower half of an argument: all that the kernel looks at in ids, commands and flags."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * place)


def _if_argument(place: int, allowed: tuple[int, ...]) -> list[Instruction]:
    return [_argument(place), *(step for value in allowed for step in _on(value, [_ALLOW])), _REFUSE]


def _if_thread() -> list[Instruction]:
    return [
        _argument(0),
        (_ANY_BIT, 1, 0, _CLONE_NAMESPACES),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        _REFUSE,
        _ALLOW,
    ]


def _if_honest_open(flags: int) -> list[Instruction]:
    """Refuse O_RDONLY with O_TRUNC: it empties a file, and early versions of Landlock take it for reading."""
    return [
        _argument(flags),
        (_AND, 0, 0, os.O_ACCMODE | os.O_TRUNC),
        *_on(os.O_RDONLY | os.O_TRUNC, [_REFUSE]),
        _ALLOW,
    ]
