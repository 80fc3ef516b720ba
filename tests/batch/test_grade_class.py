from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.assignment import Assignment, Exercise, Spec
from grader.batch.grade_class import grade_class
from grader.report.store import Store
from grader.submission import Found
from tests.report.samples import result

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.result import Result

    Replace = Callable[[Callable[[Found], Result]], None]

ASSIGNMENT = Assignment(
    Path(), Spec(name="week1", title="t", exercises=(Exercise(id="a", kind="text", title="A", points=4.0),))
)
FOUND = tuple(Found(f"s{i}", Path(f"s{i}.ipynb"), f"in/s{i}.ipynb") for i in range(4))
SECRET = b"secret"


@pytest.fixture
def grade_with(monkeypatch: pytest.MonkeyPatch) -> Replace:
    """Replace the grading of one submission."""

    def replace(grade: Callable[[Found], Result]) -> None:
        def grade_submission(found: Found, assignment: Assignment, *, secret: bytes) -> Result:
            assert assignment is ASSIGNMENT
            assert secret == SECRET
            return grade(found)

        monkeypatch.setattr("grader.batch.grade_class.grade_submission", grade_submission)

    return replace


def well(found: Found) -> Result:
    return result(found.key)


def test_every_submission_is_written_before_it_is_passed_on(tmp_path: Path, grade_with: Replace) -> None:
    grade_with(well)
    passed = []
    for graded in grade_class(FOUND, ASSIGNMENT, tmp_path, secret=SECRET):
        passed.append(graded)
        assert list(Store(tmp_path).read().values()) == passed
    assert [graded.key for graded in passed] == ["s0", "s1", "s2", "s3"]


def test_our_failure_costs_one_submission_and_is_called_ours(tmp_path: Path, grade_with: Replace) -> None:
    def fails(found: Found) -> Result:
        if found.key == "s1":
            raise ZeroDivisionError("by us")
        if found.key == "s2":
            raise PermissionError("not ours to read")
        return well(found)

    grade_with(fails)
    results = list(grade_class(FOUND, ASSIGNMENT, tmp_path, secret=SECRET))
    assert [graded.status for graded in results] == ["graded", "error", "error", "graded"]
    ours = results[1]
    assert ours.findings[0].code == "grader_error"
    assert "(ZeroDivisionError): our fault" in ours.findings[0].message
    assert "by us" not in ours.model_dump_json()
    assert (ours.points, ours.points_pending, ours.max_points) == (None, 4.0, 4.0)
    assert ours.submission.file == "in/s1.ipynb"
    assert "ZeroDivisionError: by us" in (tmp_path / "errors" / "s1.txt").read_text()
    assert Store(tmp_path).read()["s1"] == ours


def test_a_result_that_cannot_be_written_down_is_our_failure(tmp_path: Path, grade_with: Replace) -> None:
    grade_with(lambda found: result(found.key, assignment="\ud800"))
    results = list(grade_class(FOUND[:1], ASSIGNMENT, tmp_path, secret=SECRET))
    assert [graded.status for graded in results] == ["error"]


def test_a_traceback_goes_when_the_failure_is_gone(tmp_path: Path, grade_with: Replace) -> None:
    grade_with(lambda _: 1 / 0)  # type: ignore[arg-type,return-value]
    list(grade_class(FOUND, ASSIGNMENT, tmp_path, secret=SECRET))
    grade_with(well)
    list(grade_class(FOUND, ASSIGNMENT, tmp_path, secret=SECRET))
    assert list((tmp_path / "errors").iterdir()) == []


def test_who_left_the_class_is_stale_afterwards(tmp_path: Path, grade_with: Replace) -> None:
    grade_with(well)
    list(grade_class(FOUND, ASSIGNMENT, tmp_path, secret=SECRET))
    list(grade_class(FOUND[1:], ASSIGNMENT, tmp_path, secret=SECRET))
    assert sorted(Store(tmp_path).read()) == ["s1", "s2", "s3"]
    assert (tmp_path / "stale" / "s0.json").exists()


def test_an_interruption_keeps_what_is_done_and_nothing_becomes_stale(
    tmp_path: Path, grade_with: Replace
) -> None:
    grade_with(well)
    list(grade_class(FOUND, ASSIGNMENT, tmp_path, secret=SECRET))

    def interrupted(found: Found) -> Result:
        if found.key == "s2":
            raise KeyboardInterrupt
        return well(found)

    grade_with(interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(grade_class(FOUND[1:], ASSIGNMENT, tmp_path, secret=SECRET))
    assert sorted(Store(tmp_path).read()) == ["s0", "s1", "s2", "s3"]
