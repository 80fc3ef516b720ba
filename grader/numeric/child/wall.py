"""The wall around the student's code, raised by the child itself before it reads any of it. Linux only.

Whatever the kernel has is used, and what it has must work: a wall that cannot be raised ends the child before its
ready signal. No privilege is needed. What a kernel lacks is found by the probe, which tries.
"""

from __future__ import annotations

import os
import signal
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import landlock, seccomp
from .kernel import PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, drop_capabilities, prctl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NOBODY = 65534
_SHARED_LIBRARY = ".so"


@dataclass(frozen=True)
class Places:
    """What every child may read, opened once: descriptors and rights for Landlock."""

    opened: tuple[tuple[int, int], ...]
    open_to_all: bool
    """Whether an ordinary user can read them too."""


def open_places(program: Path) -> Places:
    """Open what Python and this program need for reading; `program` is the folder that holds this package."""
    # What is linked into the program's folder is what may be imported, NumPy among it.
    parts = [(part, landlock.READ) for part in (program, *program.iterdir())]
    wanted = dict.fromkeys([*parts, *_python(), *_libraries(), *_devices()])
    opened = [(landlock.open_place(path), rights) for path, rights in wanted]
    return Places(
        tuple((place, rights) for place, rights in opened if place is not None),
        all(_is_open_to_all(path) for path, _ in wanted if path.exists()),
    )


def raise_wall(
    work: str, places: Places, channel: int, *, in_namespaces: bool, dies_with: int | None = None
) -> str:
    """Confine this process for good.

    Args:
        work: the folder that it may write to; it becomes the working directory.
        places: what it may read.
        channel: the one descriptor that it keeps, beside those from 0 to 2.
        in_namespaces: whether it is in namespaces of its own already; for the words.
        dies_with: its parent, if it is to end with it.

    Returns:
        The mechanisms that the kernel has, in words.

    Raises:
        OSError: one of them refused.

    """
    os.chdir(work)
    _give_up_root(work, places)
    if dies_with is not None:
        _die_with(dies_with)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    mechanisms = []
    if known := landlock.version():
        own = os.open(".", os.O_PATH | os.O_CLOEXEC)
        landlock.restrict([*places.opened, (own, landlock.WRITE)])
        mechanisms.append(f"Landlock {known}")
    os.closerange(3, channel)
    os.closerange(channel + 1, os.sysconf("SC_OPEN_MAX"))
    if seccomp.supported():
        seccomp.install()
        mechanisms.append("seccomp")
    if in_namespaces:
        mechanisms.append("namespaces")
    return ", ".join(mechanisms)


def _give_up_root(work: str, places: Places) -> None:
    """Become nobody, or, where only root can read Python itself, root without privileges."""
    if os.geteuid() != 0:
        return
    if places.open_to_all:
        os.chown(work, NOBODY, NOBODY)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    drop_capabilities()


def _die_with(parent: int) -> None:
    # Not earlier: the kernel forgets this when a process changes its user.
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError("the server has ended")


def _python() -> Iterator[tuple[Path, int]]:
    """The standard library without what is installed in it."""
    paths = sysconfig.get_paths()
    installed = {Path(paths[name]).resolve() for name in ("purelib", "platlib")}
    for name in ("stdlib", "platstdlib"):
        library = Path(paths[name]).resolve()
        # Importing lists the folder; names of other packages are no secret, their content may be.
        yield library, landlock.LIST
        yield from ((part, landlock.READ) for part in _without(library, installed))


def _libraries() -> Iterator[tuple[Path, int]]:
    """The folders of the shared libraries in use: modules that are imported later need more from there."""
    paths = sysconfig.get_paths()
    installed = {Path(paths[name]).resolve() for name in ("purelib", "platlib", "stdlib", "platstdlib")}
    mapped = (line.split(maxsplit=5) for line in Path("/proc/self/maps").read_text().splitlines())
    files = {Path(fields[5]) for fields in mapped if len(fields) == 6 and _SHARED_LIBRARY in fields[5]}
    for folder in sorted({file.parent for file in files}):
        yield from ((part, landlock.READ) for part in _without(folder, installed))
    yield Path("/etc/ld.so.cache"), landlock.READ


def _devices() -> Iterator[tuple[Path, int]]:
    yield Path("/dev/null"), landlock.WRITE
    yield from ((Path("/dev") / name, landlock.READ) for name in ("zero", "random", "urandom"))


def _without(tree: Path, left_out: Iterable[Path]) -> Iterator[Path]:
    """The tree, or where something in it is left out, its other parts."""
    if tree in left_out:
        return
    if not any(path.is_relative_to(tree) for path in left_out):
        yield tree
        return
    for entry in tree.iterdir():
        yield from _without(entry, left_out)


def _is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents) and bool(
        path.stat().st_mode & 0o004
    )
