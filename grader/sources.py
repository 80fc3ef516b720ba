"""Which grader this is, to the letter: results and pages that another one made are made again."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_DECIDES = ("numpy", "sympy", "latex2mathml")
"""Packages whose version may change a number or a page."""


@cache
def sources_hash() -> str:
    """Hash of the grader's own sources, and of the versions of what it computes with."""
    import reference  # noqa: PLC0415 - it brings NumPy along, which `--help` does without

    folders = [Path(__file__).parent, *map(Path, reference.__path__)]
    sources = sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".j2", ".css"}
    )
    return hash_of(
        (
            *(item for path in sources for item in (path.name.encode(), path.read_bytes())),
            sys.version.encode(),
            *(version(package).encode() for package in _DECIDES),
        )
    )


def hash_of(parts: Iterable[bytes]) -> str:
    """One SHA-256 of several parts, each apart from the others."""
    digest = hashlib.sha256()
    for part in parts:
        # The length tells ("ab", "c") from ("a", "bc").
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
