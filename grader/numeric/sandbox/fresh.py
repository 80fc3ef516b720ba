"""A fresh interpreter for every child: works on every POSIX system, and takes a tenth of a second."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from grader.numeric.sandbox.launch import Interpreter, over_pair

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from grader.numeric.sandbox.launch import Limits, Process, Runtime


def start(runtime: Runtime, limits: Limits, work: Path) -> tuple[Process, socket.socket]:
    """Start a child in an interpreter of its own."""
    arguments = [str(work), json.dumps(asdict(limits))]
    return over_pair(lambda theirs: Interpreter(runtime, "agent", arguments, theirs))
