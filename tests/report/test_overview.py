from __future__ import annotations

from grader.report.overview import overview
from grader.result import Finding, Status

from .samples import class_results, exercise, result, unreadable


def test_a_class_in_numbers() -> None:
    seen = overview(class_results().values())
    assert seen.submissions == {"graded": 3, "unreadable": 1, "error": 1}
    assert seen.mean == 3.5
    assert seen.exercises == ("a", "b", "c", "d", "h")
    assert seen.statuses["b"] == {Status.PARTIAL: 1, Status.REVIEW: 2}
    assert seen.waiting == {"a": 1, "b": 2, "c": 1, "d": 1}
    assert seen.failed


def test_problems_with_one_cause_are_one_problem() -> None:
    seen = overview([unreadable("x"), unreadable("y"), result("z", exercises=(exercise("a", Status.ERROR),))])
    assert [(problem.code, problem.names) for problem in seen.problems] == [
        ("not_a_notebook", ("x", "y")),
        ("error", ("z",)),
    ]


def test_a_finding_counts_once_per_student() -> None:
    twice = (Finding(code="sign_error", message="1"), Finding(code="sign_error", message="2"))
    one = result("s1", exercises=(exercise("a", Status.WRONG, findings=twice),))
    two = result(
        "s2", exercises=(exercise("a", Status.WRONG, findings=(*twice, Finding(code="image", message=""))),)
    )
    assert overview([one, two]).findings == (("a", "sign_error", 2), ("a", "image", 1))


def test_there_is_no_mean_before_a_total_is_final() -> None:
    seen = overview([result("s1", exercises=(exercise("a", Status.REVIEW),))])
    assert seen.mean is None
    assert not seen.failed
