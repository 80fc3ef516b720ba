"""A class whose grading is killed again and again at random moments.

    python -m benchmarks.kills [--kills 50] [--submissions 200] [--seed 1] [WEEK ...]

For each week a made-up class is graded once without interruption, then into another folder, where the supervisor is
killed (SIGKILL) at random moments and the same command started again. A class that is complete before its kill starts
anew from nothing. After each kill no file may be half written, and no process and no folder of a student's may be
left; each time it is complete, and in the end, everything must be as without kills (all keys but `seconds`). Exit code
1 where anything was not so. The grader's sources must stay as they are meanwhile.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.numeric.probe import tier
from tests.batch.made_up import halves, make_class, results, run, start, views
from tests.batch.processes import freeze, kill, runs

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS_TO_END = 30.0


def main() -> None:
    """Kill and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("weeks", nargs="*", metavar="WEEK", default=["week1", "week2"])
    parser.add_argument("--kills", type=int, default=50, help="in all")
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)  # noqa: S311 - moments, no secrets
    wrong = 0
    for number, week in enumerate(asked.weeks, start=1):
        kills = asked.kills * number // len(asked.weeks) - asked.kills * (number - 1) // len(asked.weeks)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
            wrong += _week(Path(home), week, asked.submissions, kills, draw)
    sys.exit(bool(wrong))


def _week(home: Path, week: str, submissions: int, kills: int, draw: random.Random) -> int:
    make_class(home / "in", week, submissions)
    trust = () if tier().walled else ("--trust-students",)
    arguments = ("grade", home / "in", "-a", week, "-q", *trust, "-o")
    began = time.perf_counter()
    run(home, *arguments, home / "whole")
    seconds = time.perf_counter() - began
    whole = results(home / "whole"), views(home / "whole")
    print(f"{week}: {len(whole[0])} submissions without interruption in {seconds:.0f} s", flush=True)

    out, wrong, done, complete = home / "out", 0, 0, 0
    while done < kills:
        with start(home, *arguments, out) as started:
            with suppress(subprocess.TimeoutExpired):
                # What it says is short: no pipe fills up.
                started.wait(draw.uniform(0.0, seconds))
            family = frozenset[int]()
            if started.poll() is None:
                family = freeze(started.pid)
                kill(started.pid)
        if started.returncode == -signal.SIGKILL:
            done += 1
            wrong += _tell([f"half a file: {path}" for path in halves(out)])
            wrong += _tell(_left(home, family))
            graded, litter = len(list(out.glob("results/*.json"))), len(list(out.rglob("*.tmp")))
            print(f"  kill {done}: {graded} results, {litter} temporary files", flush=True)
        elif (out / "index.html").exists():
            complete += 1
            wrong += _tell(_differences(out, whole))
            shutil.rmtree(out)
    last = run(home, *arguments, out)
    wrong += _tell(_differences(out, whole))
    wrong += _tell([f"temporary file: {path}" for path in out.rglob("*.tmp")])
    print(f"  {done} kills, {complete + 1} classes complete, last exit code {last.returncode}")
    print(f"  WRONG: {wrong} differences" if wrong else "  all as without kills", flush=True)
    return wrong


def _tell(problems: list[str]) -> int:
    for problem in problems:
        print(f"  WRONG: {problem}", flush=True)
    return len(problems)


def _left(home: Path, family: frozenset[int]) -> list[str]:
    deadline = time.monotonic() + SECONDS_TO_END
    while (alive := [p for p in family if runs(p)]) or (folders := list((home / "tmp").iterdir())):
        if time.monotonic() > deadline:
            left = [f"left: {path} ({sorted(inside.name for inside in path.iterdir())})" for path in folders]
            for path in folders:
                shutil.rmtree(path)
            return [f"process {process} runs" for process in alive] or left
        time.sleep(0.05)
    return []


def _differences(out: Path, whole: tuple[dict[str, Any], Mapping[str, bytes]]) -> list[str]:
    """Which keys of which results, and which views, are not as without kills."""
    now = results(out)
    found = [f"{name}: no result" for name in whole[0].keys() ^ now.keys()]
    for name in whole[0].keys() & now.keys():
        keys = [key for key, value in whole[0][name].items() if now[name].get(key) != value]
        found += [f"{name}: {', '.join(keys)}"] if keys else []
    return found + [f"{name} differs" for name, content in views(out).items() if content != whole[1][name]]


if __name__ == "__main__":
    main()
