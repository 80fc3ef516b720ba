from __future__ import annotations

import csv
import io
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from grader.report.review import COLUMNS, Queue, ReviewError, merge, read_decisions
from grader.result import Result, Status

from .samples import class_results, exercise, result

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "review.csv"


def a_result(answer: str = "first answer", status: Status = Status.REVIEW) -> Result:
    return result(
        "s001",
        exercises=(
            exercise("a", Status.CORRECT),
            exercise("b", status, answer=answer),
            exercise("d", Status.REVIEW, optional=True),
        ),
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def refresh(path: Path, *results: Result) -> list[Result]:
    """What every command does: read, merge, write."""
    decisions = read_decisions(path, {result.key: result for result in results})
    merged = [merge(result, decisions) for result in results]
    with closing(Queue(decisions, path.parent)) as queue:
        for one in merged:
            queue.add(one)
        queue.write(path)
    return merged


def fill(path: Path, exercise_id: str, **cells: str) -> None:
    """What a person does."""
    table = rows(path)
    for row in table:
        if row["exercise"] == exercise_id:
            row.update(cells)
    save(path, table)


def save(path: Path, table: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8-sig") -> None:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(table)
    path.write_bytes(stream.getvalue().encode(encoding))


def test_one_row_per_answer_that_waits_exercise_by_exercise(path: Path) -> None:
    refresh(path, *reversed(class_results().values()))
    assert [(row["student"], row["exercise"], row["state"]) for row in rows(path)] == [
        ("_cmd", "a", "open"),
        ("s002+s003", "b", "open"),
        ("_cmd", "b", "open"),
        ("s002+s003", "c", "open"),
        ("s002+s003", "d", "open"),
    ]


def test_a_row_shows_answer_and_evidence_and_nothing_that_runs(path: Path) -> None:
    refresh(path, *class_results().values())
    picture, formula = rows(path)[:2]
    assert picture["answer"].startswith("![shot]([picture]) ")
    assert picture["evidence"].startswith("The answer is a picture.")
    assert picture["evidence"].endswith("image: A picture.")
    assert formula["answer"].startswith("'=HYPERLINK(")
    assert formula["max_points"] == "2"
    assert formula["points"] == formula["comment"] == ""


@pytest.mark.parametrize(
    ("typed", "points", "status"),
    [
        ("2", 2.0, "correct"),
        ("2,0", 2.0, "correct"),
        (" 0,25 ", 0.25, "partial"),
        ("1.5", 1.5, "partial"),
        ("0", 0.0, "wrong"),
    ],
)
def test_points_decide_status_and_totals(path: Path, typed: str, points: float, status: str) -> None:
    refresh(path, a_result())
    fill(path, "b", points=typed, comment="Seen.")
    (merged,) = refresh(path, a_result())
    decided = merged.exercises[1]
    assert (decided.points, decided.status, decided.comment, decided.decided_by) == (
        points,
        status,
        "Seen.",
        "person",
    )
    assert (merged.points, merged.points_decided, merged.points_pending) == (2 + points, 2 + points, 0.0)
    assert rows(path)[0]["state"] == "decided"


def test_nothing_is_merged_where_nothing_was_written(path: Path) -> None:
    refresh(path, a_result())
    assert refresh(path, a_result()) == [a_result()]


def test_a_comment_alone_leaves_the_answer_open(path: Path) -> None:
    refresh(path, a_result())
    fill(path, "b", comment="Ask Bob.")
    (merged,) = refresh(path, a_result())
    assert merged.exercises[1].comment == "Ask Bob."
    assert merged.points is None
    assert (rows(path)[0]["state"], rows(path)[0]["comment"]) == ("open", "Ask Bob.")


def test_a_comment_settles_an_optional_exercise_without_points(path: Path) -> None:
    refresh(path, a_result())
    fill(path, "d", comment="Nice.")
    (merged,) = refresh(path, a_result())
    assert (merged.exercises[2].comment, merged.exercises[2].points) == ("Nice.", None)
    assert merged.points_pending == 2.0
    assert rows(path)[1]["state"] == "decided"


def test_a_decision_survives_any_number_of_regrades(path: Path) -> None:
    refresh(path, a_result())
    fill(path, "b", points="1,5", comment='=Half; "quoted", and\nsecond line')
    first = refresh(path, a_result())
    for _ in range(3):
        assert refresh(path, a_result()) == first
    assert first[0].exercises[1].comment == '=Half; "quoted", and\nsecond line'


def test_a_decision_holds_when_the_grader_later_decides_by_itself(path: Path) -> None:
    refresh(path, a_result())
    fill(path, "b", points="1.5")
    (merged,) = refresh(path, a_result(status=Status.WRONG))
    assert merged.exercises[1].points == 1.5
    assert rows(path)[0]["state"] == "decided"


def test_a_decision_on_another_answer_is_kept_but_does_not_count(path: Path) -> None:
    refresh(path, a_result())
    fill(path, "b", points="1.5", comment="Half.")
    (changed,) = refresh(path, a_result("second answer"))
    assert changed.points is None
    assert [(row["exercise"], row["points"], row["state"]) for row in rows(path)] == [
        ("b", "", "open"),
        ("d", "", "open"),
        ("b", "1.5", "outdated"),
    ]
    (back,) = refresh(path, a_result())
    assert back.exercises[1].points == 1.5


def test_a_decision_outlives_the_student_in_the_class(path: Path) -> None:
    refresh(path, a_result())
    fill(path, "b", points="1.5")
    refresh(path, result("s777"))
    assert [(row["student"], row["points"], row["state"]) for row in rows(path)] == [
        ("s001", "1.5", "outdated")
    ]


def test_emptying_a_row_takes_the_decision_back(path: Path) -> None:
    refresh(path, a_result())
    fill(path, "b", points="1.5")
    refresh(path, a_result())
    fill(path, "b", points="")
    assert refresh(path, a_result()) == [a_result()]


def test_rows_that_a_person_deleted_come_back(path: Path) -> None:
    refresh(path, a_result())
    before = path.read_bytes()
    save(path, [])
    refresh(path, a_result())
    assert path.read_bytes() == before


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_saved_by_excel_is_understood(path: Path, delimiter: str, encoding: str) -> None:
    refresh(path, a_result())
    fill(path, "b", points="1,5", comment="Godt forsøg")
    save(path, rows(path), delimiter, encoding)
    (merged,) = refresh(path, a_result())
    assert (merged.exercises[1].points, merged.exercises[1].comment) == (1.5, "Godt forsøg")


def test_an_id_that_excel_took_for_a_number_is_still_known(path: Path) -> None:
    seen = result("0071", exercises=(exercise("b", Status.REVIEW),))
    refresh(path, seen)
    fill(path, "b", student="71", points="1")
    (merged,) = refresh(path, seen)
    assert merged.points == 1.0


def test_a_hostile_id_finds_its_decision(path: Path) -> None:
    seen = result("=cmd\x00", exercises=(exercise("b", Status.REVIEW),))
    refresh(path, seen)
    fill(path, "b", points="1")
    (merged,) = refresh(path, seen)
    assert merged.points == 1.0


@pytest.mark.parametrize("nonsense", ["abc", "-3", "2.01", "1/2", "nan", "inf", "1e0", "01-maj", "2 p"])
def test_nonsense_is_refused_with_its_place_and_changes_nothing(path: Path, nonsense: str) -> None:
    refresh(path, a_result())
    fill(path, "b", points=nonsense)
    before = path.read_bytes()
    with pytest.raises(ReviewError, match=r"review\.csv, row 2, column points: .* from 0 to 2") as caught:
        refresh(path, a_result())
    assert repr(nonsense) in str(caught.value)
    assert path.read_bytes() == before


def test_points_for_an_optional_exercise_are_refused(path: Path) -> None:
    refresh(path, a_result())
    fill(path, "d", points="1")
    with pytest.raises(ReviewError, match=r"row 3, column points: exercise d is optional"):
        refresh(path, a_result())


def test_two_rows_that_disagree_are_refused(path: Path) -> None:
    refresh(path, a_result())
    (row, _) = rows(path)
    save(path, [{**row, "points": "1"}, {**row, "points": "2"}])
    with pytest.raises(ReviewError, match=r"row 3, column points: .*student s001, exercise b\) differently"):
        refresh(path, a_result())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("student,exercise,points\ns001,b,1\n", "row 1: no column answer_sha256, comment"),
        ("student,exercise,answer_sha256,points,comment,who\ns001,b,x,1,,me\n", "unknown column who"),
        ('student,exercise,answer_sha256,points,comment\ns001,b,x,1,"open\n', "not a CSV file"),
        ("student,exercise,answer_sha256,points,comment\ns001,b,x,1,5,\n", "row 2 has more cells"),
    ],
)
def test_a_damaged_file_is_refused(path: Path, content: str, message: str) -> None:
    path.write_text(content)
    with pytest.raises(ReviewError, match=message):
        refresh(path, a_result())
    assert path.read_text() == content


def test_no_decision_gives_points_to_a_submission_that_could_not_be_graded(path: Path) -> None:
    def broken(points: float | None) -> Result:
        return result("s001", status="error", points=points, exercises=(exercise("b", Status.REVIEW),))

    refresh(path, broken(None))
    fill(path, "b", points="1")
    assert refresh(path, broken(None))[0].points is None
