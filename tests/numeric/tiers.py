"""The ways in which a machine may keep students' code in, for tests that hold in all of them."""

from __future__ import annotations

import sys

import pytest

from grader.numeric.child import landlock, seccomp
from grader.numeric.sandbox import launch

WALLED = "walled"
OLD_WALL = "walled as by Linux 5.13"
LIMITS_ONLY = "limits only"

_IMPORT = "import sys; sys.path.insert(0, sys.argv[2]); from child import landlock, seccomp;"
_KERNELS = {
    OLD_WALL: "landlock.version = lambda: 1;",
    LIMITS_ONLY: "landlock.version = lambda: 0; seccomp.supported = lambda: False;",
}


def enter(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let children start as in that tier; skip where this machine has no such."""
    # What the kernel has decides, not the probe: a wall that no longer holds must fail the tests.
    if name != LIMITS_ONLY and not (landlock.version() and seccomp.supported()):
        pytest.skip("this kernel has no Landlock or no seccomp")
    if name in _KERNELS and sys.platform == "linux":
        monkeypatch.setattr(launch, "BOOTSTRAP", bootstrap(name))


def bootstrap(name: str) -> str:
    """How an interpreter for students' code starts in one of the lower tiers."""
    return _IMPORT + _KERNELS[name] + launch.BOOTSTRAP
