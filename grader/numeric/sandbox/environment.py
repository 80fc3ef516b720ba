"""Environments that assignments pin for students' code: made once, kept in the user's cache folder, used ever after."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from grader.numeric.child import unix
from grader.numeric.sandbox.launch import Runtime, SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAKERS = {"pip", "setuptools"}
"""What a new environment holds to be filled."""
_LINES_SHOWN = 6
_PART = ".part"
"""Ends the name of a folder in which one is being made."""
_WHO_ARE_YOU = (
    "import os, platform, sys, sysconfig;"
    " print(os.path.realpath(sys.executable), platform.python_version(), sysconfig.get_platform(), sep='\\n')"
)


class _Interpreter(NamedTuple):
    """A Python of this machine: where it is, links resolved, and what it says of itself."""

    path: str
    version: str
    platform: str


@dataclass(frozen=True)
class StudentEnvironment:
    """An environment: one version of Python, exact versions of packages and nothing else.

    Args:
        python: the version, such as `3.11`; None for that of the grader's own interpreter.
        pins: such as `numpy==1.26.4`; all packages, for what they need themselves is not added.

    """

    python: str | None
    pins: tuple[str, ...]

    def __str__(self) -> str:
        return f"Python {_interpreter(self.python).version} with {', '.join(self.pins)}"

    @property
    def folder(self) -> Path:
        """Where it is, once it is made.

        Raises:
            SandboxError: this machine has no such interpreter.

        """
        key = "\n".join([*_interpreter(self.python), *sorted(self.pins)])
        return _environments() / hashlib.sha256(key.encode()).hexdigest()[:16]

    @property
    def ready(self) -> bool:
        """Whether it is made; SandboxError as in `folder`."""
        return self.folder.is_dir()

    def make(self) -> Runtime:
        """What runs students' code in it; it is made first where that is not done, which takes a minute or so.

        Raises:
            SandboxError: it cannot be made here; nothing of it is left.

        """
        folder = self.folder
        try:
            if not folder.is_dir():
                self._make(folder)
        except OSError as error:
            raise SandboxError(f"the environment for students' code could not be made: {error}") from error
        return Runtime(folder / "bin" / "python", tuple(sorted(folder.glob("lib/*/site-packages/*"))))

    def _make(self, folder: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Not the same name twice: what a process that was killed has started may still be writing there.
        part = folder.with_suffix(f".{secrets.token_hex(4)}{_PART}")
        with _alone(folder.parent):
            for left in folder.parent.glob(f"*{_PART}"):
                shutil.rmtree(left, ignore_errors=True)
            # Another process may have made it meanwhile.
            if folder.is_dir():
                return
            try:
                self._fill(part)
                part.rename(folder)
            finally:
                shutil.rmtree(part, ignore_errors=True)

    def _fill(self, folder: Path) -> None:
        _run([_interpreter(self.python).path, "-I", "-m", "venv", str(folder)])
        python = [str(folder / "bin" / "python"), "-I"]
        pip = [*python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
        # Nothing is built: that would run a package's own program, and need a compiler.
        _run([*pip, "install", "--no-deps", "--only-binary", ":all:", *self.pins])
        _run([*pip, "check"])
        pinned = {pin.partition("==")[0] for pin in self.pins}
        _run([*pip, "uninstall", "--yes", *sorted(_MAKERS - pinned)])
        _run([*python, "-c", "import numpy"])


def _environments() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "grader" / "environments"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process makes an environment there."""
    if not unix.AVAILABLE:
        raise SandboxError("the environment for students' code can be made on POSIX systems only")
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        unix.fcntl.flock(lock, unix.fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _run(command: Sequence[str]) -> None:
    """Run a step of the making."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603 - our own commands
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).decode(errors="replace").splitlines()
        raise SandboxError(
            "\n".join(
                [
                    f"the environment for students' code could not be made: `{' '.join(command)}` failed:",
                    *said[-_LINES_SHOWN:],
                ]
            )
        )


def _interpreter(version: str | None) -> _Interpreter:
    """The grader's own interpreter where it will do, else the first of that version on the PATH."""
    places = [sys.executable, *(str(Path(folder, f"python{version}")) for folder in os.get_exec_path())]
    for found in filter(None, map(_ask, places)):
        if version is None or found.version.startswith(f"{version}."):
            return found
    raise SandboxError(
        f"there is no Python {version} on this machine (no python{version} on the PATH), and students' code is to run in it"
    )


@cache
def _ask(path: str) -> _Interpreter | None:
    """What an interpreter says of itself; None where there is none, or one that does not start."""
    try:
        said = subprocess.run(  # noqa: S603 - an interpreter of the user's
            [path, "-I", "-S", "-c", _WHO_ARE_YOU], stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return _Interpreter(*said.stdout.decode().split("\n")[:3])
