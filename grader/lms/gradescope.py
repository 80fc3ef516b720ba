"""Gradescope: `results.json` of one submission, and the autograder that makes it there.

Gradescope takes no file of scores back. It runs `run_autograder` for each hand-in and reads what that wrote.
"""

from __future__ import annotations

import io
import json
import re
import shlex
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grader
import reference
from grader.languages import ENGLISH, Language
from grader.lms.marks import lateness, points_of, remarks, title, verdict
from grader.report.hints import for_student
from grader.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.assignment import Assignment
    from grader.result import ExerciseResult, Result

ROOT = "/autograder"
"""Where Gradescope unpacks the zip, puts the hand-in and looks for results."""

FAILED = (
    "The grader failed on this submission. That is our fault, not yours, and the 0 is no mark: "
    "your teachers see it and run it again."
)

_LONGEST_MESSAGE = 2000
_DATE = (1980, 1, 1, 0, 0, 0)
_RUNNABLE = 0o755 << 16
_READABLE = 0o644 << 16

_SETTINGS = "export XDG_CONFIG_HOME={root}/config XDG_CACHE_HOME={root}/cache"

_SETUP = """\
#!/usr/bin/env bash
# Runs once, when Gradescope builds the image: Python 3.11 or newer, and what the grader needs.
set -euo pipefail
cd {root}/source
newest() {{ for one in python3.14 python3.13 python3.12 python3.11 python3; do
  if "$one" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$one"; return; fi
done; }}
if [ -z "$(newest)" ]; then
  apt-get update
  apt-get install -y python3.12 python3.12-venv || apt-get install -y python3.11 python3.11-venv
fi
"$(newest)" -m venv {root}/venv
{root}/venv/bin/pip install --no-cache-dir -r requirements.txt
{settings}
# One secret for all hand-ins: the same answers are asked the same questions.
{root}/venv/bin/python -c 'from grader.batch.secret import load_secret; load_secret()'
{environment}"""

_RUN = """\
#!/usr/bin/env bash
# Runs for each hand-in. Whatever fails below, a result is there that says so.
mkdir -p {root}/results
cat > {root}/results/results.json <<'END'
{failed}
END
{settings}
cd {root}/source && exec {root}/venv/bin/python -m grader.lms.autograder {arguments}
"""


def results_json(result: Result, *, full_marks: float, language: Language = ENGLISH) -> dict[str, Any]:
    """What Gradescope shows of a submission: the decided points of `full_marks`, and one test for each exercise."""
    if result.status == "error":
        return failure(language.say(FAILED))
    if result.status == "unreadable":
        return failure("\n".join(language.say(finding.message) for finding in result.findings))
    pending = language.say("Points of answers that wait for a person are not in the score yet.")
    said = [*([pending] if result.points is None else []), *lateness(result, language)]
    return {
        "score": points_of(result, full_marks, pending=True),
        "output": "\n".join(said),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(exercise, language) for exercise in for_student(result).exercises],
    }


def failure(message: str) -> dict[str, Any]:
    """A result without marks that says why."""
    return {
        "score": 0,
        "output": message[:_LONGEST_MESSAGE],
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
    }


def serialise(content: dict[str, Any]) -> str:
    """The text of `results.json`; all of it ASCII, so that no setting of a container can spoil it."""
    return json.dumps(content, indent=1) + "\n"


def _test(exercise: ExerciseResult, language: Language) -> dict[str, Any]:
    # A hidden test would hide the total from the student.
    test: dict[str, Any] = {
        "name": title(exercise),
        "output": "\n".join([verdict(exercise, language), *remarks(exercise, language)]),
        "visibility": "visible",
    }
    if not exercise.optional:
        test["max_score"] = exercise.max_points
    if exercise.points is not None:
        test["score"] = round(exercise.points, 2)
        test["status"] = "failed"
    if exercise.status is Status.CORRECT:
        test["status"] = "passed"
    return test


def autograder(assignment: Assignment, *, trust_students: bool = False, root: str = ROOT) -> bytes:
    """The zip that Gradescope builds its image from: setup, run, the grader itself and the assignment."""
    name = f"assignments/{assignment.folder.resolve().name}"
    trust = ["--trust-students"] * trust_students
    arguments = shlex.join([name, f"{root}/submission", f"{root}/results/results.json", *trust])
    environment = (
        f"{root}/venv/bin/python -m grader environment {shlex.quote(name)}\n"
        if assignment.spec.student is not None
        else ""
    )
    settings = _SETTINGS.format(root=root)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:

        def add(path: str, content: str | bytes, mode: int = _READABLE) -> None:
            info = zipfile.ZipInfo(path, _DATE)
            info.external_attr = mode
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)

        add("setup.sh", _SETUP.format(root=root, settings=settings, environment=environment), _RUNNABLE)
        failed = serialise(failure(FAILED)).rstrip()
        add(
            "run_autograder",
            _RUN.format(root=root, settings=settings, failed=failed, arguments=arguments),
            _RUNNABLE,
        )
        add("requirements.txt", "\n".join(_requirements()) + "\n")
        for package in (grader, reference):
            folder = Path(package.__path__[0])
            for path in _files(folder):
                add(f"{folder.name}/{path.relative_to(folder).as_posix()}", path.read_bytes())
        for path in _files(assignment.folder):
            add(f"{name}/{path.relative_to(assignment.folder).as_posix()}", path.read_bytes())
    return stream.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder, without what Python and editors leave there, and without all other assignments."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not hidden and parts[0] != "assignments":
            yield path


def _requirements() -> Iterator[str]:
    """What the grader needs, in the versions that it runs with here: the same result there."""
    for requirement in metadata.requires("grader") or ():
        name = re.match(r"[\w.-]+", requirement)
        if name and "extra ==" not in requirement:
            yield f"{name[0]}=={metadata.version(name[0])}"
