from __future__ import annotations

import csv
from contextlib import closing
from typing import TYPE_CHECKING

from grader.report.tables import Tables
from grader.result import Status

from .samples import class_results, exercise, result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from grader.result import Result


def write_tables(out: Path, results: Iterable[Result]) -> None:
    with closing(Tables(out)) as tables:
        for one in results:
            tables.add(one)
        tables.write(out)


def test_the_tables_of_a_class(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    write_tables(tmp_path, class_results().values())
    for name in ("grades.csv", "exercises.csv"):
        golden(name, (tmp_path / name).read_bytes().decode("utf-8-sig"))


def test_every_member_of_a_group_has_a_row(tmp_path: Path) -> None:
    write_tables(tmp_path, class_results().values())
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows["s002"] | {"id": ""} == rows["s003"] | {"id": ""}


def test_what_is_not_known_is_empty_and_not_zero(tmp_path: Path) -> None:
    write_tables(tmp_path, class_results().values())
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows["s009"]["points"] == rows["s002"]["points"] == ""
    assert rows["s001"]["points"] == "3.5"


def test_a_class_without_exercises_still_has_headers(tmp_path: Path) -> None:
    write_tables(tmp_path, [])
    assert (tmp_path / "exercises.csv").read_text(encoding="utf-8-sig").startswith("id,name,exercise,")


def test_a_share_of_points_is_readable(tmp_path: Path) -> None:
    write_tables(
        tmp_path, [result("s001", exercises=(exercise("a", Status.PARTIAL, points=0.7 * 2.0000000001),))]
    )
    assert ",1.4,2.0," in (tmp_path / "exercises.csv").read_text(encoding="utf-8-sig")
