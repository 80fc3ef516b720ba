"""What namespaces are worth on this machine, found by trying to reach what is outside, with no other wall in the way."""

from __future__ import annotations

import secrets
import select
import socket
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.numeric.child import kernel
from grader.numeric.sandbox import warm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.numeric.child.wire import Value
    from grader.numeric.sandbox import Runtime

LOCAL = "127.0.0.1"
_SECONDS_TO_ARRIVE = 0.02
"""What was sent on this machine before the process answered is there by then."""


@dataclass(frozen=True)
class Attempt:
    """A forbidden act, and whether it failed as it should."""

    act: str
    held: bool


@dataclass(frozen=True)
class Namespaces:
    """Whether students' code runs in namespaces of its own, beside the wall."""

    refused: str
    """Why it does not, in the system's words."""
    attempts: tuple[Attempt, ...] = ()

    @property
    def held(self) -> bool:
        """Whether nothing outside could be reached."""
        return not self.refused and all(attempt.held for attempt in self.attempts)


def try_namespaces(runtime: Runtime) -> Namespaces:
    """Try to reach sockets and a queue of this process from the namespaces in which students' code runs.

    Raises:
        SandboxError: no process came up that could try.

    """
    if sys.platform != "linux":
        return Namespaces("this system has none")
    try:
        with _scene() as scene:
            refused = warm.reach(runtime, scene.addresses())
            return Namespaces(
                refused, tuple(Attempt(act, not happened) for act, happened in scene.happened())
            )
    except OSError as error:
        return Namespaces(f"they could not be tried ({error.strerror})")


@dataclass(frozen=True)
class _Scene:
    """What is outside, to be reached."""

    tcp: socket.socket
    udp: socket.socket
    local: socket.socket
    queue: int

    def addresses(self) -> list[Value]:
        name = self.local.getsockname().decode().removeprefix("\0")
        return [self.tcp.getsockname()[1], self.udp.getsockname()[1], name, self.queue]

    def happened(self) -> Iterator[tuple[str, bool]]:
        """Each act, and whether it came through."""
        yield "connect to a port", arrived(self.tcp)
        yield "send a datagram", arrived(self.udp)
        yield "connect to a local socket", arrived(self.local)
        yield "send a message to a queue", kernel.has_message(self.queue)


@contextmanager
def _scene() -> Iterator[_Scene]:
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server((LOCAL, 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind((LOCAL, 0))
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        local.bind(f"\0grader-{secrets.token_hex(16)}")
        local.listen()
        queue = kernel.new_queue()
        stack.callback(kernel.remove_queue, queue)
        yield _Scene(tcp, udp, local, queue)


def arrived(listener: socket.socket) -> bool:
    """Whether something was sent to a socket."""
    readable, _, _ = select.select([listener], [], [], _SECONDS_TO_ARRIVE)
    return bool(readable)
