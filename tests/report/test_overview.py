from __future__ import annotations

import pytest

from grader.report.overview import Times, overview
from grader.result import Finding, Result, Status

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
    seen = overview([one, two])
    assert [(m.exercise, m.code, m.count) for m in seen.mistakes] == [
        ("a", "sign_error", 2),
        ("a", "image", 1),
    ]


def test_the_example_of_a_mistake_quotes_an_answer_if_any_is_quoted() -> None:
    def wrong(student: str, message: str, text: str | None) -> Result:
        found = Finding(code="sign_error", message=message, text=text)
        return result(student, exercises=(exercise("a", Status.WRONG, findings=(found,)),))

    long = "x + " * 100
    seen = overview([wrong("s1", "1", None), wrong("s2", "2", f"-y\n{long}"), wrong("s3", "3", "z")])
    (mistake,) = seen.mistakes
    assert (mistake.count, mistake.message, mistake.first) == (3, "2", "s2")
    assert mistake.example.startswith("-y x + x")
    assert len(mistake.example) <= 120


def test_times_are_those_of_all_who_have_the_exercise() -> None:
    seen = overview(
        result(f"s{i}", exercises=(exercise("a", Status.CORRECT, seconds=float(i)),)) for i in range(101)
    )
    assert seen.times["a"] == Times(median=50.0, most=95.0, longest=100.0)


def test_median_and_spread_are_of_final_totals() -> None:
    points = (Status.CORRECT, Status.CORRECT, Status.WRONG, Status.REVIEW)
    seen = overview(result(f"s{i}", exercises=(exercise("a", s),)) for i, s in enumerate(points))
    assert seen.median == 2.0
    assert seen.spread == pytest.approx(2 / 3**0.5)


def test_only_decided_answers_enter_the_analysis() -> None:
    """Three are complete; one waits in b, one lacks it, and a file that cannot be read is no submission to count."""
    rows = (("correct", "correct"), ("correct", "wrong"), ("wrong", "wrong"), ("correct", "review"))
    seen = overview(
        [
            *(
                result(f"s{i}", exercises=(exercise("a", Status(a)), exercise("b", Status(b))))
                for i, (a, b) in enumerate(rows)
            ),
            unreadable(),
            result("s9", exercises=(exercise("a", Status.WRONG),)),
        ]
    )
    assert seen.analysis.complete == 3
    assert seen.analysis.items["a"].decided == 5
    assert seen.analysis.items["a"].difficulty == pytest.approx(3 / 5)
    assert seen.analysis.items["b"].decided == 3
    assert seen.analysis.items["b"].difficulty == pytest.approx(1 / 3)


def test_what_a_person_decided_enters_and_optional_exercises_do_not() -> None:
    seen = overview(
        [
            result(
                "s1",
                exercises=(
                    exercise("a", Status.CORRECT, decided_by="person"),
                    exercise("b", Status.CORRECT, optional=True),
                ),
            )
        ]
    )
    assert list(seen.analysis.items) == ["a"]
    assert seen.analysis.items["a"].decided == 1


def test_submissions_that_failed_are_counted_once() -> None:
    twice = result("s1", exercises=(exercise("a", Status.ERROR), exercise("b", Status.ERROR)))
    assert overview([twice, unreadable()]).failures == 2


def test_there_is_no_mean_before_a_total_is_final() -> None:
    seen = overview([result("s1", exercises=(exercise("a", Status.REVIEW),))])
    assert seen.mean is None
    assert not seen.failed
