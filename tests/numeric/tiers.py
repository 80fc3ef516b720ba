"""The ways in which a machine may keep students' code in, for tests that hold in all of them."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from grader.numeric.child import landlock, seccomp
from grader.numeric.sandbox import launch

WALLED = "walled"
NO_NAMESPACES = "walled without namespaces"
OLD_WALL = "walled as by Linux 5.13, without namespaces"
NAMESPACES_ONLY = "namespaces without a wall"
LIMITS_ONLY = "limits only"

IMPORT = "import sys; sys.path.insert(0, sys.argv[2]); from child import landlock, namespaces, seccomp\n"
_REFUSED = "def refuse(_): raise PermissionError(1, 'Operation not permitted')\nnamespaces.unshare = refuse\n"
_NO_WALL = "landlock.version = lambda: 0; seccomp.supported = lambda: False\n"
_KERNELS = {
    NO_NAMESPACES: _REFUSED,
    OLD_WALL: "landlock.version = lambda: 1\n" + _REFUSED,
    NAMESPACES_ONLY: _NO_WALL,
    LIMITS_ONLY: _NO_WALL + _REFUSED,
}


def enter(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let children start as in that tier; skip where this machine has no such."""
    # What the kernel has decides, not the probe: a wall that no longer holds must fail the tests.
    if name in {WALLED, NO_NAMESPACES, OLD_WALL} and not (landlock.version() and seccomp.supported()):
        pytest.skip("this kernel has no Landlock or no seccomp")
    if name == NAMESPACES_ONLY and not namespaces_allowed():
        pytest.skip("this machine allows no namespaces")
    if name in _KERNELS and sys.platform == "linux":
        monkeypatch.setattr(launch, "BOOTSTRAP", bootstrap(name))


@cache
def namespaces_allowed() -> bool:
    """Whether whoever runs the tests may have namespaces here; tried in another process, for there is no way back."""
    if sys.platform != "linux":
        return False
    # Not as a part of the grader: that loads NumPy, and with it threads.
    script = "from child import namespaces; raise SystemExit(namespaces.enter() != '')"
    place = Path(landlock.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", script], check=False, cwd=place)
    return done.returncode == 0


def name_of_wall() -> str:
    """What results call the wall of this machine."""
    return "landlock+seccomp+namespaces" if namespaces_allowed() else "landlock+seccomp"


def bootstrap(name: str) -> str:
    """How an interpreter for students' code starts in one of the other tiers."""
    return IMPORT + _KERNELS[name] + launch.BOOTSTRAP
