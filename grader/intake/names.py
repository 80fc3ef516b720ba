"""Names of files that others chose: which are leftovers of a program, which are no plain path, how they are shown."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_LEFTOVER_FOLDERS = frozenset(
    {".ipynb_checkpoints", "__MACOSX", "__pycache__", ".git", ".venv", "node_modules"}
)
_LEFTOVER_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_LONGEST = 1000
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[1-9])\s*(?:\..*)?", re.IGNORECASE)
"""A name that opens a device on Windows, whatever its ending."""


def is_notebook(path: str) -> bool:
    return path.lower().endswith(".ipynb")


def is_archive(path: str) -> bool:
    """Whether the name is that of a file with files in it."""
    return path.lower().endswith(_ARCHIVES)


def stem(path: str) -> str:
    """The path without the ending of its file."""
    return path.removesuffix(PurePosixPath(path).suffix)


def is_leftover(path: str) -> bool:
    """Whether a program left this file behind, so that nobody handed it in."""
    *folders, name = path.split("/")
    if any(folder in _LEFTOVER_FOLDERS for folder in folders) or name in _LEFTOVER_FILES:
        return True
    return name.startswith("._") or (name.startswith("~") and not is_notebook(name))


def is_leftover_folder(name: str) -> bool:
    return name in _LEFTOVER_FOLDERS


def why_no_plain_path(path: str) -> str | None:
    """Why a path in a zip is none that a platform writes; None if it is one."""
    parts = path.split("/")
    if "\\" in path:
        return "its name has a backslash. Pack the zip again with another program."
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "its name is an absolute path."
    if ".." in parts:
        return "its name leads out of the zip."
    if any(ord(character) < 32 or 127 <= ord(character) < 160 for character in path):
        return "its name has control characters."
    if len(path) > _LONGEST:
        return f"its name has more than {_LONGEST} characters."
    if any(_DEVICE.fullmatch(part) for part in parts):
        return "its name is that of a device on Windows. Rename it."
    return None


def shown(text: str) -> str:
    """A name as it may be printed: what is not printable is escaped, what is too long is cut."""
    printable = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text[:_LONGEST]
    )
    return printable if len(text) <= _LONGEST else f"{printable}..."
