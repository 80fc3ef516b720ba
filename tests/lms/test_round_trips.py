"""Download, grade, export, upload: everybody ends with their own mark on the platform, and nothing else has changed."""

from __future__ import annotations

import csv
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.batch.made_up import ROOT, run

from . import platforms
from .platforms import GROUPS, LAB, OTHER, Group, Ignored, Platform, Student, plain

if TYPE_CHECKING:
    from pathlib import Path


def notebook(key: str) -> bytes:
    return (ROOT / "submissions" / "week1" / f"{key}.ipynb").read_bytes()


EARLIER = {"lab1.ipynb": notebook("s108")}
"""Worth nothing: whoever's older attempt counted would lose all."""
CLASS = (
    Student(1, "Åse", "Bæk-Holm", {"lab1.ipynb": notebook("s105")}, EARLIER, late=True),
    Student(2, 'Ruth "Ru"', "D'Arc, Sr.", {"my_lab_1.ipynb": notebook("s106"), "plot.png": b"PNG"}, before=4.0),
    # Two of one name, in one minute; one gets a zero, the other waits for a person.
    Student(3, "Jens", "Lind", {"lab1.ipynb": notebook("s108")}, before=7.5, comment="See me"),
    Student(4, "Jens", "Lind", {"lab1.ipynb": notebook("s107")}, before=7.5),
    Student(5, "=2+3 Ib", "=Lund", {"report.pdf": b"%PDF"}),
    Student(6, "Mia", "Missing", before=2.25),
)  # fmt: skip
MARKS = {1: 4.8, 2: 5.0, 3: 0.0}
"""What the notebooks are worth, of 15; those who are not here have no total."""

FORMS = [
    platforms.Brightspace,
    platforms.DtuLearn,
    platforms.Canvas,
    platforms.CanvasInDanish,
    platforms.Moodle,
    platforms.MoodleInGerman,
    platforms.MoodleWithoutFolders,
    platforms.Blackboard,
    platforms.BlackboardColumn,
]


def name_of(form: type[Platform]) -> str:
    return form.__name__


def grade(home: Path, *more: object, code: int = 1) -> str:
    """Grade the download in a folder; all that was said."""
    done = run(home, "grade", home / "class.zip", "-a", "week1", "-o", home / "OUT", *more)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def export(home: Path, platform: Platform) -> str:
    feedback = () if platform.lms == "blackboard" else ("--feedback", home / "feedback.zip")
    files = ("--results", home / "OUT", "--sheet", home / "sheet.csv", "--out", home / "filled.csv")
    done = run(home, "export", platform.lms, *files, *feedback, "--column", platform.grade)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def table(home: Path) -> dict[str, str]:
    """The marks in `grades.csv` by id, as they are written there."""
    with (home / "OUT" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row["final"] for row in csv.DictReader(file)}


def pages(home: Path) -> dict[str, bytes]:
    """Students' pages by id."""
    found = {}
    for path in (home / "OUT" / "results").glob("*.json"):
        for student in json.loads(path.read_bytes())["students"]:
            found[student["id"]] = (home / "OUT" / "students" / f"{path.stem}.html").read_bytes()
    return found


def check_sheet(platform: Platform, before: bytes, after: bytes, graded: set[int]) -> None:
    """Lines of those who are not graded are as they were, and so are all cells but marks and feedback of the others."""
    old, new = platform.read(before), platform.read(after)
    places = {place for place, title in enumerate(old[0]) if title in {platform.grade, platform.feedback}}
    ids = tuple(own for one in CLASS if one.number in graded for own in (platform.who(one), f"#{one.sid}"))
    changed = [number for number, row in enumerate(old) if any(cell.endswith(ids) for cell in row[:3])]
    assert len(changed) == len(graded)
    for row in changed:
        for place in places:
            old[row][place] = new[row][place]
    assert old == new
    lines, others = (sheet.decode(platform.encoding).split(platform.line_end) for sheet in (before, after))
    assert [number for number, line in enumerate(lines) if line != others[number]] == changed
    assert len(lines) == len(others)
    assert before[:4] == after[:4]


@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_everybody_ends_with_their_own_mark(form: type[Platform], tmp_path: Path) -> None:
    platform = form(CLASS)
    download, sheet = platform.download(CLASS), platform.write(platform.rows())
    (tmp_path / "class.zip").write_bytes(download)
    (tmp_path / "sheet.csv").write_bytes(sheet)
    ids = tmp_path / "ids.csv"
    # Only names and numbers that mean nothing are in the download of Brightspace's own form.
    lines = [f'"{plain(one.name)} (8120{one.number})",{one.sid}' for one in CLASS if one.files]
    ids.write_text("\n".join(["handed_in,id", *lines]) + "\n", encoding="utf-8")
    more = ("--ids", ids) if form is platforms.Brightspace else ()
    said = grade(tmp_path, "--roster", tmp_path / "sheet.csv", *more)
    assert f"{platform.lms.capitalize()} download: 5 hand-ins" in said
    assert "unknown_student" not in said

    # All marks are what the notebooks are worth, and in grades.csv what is exported.
    marks = table(tmp_path)
    assert {
        one.number: float(marks[platform.who(one)]) for one in CLASS if marks.get(platform.who(one))
    } == MARKS

    shown = export(tmp_path, platform)
    filled = (tmp_path / "filled.csv").read_bytes()
    before = platform.book()
    after = platform.upload(before, platform.read(filled))
    assert after == before | {(number, LAB): mark for number, mark in MARKS.items()}
    assert {after[one.number, OTHER] for one in CLASS} == {1.5}
    check_sheet(platform, sheet, filled, set(MARKS))
    assert "not graded    3" in shown
    assert "not in sheet  0" in shown

    if platform.feedback:
        place = platform.rows()[0].index(platform.feedback)
        cells = [row[place] for row in platform.read(filled)[1:]]
        assert [cell.startswith("<p>Automatic feedback</p>") for cell in cells] == [True] * 2 + [False] * 4
        assert cells[2:] == [one.comment for one in CLASS[2:]]
    if platform.lms != "blackboard":
        landed = platform.pages((tmp_path / "feedback.zip").read_bytes())
        expected = pages(tmp_path)
        assert landed == {one.number: expected[platform.who(one)] for one in CLASS if one.number in MARKS}
        assert len(set(landed.values())) == len(MARKS)


@pytest.mark.parametrize("form", [platforms.DtuLearn, platforms.Canvas, platforms.Moodle], ids=name_of)
def test_everyone_of_a_group_ends_with_its_mark(form: type[Platform], tmp_path: Path) -> None:
    platform = form(CLASS)
    of = {one.number: one for one in CLASS}
    works = {"Group 12": "s105", "Group 7": "s106"}
    hand_ins = [
        Group(name, tuple(of[number] for number in members), {"lab1.ipynb": notebook(works[name])})
        for name, members in GROUPS.items()
    ]
    download, sheet = platform.download(hand_ins), platform.write(platform.rows())
    (tmp_path / "class.zip").write_bytes(download)
    (tmp_path / "sheet.csv").write_bytes(sheet)
    roster = tmp_path / "roster.csv"
    lines = [f"{of[number].sid},{name}" for name, members in GROUPS.items() for number in members]
    roster.write_text("\n".join(["id,group", *lines]) + "\n", encoding="utf-8")
    grade(tmp_path, "--roster", roster, code=0)
    export(tmp_path, platform)
    filled = (tmp_path / "filled.csv").read_bytes()
    before, marks = platform.book(), {1: 4.8, 3: 4.8, 2: 5.0}
    after = platform.upload(before, platform.read(filled))
    assert after == before | {(number, LAB): mark for number, mark in marks.items()}
    check_sheet(platform, sheet, filled, set(marks))
    landed = platform.pages((tmp_path / "feedback.zip").read_bytes())
    expected = pages(tmp_path)
    assert landed == {number: expected[of[number].sid] for number in marks}


GRADESCOPE = """\
---
submission_900001:
  :submitters:
  - :name: "\\xC5se B\\u00E6k-Holm"
    :sid: s250001
    :email: s250001@uni.example
  :created_at: 2025-10-03 20:49:03 Z
submission_900002:
  :submitters:
  - :name: Ruth D'Arc, Sr.
    :sid: s250002
    :email: s250002@uni.example
  - :name: Jens Lind
    :sid: s250003
    :email: s250003@uni.example
  :created_at: 2025-10-03 22:49:03.123456000 +02:00
submission_900004:
  :submitters:
  - :name: Jens Lind
    :sid: s250004
    :email: s250004@uni.example
  :created_at: 2025-10-03 20:49:03 Z
submission_900005:
  :submitters:
  - :name: "=2+3 Ib"
    :sid: s250005
    :email: s250005@uni.example
  :created_at: 2025-10-03 20:49:03 Z
"""
SCORES = (
    "First Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status,Submission ID,Submission Time\n"
    "Åse,Bæk-Holm,s250001,s250001@uni.example,,,15.0,Ungraded,900001,2025-10-03 22:49:03 +0200\n"
    '"Ruth","D\'Arc, Sr.",s250002,s250002@uni.example,,,15.0,Ungraded,900002,2025-10-03 22:49:03 +0200\n'
    "Jens,Lind,s250003,s250003@uni.example,,,15.0,Ungraded,900002,2025-10-03 22:49:03 +0200\n"
    "Jens,Lind,s250004,s250004@uni.example,,,15.0,Ungraded,900004,2025-10-03 22:49:03 +0200\n"
    "=2+3,Ib,s250005,s250005@uni.example,,,15.0,Ungraded,900005,2025-10-03 22:49:03 +0200\n"
    "Mia,Missing,s250006,s250006@uni.example,,,15.0,Missing,,\n"
)


def shown_by_gradescope(content: dict[str, Any]) -> float | None:
    """The total that students see."""
    tests = content["tests"]
    assert all(test.get("score", 0.0) <= test.get("max_score", 0.0) for test in tests)
    if any(test.get("visibility") == "hidden" for test in tests) or content["visibility"] != "visible":
        return None
    return content.get("score", sum(test.get("score", 0.0) for test in tests))  # type: ignore[no-any-return]


def test_gradescope_shows_what_the_class_s_table_says(tmp_path: Path) -> None:
    files = {
        "submission_metadata.yml": GRADESCOPE.encode(),
        "submission_900001/lab1.ipynb": notebook("s105"),
        "submission_900002/lab1.ipynb": notebook("s106"),
        "submission_900004/lab1.ipynb": notebook("s107"),
        "submission_900005/report.pdf": b"%PDF",
    }
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(f"assignment_9_export/{name}", content)
    roster = tmp_path / "scores.csv"
    roster.write_text(SCORES, encoding="utf-8")
    grade(tmp_path, "--roster", roster)
    missing = json.loads((tmp_path / "OUT" / "class.json").read_bytes())["missing"]
    assert [one["id"] for one in missing] == ["s250006"]
    marks = table(tmp_path)
    assert {who: float(mark) for who, mark in marks.items() if mark} == {
        "s250001": 4.8,
        "s250002": 5.0,
        "s250003": 5.0,
    }

    for number, score in (("900001", 4.8), ("900002", 5.0), ("900004", 3.6)):
        home = tmp_path / number
        home.mkdir()
        (home / "lab1.ipynb").write_bytes(files[f"submission_{number}/lab1.ipynb"])
        done = run(home, "grade", home / "lab1.ipynb", "-a", "week1", "-o", home / "OUT", "-q")
        assert done.returncode == 0, done.stderr
        done = run(home, "export", "gradescope", "--results", home / "OUT", "--out", home / "results.json")
        assert done.returncode == 0, done.stderr
        content = json.loads((home / "results.json").read_bytes())
        assert shown_by_gradescope(content) == score
        # What is not final says so, and is no mark in the table of the class.
        assert ("wait for a person" in content["output"]) == (number == "900004")


@pytest.mark.parametrize("form", FORMS, ids=name_of)
def test_what_a_platform_would_not_take_is_noticed(form: type[Platform]) -> None:
    """The readers of these tests are no mirrors: they refuse what the platforms would."""
    platform = form(CLASS)
    book, rows = platform.book(), platform.rows()
    assert platform.upload(book, rows) == book
    place = rows[0].index(platform.grade)
    row = next(
        cells
        for cells in rows
        if {platform.who(CLASS[1]), f"#{CLASS[1].sid}"} & {*cells} or cells[0].endswith("9012")
    )
    for text in ("1e1", "'4", "1 234"):
        row[place] = text
        with pytest.raises((Ignored, ValueError)):
            platform.upload(book, rows)
    row[place] = platform.mark(7.25)
    assert platform.upload(book, rows) == book | {(2, LAB): 7.25}
    platform.download(CLASS)
    with pytest.raises(Ignored):
        platform.land("feedback/Åse.html")
