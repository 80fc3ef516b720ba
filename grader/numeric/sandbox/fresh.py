"""A fresh interpreter for every child: works everywhere, and takes a tenth of a second."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from grader.numeric.sandbox.launch import Interpreter

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from grader.numeric.sandbox.launch import Limits, Process, Runtime


def start(runtime: Runtime, limits: Limits, theirs: socket.socket, work: Path) -> Process:
    """Start a child in an interpreter of its own."""
    return Interpreter(runtime, "agent", [str(work), json.dumps(asdict(limits))], theirs)
