"""What this machine offers, in words."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from grader import __version__

if TYPE_CHECKING:
    from grader.numeric.namespaces import Attempt, Namespaces
    from grader.numeric.probe import Tier

BELOW_THE_FLOOR = (
    "Students' code can reach your files, your processes or the network on this machine. What keeps it in needs Linux 5.13 or newer "
    "with Landlock and seccomp, on x86_64 or aarch64; a virtual machine with it will do."
)
NO_NAMESPACES = (
    "What was tried above was tried without them. Containers forbid them, and some systems to ordinary users: see the settings",
    "user.max_user_namespaces, kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns.",
)


def describe(tier: Tier) -> str:
    """What was tried and what held, and the versions of everything."""
    ran = tier.versions
    lines = [
        f"grader {__version__} with Python {platform.python_version()} on {platform.system()} {platform.release()} {platform.machine()}",
        f"Students' code: Python {ran.python}, NumPy {ran.numpy}, behind {ran.walls or 'no wall'}",
        "",
        "Tried by code like a student's:",
        *map(_tried, tier.attempts),
        "",
        *_namespaces(tier.namespaces),
        "",
        f"Sandbox: {tier.name}",
    ]
    return "\n".join(lines if tier.walled else [*lines, BELOW_THE_FLOOR])


def _namespaces(found: Namespaces) -> list[str]:
    if found.refused:
        return [f"No namespaces on top: {found.refused}.", *NO_NAMESPACES]
    return ["Tried from its namespaces alone, with no other wall in the way:", *map(_tried, found.attempts)]


def _tried(attempt: Attempt) -> str:
    return f"  {'refused' if attempt.held else 'DONE   '}  {attempt.act}"
