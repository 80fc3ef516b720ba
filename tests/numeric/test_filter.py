"""The filter of system calls as a program, on every architecture that it knows."""

from __future__ import annotations

import errno

import pytest

from grader.numeric.child.seccomp import program
from grader.numeric.child.system_calls import ARCHITECTURES, COMMON, FORBIDDEN, WATCHED, numbers

OWN = 4321
ALLOW = 0x7FFF0000
KILL = 0x80000000
REFUSE = 0x00050000 | errno.EPERM
UNKNOWN = 0x00050000 | errno.ENOSYS


def decision(architecture: str, number: int, *arguments: int, called_as: int | None = None) -> int:
    """What the kernel's machine for filters comes to."""
    values = {0: number, 4: called_as or ARCHITECTURES[architecture]}
    values |= {16 + 8 * place: argument & 0xFFFFFFFF for place, argument in enumerate(arguments)}
    steps = program(architecture, OWN)
    accumulator = place = 0
    while True:
        code, if_true, if_false, operand = steps[place]
        place += 1
        if code == 0x06:
            return operand
        if code == 0x20:
            accumulator = values.get(operand, 0)
        elif code == 0x54:
            accumulator &= operand
        else:
            test = {
                0x15: accumulator == operand,
                0x35: accumulator >= operand,
                0x45: bool(accumulator & operand),
            }
            place += if_true if test[code] else if_false


architectures = pytest.mark.parametrize("architecture", ARCHITECTURES)


@architectures
def test_forbidden_calls_are_refused_and_others_pass(architecture: str) -> None:
    forbidden, watched = numbers(FORBIDDEN, architecture), numbers(WATCHED, architecture)
    assert {decision(architecture, number) for number in forbidden.values()} == {REFUSE}
    others = set(range(424)) - set(forbidden.values()) - set(watched.values())
    assert {decision(architecture, number) for number in others} == {ALLOW}


@architectures
def test_calls_that_came_later_are_unknown_but_for_a_few(architecture: str) -> None:
    known = set(COMMON.values())
    found = {number: decision(architecture, number) for number in (*range(424, 700), 0x40000000 + 59)}
    assert {number for number, result in found.items() if result == ALLOW} == known
    assert {result for number, result in found.items() if number not in known} == {UNKNOWN}


@architectures
def test_another_architectures_numbers_end_the_process(architecture: str) -> None:
    assert decision(architecture, 0, called_as=0x40000003) == KILL


@architectures
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("clone", (0x003D0F00,), ALLOW),  # what pthread_create asks for
        ("clone", (17,), REFUSE),  # fork
        ("clone", (0x4111,), REFUSE),  # vfork
        ("clone", (0x003D0F00 | 0x10000000,), REFUSE),  # a thread in a namespace of its own
        ("kill", (OWN, 9), ALLOW),
        ("kill", (0, 9), REFUSE),
        ("kill", (-1, 9), REFUSE),
        ("kill", (OWN << 32 | 1, 9), REFUSE),
        ("tgkill", (OWN, OWN, 6), ALLOW),
        ("tgkill", (1, 1, 9), REFUSE),
        ("prlimit64", (0,), ALLOW),
        ("prlimit64", (1,), REFUSE),
        ("fcntl", (3, 1), ALLOW),
        ("fcntl", (3, 6), REFUSE),  # F_SETLK
        ("fcntl", (3, 8), REFUSE),  # F_SETOWN
        ("ioctl", (3, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), REFUSE),  # TIOCSTI
        ("openat", (0, 0, 0), ALLOW),
        ("openat", (0, 0, 0o1101), ALLOW),  # O_WRONLY | O_CREAT | O_TRUNC
        ("openat", (0, 0, 0o1000), REFUSE),  # O_RDONLY | O_TRUNC
    ],
)
def test_watched_calls(architecture: str, name: str, arguments: tuple[int, ...], expected: int) -> None:
    assert decision(architecture, numbers(WATCHED, architecture)[name], *arguments) == expected


def test_the_old_open_is_watched_too() -> None:
    number = numbers(WATCHED, "x86_64")["open"]
    assert decision("x86_64", number, 0, 0o1000) == REFUSE
    assert decision("x86_64", number, 0, 0) == ALLOW
