"""Namespaces: a network without interfaces, and no shared memory or queues of others, whatever a filter may let through.

A layer on top of the wall, entered once by the process from which children are forked, for it takes milliseconds. Many
machines forbid it to ordinary users; that is told, and the wall stands without it.
https://man7.org/linux/man-pages/man7/namespaces.7.html
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from functools import partial

from .kernel import drop_capabilities, send_message, unshare

_NEW_IPC, _NEW_USER, _NEW_NETWORK = 0x08000000, 0x10000000, 0x40000000
_LOCAL = "127.0.0.1"
_SECONDS_TO_CONNECT = 1.0


def enter() -> str:
    """Leave this machine's network and its shared memory for good; the process must have one thread.

    Returns:
        Why that was refused, in the system's words; nothing where it was not.

    """
    root = os.geteuid() == 0
    try:
        # Root needs no namespace of users for the others, and could not become nobody in one.
        unshare(_NEW_NETWORK | _NEW_IPC | (0 if root else _NEW_USER))
    except OSError as error:
        return error.strerror or str(error)
    if not root:
        # Who makes a namespace of users has all privileges in it.
        drop_capabilities()
    return ""


def reach(port: int, datagram_port: int, address: str, queue: int) -> bool:
    """Try from a process in the same namespaces, behind no other wall, to reach what the grader has put outside.

    Args:
        port: where it listens on this machine.
        datagram_port: where it waits for a datagram.
        address: of its local socket that is no file.
        queue: number of its message queue.

    Returns:
        Whether all was tried; what came of it is seen at the other end.

    """
    process = os.fork()
    if process == 0:
        try:
            for act in (
                partial(_connect, socket.AF_INET, (_LOCAL, port)),
                partial(_send_datagram, (_LOCAL, datagram_port)),
                partial(_connect, socket.AF_UNIX, f"\0{address}"),
                partial(send_message, queue),
            ):
                with suppress(OSError):
                    act()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(process, 0)
    return status == 0


def _connect(family: int, address: tuple[str, int] | str) -> None:
    with socket.socket(family) as connection:
        connection.settimeout(_SECONDS_TO_CONNECT)
        connection.connect(address)


def _send_datagram(address: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", address)
