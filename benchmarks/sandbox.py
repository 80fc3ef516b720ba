"""What running students' code in a sandbox costs, beside what the code costs itself.

    python benchmarks/sandbox.py [NUMBER]

NUMBER submissions (100 without it) are graded one after another on one core, from the warm server and with a fresh
interpreter for each. A submission is a network's forward and backward pass with ten calls; "the code itself" is what the same
source and calls take in this process, so that the rest is the sandbox: a process that starts, is shut in, is asked and
ends. "A whole check" is the grading of a right notebook of week 2, from its file to its result; "its own code" there is what
the statements that ran and the calls that were made take in this process, compiling left out. Memory is what the machine has less, for each of many children that are up at the same time.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

from grader.assignment import load_assignment
from grader.grading import grade_submission
from grader.numeric import CodeCell, Limits, Returned, Session
from grader.numeric.child import notebook
from grader.numeric.child.agent import _find as find
from grader.numeric.child.agent import _resolve as resolve
from grader.numeric.child.notebook import _compiled as compiled
from grader.numeric.probe import tier
from grader.numeric.sandbox import Child, fresh, warm
from grader.sheets import sheets_of
from grader.submission import one_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from grader.numeric.child.slices import Statement
    from grader.numeric.sandbox.launch import Start

ROOT = Path(__file__).parents[1]
CALLS = 10
SOURCE = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def passes(x, t, w, v):
    z = sigmoid(x @ w)
    y = z @ v
    delta = (y - t) / len(x)
    return y, x.T @ (delta @ v.T * z * (1 - z)), z.T @ delta
"""


SHAPES = ((8, 3), (8, 2), (3, 5), (5, 2))
INPUTS = [np.linspace(-1.0, 1.0, rows * columns).reshape(rows, columns) for rows, columns in SHAPES]
TOGETHER = 32


def main() -> None:
    """Measure and print."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    # The server and its children inherit the core.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    starting = time.perf_counter()
    Child(Limits()).close()
    first = time.perf_counter() - starting
    print(f"{number} submissions of {CALLS} calls on one core, sandbox: {tier().name}")
    code = median_seconds(number, own)
    print(f"the code itself               {1000 * code:8.2f} ms")
    print(f"start of the server, once     {1000 * first:8.0f} ms")
    added = {}
    for name, start in (("warm", warm.start), ("fresh", fresh.start)):
        added[name] = median_seconds(number, partial(in_sandbox, start)) - code
        rate = 1 / (code + added[name])
        print(f"{name:5} added per submission   {1000 * added[name]:8.1f} ms  {rate:6.0f} submissions/s")
        print(f"{name:5} memory per child       {memory_per_child(start) / 1024:8.1f} MB")
    print(f"fresh over warm               {added['fresh'] / added['warm']:8.1f}")
    compare_whole_check(number)


def compare_whole_check(number: int) -> None:
    """What grading a right notebook of week 2 takes beside its own code."""
    assignment = load_assignment(ROOT / "assignments" / "week2")
    submission = one_file(ROOT / "submissions" / "week2" / "s201.ipynb")
    grade = partial(grade_submission, submission, assignment, sheets_of(assignment), secret=bytes(32))
    # The first one tries the wall, and fills caches that all others share.
    grade()
    questions = asked_by(grade)
    whole = median_seconds(number, grade)
    code = median_seconds(number, replay(questions))
    calls = sum(question["do"] == "call" for question in questions)
    print(f"a whole check of week 2       {1000 * whole:8.1f} ms  of {calls} calls")
    print(f"its own code                  {1000 * code:8.1f} ms")
    print(f"added by the check            {1000 * (whole - code):8.1f} ms")


def asked_by(act: Callable[[], object]) -> list[dict[str, Any]]:
    """The questions that an act asks its child."""
    questions = []
    ask = Child.ask

    def listen(child: Child, question: dict[str, Any]) -> dict[str, Any]:
        questions.append(question)
        return ask(child, question)

    with patch.object(Child, "ask", listen):
        act()
    return questions


def replay(questions: list[dict[str, Any]]) -> Callable[[], None]:
    """The same statements and calls without a sandbox."""
    load, *calls = questions
    ran: list[CodeType] = []

    def keep(statement: Statement) -> CodeType:
        ran.append(compiled(statement))
        return ran[-1]

    with patch.object(notebook, "_compiled", keep):
        student = notebook.Notebook()
        student.run(load["cells"], wanted=load["wanted"], way="slice", seconds=load["seconds"])
    functions = [
        (find(student, one["name"], one["place"]).function, resolve(one["args"], student)) for one in calls
    ]

    def run() -> None:
        names: dict[str, Any] = {}
        for code in ran:
            exec(code, names)  # noqa: S102 - a notebook of our own
        for function, args in functions:
            # One is asked with more arguments than the sheet gives it, to see whether it takes them.
            with contextlib.suppress(TypeError), contextlib.redirect_stdout(None):
                function(*args)

    return run


def own() -> None:
    """The same source and calls without a sandbox."""
    names: dict[str, Any] = {}
    exec(compile(SOURCE, "submission", "exec"), names)  # noqa: S102 - our own source
    for _ in range(CALLS):
        names["passes"](*INPUTS)


def in_sandbox(start: Start) -> None:
    """One submission, from nothing to nothing."""
    with patch.object(warm, "start", start), Session([CodeCell(0, SOURCE)], Limits()) as running:
        for _ in range(CALLS):
            if not isinstance(running.call("passes", INPUTS), Returned):
                sys.exit("the sandbox does not answer")


def median_seconds(number: int, act: Callable[[], object]) -> float:
    """Median of the time that an act takes."""
    times = []
    for _ in range(number):
        begin = time.perf_counter()
        act()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def memory_per_child(start: Start) -> float:
    """Memory that the machine has less for a child that has answered, in kB."""
    with patch.object(warm, "start", start), contextlib.ExitStack() as stack:
        before = available()
        for _ in range(TOGETHER):
            stack.enter_context(Session([CodeCell(0, SOURCE)], Limits())).call("passes", INPUTS)
        return (before - available()) / TOGETHER


def available() -> int:
    """Memory that the machine has left, in kB."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in lines if line.startswith("MemAvailable:"))
    return int(line.split()[1])


if __name__ == "__main__":
    main()
