"""What the wall around students' code is worth on this machine, found by trying what it must forbid.

A child like any other runs the attempts; what counts is what happened to the files, sockets and processes that were
made for this, not what a call returned.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from grader.numeric import child
from grader.numeric.child import unix
from grader.numeric.namespaces import LOCAL, Attempt, Namespaces, arrived, try_namespaces
from grader.numeric.replies import NotDefined, Raised, Reply, Returned, WrongSignature
from grader.numeric.sandbox import Limits, SandboxError, Versions
from grader.numeric.sandbox.folders import own_folder
from grader.numeric.sandbox.launch import own_runtime
from grader.numeric.session import CodeCell, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.numeric.child.wire import Value
    from grader.numeric.sandbox import Runtime

LIMITS = Limits(wall_seconds=5.0)
_SECONDS_TO_END = 0.02
"""A process that was killed before the child answered has ended by then."""


@dataclass(frozen=True)
class Tier:
    """How students' code is kept in on this machine."""

    attempts: tuple[Attempt, ...]
    versions: Versions
    namespaces: Namespaces

    @property
    def walled(self) -> bool:
        """Whether everything held: the floor, below which nobody should run strangers' notebooks."""
        return all(attempt.held for attempt in self.attempts)

    @property
    def name(self) -> str:
        """What results call it."""
        if not self.walled:
            return "limits only"
        return "landlock+seccomp+namespaces" if self.namespaces.held else "landlock+seccomp"


@cache
def tier(runtime: Runtime | None = None) -> Tier:
    """The tier of this machine for a runtime, None for the grader's own; tried once in a process.

    Raises:
        SandboxError: no child process came up, or it could not run the attempts.

    """
    return try_everything(runtime)


def try_everything(runtime: Runtime | None = None) -> Tier:
    """Try all forbidden acts.

    Raises:
        SandboxError: as in `tier`.

    """
    if not unix.AVAILABLE:
        return _untried(runtime)
    source = (Path(child.__file__).parent / "attempts.py").read_text(encoding="utf-8")
    with Session([CodeCell(0, source)], LIMITS, runtime=runtime) as session, _scene() as scene:
        attempts = tuple(Attempt(act, not happened) for act, happened in _try_all(session, scene))
        assert session.versions is not None, "a child has answered"  # noqa: S101
        return Tier(attempts, session.versions, try_namespaces(runtime or own_runtime()))


def _untried(runtime: Runtime | None) -> Tier:
    """The tier of a system that has no wall, and nothing of what the attempts attack."""
    with Session([], LIMITS, runtime=runtime) as session:
        session.load()
        assert session.versions is not None, "a child has come up"  # noqa: S101
        everything = Attempt("whatever the user may do (not tried: this system has no wall)", held=False)
        return Tier((everything,), session.versions, try_namespaces(runtime or own_runtime()))


@dataclass(frozen=True)
class _Scene:
    """What is there to be attacked."""

    canary: str
    memory: ctypes.Array[ctypes.c_char]
    """In the grader's own memory."""
    folder: Path
    """Everybody may write to it."""
    killed: subprocess.Popen[bytes]
    traced: subprocess.Popen[bytes]
    tcp: socket.socket
    udp: socket.socket
    local: socket.socket


@contextmanager
def _scene() -> Iterator[_Scene]:
    canary = secrets.token_hex(16)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=own_folder())))
        folder.chmod(0o777)
        (folder / "canary").write_text(canary, encoding="ascii")
        tcp = stack.enter_context(socket.create_server((LOCAL, 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind((LOCAL, 0))
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        # Not in the folder: there is little room in the address of a socket.
        address = own_folder() / "socket"
        local.bind(str(address))
        stack.callback(address.unlink)
        address.chmod(0o777)
        local.listen()
        memory = ctypes.create_string_buffer(canary.encode())
        victims = stack.enter_context(_victim(canary)), stack.enter_context(_victim(canary))
        yield _Scene(canary, memory, folder, *victims, tcp, udp, local)


@contextmanager
def _victim(canary: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the same user that does not defend itself, with the canary in its environment."""
    waits = [sys.executable, "-I", "-S", "-c", "input()"]
    # Silent: where the grader is ended meanwhile, it says on its standard error how it ended itself.
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        waits, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"CANARY": canary}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _try_all(session: Session, scene: _Scene) -> Iterator[tuple[str, bool]]:
    """Each forbidden act in words, and whether it happened."""

    def attempt(name: str, *args: Value) -> Value:
        return _answer(session.call(name, args))

    grader, killed, traced = os.getpid(), scene.killed.pid, scene.traced.pid
    canary = scene.canary.encode().hex()
    address, size = ctypes.addressof(scene.memory), len(scene.memory)
    file, made, port = scene.folder / "canary", scene.folder / "made", scene.tcp.getsockname()[1]

    def leaked(name: str, *args: Value) -> bool:
        return canary in str(attempt(name, *args))

    # First: attempts that fail half-way leave descriptors of their own.
    yield "keep a descriptor of the grader's", attempt("count_descriptors") != 1
    yield "read a file", leaked("read_file", str(file))
    yield "read the environment of a process", leaked("read_file", f"/proc/{killed}/environ")
    yield "read the grader's memory through /proc", leaked("read_memory", grader, address, size)
    yield "read the grader's memory by a system call", leaked("read_memory_by_call", grader, address, size)
    attempt("write_file", str(made))
    yield "write a file", made.exists()
    before = file.stat().st_mode
    attempt("change_mode", str(file))
    yield "change a file's mode", file.stat().st_mode != before
    attempt("connect", port)
    yield "connect to a port", arrived(scene.tcp)
    attempt("send_datagram", scene.udp.getsockname()[1])
    yield "send a datagram", arrived(scene.udp)
    attempt("connect_to_file", scene.local.getsockname())
    yield "connect to a local socket", arrived(scene.local)
    yield "start a process", attempt("fork") == b"x".hex()
    attempt("kill", killed)
    yield "kill a process", _has_ended(scene.killed)
    attempt("trace", traced)
    yield "trace a process", _is_traced(traced)
    yield "run another program", attempt("execute", sys.executable) is _GONE


_REFUSED, _GONE = object(), object()


def _answer(reply: Reply) -> Value:
    """What an attempt got hold of; `_REFUSED` where it raised, `_GONE` where its process did not survive."""
    if isinstance(reply, Returned):
        return reply.value
    if isinstance(reply, Raised):
        return _REFUSED
    if isinstance(reply, NotDefined | WrongSignature):
        raise SandboxError(f"the attempts on the wall could not be run: {reply}")
    return _GONE


def _is_traced(process: int) -> bool:
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return any(line.startswith("TracerPid:") and line.split()[1] != "0" for line in lines)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        return False
    return True
