"""How much of the notebooks in a folder runs, and how long that takes against running all of it.

    python benchmarks/cells.py [FOLDER] [ASSIGNMENT]

FOLDER holds notebooks, the made-up class of week 2 if none is given. Each is loaded in a process of its own, whose start is timed apart.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment import load_assignment
from grader.notebook import UnreadableError, read_notebook
from grader.numeric import CodeCell, Limits, Loaded, asked
from grader.numeric.child.cells import read_cell
from grader.numeric.child.slices import Program
from grader.numeric.execution import Execution
from grader.numeric.sandbox import Child

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.notebook import Notebook
    from grader.numeric.execution import Way

ROOT = Path(__file__).parents[1]
TOLERATED_SECONDS = 20


def main() -> None:
    """Print a line for the start of a process and one for each way to run a notebook."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "submissions" / "week2"
    assignment = load_assignment(sys.argv[2] if len(sys.argv) > 2 else "week2")
    functions = [function for exercise in assignment.exercises for function in exercise.functions]
    names = asked([], [name for function in functions for name in (function.name, *function.aliases)])
    notebooks = [code for path in sorted(folder.rglob("*.ipynb")) if (code := _code(path))]
    shares = [_share(code, list(names)) for code in notebooks]
    print(
        f"{folder.name}: {len(notebooks)} notebooks; of their statements {100 * statistics.mean(shares):.0f} % run"
    )
    starts = [_seconds_to_start() for _ in range(20)]
    _print("start of a process", starts)
    ways: dict[str, Way] = {"what is needed": "slice", "everything": "whole"}
    for name, way in ways.items():
        times = [_seconds(code, list(names), way) - statistics.median(starts) for code in notebooks]
        _print(name, times)


def _print(name: str, times: Sequence[float]) -> None:
    in_order = sorted(1000 * one for one in times)
    print(f"{name:20} median {statistics.median(in_order):8.1f} ms  max {in_order[-1]:8.1f} ms")


def _code(path: Path) -> list[CodeCell]:
    try:
        notebook: Notebook = read_notebook(path)
    except UnreadableError:
        return []
    return [CodeCell(cell.index, cell.source) for cell in notebook.cells if cell.kind == "code"]


def _share(code: Sequence[CodeCell], names: Sequence[str]) -> float:
    statements = [statement for cell in code for statement in read_cell(cell.index, cell.source).statements]
    program = Program(statements)
    needed = set().union(*(program.slice(name).statements for name in names))
    return len(needed) / max(len(statements), 1)


def _seconds_to_start() -> float:
    start = time.perf_counter()
    child = Child(Limits())
    seconds = time.perf_counter() - start
    child.close()
    return seconds


def _seconds(code: Sequence[CodeCell], names: Sequence[str], way: Way) -> float:
    limits = Limits(cpu_seconds=TOLERATED_SECONDS, cpu_seconds_total=2 * TOLERATED_SECONDS, wall_seconds=60.0)
    cells = [(cell.index, cell.source) for cell in code]
    execution = Execution(cells, names, (way,), TOLERATED_SECONDS, limits)
    start = time.perf_counter()
    loaded = execution.load()
    seconds = time.perf_counter() - start
    execution.close()
    if not isinstance(loaded, Loaded):
        raise TypeError(f"a notebook could not be run: {loaded}")
    return seconds


if __name__ == "__main__":
    main()
