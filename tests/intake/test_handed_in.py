"""Whole classes, from files to submissions."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from grader.assignment import Assignment
from grader.intake.handed_in import handed_in
from grader.lateness import LatePolicy
from grader.lms.roster import Roster, read_roster
from grader.notebook import UnreadableError, parse_notebook
from grader.result import Finding, Student
from grader.submission import InputError
from tests.fixtures.make_fixtures import EXAMPLE_ANSWERS, OUTSIDE, class_folder
from tests.helpers import submissions
from tests.symbolic.helpers import week1

if TYPE_CHECKING:
    from pathlib import Path

    from grader.report.class_record import ClassRecord
    from grader.submission import Submission

NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
ROSTER = read_roster(
    b"id,name,group,extension,email\n"
    b"s1,Bo Hansen,,48,bo@uni.example\n"
    b"s2,Bo Hansen,Group 7,,\n"
    b"s3,Ann Lee,Group 7,24,\n"
    b"s4,Cy Absent,,,\n"
)


def download(path: Path, *names: str) -> Path:
    """A Brightspace download with a notebook in each folder."""
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            file.writestr(f"{name}/lab.ipynb", NOTEBOOK)
    return path


def due(assignment: Assignment) -> Assignment:
    """The assignment, due on 24 September at midnight."""
    late = LatePolicy.model_validate(
        {"due": "2026-09-24T23:59:00", "timezone": "Europe/Copenhagen", "penalty_per_day": 0.1}
    )
    return Assignment(assignment.folder, assignment.spec.model_copy(update={"late": late}))


def read(
    path: Path, assignment: Assignment | None = None, roster: Roster | None = None
) -> tuple[dict[str, Submission], ClassRecord]:
    with handed_in(path, assignment or week1(), roster) as everyone:
        return {found.key: found.read() for found in everyone.found}, everyone.record


def test_every_hand_in_of_a_folder_is_found_and_nothing_outside_of_it(tmp_path: Path) -> None:
    folder = class_folder(tmp_path, EXAMPLE_ANSWERS)
    found, record = read(folder.folder)
    names = {submission.name for submission in found.values()}
    expected = {path.relative_to(folder.folder).as_posix() for path in folder.hand_ins}
    assert names >= expected
    assert names - expected <= {path.relative_to(folder.folder).as_posix() for path in folder.other_lab}
    for link in folder.links:
        assert any(link.relative_to(folder.folder).as_posix() in problem for problem in record.problems)
    for submission in found.values():
        for file in submission.files:
            if isinstance(file.content, Finding):
                continue
            try:
                notebook = parse_notebook(file.content)
            except UnreadableError:
                continue
            assert not any(OUTSIDE in cell.source for cell in notebook.cells)


def test_keys_are_safe_and_unique_without_regard_to_case(tmp_path: Path) -> None:
    names = ("S001.ipynb", "s001.IPYNB", "s0 01.ipynb", "s0_01.ipynb", "sub/s001.ipynb", "Sub-s001.ipynb")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(NOTEBOOK)
    keys = list(submissions(tmp_path, week1()))
    assert len({key.casefold() for key in keys}) == 6
    assert "s0_01" in keys


def test_names_that_lose_their_letters_keep_keys_that_no_new_file_moves(tmp_path: Path) -> None:
    for name in ("李明", "王芳", "Łukasz"):
        (tmp_path / f"{name}.ipynb").write_text(NOTEBOOK)
    before = {one.name: key for key, one in submissions(tmp_path, week1()).items()}
    assert len(set(before.values())) == 3
    (tmp_path / "丁.ipynb").write_text(NOTEBOOK)
    (tmp_path / "s101.ipynb").write_text(NOTEBOOK)
    after = {one.name: key for key, one in submissions(tmp_path, week1()).items()}
    assert {name: after[name] for name in before} == before
    assert after["s101.ipynb"] == "s101"


def test_one_file_is_a_class_of_one(tmp_path: Path) -> None:
    path = tmp_path / "s001.ipynb"
    path.write_text(NOTEBOOK)
    ((key, submission),) = submissions(path, week1()).items()
    assert (key, submission.name, submission.students) == ("s001", "s001.ipynb", (Student(id="s001"),))


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_place_without_notebooks_is_an_input_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=name):
        submissions(tmp_path / name, week1())


def test_the_newest_attempt_counts_and_the_others_are_listed(tmp_path: Path) -> None:
    path = download(
        tmp_path / "a.zip",
        "1-7 - s1, Bo Hansen - 24 September, 2026 110 PM",
        "1-8 - s1, Bo Hansen - 24 September, 2026 800 PM",
        "2-9 - s2, Bo Hansen - 23 September, 2026 900 AM",
    )
    found, record = read(path)
    assert {key: (one.attempt, one.submitted) for key, one in found.items()} == {
        "s1": (2, "2026-09-24T20:00:00"),
        "s2": (1, "2026-09-23T09:00:00"),
    }
    assert found["s1"].files[0].name == "1-8 - s1, Bo Hansen - 24 September, 2026 800 PM/lab.ipynb"
    (other,) = record.others
    assert (other.student, other.submitted) == ("s1", "2026-09-24T13:10:00")
    assert "2 hand-ins, 1 older attempt" in record.told[0]


def test_the_roster_says_who_is_who_and_who_is_missing(tmp_path: Path) -> None:
    path = download(
        tmp_path / "a.zip",
        "1-7 - s1, Bo Hansen - 24 September, 2026 110 PM",
        "2-9 - Group 7 - 23 September, 2026 900 AM",
        "3-9 - s9, Eve Unknown - 23 September, 2026 900 AM",
    )
    found, record = read(path, roster=ROSTER)
    assert {key: [student.id for student in one.students] for key, one in found.items()} == {
        "s1": ["s1"],
        "Group_7": ["s2", "s3"],
        "s9": ["s9"],
    }
    assert [finding.code for finding in found["s9"].findings] == ["unknown_student"]
    assert found["s1"].findings == found["Group_7"].findings == ()
    assert [student.id for student in record.missing] == ["s4"]


def test_a_list_of_ids_says_who_is_behind_an_unknown_name(tmp_path: Path) -> None:
    path = download(tmp_path / "a.zip", *(f"{n}-9 - s{n}, N N - 23 September, 2026 900 AM" for n in (1, 9)))
    with handed_in(path, week1(), ROSTER, {"s9": "s4"}) as everyone:
        found = {one.key: one.read() for one in everyone.found}
    assert found["s4"].students == (Student(id="s4", name="Cy Absent"),)
    assert found["s4"].findings == ()


def test_who_hands_in_alone_and_in_a_group_is_told(tmp_path: Path) -> None:
    path = download(
        tmp_path / "a.zip",
        "1-7 - s2, Bo Hansen - 24 September, 2026 110 PM",
        "2-9 - Group 7 - 23 September, 2026 900 AM",
    )
    _, record = read(path, roster=ROSTER)
    assert any("s2: 2 hand-ins are this student's" in problem for problem in record.problems)


def test_late_is_by_the_rule_and_the_extension(tmp_path: Path) -> None:
    path = download(
        tmp_path / "a.zip",
        "1-7 - s1, Bo Hansen - 26 September, 2026 100 AM",
        "2-9 - s4, Cy Absent - 26 September, 2026 100 AM",
        "3-9 - Group 7 - 25 September, 2026 100 PM",
    )
    found, _ = read(path, due(week1()), ROSTER)
    assert (found["s1"].late.seconds, found["s1"].late.penalty) == (0, 0.0)
    assert (found["s4"].late.seconds, found["s4"].late.penalty) == (25 * 3600 + 60, 3.0)
    assert found["Group_7"].late.seconds == 0
    assert found["s4"].submitted == "2026-09-26T01:00:00+02:00"


@pytest.mark.parametrize(
    "time", ["2026-09-24 22:30:00 Z", "2026-09-25 00:30:00.5 +02:00", "2026-09-24 16:30:00 -0600"]
)
def test_late_is_by_the_course_s_clock_wherever_the_platform_s_stands(time: str, tmp_path: Path) -> None:
    path = tmp_path / "gradescope.zip"
    metadata = f"submission_7:\n  :submitters:\n  - :name: Bo\n    :sid: s2\n  :created_at: {time}\n"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("submission_metadata.yml", metadata)
        file.writestr("submission_7/lab.ipynb", NOTEBOOK)
    found, _ = read(path, due(week1()))
    assert (found["s2"].late.seconds, found["s2"].late.penalty) == (31 * 60, 1.5)
    assert found["s2"].submitted == "2026-09-25T00:30:00+02:00"


def test_late_without_a_time_is_told_and_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "canvas.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("hansenbo_LATE_1001_70001_lab.ipynb", NOTEBOOK)
        file.writestr("leeann_1002_70002_lab.ipynb", NOTEBOOK)
    found, record = read(path, due(week1()))
    assert all(one.late.penalty == 0.0 for one in found.values())
    assert any(problem.startswith("1001: late, says the platform") for problem in record.problems)


def test_who_hands_in_no_notebook_has_a_submission_without_one(tmp_path: Path) -> None:
    path = download(tmp_path / "a.zip", "1-7 - s1, Bo Hansen - 24 September, 2026 110 PM")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("2-9 - s2, Bo Hansen - 23 September, 2026 900 AM/lab.pdf", "%PDF")
    found, record = read(path, roster=ROSTER)
    assert found["s2"].files == ()
    assert any("s2: no notebook was handed in, only" in problem for problem in record.problems)
