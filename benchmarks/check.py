"""How long a student waits for `grader check`, cold: a process of its own for every run.

    python benchmarks/check.py [--runs 9] [NOTEBOOK ...]

Without notebooks, some of both made-up classes. Printed are the median and the fastest run in seconds, the computing time of the median run
(which a busy machine changes less), and the median as a multiple of starting Python with NumPy and SymPy, which is what a program about
mathematics takes that loads them. The baseline and the notebooks take turns, so that a busy minute is everybody's.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOME = ("week1/s101", "week1/s102", "week1/s104", "week1/s107", "week2/s201", "week2/s203", "week2/s207")
BASELINE = [sys.executable, "-c", "import numpy, sympy"]


def main() -> None:
    """Measure and print a line for each notebook."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--runs", type=int, default=9)
    asked = parser.parse_args()
    notebooks = asked.notebooks or [ROOT / "submissions" / f"{name}.ipynb" for name in SOME]
    commands = {"numpy, sympy": BASELINE}
    commands |= {str(path): [sys.executable, "-m", "grader", "check", str(path)] for path in notebooks}
    for command in commands.values():
        _seconds(command)  # what Python compiles once
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(asked.runs):
        for name, command in commands.items():
            measured[name].append(_seconds(command))
    base = statistics.median(wall for wall, _ in measured["numpy, sympy"])
    for name, runs in measured.items():
        walls = [wall for wall, _ in runs]
        median = statistics.median(walls)
        computing = statistics.median(cpu for _, cpu in runs)
        print(
            f"{Path(name).stem:14} median {median:5.2f} s  fastest {min(walls):5.2f} s  "
            f"computing {computing:5.2f} s  {median / base:4.1f} x"
        )


def _seconds(command: list[str]) -> tuple[float, float]:
    """Wall and computing time of a command and all that it starts."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - our own
    wall, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used


if __name__ == "__main__":
    main()
