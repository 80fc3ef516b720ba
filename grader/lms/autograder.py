"""What runs on Gradescope for each hand-in: `python -m grader.lms.autograder ASSIGNMENT SUBMISSION RESULTS [OPTION...]`.

The grader runs as a process of its own; what it prints is shown to teachers only.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from grader.assignment import load_assignment
from grader.exit_codes import ExitCode
from grader.languages import language
from grader.lms.gradescope import FAILED, failure, results_json, serialise
from grader.report.files import write_atomically
from grader.report.views import language_of, read_merged


def run(assignment: str, submission: Path, *options: str) -> dict[str, Any]:
    """Grade one hand-in; the content of `results.json`."""
    loaded = load_assignment(assignment)
    spoken = language(loaded.spec.language)
    if not any(submission.rglob("*.ipynb")):
        return failure(spoken.say("There is no notebook in this hand-in. Hand in the .ipynb file."))
    with tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable,
            "-m",
            "grader",
            "grade",
            str(submission),
            "-a",
            assignment,
            "-o",
            out,
            *options,
        ]
        if subprocess.run(command, check=False).returncode not in {ExitCode.DONE, ExitCode.FAILED}:  # noqa: S603
            return failure(spoken.say(FAILED))
        results, spoken = read_merged(Path(out)), language_of(Path(out))
    if len(results) > 1:
        files = ", ".join(result.submission.file for result in results.values())
        return failure(spoken.say(f"This hand-in holds several notebooks ({files}). Hand in one."))
    (result,) = results.values()
    return results_json(result, full_marks=loaded.full_marks, language=spoken)


if __name__ == "__main__":
    write_atomically(Path(sys.argv[3]), serialise(run(sys.argv[1], Path(sys.argv[2]), *sys.argv[4:])))
