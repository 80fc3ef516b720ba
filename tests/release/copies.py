"""The copies that students get, made once, and what they say of notebooks, in an interpreter that finds nothing else."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.assignment import load_assignment
from grader.release.write import write_release
from tests.helpers import graded
from tests.release.notebooks import notebooks

if TYPE_CHECKING:
    from grader.result import Result

NAMES = ("week1", "week2", "logistic")
_OF_THE_KEY = {"method", "seconds"}
"""What may differ: whether the key proves a formula beyond what random networks show, and time."""

_GRADE = """
import json, sys
from pathlib import Path
import grader
from grader.assignment import load_assignment
from grader.grading import grade_submission
from grader.sheets import sheets_of
from grader.submission import one_file

assert Path(grader.__file__).is_relative_to(sys.argv[1]), grader.__file__
assignment = load_assignment(sys.argv[2])
sheets = sheets_of(assignment)
results = {
    path.name: grade_submission(one_file(path), assignment, sheets, secret=b"none").model_dump(mode="json")
    for path in sorted(Path(sys.argv[3]).glob("*.ipynb"))
}
assert "sympy" not in sys.modules, "students would wait for it"
print(json.dumps(results))
"""


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="grader-release-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def released(name: str) -> Path:
    """The folder that students get."""
    out = _folder() / name
    write_release(load_assignment(name), out)
    return out


@cache
def hand_ins(name: str) -> Path:
    """The folder of notebooks that are graded with both."""
    folder = _folder() / f"{name}-hand-ins"
    folder.mkdir()
    for file, content in notebooks(name).items():
        (folder / file).write_bytes(content)
    return folder


def in_copy(name: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python with the copy, from a folder that holds nothing of the grader's."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd or hand_ins(name),
        env={**kept, "PYTHONPATH": str(released(name)), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@cache
def by_copy(name: str) -> dict[str, Any]:
    """What the copy says of the notebooks, by file."""
    done = in_copy(name, "-c", _GRADE, str(released(name)), name, str(hand_ins(name)))
    assert done.returncode == 0, done.stderr
    return {file: _told(result) for file, result in json.loads(done.stdout).items()}


@cache
def by_grading(name: str) -> dict[str, Result]:
    """What grading says of them."""
    assignment = load_assignment(name)
    return {path.name: graded(path, assignment) for path in sorted(hand_ins(name).glob("*.ipynb"))}


def as_told(result: Result) -> dict[str, Any]:
    """A result as the copy's are compared with it."""
    told: dict[str, Any] = _told(result.model_dump(mode="json"))
    return told


def _told(result: Any) -> Any:
    if isinstance(result, dict):
        return {key: _told(value) for key, value in result.items() if key not in _OF_THE_KEY}
    return [_told(part) for part in result] if isinstance(result, list) else result
