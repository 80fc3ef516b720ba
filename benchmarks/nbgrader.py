"""The same notebooks, graded here and by nbgrader.

    python -m benchmarks.nbgrader FOLDER [--number 12]

FOLDER is a virtual environment with nbgrader, NumPy and matplotlib. NUMBER made-up hand-ins of week 2 (those of the
demo's class) become an nbgrader course: behind each student's cells stand cells of tests, a few asserts for the
functions that are asked for, far fewer than are checked here. nbgrader runs the notebooks with one process, and so
do we. Printed are nbgrader's commands from start to end beside ours, and the throughput of grading in a process that has
started (its start is taken from ours only, so nbgrader's is measured by a course of none).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.assignment import load_assignment
from grader.batch.job import Job, grade_one
from grader.grading import grade_submission
from grader.numeric.probe import tier
from grader.sheets import sheets_of
from grader.submission import one_file
from tests.batch.made_up import ROOT, run

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "lab"
TESTS = {
    "activations": "assert np.allclose(Sigmoid(np.zeros(3)), 0.5)\nassert np.allclose(ReLU(np.array([-1.0, 2.0])), [0, 2])",
    "glorot": "w, b = init_NN_glorot_Tanh([300, 200])\nassert w[0].shape == (300, 200)\nassert abs(w[0].std() - np.sqrt(2 / 500)) < 0.01",
    "he": "w, b = init_NN_he_ReLU([300, 200])\nassert abs(w[0].std() - np.sqrt(2 / 300)) < 0.01",
    "cross_entropy": "y, t = np.full((2, 4), 0.25), np.eye(4)[:2]\nassert np.isclose(np.sum(cross_entropy_loss(t, y)), 2 * np.log(4))",
    "backward": """x, t, NN = np.ones((2, 2)), np.zeros((2, 1)), init_NN([2, 3, 1])
a, z = forward_pass(x, NN, [Tanh, Linear])
g_b, g_w = backward_pass(x, t, z[-1], z, a, NN, [Tanh, Linear], squared_error)
assert [g.shape for g in g_w] == [(2, 3), (3, 1)]""",
    "difference": """assert np.isclose(finite_difference(x, t, NN, [Tanh, Linear], (0, 0, 0), 1e-4), g_w[0][0, 0], atol=1e-3)""",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("environment", type=Path, metavar="FOLDER")
    parser.add_argument("--number", type=int, default=12)
    asked = parser.parse_args()
    originals = [path for path in sorted((ROOT / "submissions" / "week2").glob("s2*.ipynb")) if _whole(path)]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "in").mkdir()
        for path in originals[: asked.number]:
            (home / "in" / path.name).write_bytes(path.read_bytes())
        theirs = _nbgrader(asked.environment.absolute() / "bin" / "nbgrader", home)
        ours = _ours(home)
    print(f"{len(originals[: asked.number])} notebooks, seconds     nbgrader      grader     ratio")
    for (what, a), b in zip(theirs.items(), ours.values(), strict=True):
        print(f"{what:28} {a:10.2f}  {b:10.2f}  {a / b:8.1f}")


def _nbgrader(program: Path, home: Path) -> dict[str, float]:
    course = home / "course"
    (course / "source" / NAME).mkdir(parents=True)
    sheet = json.loads((ROOT / "assignments" / "week2" / "notebook.ipynb").read_bytes())
    (course / "source" / NAME / "lab.ipynb").write_text(json.dumps(_converted(sheet)), encoding="utf-8")
    for path in (home / "in").iterdir():
        folder = course / "submitted" / path.stem / NAME
        folder.mkdir(parents=True)
        (folder / "lab.ipynb").write_text(
            json.dumps(_converted(json.loads(path.read_bytes()))), encoding="utf-8"
        )
    env = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "MPLBACKEND": "agg"}

    def call(*arguments: str) -> float:
        began = time.perf_counter()
        done = subprocess.run([program, *arguments], cwd=course, env=env, capture_output=True, check=False)  # noqa: S603 - as asked
        seconds = time.perf_counter() - began
        if done.returncode:
            print(
                f"nbgrader {arguments[0]}: exit code {done.returncode}",
                done.stderr.decode()[-600:],
                file=sys.stderr,
            )
        return seconds

    call("generate_assignment", NAME)
    start = call("--version")
    grading = call("autograde", NAME)
    feedback = call("generate_feedback", NAME)
    graded = len(list((course / "autograded").glob("*/lab/*.ipynb")))
    print(f"nbgrader graded {graded}")
    return {
        "grading, started": grading - start,
        "with pages, started": grading + feedback - 2 * start,
        "with pages, start to end": grading + feedback,
    }


def _ours(home: Path) -> dict[str, float]:
    assignment = load_assignment("week2")
    sheets = sheets_of(assignment)
    job = Job.of(assignment, secret=b"secret", trust_students=not tier().walled)
    submissions = [one_file(path) for path in sorted((home / "in").rglob("*.ipynb"))]
    grade_one(job, submissions[0], "", {})

    def seconds(work: Callable[[], object]) -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    trust = () if tier().walled else ("--trust-students",)
    command = ("grade", home / "in", "-a", "week2", "-o", home / "out", "-q", "-w", "1", *trust)
    return {
        "grading": seconds(
            lambda: [grade_submission(one, assignment, sheets, secret=b"secret") for one in submissions]
        ),
        "with pages": seconds(lambda: [grade_one(job, one, "", {}) for one in submissions]),
        "command": seconds(lambda: run(home, *command)),
    }


def _whole(path: Path) -> bool:
    try:
        return json.loads(path.read_bytes())["nbformat"] == 4
    except (ValueError, KeyError):
        return False


def _converted(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook with cells of tests in nbgrader's metadata behind its own."""
    cells = [{**cell, "metadata": {}} for cell in notebook["cells"]]
    for cell in cells:
        cell.pop("id", None)
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
    cells += [_test(name, source) for name, source in TESTS.items()]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}


def _test(name: str, source: str) -> dict[str, Any]:
    flags = {"grade": True, "locked": True, "solution": False, "task": False}
    told = {"grade_id": name, "points": 1, "schema_version": 3, **flags}
    return {
        "cell_type": "code",
        "execution_count": None,
        "outputs": [],
        "metadata": {"nbgrader": told},
        "source": source,
    }


if __name__ == "__main__":
    main()
