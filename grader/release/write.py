"""Writing the copy that students get: the grader's own files are read, and a folder is there as a whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import grader
import reference
from grader.assignment import load_assignment
from grader.proof import sheet_problems
from grader.release.package import Project, package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.assignment import Assignment


class ReleaseError(Exception):
    """Nothing was released; the message says why."""


def write_release(assignment: Assignment, out: Path) -> int:
    """Write what students get into a new or empty folder; returns how many files it has.

    Raises:
        ReleaseError: the folder holds something, or the assignment must not be handed out.
        OSError: it cannot be written.

    """
    if out.exists() and any(out.iterdir()):
        raise ReleaseError(f"{out} is not empty. Choose another folder, or remove that one first.")
    if problems := list(sheet_problems(assignment)):
        raise ReleaseError("\n".join(["Nothing was released: the sheet is not ready.", *problems]))
    named = (assignment.sheet_path, *assignment.earlier_sheets)
    sheets = {path.relative_to(assignment.folder).as_posix(): path.read_bytes() for path in named}
    files = package(assignment.spec, sheets, installed_project())
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".tmp", dir=out.parent))
    try:
        made.chmod(0o755)
        for name, content in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        load_assignment(made / "grader" / "assignments" / assignment.name)
        made.replace(out)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return len(files)


def installed_project() -> Project:
    """The grader that is running."""
    about = metadata.metadata("grader")
    licence = next(file for file in metadata.files("grader") or () if file.name == "LICENSE")
    return Project(
        files={
            name: content
            for module in (grader, reference)
            for name, content in _files(Path(module.__path__[0]))
        },
        version=grader.__version__,
        python=about["Requires-Python"],
        requirements=dict(_requirements()),
        licence=licence.read_binary(),
    )


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a package, without what Python and editors leave there, and without assignments."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not hidden and parts[0] != "assignments":
            yield f"{folder.name}/{'/'.join(parts)}", path.read_bytes()


def _requirements() -> Iterator[tuple[str, str]]:
    """What the grader needs, by the name under which it is imported."""
    for requirement in metadata.requires("grader") or ():
        name = re.match(r"[\w.-]+", requirement)
        if name and "extra ==" not in requirement:
            yield name[0].replace("-", "_"), requirement
