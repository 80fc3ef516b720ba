"""Gradescope: `results.json`, and an autograder that writes one whatever happens."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from grader.assignment import load_assignment
from grader.languages import language
from grader.lms.gradescope import FAILED, autograder, results_json, serialise
from grader.result import Finding, Late, Status, SubmissionInfo
from tests.report.samples import alice, bob_and_carol, exercise, failed, result, unreadable
from tests.test_cli import ASSIGNMENT, notebook

if TYPE_CHECKING:
    from pathlib import Path


def test_every_exercise_is_a_test_that_students_see() -> None:
    content = results_json(alice(), full_marks=6.0)
    assert content["score"] == 3.5
    assert [(test["name"], test.get("score"), test["max_score"], test["status"]) for test in content["tests"]] == [
        ("a) Title of a", 2.0, 2.0, "passed"),
        ("b) Title of b", 1.5, 2.0, "failed"),
        ("c) Title of c", 0.0, 2.0, "failed"),
    ]  # fmt: skip
    # One hidden test would hide the total.
    assert {test["visibility"] for test in content["tests"]} | {content["visibility"]} == {"visible"}
    assert "Partly correct, 1.5 of 2.\nThe index $i$ is bound by two sums." in content["tests"][1]["output"]


def test_what_waits_for_a_person_has_no_score_and_does_not_fail() -> None:
    content = results_json(bob_and_carol(), full_marks=6.0)
    assert "wait for a person" in content["output"]
    review = content["tests"][1]
    assert "score" not in review
    assert "status" not in review
    assert content["score"] == 0.0


def test_an_optional_exercise_carries_no_points_and_never_fails() -> None:
    content = results_json(
        result(
            "s1",
            exercises=(
                exercise("g", Status.CORRECT, optional=True),
                exercise("h", Status.MISSING, optional=True),
            ),
        ),
        full_marks=6.0,
    )
    assert [test.keys() & {"score", "max_score"} for test in content["tests"]] == [set(), set()]
    assert [test.get("status") for test in content["tests"]] == ["passed", None]


def test_the_score_is_scaled_and_lateness_costs() -> None:
    late = alice().model_copy(
        update={"submission": SubmissionInfo(file="a.ipynb", sha256="", late=Late(penalty=0.5))}
    )
    content = results_json(late, full_marks=60.0)
    assert content["score"] == 30.0
    assert content["output"] == "Handed in late: 0.5 off."


def test_a_broken_hand_in_is_told_so_and_our_failure_is_ours() -> None:
    assert results_json(unreadable(), full_marks=6.0)["output"] == "This file is no notebook."
    assert results_json(failed(), full_marks=6.0)["output"] == FAILED


def test_hostile_text_stays_text() -> None:
    hostile = Finding(code="raised", message="<script>\x1b[31m\u202e\ud800")
    content = results_json(
        result("s1", exercises=(exercise("a", Status.WRONG, findings=(hostile,)),)), full_marks=6.0
    )
    assert content["test_output_format"] == content["test_name_format"] == "text"
    assert json.loads(serialise(content).encode("ascii"))["tests"][0]["output"].endswith("<script>[31m")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Gradescope's folder with the autograder unpacked; its setup is done by hand, as it would download packages."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "assignment.toml").write_text(ASSIGNMENT, encoding="utf-8")
    (folder / "notebook.ipynb").write_text(notebook("## Exercise a)\n\na) Say why."), encoding="utf-8")
    root = tmp_path / "autograder"
    with zipfile.ZipFile(io.BytesIO(autograder(load_assignment(folder), root=str(root)))) as archive:
        archive.extractall(root / "source")
    # Gradescope starts a copy, one folder up.
    (root / "source" / "run_autograder").rename(root / "run_autograder")
    (root / "submission").mkdir()
    python = root / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    # The packages of this environment, but the grader that came in the zip.
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return root


def run_autograder(root: Path, **environment: str) -> dict[str, Any]:
    subprocess.run(
        ["/bin/bash", root / "run_autograder"],
        check=False,
        capture_output=True,
        env={**os.environ, **environment},
    )
    content: dict[str, Any] = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert isinstance(content["score"], (int, float))
    return content


def test_the_zip_runs_from_its_top_and_holds_no_other_assignment(root: Path) -> None:
    names = {path.name for path in (root / "source").iterdir()}
    assert names == {"setup.sh", "requirements.txt", "grader", "reference", "assignments"}
    assert [path.name for path in (root / "source" / "assignments").iterdir()] == ["tiny"]
    assert not list(root.rglob("__pycache__"))
    requirements = (root / "source" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert all("==" in line for line in requirements)
    assert {line.partition("==")[0] for line in requirements} >= {"numpy", "nbformat", "typer"}
    subprocess.run(["/bin/bash", "-n", root / "source" / "setup.sh"], check=True)


def test_scripts_of_the_zip_may_be_run() -> None:
    with zipfile.ZipFile(io.BytesIO(autograder(load_assignment("week1")))) as archive:
        for script in ("setup.sh", "run_autograder"):
            assert (archive.getinfo(script).external_attr >> 16) & 0o111
        assert "/autograder/results/results.json" in archive.read("run_autograder").decode()
        assert "environment" not in archive.read("setup.sh").decode().replace("assignment", "")
        assert "--trust-students" not in archive.read("run_autograder").decode()
        with zipfile.ZipFile(
            io.BytesIO(autograder(load_assignment("week1"), trust_students=True))
        ) as trusting:
            assert "--trust-students" in trusting.read("run_autograder").decode()


def test_a_hand_in_is_graded(root: Path) -> None:
    answer = notebook("## Exercise a)\n\na) Say why.\n\nBecause.")
    (root / "submission" / "my lab.ipynb").write_text(answer, encoding="utf-8")
    content = run_autograder(root)
    assert [test["name"] for test in content["tests"]] == ["a) A text"]
    assert "Waits for a person." in content["tests"][0]["output"]
    (root / "submission" / "my lab.ipynb").write_text("{", encoding="utf-8")
    assert "broken" in run_autograder(root)["output"]


def test_a_hand_in_of_no_or_several_notebooks_is_told_so(root: Path) -> None:
    assert "There is no notebook in this hand-in" in run_autograder(root)["output"]
    for name in ("one", "two"):
        (root / "submission" / f"{name}.ipynb").write_text(notebook("## Exercise a)"), encoding="utf-8")
    assert run_autograder(root)["output"].endswith("(one.ipynb, two.ipynb). Hand in one.")


def test_our_failure_is_said_as_ours(root: Path) -> None:
    (root / "submission" / "lab.ipynb").write_text(notebook("## Exercise a)"), encoding="utf-8")
    # The grader cannot be started at all, then it starts and cannot grade.
    python = root / "venv" / "bin" / "python"
    text = python.read_text(encoding="utf-8")
    python.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert run_autograder(root)["output"] == FAILED
    python.write_text(text, encoding="utf-8")
    secret = root / "config" / "grader" / "secret"
    secret.parent.mkdir(parents=True)
    secret.write_text("nonsense", encoding="utf-8")
    assert run_autograder(root)["output"] == FAILED


def test_students_are_told_in_their_language() -> None:
    danish = language("da")
    content = results_json(alice(), full_marks=6.0, language=danish)
    outputs = [test["output"] for test in content["tests"]]
    assert any("Delvist rigtigt, 1,5 af 2." in output for output in outputs)
    assert content["score"] == results_json(alice(), full_marks=6.0)["score"]
    late = result("s1", submission=SubmissionInfo(file="a", sha256="0", late=Late(seconds=1, penalty=0.5)))
    assert (
        results_json(late, full_marks=6.0, language=danish)["output"]
        == "Afleveret for sent: 0,5 trukket fra."
    )
    assert "Det er vores fejl" in results_json(failed(), full_marks=6.0, language=danish)["output"]
