from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from rich.console import Console

from grader.report.changes import changes
from grader.report.changes_view import print_changes, write_changes
from grader.result import Finding, Late, Status, SubmissionInfo

from .samples import class_results, exercise, result

if TYPE_CHECKING:
    from pathlib import Path

    from grader.result import ExerciseResult, Result

SLIP = (Finding(code="bias_missing", message="The bias is missing."),)


def partial(points: float, findings: tuple[Finding, ...] = SLIP) -> ExerciseResult:
    return exercise("a", Status.PARTIAL, points=points, findings=findings)


def of(key: str, *exercises: ExerciseResult) -> dict[str, Result]:
    return {key: result(key, exercises=exercises)}


def printed(old: dict[str, Result], new: dict[str, Result]) -> str:
    console = Console(file=io.StringIO(), width=80)
    print_changes(changes(old, new), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_grading_differs_in_nothing_from_itself() -> None:
    found = changes(class_results(), class_results())
    assert (found.changed, found.same) == ((), 5)
    assert printed(class_results(), class_results()) == "0 changed, 5 the same\n"


def test_another_price_is_told_with_all_whom_it_touches() -> None:
    old = of("s1", partial(1.0)) | of("s2", partial(1.0)) | of("s3", partial(1.0, ()))
    new = of("s1", partial(1.5)) | of("s2", partial(1.5)) | of("s3", partial(1.0, ()))
    found = changes(old, new)
    assert found.same == 1
    assert found.causes == (("a", "other prices for bias_missing", 2, 1.0),)
    assert [(change.key, change.by) for change in found.changed] == [("s1", 0.5), ("s2", 0.5)]
    text = printed(old, new)
    assert "    2       +1  a: other prices for bias_missing" in text
    assert "   +0.5  s1  1 → 1.5" in text


def test_another_verdict_says_what_is_noticed_now() -> None:
    old, new = of("s1", exercise("a", Status.CORRECT)), of("s1", partial(1.5))
    (change,) = changes(old, new).changed
    assert change.exercises[0].why == "now bias_missing; correct → partial"
    assert change.by == -0.5
    (back,) = changes(new, old).changed
    assert back.exercises[0].why == "no longer bias_missing; partial → correct"


def test_a_decision_and_another_answer_are_told() -> None:
    open_, decided = exercise("a", Status.REVIEW), exercise("a", Status.CORRECT, decided_by="person")
    (change,) = changes(of("s1", open_), of("s1", decided)).changed
    assert change.exercises[0].why == "a person decided; review → correct"
    assert change.by is None
    other = exercise("a", Status.WRONG, decided_by="person", answer="another")
    (change,) = changes(of("s1", decided), of("s1", other)).changed
    assert change.exercises[0].why == "another answer; a person decided otherwise; correct → wrong"


def test_who_came_and_who_left_is_told() -> None:
    found = changes(of("s1", partial(1.0)), of("s2", partial(1.0)))
    assert [(change.key, change.why) for change in found.changed] == [
        ("s1", "is not there any more"),
        ("s2", "is new"),
    ]


def test_a_penalty_and_another_notebook_change_the_total() -> None:
    def handed_in(sha256: str, penalty: float) -> dict[str, Result]:
        info = SubmissionInfo(file="s1.ipynb", sha256=sha256, late=Late(seconds=60, penalty=penalty))
        return {"s1": result("s1", exercises=(partial(1.5),), submission=info)}

    (change,) = changes(handed_in("a", 0.0), handed_in("b", 1.0)).changed
    assert change.why == "another notebook; the penalty for being late is 1 more"
    assert (change.by, change.exercises) == (-1.0, ())


def test_an_optional_exercise_moves_no_points() -> None:
    old = of("s1", exercise("h", Status.REVIEW, optional=True))
    new = of("s1", exercise("h", Status.WRONG, optional=True))
    (change,) = changes(old, new).changed
    assert change.exercises[0].by == 0.0


def test_the_table_has_every_change_and_no_formula(tmp_path: Path) -> None:
    old = of("=s1", partial(1.0), exercise("b", Status.REVIEW)) | of("s2", partial(1.0))
    new = of("=s1", partial(1.5), exercise("b", Status.CORRECT))
    write_changes(tmp_path / "changes.csv", changes(old, new))
    text = (tmp_path / "changes.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["student"], row["exercise"], row["old_points"], row["new_points"]) for row in rows] == [
        ("'=s1", "a", "1", "1.5"),
        ("'=s1", "b", "", "2"),
        ("s2", "", "", ""),
    ]


def test_a_large_class_is_cut_short_in_the_terminal() -> None:
    old = {f"s{i}": result(f"s{i}", exercises=(partial(1.0),)) for i in range(50)}
    new = {f"s{i}": result(f"s{i}", exercises=(partial(1.5),)) for i in range(50)}
    text = printed(old, new)
    assert "and 10 more: --csv FILE writes them all" in text
    assert text.count("→") == 40
