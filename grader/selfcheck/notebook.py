"""The check inside a notebook: `%load_ext grader` and `%check b`, or `grader.check()`.

It runs the command in a process of its own, so that nothing of the kernel's state matters and the kernel loads nothing of the grader.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_WIDTH = 100
_OF_TERMINALS = frozenset({"FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE"})
"""Kernels say with these that they show colours, which are no HTML."""


def check(notebook: str | os.PathLike[str], *exercises: str) -> None:
    """Check a notebook as it was last saved, as `grader check` does, and print what that says.

    What is printed is text, which no notebook takes for HTML.

    Args:
        notebook: its file.
        exercises: ids of those that are told of; without any all are.

    """
    path = Path(notebook)
    # -P: no file beside the notebook stands in for a module of Python's or ours.
    command = [sys.executable, "-P", "-m", "grader", "check", str(path)]
    for name in exercises:
        command += ["--exercise", name]
    asked = {name: value for name, value in os.environ.items() if name not in _OF_TERMINALS}
    environment = {**asked, "PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": str(_WIDTH)}
    done = subprocess.run(  # noqa: S603 - our own program
        command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", env=environment, check=False
    )
    _say(*filter(None, (_saved(path), done.stdout.rstrip(), done.stderr.rstrip())))


def find_notebook(names: Mapping[str, Any], environment: Mapping[str, str], folder: Path) -> Path | None:
    """The file of the notebook that is running: as VS Code or Jupyter say, else the only one in its folder.

    Args:
        names: the notebook's variables.
        environment: the kernel's.
        folder: where the kernel runs.

    """
    for said in (names.get("__vsc_ipynb_file__"), environment.get("JPY_SESSION_NAME")):
        if isinstance(said, str) and said.endswith(".ipynb"):
            # Jupyter may name the file from where the server started, which the kernel does not know.
            for path in (folder / said, folder / Path(said).name):
                if path.is_file():
                    return path
    notebooks = sorted(folder.glob("*.ipynb"))
    return notebooks[0] if len(notebooks) == 1 else None


def register(shell: Any) -> None:
    """Give IPython the magic: `%check`, `%check b f`, `%check other.ipynb b`; `%%check b` runs its cell first."""

    def magic(line: str, cell: str | None = None) -> None:
        if cell is not None:
            shell.run_cell(cell)
        # Not as POSIX does it, where a backslash is no part of a path.
        words = [word.strip("\"'") for word in shlex.split(line, posix=False)]
        named = [word for word in words if word.endswith(".ipynb")]
        exercises = [word for word in words if word not in named]
        path = Path(named[0]) if named else find_notebook(shell.user_ns, os.environ, Path.cwd())
        if path is None:
            example = " ".join(["%check my-notebook.ipynb", *exercises])
            _say(f"Which notebook? Name its file, such as {example}")
        else:
            check(path, *exercises)

    shell.register_magic_function(magic, magic_kind="line_cell", magic_name="check")


def _say(*texts: str) -> None:
    sys.stdout.write("\n".join((*texts, "")))


def _saved(path: Path) -> str:
    """The warning that the file is checked, and not what stands on the screen."""
    try:
        saved = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError:
        return ""
    return f"This is {path.name} as saved at {saved:%H:%M:%S}. Not saved since your last change? Save it and check again."
