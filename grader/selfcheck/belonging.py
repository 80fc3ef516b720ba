"""Which assignment a notebook is for, where nobody says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment import Assignment, AssignmentError, installed_assignments, load_assignment
from grader.notebook import read_notebook
from grader.resemblance import AT_LEAST, CLEARLY, resemblance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.notebook import Notebook


def assignment_of(path: Path, notebook: Notebook) -> Assignment:
    """The assignment in the notebook's folder or one above it, else the known one whose sheet it clearly is.

    Raises:
        AssignmentError: that one cannot be used, or nobody can tell; the message lists what is known.

    """
    for folder in path.resolve().parents:
        if (folder / "assignment.toml").is_file():
            return load_assignment(folder)
    known = {assignment.name: assignment for assignment in _known()}
    if not known:
        raise AssignmentError("no assignment is known here: name one, or its folder, with --assignment")
    shares = resemblance(notebook, {name: read_notebook(one.sheet_path) for name, one in known.items()})
    best, *others = sorted(shares, key=lambda name: -shares[name])
    if shares[best] < max([AT_LEAST, *(CLEARLY * shares[name] for name in others)]):
        raise AssignmentError(
            f"{path.name}: nobody can tell which assignment this is; say it with --assignment: "
            f"{', '.join(sorted(known))}, or its folder"
        )
    return known[best]


def _known() -> Iterator[Assignment]:
    """The installed assignments and those in `./assignments`, which come last and so win; unusable ones are left out."""
    for root in (installed_assignments(), Path("assignments")):
        for path in sorted(root.glob("*/assignment.toml")):
            try:
                yield load_assignment(path.parent)
            except AssignmentError:
                continue
