"""One submission from file to result: the same every time, and nobody's trouble is anybody else's."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

import pytest

from grader import checking
from grader.assignment import installed_assignments, load_assignment
from grader.result import Result, Status
from tests.fixtures import make_fixtures
from tests.fixtures.make_fixtures import BROKEN, EXAMPLE_ANSWERS, OUTSIDE, class_folder
from tests.helpers import graded, graded_class
from tests.symbolic.helpers import week1

if TYPE_CHECKING:
    from pathlib import Path

    from grader.result import ExerciseResult


def grade(path: Path) -> Result:
    return graded(path, week1())


def grade_bytes(folder: Path, data: bytes) -> Result:
    path = folder / "s001.ipynb"
    path.write_bytes(data)
    return grade(path)


def by_id(result: Result) -> dict[str, ExerciseResult]:
    return {exercise.id: exercise for exercise in result.exercises}


def timeless(result: Result) -> str:
    return re.sub(r'"seconds":[0-9.e-]+', "", result.model_dump_json())


def test_a_hand_in_becomes_a_result(tmp_path: Path) -> None:
    result = grade_bytes(tmp_path, make_fixtures.jupyterlab(EXAMPLE_ANSWERS))
    assert (result.assignment, result.status, result.key) == ("week1", "graded", "s001")
    assert result.submission.file == "s001.ipynb"
    assert len(result.submission.sha256) == 64
    assert [exercise.id for exercise in result.exercises] == [e.id for e in week1().exercises]
    statuses = {name: exercise.status for name, exercise in by_id(result).items()}
    assert [name for name, status in statuses.items() if status is Status.CORRECT] == ["a", "b", "c"]
    assert [name for name, status in statuses.items() if status is Status.REVIEW] == ["e-argument"]
    assert all(status is Status.MISSING for name, status in statuses.items() if name in "dfghjkl")


def test_the_record_survives_writing_and_reading(tmp_path: Path) -> None:
    result = grade_bytes(tmp_path, make_fixtures.jupyterlab(EXAMPLE_ANSWERS))
    assert Result.model_validate_json(result.model_dump_json()) == result


def test_points_are_open_while_a_person_must_look(tmp_path: Path) -> None:
    result = grade_bytes(tmp_path, make_fixtures.jupyterlab(EXAMPLE_ANSWERS))
    assert result.points is None
    assert (result.points_decided, result.points_pending, result.max_points) == (6.5, 1.0, 15.0)
    only_formulas = {name: EXAMPLE_ANSWERS[name] for name in "abc"}
    result = grade_bytes(tmp_path, make_fixtures.jupyterlab(only_formulas))
    assert (result.points, result.points_decided, result.points_pending) == (6.0, 6.0, 0.0)


def test_an_optional_exercise_carries_no_points(tmp_path: Path) -> None:
    answers = dict.fromkeys("dfhkl", "Linear maps of linear maps are linear again, however many.")
    result = grade_bytes(tmp_path, make_fixtures.jupyterlab(answers))
    for exercise in result.exercises:
        # Words alone are an answer where words are asked for, and no derivation.
        assert (exercise.status is Status.REVIEW) is (exercise.id in "dfh")
        assert (exercise.status is Status.WRONG) is (exercise.id in "kl")
        assert exercise.optional is (exercise.id in answers)
        if exercise.optional:
            assert (exercise.points, exercise.max_points) == (None, 0.0)
    assert (result.points, result.points_pending) == (0.0, 0.0)


def test_the_blank_sheet_is_missing_everywhere_and_earns_nothing() -> None:
    result = grade(week1().sheet_path)
    assert {exercise.status for exercise in result.exercises} == {Status.MISSING}
    assert all(exercise.cells == () and exercise.answer == "" for exercise in result.exercises)
    assert (result.points, result.points_decided) == (0.0, 0.0)


@pytest.mark.parametrize("change", [("^D", "^K"), ("w^{(1)}_{ik}", "w^{(1)}_{ki}"), ("_{i=0}", "_{i=1}")])
def test_a_slip_costs_what_the_rubric_says(change: tuple[str, str], tmp_path: Path) -> None:
    right = EXAMPLE_ANSWERS["a"]
    assert change[0] in right
    exercise = by_id(grade_bytes(tmp_path, make_fixtures.jupyterlab({"a": right.replace(*change)})))["a"]
    (finding,) = exercise.findings
    assert exercise.status is Status.PARTIAL
    assert exercise.points == pytest.approx(2.0 * (1.0 - week1().spec.rubric[finding.code]))


def test_another_rubric_makes_other_points(tmp_path: Path) -> None:
    text = (week1().folder / "assignment.toml").read_text(encoding="utf-8")
    (tmp_path / "assignment.toml").write_text(
        text.replace("wrong_limits = 0.2", "wrong_limits = 0.75"), encoding="utf-8"
    )
    (tmp_path / "notebook.ipynb").write_bytes(week1().sheet_path.read_bytes())
    path = tmp_path / "s001.ipynb"
    path.write_bytes(make_fixtures.jupyterlab({"a": EXAMPLE_ANSWERS["a"].replace("^D", "^K")}))
    for assignment, points in ((week1(), 1.6), (load_assignment(tmp_path), 0.5)):
        result = graded(path, assignment)
        assert result.points == pytest.approx(points)


def test_the_same_file_gets_the_same_result_wherever_and_whenever(tmp_path: Path) -> None:
    data = make_fixtures.jupyterlab({**EXAMPLE_ANSWERS, "a": "$$y_j = h_2(x_k)$$"})
    first = timeless(grade_bytes(tmp_path, data))
    (tmp_path / "other").mkdir()
    assert timeless(grade_bytes(tmp_path / "other", data)) == first
    assert timeless(grade_bytes(tmp_path, data)) == first


def test_the_cells_of_an_answer_are_told_as_the_notebook_counts_them(tmp_path: Path) -> None:
    result = grade_bytes(tmp_path, make_fixtures.dump(make_fixtures.answered({"b": EXAMPLE_ANSWERS["b"]})))
    cells = [cell.get("id") for cell in make_fixtures.answered({"b": ""})["cells"]]
    assert by_id(result)["b"].cells == (cells.index("answer-b"),)


def test_the_hash_of_an_answer_changes_with_the_answer_alone(tmp_path: Path) -> None:
    def sha(**answers: str) -> str:
        return by_id(grade_bytes(tmp_path, make_fixtures.jupyterlab(answers)))["e"].answer_sha256

    assert sha(e="Because.") == sha(e="Because.", a="$$y_j = 1$$")
    assert sha(e="Because.") != sha(e="Because!")


@pytest.mark.parametrize("how", ["attachment", "data_uri", "html", "link"])
def test_a_picture_is_for_a_person(how: str, tmp_path: Path) -> None:
    exercise = by_id(grade_bytes(tmp_path, make_fixtures.image_answer("a", how=how)))["a"]  # type: ignore[arg-type]
    assert exercise.status is Status.REVIEW
    assert [finding.code for finding in exercise.findings] == ["image"]
    assert exercise.points is None
    assert exercise.cells != ()


def test_a_blank_answer_with_a_reviewers_remark_is_for_a_person(tmp_path: Path) -> None:
    remark = '<font color="red">Reviewer: you forgot this one. It is $$y_j = h_2(a_j)$$</font>'
    exercise = by_id(grade_bytes(tmp_path, make_fixtures.jupyterlab({"a": remark})))["a"]
    assert exercise.status is Status.REVIEW
    assert exercise.cause is not None
    assert "somebody else" in exercise.cause


@pytest.mark.parametrize("name", ["truncated", "empty", "json_list", "deeply_nested"])
def test_an_unreadable_file_has_a_result_that_says_so(name: str, tmp_path: Path) -> None:
    result = grade_bytes(tmp_path, BROKEN[name].make())
    assert result.status == "unreadable"
    assert [finding.code for finding in result.findings] == [BROKEN[name].code]
    assert (result.points, result.exercises, result.max_points) == (None, (), 15.0)


def test_a_broken_notebook_changes_nobody_elses_result(tmp_path: Path) -> None:
    folder = class_folder(tmp_path, EXAMPLE_ANSWERS)
    before = graded_class(folder.folder, week1())
    for path in folder.broken:
        assert before.pop(path.relative_to(folder.folder).as_posix()).status == "unreadable"
        path.unlink()
    alone = graded_class(folder.folder, week1())
    assert {path: timeless(result) for path, result in alone.items()} == {
        path: timeless(result) for path, result in before.items()
    }
    assert not any(OUTSIDE in result.model_dump_json() for result in alone.values())


def test_the_other_labs_notebook_is_refused_with_a_sentence(tmp_path: Path) -> None:
    week2 = (installed_assignments() / "week2" / "notebook.ipynb").read_bytes()
    result = grade_bytes(tmp_path, week2)
    assert result.status == "unreadable"
    assert [finding.code for finding in result.findings] == ["other_assignment"]
    assert "--assignment week2" in result.findings[0].message
    assert result.points is None


def test_a_failure_of_ours_in_one_exercise_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise KeyError("ours")

    notebook = json.dumps(make_fixtures.answered(make_fixtures.EXAMPLE_ANSWERS)).encode()
    before = by_id(grade_bytes(tmp_path, notebook))
    monkeypatch.setitem(checking._CHECKS, "derivation", fail)
    after = by_id(grade_bytes(tmp_path, notebook))
    assert after["e"].status is Status.ERROR
    assert after["e"].points is None
    assert "KeyError" in str(after["e"].cause)
    assert after["a"].status is before["a"].status is Status.CORRECT
