"""What a class costs: submissions per second and memory, as it grows.

    python -m benchmarks.batch [--sizes 100,1000] [--workers 1,2] [--weeks week1,week2] [--cluster]

Made-up classes in a temporary folder are graded by the command line, from its start to its end, pages and tables
included; then a second time, when nothing has changed. Memory is the most that the command itself and any one of its
workers held. With --cluster also by two Dask workers with one thread each on this machine; exit code 1 where their results
are not as those from here (all keys but `seconds`). `--sizes 20` ends within
two minutes; 10,000 of both weeks take hours on two cores.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from grader.numeric.probe import tier
from tests.batch.made_up import environment, make_class, results, start
from tests.batch.processes import descendants

GLANCE_SECONDS = 0.1


@dataclass
class Cost:
    """Of one run."""

    seconds: float
    command: int
    """MB at most."""
    worker: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--weeks", default="week1,week2")
    parser.add_argument("--cluster", action="store_true")
    asked = parser.parse_args()
    print(f"{'':26} {'s':>8} {'each, ms':>9} {'per s':>7} {'command, MB':>12} {'a worker, MB':>13}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for week in asked.weeks.split(","):
            for size in map(int, asked.sizes.split(",")):
                make_class(home / week / str(size), week, size)
                for workers in asked.workers.split(","):
                    _measure(home, week, size, f"{workers} workers", ("--workers", workers))
                _measure(home, week, size, "nothing changed", (), fresh=False)
                if asked.cluster:
                    here = results(_out(home, week, size))
                    with ExitStack() as stack:
                        address = _cluster(home, stack)
                        _measure(home, week, size, "2 workers of Dask", ("--cluster", address))
                    if results(_out(home, week, size)) != here:
                        sys.exit(f"{week} {size}: the cluster's results differ.")


def _measure(
    home: Path, week: str, size: int, name: str, more: tuple[str, ...], *, fresh: bool = True
) -> None:
    cost = _grade(home, week, size, (*more, "--fresh") if fresh else more)
    print(
        f"{week} {size:6} {name:>17}: {cost.seconds:8.1f} {1000 * cost.seconds / size:9.1f}"
        f" {size / cost.seconds:7.1f} {cost.command:12} {cost.worker or '':>13}",
        flush=True,
    )


def _grade(home: Path, week: str, size: int, more: tuple[str, ...]) -> Cost:
    trust = () if tier().walled else ("--trust-students",)
    folder = home / week / str(size)
    arguments = ("grade", folder, "-a", week, "-q", "-o", _out(home, week, size), *trust, *more)
    began = time.perf_counter()
    command = worker = 0
    with start(home, *arguments) as started:
        while started.poll() is None:
            command = max(command, _peak(started.pid))
            worker = max([worker, *map(_peak, _workers(started.pid))])
            time.sleep(GLANCE_SECONDS)
        said = started.communicate()[1]
    if started.returncode > 1:
        sys.exit(said)
    return Cost(time.perf_counter() - began, command, worker)


def _out(home: Path, week: str, size: int) -> Path:
    return home / week / f"{size}-out"


def _workers(process: int) -> list[int]:
    return [child for child in descendants(process, depth=1) if b"spawn_main" in _read(child, "cmdline")]


def _peak(process: int) -> int:
    """The most memory that it has held, in MB."""
    found = re.search(rb"VmHWM:\s*(\d+) kB", _read(process, "status"))
    return int(found[1]) // 1024 if found else 0


def _read(process: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{process}/{name}").read_bytes()
    except OSError:
        return b""


def _cluster(home: Path, stack: ExitStack) -> str:
    """The address of a scheduler with two workers, which end with the stack."""
    file = home / "scheduler.json"
    file.unlink(missing_ok=True)

    def begin(*arguments: object) -> None:
        started = stack.enter_context(
            subprocess.Popen(  # noqa: S603 - Dask's own
                [sys.executable, "-m", *map(str, arguments), "--no-dashboard"],
                env=environment(home),
                stderr=subprocess.DEVNULL,
                cwd=home,
            )
        )
        stack.callback(started.terminate)

    begin("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--scheduler-file", file)
    while not (file.exists() and file.read_text(encoding="utf-8").endswith("}")):
        time.sleep(GLANCE_SECONDS)
    address = str(json.loads(file.read_text(encoding="utf-8"))["address"])
    begin("distributed.cli.dask_worker", address, "--nworkers", 2, "--nthreads", 1)
    from distributed import Client  # noqa: PLC0415 - an extra

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2)
    return address


if __name__ == "__main__":
    main()
