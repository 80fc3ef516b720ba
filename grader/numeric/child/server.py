"""The warm server: one thread with NumPy loaded, from which a child is forked for every submission. Linux only.

It holds nothing secret and reads nothing of a student's: each child talks to the grader over a socket of its own,
which only passes through here. Its word on how a child ended is believed, so children must not reach it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import platform
import shutil
import socket
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from . import agent, namespaces, seccomp, wall
from .ending import end
from .folders import remove_left
from .kernel import close_to_others
from .wire import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_PACKET = 1 << 16
SEED_BYTES = 32
_LOADED_LATE = ("numpy.random", "numpy.linalg", "numpy.fft", "numpy.polynomial", "secrets")
"""NumPy loads these when they are first used, which would be in every child."""


class ThreadsError(Exception):
    """A process with several threads cannot be forked safely."""


def run() -> None:
    """Entry point: folder of the program and control socket come as the last two arguments."""
    program, descriptor = Path(sys.argv[-2]), int(sys.argv[-1])
    running: dict[int, str] = {}
    with socket.socket(fileno=descriptor) as control:
        try:
            _serve(program, control, running)
        except Exception:  # noqa: BLE001 - also where the grader has gone while this came up, folders are removed
            traceback.print_exc()
    # The grader has ended, perhaps without a chance to do this itself; or it ends this process now.
    for process, work in running.items():
        end(process, 0.0)
        shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(program, ignore_errors=True)
    remove_left(program.parent, wait=True)


def _serve(program: Path, control: socket.socket, running: dict[int, str]) -> None:
    """Start and end children until the grader has ended; `running` are those of now, with their folders."""
    # Where memory runs out, a child goes before the grader does.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    for name in _LOADED_LATE:
        importlib.import_module(name)
    places = wall.open_places(program)
    if seccomp.supported():
        # Every child has what is made here.
        seccomp.packed_for_all(platform.machine())
    threads = sum(1 for _ in Path("/proc/self/task").iterdir())
    if threads != 1:
        raise ThreadsError(f"the server has {threads} threads")
    refused = namespaces.enter()
    close_to_others()
    server = os.getpid()
    gc.collect()
    gc.freeze()
    control.send(encode("ready"))
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, MAX_PACKET, 1)
        if not packet:
            return
        question = decode(packet)
        if question["do"] == "end":
            process = question["process"]
            control.send(encode(end(process, question["patience"])._asdict()))
            del running[process]
            continue
        if question["do"] == "reach":
            tried = namespaces.reach(*question["outside"])
            control.send(encode({"refused": refused, "tried": tried}))
            continue
        (channel,) = descriptors
        process = os.fork()
        if process == 0:
            control.close()
            confine = partial(
                wall.raise_wall,
                question["work"],
                places,
                channel,
                in_namespaces=not refused,
                dies_with=server,
            )
            _become_child(socket.socket(fileno=channel), question["limits"], confine)
        os.close(channel)
        running[process] = question["work"]
        control.send(encode({"process": process}))


def _become_child(
    channel: socket.socket, limits: Mapping[str, float], confine: Callable[[], str]
) -> NoReturn:
    try:
        os.setsid()
        # The server was seeded once; every child draws numbers of its own, as a fresh process would.
        seed = np.frombuffer(os.urandom(SEED_BYTES), np.uint32)
        np.random.seed(seed)  # noqa: NPY002 - the state that students' code uses
        agent.serve(channel, limits, confine)
    except BaseException:  # noqa: BLE001 - nothing may go on in what is a copy of the server
        traceback.print_exc()
    finally:
        os._exit(0)
