"""The grader's end of the warm server, from which children are forked in a few milliseconds. Linux only."""

from __future__ import annotations

import atexit
import os
import socket
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING

from grader.numeric.child import wire
from grader.numeric.child.ending import Ending
from grader.numeric.child.wire import WireError
from grader.numeric.sandbox.launch import Interpreter, LostError, SandboxError, command, over_pair

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.numeric.child.wire import Value
    from grader.numeric.sandbox.launch import Limits, Process, Runtime

SECONDS_TO_ANSWER = 30.0
_MAX_PACKET = 1 << 16


def start(runtime: Runtime, limits: Limits, work: Path) -> tuple[Process, socket.socket]:
    """Fork a child from this process's server, which is started where there is none or it has ended."""
    return over_pair(lambda theirs: Forked(_server(runtime), limits, theirs, work))


def reach(runtime: Runtime, outside: Sequence[Value]) -> str:
    """Let the server try to reach what is outside its namespaces (see `child.namespaces.reach`).

    Returns:
        Why it has none, in the system's words; nothing where it has.

    Raises:
        SandboxError: it could not be tried.

    """
    try:
        answer = _server(runtime).ask({"do": "reach", "outside": list(outside)})
    except LostError as error:
        raise SandboxError(str(error)) from error
    if answer["tried"] is not True:
        raise SandboxError("the attempts on the namespaces could not be run")
    return str(answer["refused"])


class Forked:
    """A child of the server."""

    def __init__(self, server: Server, limits: Limits, theirs: socket.socket, work: Path) -> None:
        self._server = server
        question = {"do": "start", "limits": asdict(limits), "work": str(work)}
        self._number = server.ask(question, theirs)["process"]

    def said(self) -> str:
        """The last line on the server's standard error."""
        return self._server.said()

    def end(self, patience: float = 0.0) -> Ending:
        """End it with all its group, unless it ends by itself within `patience` seconds; once only.

        Raises:
            LostError: the server is gone.

        """
        ending = self._server.ask({"do": "end", "process": self._number, "patience": patience})
        return Ending(**ending)


class Server:
    """A running server.

    Raises:
        SandboxError: it did not come up.

    """

    def __init__(self, runtime: Runtime) -> None:
        self.alive = True
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(SECONDS_TO_ANSWER)
        with theirs:
            try:
                self._interpreter = Interpreter(runtime, "server", [], theirs)
            except SandboxError:
                self._control.close()
                raise
        try:
            ready = self._control.recv(_MAX_PACKET)
        except OSError:
            ready = b""
        if not ready:
            said = self.said()
            self.close()
            raise SandboxError(f"the server for students' code did not come up: {said}")

    def said(self) -> str:
        """The last line on its standard error."""
        return self._interpreter.said() if self.alive else ""

    def ask(self, question: dict[str, Value], *sent: socket.socket) -> dict[str, Value]:
        """Send a question, with sockets, and wait for its answer.

        Raises:
            LostError: the server is gone, or does not answer as it should; it is ended then.

        """
        with self._lock:
            if not self.alive:
                raise LostError("the server has ended")
            try:
                socket.send_fds(self._control, [wire.encode(question)], [one.fileno() for one in sent])
                answer = wire.decode(self._control.recv(_MAX_PACKET))
            except (OSError, WireError) as error:
                self.close()
                raise LostError("the server has ended") from error
            except BaseException:
                # Interrupted: an answer that comes now would be taken for the next question's.
                self.close()
                raise
            if type(answer) is not dict:
                self.close()
                raise LostError("the server no longer answers as it should")
            return answer

    def close(self) -> None:
        """End the server, and with it all of its children."""
        if self.alive:
            self.alive = False
            self._control.close()
            self._interpreter.end()


_servers: dict[tuple[int, Runtime, tuple[str, ...]], Server] = {}
_starting = threading.Lock()


def _server(runtime: Runtime) -> Server:
    """The server of this process for a runtime."""
    # A process that was forked from this one starts a server of its own.
    key = (os.getpid(), runtime, command(runtime))
    with _starting:
        server = _servers.get(key)
        if server is None or not server.alive:
            server = _servers[key] = Server(runtime)
            atexit.register(_close, server, os.getpid())
        return server


def _close(server: Server, owner: int) -> None:
    """Close it when its own process ends, not when one does that was forked from that."""
    if os.getpid() == owner:
        server.close()
