"""Many submissions, one in twenty of them hostile, looking for leaks and for verdicts that vary.

    python -m benchmarks.soak [NUMBER]

NUMBER submissions (2,000 without it) are drawn from right, wrong and hostile answers to one exercise and judged one
after another in one process. Every answer must get the verdict that it got the first time, and in the end there must
be as many descriptors, folders and processes as in the beginning.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from grader.numeric import Limits
from grader.numeric.probe import tier
from tests.numeric.hostile.attacks import ATTACKS_ON_THE_MACHINE, TRICKS
from tests.numeric.solutions import CROSS_ENTROPY, edited, judge

LIMITS = Limits(cpu_seconds=1, cpu_seconds_total=2, wall_seconds=5.0)
HOSTILE_SHARE = 0.05
HONEST = {
    "right": CROSS_ENTROPY,
    "wrong derivative": edited(CROSS_ENTROPY, ("-t / y", "t / y")),
    "wrong value": edited(CROSS_ENTROPY, ("np.log(y)", "np.exp(y)")),
    "unfinished": "def cross_entropy_loss(t, y, derivative=False):\n    raise NotImplementedError",
}


MEMORY = "memory of the grader, MB"


def main() -> None:
    """Run in a folder of its own for everything temporary."""
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        outside = Path(folder) / "outside"
        outside.mkdir()
        (outside / "canary").write_text("canary", encoding="ascii")
        sys.exit(soak(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, outside))


def soak(number: int, outside: Path) -> int:
    """Judge, count and print; 1 where something leaked or varied."""
    places = {
        "@FILE@": outside / "canary",
        "@FOLDER@": outside,
        "@GRADER@": os.getpid(),
        "@PORT@": 9,
        "@ADDRESS@": 0,
    }
    attacks = {attack.name: attack.cell for attack in TRICKS}
    if tier().walled:
        attacks |= {attack.name: attack.cell for attack in ATTACKS_ON_THE_MACHINE}
    draw = random.Random(0)  # noqa: S311 - no secret
    first: dict[str, str] = {}
    varied: Counter[str] = Counter()
    judge("d", CROSS_ENTROPY)
    before = inventory()
    started = time.perf_counter()
    hostile = 0
    for _ in range(number):
        is_hostile = draw.random() < HOSTILE_SHARE
        hostile += is_hostile
        name, source = draw.choice(list((attacks if is_hostile else HONEST).items()))
        for place, value in places.items():
            source = source.replace(place, str(value))
        verdict = judge("d", source, limits=LIMITS).model_dump_json()
        varied[name] += verdict != first.setdefault(name, verdict)
    seconds = time.perf_counter() - started
    after = inventory()
    print(f"{number} submissions, {hostile} hostile, sandbox: {tier().name}")
    print(f"{seconds:.0f} s, {number / seconds:.0f} submissions/s; {len(first)} different answers")
    for what, count in before.items():
        print(f"{what:28} before {count:6}   after {after[what]:6}")
    names = [name for name, count in varied.items() if count]
    print(f"verdicts that varied: {', '.join(names) or 'none'}")
    leaked = any(after[what] > count for what, count in before.items() if what != MEMORY)
    return int(leaked or bool(names))


def inventory() -> dict[str, int]:
    """What a process can leave behind."""
    own = Path("/proc/self")
    resident = int((own / "statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return {
        "descriptors": sum(1 for _ in Path(f"/proc/{os.getpid()}/fd").iterdir()),
        "temporary folders and files": sum(1 for _ in Path(tempfile.gettempdir()).iterdir()),
        "processes": descendants(os.getpid()),
        MEMORY: resident >> 20,
    }


def descendants(process: int) -> int:
    """Number of the processes that come from one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(
                stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1]
            )
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return len(found) - 1


if __name__ == "__main__":
    main()
