"""Students' code in an environment of its own, pinned by the assignment: made once, used ever after, never half-made."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.assignment import AssignmentError, load_assignment
from grader.exit_codes import ExitCode
from grader.numeric import CodeCell, Limits, Returned, Session, StudentEnvironment, child
from grader.numeric.probe import tier
from grader.numeric.sandbox import fresh, launch, warm

if TYPE_CHECKING:
    from collections.abc import Sequence

WEEK2 = Path(__file__).parents[2] / "assignments" / "week2"
NOTEBOOK = Path(__file__).parents[2] / "submissions" / "week2" / "s201.ipynb"
OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
PINNED = [(OWN, "1.26.4" if OWN in {"3.11", "3.12"} else "2.2.6"), ("3.9", "1.22.4")]
"""Versions of Python and NumPy."""
EXTRA = "grader-test-extra"
"""A package that the tests make; its version 2 needs another one that is not there."""
SECONDS = 120.0


class Place:
    """A cache of its own, and the only packages that pip finds."""

    def __init__(self, folder: Path, python: str, numpy: str) -> None:
        self.folder = folder
        self.python = python
        self.numpy = numpy
        self.wheels = folder / "wheels"
        self.wheels.mkdir(parents=True)
        self.variables = {
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
        }

    @property
    def environments(self) -> list[str]:
        """What the cache holds, but for the lock."""
        made = self.folder / "cache" / "grader" / "environments"
        return sorted(path.name for path in made.iterdir() if path.name != "lock") if made.is_dir() else []

    def assignment(self, *pins: str, python: str | None = None) -> Path:
        """Week 2 with these pins."""
        folder = self.folder / "assignments" / str(len(list(self.folder.glob("assignments/*"))))
        shutil.copytree(WEEK2, folder)
        table = f'[student]\npython = "{python or self.python}"\npackages = {json.dumps(pins)}\n\n'
        text = (folder / "assignment.toml").read_text(encoding="utf-8")
        (folder / "assignment.toml").write_text(
            text.replace("[rubric]", table + "[rubric]"), encoding="utf-8"
        )
        return folder

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The command line, running."""
        variables = {
            **{name: text for name, text in os.environ.items() if name[:4] != "PIP_"},
            **self.variables,
        }
        return subprocess.Popen(
            [sys.executable, "-c", "from grader.cli import main; main()", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=variables, cwd=self.folder,
        )  # fmt: skip

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code of the command line, its output and what it said beside it."""
        with self.start(*arguments) as running:
            out, err = running.communicate(timeout=SECONDS)
        return running.returncode, out, err


def wheel(folder: Path, version: str, needs: Sequence[str] = ()) -> None:
    """Make the extra package."""
    module = EXTRA.replace("-", "_")
    about = f"{module}-{version}.dist-info"
    requires = "".join(f"Requires-Dist: {name}\n" for name in needs)
    with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{module}.py", f"version = {version!r}\n")
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {EXTRA}\nVersion: {version}\n{requires}"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(
            f"{about}/RECORD", f"{module}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n"
        )


@pytest.fixture(
    scope="module", params=PINNED, ids=lambda versions: f"Python {versions[0]}, NumPy {versions[1]}"
)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    python, numpy = request.param
    made = Place(tmp_path_factory.mktemp("place"), python, numpy)
    interpreter = sys.executable if python == OWN else shutil.which(f"python{python}")
    if (
        interpreter is None
        or subprocess.run([interpreter, "-c", ""], check=False, capture_output=True).returncode
    ):
        pytest.skip(f"no Python {python} here")
    versions = ["--python-version", python, "--only-binary", ":all:", "--no-deps"]
    got = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", *versions, "-d", str(made.wheels), f"numpy=={numpy}"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if got.returncode:
        pytest.skip(f"pip cannot download NumPy {numpy} here: {got.stderr.strip().splitlines()[-1:]}")
    wheel(made.wheels, "1.0")
    wheel(made.wheels, "2.0", ["something-that-is-missing"])
    return made


@pytest.fixture(scope="module")
def pinned(place: Place) -> Path:
    """An assignment whose environment is made."""
    folder = place.assignment(f"numpy=={place.numpy}", f"{EXTRA}==1.0")
    code, out, err = place.run("environment", str(folder))
    assert code == ExitCode.DONE, err
    assert "this is done once and may take some minutes" in err
    assert f"numpy=={place.numpy}" in err
    assert place.environments[0] in out
    return folder


@pytest.fixture
def runtime(place: Place, pinned: Path, monkeypatch: pytest.MonkeyPatch) -> launch.Runtime:
    for name, text in place.variables.items():
        monkeypatch.setenv(name, text)
    table = load_assignment(pinned).spec.student
    assert table is not None
    environment = StudentEnvironment(table.python, table.packages)
    assert environment.ready
    return environment.make()


def test_what_is_made_is_used_ever_after(place: Place, pinned: Path) -> None:
    made = place.environments
    assert len(made) == 1
    code, out, err = place.run("grade", str(NOTEBOOK), "-a", str(pinned), "-o", "OUT", "--trust-students")
    assert code == ExitCode.DONE, err
    assert "Making" not in err
    said = json.loads((place.folder / "OUT/results/s201.json").read_text())
    assert said["environment"]["student_numpy"] == place.numpy
    assert said["environment"]["student_python"].startswith(f"{place.python}.")
    assert {one["id"]: one["status"] for one in said["exercises"]}["d"] == "correct"
    code, out, err = place.run("environment", str(pinned))
    assert (code, err) == (ExitCode.DONE, "")
    assert made[0] in out
    assert place.environments == made


def test_an_assignment_is_proved_in_its_environment(place: Place, pinned: Path) -> None:
    code, out, err = place.run("assignment", "check", str(pinned))
    assert (code, err) == (ExitCode.DONE, ""), out


def test_doctor_tries_the_wall_around_that_interpreter(place: Place, pinned: Path) -> None:
    code, out, _ = place.run("doctor", str(pinned))
    assert f"Students' code: Python {place.python}." in out
    assert f"NumPy {place.numpy}" in out
    assert code == (ExitCode.DONE if tier().walled else ExitCode.FAILED)
    assert ("DONE" not in out) == tier().walled


@pytest.mark.parametrize("start", [fresh.start, warm.start], ids=["fresh", "warm"])
def test_code_finds_what_is_pinned_and_nothing_else(
    place: Place, runtime: launch.Runtime, start: launch.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    if start is warm.start and sys.platform != "linux":
        pytest.skip("the warm server is for Linux")
    monkeypatch.setattr(warm, "start", start)
    source = (
        "import numpy as np\nimport importlib\n"
        "def found(name):\n    try:\n        return bool(importlib.import_module(name))\n    except ImportError:\n        return False\n"
        "def draw():\n    np.random.seed(1)\n    return np.linalg.norm(np.random.randn(3)), np.__version__"
    )
    missing = ["grader", "reference", "pydantic", "pytest", "pip", "setuptools", "no_such_thing"]
    there = [EXTRA.replace("-", "_"), "numpy.fft", "sqlite3", "decimal", "email.mime.text"]
    with Session([CodeCell(0, source)], Limits(), runtime=runtime) as session:
        replies = {name: session.call("found", [name]) for name in missing + there}
        drawn = session.call("draw", [])
        versions = session.versions
    found = {name for name, reply in replies.items() if isinstance(reply, Returned) and reply.value}
    assert found == set(there)
    np.random.seed(1)  # noqa: NPY002 - the state that students' code uses
    norm = float(np.linalg.norm(np.random.randn(3)))  # noqa: NPY002
    assert isinstance(drawn, Returned)
    assert drawn.value[0] == pytest.approx(norm)
    assert drawn.value[1] == place.numpy
    assert versions is not None
    assert versions.numpy == place.numpy


def test_a_name_that_is_missing_is_looked_for_in_the_whole_notebook(runtime: launch.Runtime) -> None:
    source = "def f():\n    return k\nfor i in range(3):\n    k = i\n"
    with Session([CodeCell(0, source)], Limits(), {"f": 0}, runtime) as session:
        reply = session.call("f", [])
    assert isinstance(reply, Returned)
    assert reply.value == 2


def test_old_names_are_told_where_numpy_has_them_no_longer(place: Place, runtime: launch.Runtime) -> None:
    with Session(
        [CodeCell(0, "import numpy as np\ndef f():\n    return np.float(1)")], Limits(), runtime=runtime
    ) as session:
        assert isinstance(session.call("f", []), Returned)
        notes = [note.text for note in session.notes("f")]
    assert bool(notes) == (place.numpy != "1.22.4")


def test_what_is_killed_leaves_nothing_half_made_and_of_two_at_once_both_get_it(place: Place) -> None:
    before = set(place.environments)
    folder = str(place.assignment(f"numpy=={place.numpy}"))
    with place.start("environment", folder) as killed:
        deadline = time.monotonic() + SECONDS
        while not (begun := set(place.environments) - before) and time.monotonic() < deadline:
            time.sleep(0.01)
        killed.send_signal(signal.SIGKILL)
    assert begun
    assert all(name.endswith(".part") for name in set(place.environments) - before)
    with place.start("environment", folder) as one, place.start("environment", folder) as other:
        said = [running.communicate(timeout=SECONDS) for running in (one, other)]
    assert (one.returncode, other.returncode) == (ExitCode.DONE, ExitCode.DONE), said
    (made,) = set(place.environments) - before
    assert all(made in out for out, _ in said)


def test_a_package_that_lacks_another_is_refused(place: Place) -> None:
    before = place.environments
    folder = str(place.assignment(f"numpy=={place.numpy}", f"{EXTRA}==2.0"))
    code, _, err = place.run("environment", folder)
    assert code == ExitCode.INTERNAL
    assert "requires something-that-is-missing, which is not installed" in err
    assert place.environments == before


@pytest.fixture
def empty(tmp_path: Path) -> Place:
    """A place without any package."""
    return Place(tmp_path, OWN, np.__version__)


def test_what_pip_cannot_find_is_no_students_fault(empty: Place) -> None:
    folder = str(empty.assignment("numpy==99.0"))
    code, _, err = empty.run("grade", str(NOTEBOOK), "-a", folder, "-o", "NOTHING")
    assert code == ExitCode.INTERNAL
    assert "could not be made" in err
    assert "No matching distribution found for numpy==99.0" in err
    assert not (empty.folder / "NOTHING" / "results").exists()
    assert empty.environments == []


@pytest.mark.parametrize("command", [("environment",), ("doctor",), ("assignment", "check")])
def test_an_interpreter_that_is_missing_is_named(empty: Place, command: tuple[str, ...]) -> None:
    code, _, err = empty.run(*command, str(empty.assignment("numpy==1.26.4", python="3.99")))
    assert code == ExitCode.INTERNAL
    assert "no Python 3.99 on this machine" in err
    assert empty.environments == []


def test_a_cache_that_cannot_be_written_is_said(empty: Place) -> None:
    (empty.folder / "cache").write_text("no folder")
    code, _, err = empty.run("environment", str(empty.assignment("numpy==1.26.4")))
    assert code == ExitCode.INTERNAL
    assert "could not be made: " in err


def test_without_the_table_nothing_is_made(empty: Place) -> None:
    code, out, err = empty.run("environment", "week2")
    assert (code, err) == (ExitCode.DONE, "")
    assert "grader's own Python and NumPy" in out
    assert (
        empty.run("grade", str(NOTEBOOK), "-a", "week2", "-o", "OUT", "--trust-students")[0] == ExitCode.DONE
    )
    said = json.loads((empty.folder / "OUT/results/s201.json").read_text())["environment"]
    assert said["student_numpy"] == np.__version__
    assert not (empty.folder / "cache" / "grader").exists()


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('packages = ["numpy==1.26.4"]\npython = "3.8"', "student.python: Value error, '3.8': give major and minor"),
        ('packages = ["numpy==1.26.4"]\npython = "3.11.7"', 'such as "3.11"'),
        ('packages = ["numpy>=1.26"]', "'numpy>=1.26': give a name in small letters and an exact version"),
        ('packages = ["numpy==1.*"]', "an exact version"),
        ('packages = ["--index-url=x", "numpy==1.26.4"]', "an exact version"),
        ('packages = ["numpy==1.26.4", "numpy==1.25.0"]', "pinned twice"),
        ('packages = ["scipy==1.13.0"]', "NumPy must be among them"),
        ('python = "3.11"', "student.packages: Field required"),
        ('packages = ["numpy==1.26.4"]\npip = 1', "expected one of: packages, python"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_table_is_a_sentence(table: str, expected: str, tmp_path: Path) -> None:
    shutil.copytree(WEEK2, tmp_path / "week2")
    path = tmp_path / "week2" / "assignment.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[rubric]", f"[student]\n{table}\n[rubric]"), encoding="utf-8")
    with pytest.raises(AssignmentError) as caught:
        load_assignment(path.parent)
    assert expected in str(caught.value)
    assert "assignment.toml:" in str(caught.value)


def test_what_runs_beside_students_code_is_written_for_python_3_9() -> None:
    for path in Path(child.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
        kinds = (
            node.args[1]
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
        )
        assert not any(isinstance(kind, ast.BinOp) for kind in kinds), path
