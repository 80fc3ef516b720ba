"""How a process for students' code comes up: its limits, its program, its interpreter, and how it ended."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from grader.numeric.child import wire
from grader.numeric.child.ending import end
from grader.numeric.sandbox.folders import own_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.numeric.child.ending import Ending

BOOTSTRAP = (
    "import sys; sys.path.insert(0, sys.argv[2]); from importlib import import_module;"
    " import_module('child.' + sys.argv[1]).run()"
)


SECONDS_TO_START = 30.0


class SandboxError(Exception):
    """The child could not be started: the machine's fault or ours, for no code of a student had run."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Computing time is what counts; `wall_seconds` is only a guard for code that waits.
    """

    call_seconds: float = 1.0
    """Per call of a function: right ones take less than a twentieth, and one that loops without end costs just this."""
    cpu_seconds: int = 2
    """Per question; the kernel's own limit, in whole seconds, which nothing that a student writes takes off."""
    cpu_seconds_total: int = 20
    wall_seconds: float = 20.0
    """Per question."""
    memory_bytes: int = 1 << 30
    file_bytes: int = 1 << 20
    files: int = 100
    """In its folder, at any time."""
    processes: int = 0
    open_files: int = 64


@dataclass(frozen=True)
class Versions:
    """What ran the student's code."""

    python: str
    numpy: str
    walls: str
    """What the child put around itself, in words; whether it holds is found by trying."""


@dataclass(frozen=True)
class Runtime:
    """An interpreter for students' code, and all that can be imported there beside its standard library."""

    python: Path
    packages: tuple[Path, ...]
    """Files and folders, NumPy's among them."""


def own_runtime() -> Runtime:
    """The grader's own interpreter and, of all that is installed there, NumPy."""
    installed = Path(np.__file__).parents[1]
    packages = (installed / name for name in ("numpy", "numpy.libs"))
    return Runtime(Path(sys.executable), tuple(path for path in packages if path.is_dir()))


class LostError(Exception):
    """What started the process is gone, and with it the process and the knowledge how it ended."""


class Process(Protocol):
    """A running child process."""

    def said(self) -> str:
        """What it, or what started it, said of a failure before it was ready."""

    def end(self, patience: float = 0.0) -> Ending:
        """End it with all its group, unless it ends by itself within `patience` seconds; once only.

        Raises:
            LostError: nobody knows any more.

        """


Start: TypeAlias = "Callable[[Runtime, Limits, Path], tuple[Process, socket.socket]]"
"""Starts a child process that runs in this, with these limits and the folder where it may write; with it our end of the channel.

Raises SandboxError where that fails, and LostError where it is worth another try.
"""


def over_pair(start: Callable[[socket.socket], Process]) -> tuple[Process, socket.socket]:
    """A child process that is given its end of the channel, and our end."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            return start(theirs), ours
        except BaseException:
            ours.close()
            raise


class Interpreter:
    """A Python process that runs a module of `child`, in a session of its own and with an empty environment.

    It sees nothing but that program and the packages of its runtime.

    Args:
        runtime: what runs it.
        module: its `run` is called.
        arguments: what it finds at the end of `sys.argv`, behind the folder of the program and before the descriptor.
        theirs: the one descriptor that it gets, if any.
        stdin: its standard input, as `subprocess` names it.

    Raises:
        SandboxError: there is no such interpreter, or no room for another process.

    """

    def __init__(
        self,
        runtime: Runtime,
        module: str,
        arguments: Sequence[str],
        theirs: socket.socket | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        passed = [] if theirs is None else [theirs.fileno()]
        # No TemporaryDirectory: a process that is forked from this one would remove it at its own end.
        self._program = Path(mkdtemp(dir=own_folder()))
        self._log = TemporaryFile()  # noqa: SIM115 - closed with the process
        try:
            _fill(self._program, runtime.packages)
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                [*command(runtime), module, str(self._program), *arguments, *map(str, passed)],
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                cwd=self._program,
                # With threads a process cannot be forked safely, and small networks need none.
                env=dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1")
                | _system(),
                pass_fds=passed,
                start_new_session=True,
            )
        except OSError as error:
            self._log.close()
            shutil.rmtree(self._program, ignore_errors=True)
            raise SandboxError(f"a process for the student's code could not be started: {error}") from error

    def said(self) -> str:
        """The last line that it wrote before it was ready."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace").strip().rpartition("\n")[2]

    def end(self, patience: float = 0.0) -> Ending:
        """End it with all its group, unless it ends by itself within `patience` seconds; once only."""
        ending = end(self._process.pid, patience)
        self._process.returncode = ending.code
        self._tidy()
        return ending

    def _tidy(self) -> None:
        self._log.close()
        shutil.rmtree(self._program, ignore_errors=True)


def command(runtime: Runtime) -> tuple[str, ...]:
    """The interpreter and how it starts."""
    return (str(runtime.python), "-I", "-S", "-B", "-c", BOOTSTRAP)


def _fill(program: Path, packages: Iterable[Path]) -> None:
    program.chmod(0o755)
    source = Path(wire.__file__).parent
    shutil.copytree(source, program / "child", ignore=shutil.ignore_patterns("__pycache__"))
    for package in packages:
        try:
            (program / package.name).symlink_to(package)
        except OSError:
            _redirect(program, package)


def _redirect(program: Path, package: Path) -> None:
    """Windows allows links to few: a module that loads the package from where it is."""
    if package.stem.isidentifier() and package.suffix in {"", ".py"}:
        source = f"from child.elsewhere import load\n\nload(__name__, {str(package.parent)!r})\n"
        (program / f"{package.stem}.py").write_text(source, encoding="utf-8")


def _system() -> dict[str, str]:
    """What of the environment Windows itself needs: without it there are no sockets there."""
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
