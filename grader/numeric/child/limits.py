"""Limits of the kernel on what one process may use; nothing where it has none."""

from __future__ import annotations

import contextlib
import math
import time
from typing import TYPE_CHECKING

from . import unix

if TYPE_CHECKING:
    from collections.abc import Mapping


def set_limits(numbers: Mapping[str, float]) -> None:
    """Set all limits but the one on computing time per question.

    Args:
        numbers: `cpu_seconds_total`, `memory_bytes`, `file_bytes`, `processes` and `open_files`.

    """
    if not unix.AVAILABLE:
        return
    kinds = {
        "RLIMIT_CPU": numbers["cpu_seconds_total"],
        "RLIMIT_AS": numbers["memory_bytes"],
        "RLIMIT_FSIZE": numbers["file_bytes"],
        "RLIMIT_NPROC": numbers["processes"],
        "RLIMIT_NOFILE": numbers["open_files"],
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for kind, number in kinds.items():
        # Not every system knows every limit (macOS has no bound on the address space).
        with contextlib.suppress(AttributeError, ValueError, OSError):
            unix.resource.setrlimit(getattr(unix.resource, kind), (int(number), int(number)))


def limit_cpu(seconds: int) -> None:
    """Let the kernel end this process when one question costs more than `seconds` of computing."""
    if not unix.AVAILABLE:
        return
    _, hard = unix.resource.getrlimit(unix.resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time()) + seconds
    unix.resource.setrlimit(unix.resource.RLIMIT_CPU, (min(soft, hard), hard))
