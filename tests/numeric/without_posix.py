"""Linux with all that taken away that Windows lacks, in the grader's process and in the student's."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from grader.numeric.sandbox import launch
from tests.batch.made_up import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

_TAKEN = """
import ctypes, os, shutil, signal, socket, subprocess, sys, sysconfig, tempfile, types
sysconfig.get_config_vars()

# The standard library goes on as it is: there it has other ways.
subprocess.signal = types.SimpleNamespace(**vars(signal))
sys.platform = "none that is known"
sys.modules["fcntl"] = sys.modules["resource"] = None
for name in (
    "fork", "setsid", "killpg", "getuid", "geteuid", "getpgid", "wait4", "waitid", "waitstatus_to_exitcode", "chown", "sysconf",
    "O_NOFOLLOW", "O_CLOEXEC", "O_PATH",
):
    delattr(os, name)
for name in ("SIGKILL", "SIGXCPU", "SIGPROF", "SIGALRM", "setitimer", "ITIMER_PROF", "pthread_sigmask"):
    delattr(signal, name)
for name in ("AF_UNIX", "send_fds", "recv_fds", "SOCK_SEQPACKET"):
    delattr(socket, name)

def refused(*_args, **_options):
    raise PermissionError("a required privilege is not held by the client")

os.symlink = refused

class Popen(subprocess.Popen):
    def __init__(self, *args, pass_fds=(), **options):
        assert not pass_fds, "not supported on Windows"
        super().__init__(*args, **options)

subprocess.Popen = Popen

class Library(ctypes.CDLL):
    def __init__(self, name, *args, **options):
        if name is None:
            raise TypeError("no such thing on Windows")
        super().__init__(name, *args, **options)

ctypes.CDLL = Library
"""
_START = (
    f"{_TAKEN}from grader.numeric.sandbox import launch\nlaunch.BOOTSTRAP = {_TAKEN + launch.BOOTSTRAP!r}\n"
)


def run(home: Path, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program there to its end."""
    return subprocess.run(
        [sys.executable, "-c", _START + script, *map(str, arguments)],
        env=environment(home),
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
    )
