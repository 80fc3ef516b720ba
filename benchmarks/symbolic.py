"""How long one pen-and-paper answer takes, cold (the first of a process) and warm (graded once before).

    python benchmarks/symbolic.py [FOLDER] [ASSIGNMENT]

FOLDER holds notebooks, the made-up class of week 1 if none is given. Every submission is graded twice; milliseconds
are those that the results carry for each exercise. Only answers that were attempted count.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from grader.assignment import load_assignment
from grader.grading import grade_submission
from grader.intake.handed_in import handed_in
from grader.result import Status
from grader.sheets import sheets_of

ROOT = Path(__file__).parents[1]
GROUPS = {"formulas": {"formula", "equations"}, "derivations": {"derivation"}}


def main() -> None:
    """Grade a folder twice and print a line for each kind of exercise."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "submissions" / "week1"
    assignment = load_assignment(sys.argv[2] if len(sys.argv) > 2 else "week1")
    sheets = sheets_of(assignment)
    with handed_in(folder, assignment) as everyone:
        submissions = [found.read() for found in everyone.found]
    print(f"{folder.name}: {len(submissions)} submissions, {assignment.name}")
    for run in ("cold", "warm"):
        results = [grade_submission(one, assignment, sheets, secret=b"benchmark") for one in submissions]
        for name, kinds in GROUPS.items():
            times = sorted(
                1000 * exercise.seconds
                for result in results
                for exercise in result.exercises
                if exercise.kind in kinds and exercise.status is not Status.MISSING
            )
            if times:
                late = times[min(len(times) - 1, int(0.95 * len(times)))]
                print(
                    f"{run} {name:12} n={len(times):4}  median {statistics.median(times):7.1f} ms"
                    f"  95 % {late:7.1f} ms  max {times[-1]:7.1f} ms"
                )


if __name__ == "__main__":
    main()
