from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.assignment import Assignment, load_assignment
from grader.batch import job
from grader.batch.executors import Workforce
from grader.batch.grade_class import ClassRun, Outcome
from grader.batch.job import Job
from grader.batch.selection import Shard, failed_before
from grader.report.store import Store
from grader.result import Status, Student
from grader.submission import Found, Submission, one_file
from tests.helpers import Inline
from tests.report.samples import exercise, result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.result import Result
    from grader.sheets import Sheets

    Grade = Callable[[Submission], Result]

SPEC = """
name = "tiny"
title = "t"
notebook = "notebook.ipynb"
[[exercises]]
id = "a"
kind = "text"
title = "A"
points = 4.0
"""


def notebook(text: str) -> str:
    cell = {"cell_type": "markdown", "metadata": {}, "source": text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


@dataclass
class Class:
    """A class of four, and what its submissions come to."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    graded: list[str]

    @property
    def out(self) -> Path:
        return self.folder / "OUT"

    @property
    def found(self) -> tuple[Found, ...]:
        return tuple(Found(path.stem, partial(one_file, path)) for path in self.files)

    @property
    def files(self) -> list[Path]:
        return [self.folder / "in" / f"s{i}.ipynb" for i in range(4)]

    def graded_by(self, grade: Grade) -> None:
        """Replace the grading of one submission."""

        def grade_submission(
            submission: Submission, assignment: Assignment, _: Sheets, *, secret: bytes
        ) -> Result:
            assert assignment.name == "tiny"
            assert secret == b"secret"
            self.graded.append(submission.key)
            return grade(submission)

        self.monkeypatch.setattr(job, "grade_submission", grade_submission)

    def run(self, *, fresh: bool = False, secret: bytes = b"secret", trust: bool = False) -> ClassRun:
        assignment = load_assignment(self.folder / "tiny")
        work = Job.of(assignment, secret=secret, trust_students=trust)
        return ClassRun(work, assignment, self.out, fresh=fresh)

    def grade(self, found: tuple[Found, ...] | None = None, *, fresh: bool = False) -> dict[str, Outcome]:
        self.graded.clear()
        return {
            outcome.key: outcome
            for outcome in self.run(fresh=fresh).grade(found or self.found, Workforce(Inline(), 2))
        }


@pytest.fixture
def four(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Class:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "assignment.toml").write_text(SPEC)
    (tmp_path / "tiny" / "notebook.ipynb").write_text(notebook("## Exercise a)\n\na) Say why."))
    made = Class(tmp_path, monkeypatch, [])
    (tmp_path / "in").mkdir()
    for path in made.files:
        path.write_text(notebook(f"## Exercise a)\n\na) Say why.\n\nBecause {path.stem}."))
    made.graded_by(well)
    return made


def well(submission: Submission) -> Result:
    return result(submission.key, assignment="tiny")


def fails(*keys: str) -> Grade:
    def grade(submission: Submission) -> Result:
        if submission.key in keys:
            raise ZeroDivisionError("by us")
        return well(submission)

    return grade


def test_every_result_and_page_is_on_disk_before_it_is_told(four: Class) -> None:
    told = []
    for outcome in four.run().grade(four.found, Workforce(Inline(), 2)):
        told.append(outcome.key)
        assert set(told) <= set(Store(four.out))
        assert Store(four.out).page(outcome.key).exists()
    assert sorted(told) == ["s0", "s1", "s2", "s3"]


def test_our_failure_costs_one_submission_and_is_called_ours(four: Class) -> None:
    four.graded_by(fails("s1"))
    outcomes = four.grade()
    assert [key for key, outcome in outcomes.items() if outcome.problem] == ["s1"]
    store = Store(four.out)
    assert [store[key].status for key in store] == ["graded", "error", "graded", "graded"]
    ours = store["s1"]
    assert ours.findings[0].code == "grader_error"
    assert "(ZeroDivisionError): our fault" in ours.findings[0].message
    assert "by us" not in ours.model_dump_json()
    assert (ours.points, ours.points_pending, ours.max_points) == (None, 4.0, 4.0)
    assert ours.submission.file == "s1.ipynb"
    assert "ZeroDivisionError: by us" in (four.out / "errors" / "s1.txt").read_text()


def test_a_result_that_cannot_be_written_down_is_our_failure(four: Class) -> None:
    four.graded_by(lambda submission: result(submission.key, assignment="\ud800"))
    four.grade(four.found[:1])
    assert Store(four.out)["s0"].status == "error"


def test_a_traceback_goes_when_the_failure_is_gone(four: Class) -> None:
    four.graded_by(fails("s1"))
    four.grade()
    four.graded_by(well)
    four.grade()
    assert list((four.out / "errors").iterdir()) == []


def test_only_what_changed_is_graded_again(four: Class) -> None:
    four.grade()
    assert four.graded == ["s0", "s1", "s2", "s3"]
    four.files[2].write_text(notebook("## Exercise a)\n\na) Say why.\n\nI changed my mind."))
    outcomes = four.grade()
    assert four.graded == ["s2"]
    assert sorted(key for key, outcome in outcomes.items() if outcome.kept) == ["s0", "s1", "s3"]


@pytest.mark.parametrize("change", ["rubric", "sheet", "secret", "sources", "trust", "who"])
def test_whatever_a_result_depends_on_makes_it_new(four: Class, change: str) -> None:
    four.grade()
    found, secret, trust = four.found, b"secret", False
    if change == "rubric":
        (four.folder / "tiny" / "assignment.toml").write_text(SPEC.replace("4.0", "5.0"))
    elif change == "sheet":
        (four.folder / "tiny" / "notebook.ipynb").write_text(notebook("## Exercise a)\n\na) Say how."))
    elif change == "secret":
        secret = b"another"
    elif change == "trust":
        trust = True
    elif change == "sources":
        for module in ("grader.batch.job", "grader.batch.fingerprint"):
            four.monkeypatch.setattr(f"{module}.sources_hash", lambda: "another")
    else:
        found = tuple(
            Found(one.key, partial(replace, one.read(), students=(Student(id="another"),))) for one in found
        )
    four.monkeypatch.setattr(job, "grade_submission", lambda submission, *_, **__: well(submission))
    assert not any(
        outcome.kept for outcome in four.run(secret=secret, trust=trust).grade(found, Workforce(Inline(), 2))
    )


def test_everything_is_graded_where_that_is_asked(four: Class) -> None:
    four.grade()
    four.grade(fresh=True)
    assert len(four.graded) == 4


def test_what_could_not_be_graded_is_tried_again(four: Class) -> None:
    four.graded_by(
        lambda one: (
            result(one.key, assignment="tiny", exercises=(exercise("a", Status.ERROR),))
            if one.key == "s3"
            else fails("s1")(one)
        )
    )
    four.grade()
    four.grade()
    assert four.graded == ["s1", "s3"]
    assert [one.key for one in failed_before(four.found, four.out)] == ["s1", "s3"]


def test_a_broken_result_is_made_again(four: Class) -> None:
    four.grade()
    (four.out / "results" / "s1.json").write_text('{"version": 1')
    four.grade()
    assert four.graded == ["s1"]
    assert Store(four.out)["s1"].status == "graded"


def test_an_interruption_keeps_what_is_done(four: Class) -> None:
    def interrupted(submission: Submission) -> Result:
        if submission.key == "s2":
            raise KeyboardInterrupt
        return well(submission)

    four.graded_by(interrupted)
    with pytest.raises(KeyboardInterrupt):
        four.grade()
    assert set(Store(four.out)) == {"s0", "s1"}
    four.graded_by(well)
    four.grade()
    assert four.graded == ["s2", "s3"]


def test_shards_are_a_class_together() -> None:
    keys = {f"s{i:03}" for i in range(300)}
    parts = [{key for key in keys if Shard(index, 3).has(key)} for index in (1, 2, 3)]
    assert set.union(*parts) == keys
    assert sum(map(len, parts)) == len(keys)
    assert min(map(len, parts)) > 60


@pytest.mark.parametrize("text", ["0/3", "4/3", "1/0", "1", "a/b", "-1/3", "1/3/5", ""])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write 2/8 for the second of eight"):
        Shard.parse(text)
