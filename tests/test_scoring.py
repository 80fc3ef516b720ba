"""Points: what the rubric makes of a verdict, and what totals are made of."""

from __future__ import annotations

import pytest

from grader.result import Finding, Part, Status, Verdict
from grader.scoring import Score, score, total
from tests.report.samples import exercise

COSTS = {"wrong_limits": 0.2, "wrong_index": 0.3, "missing_activation": 0.5, "unbalanced": 0.0}


def verdict(status: Status, *codes: str, share: float | None = None) -> Verdict:
    findings = tuple(Finding(code=code, message="m") for code in codes)
    return Verdict(status=status, findings=findings, share=share)


def parts(*weighed: tuple[float, Verdict]) -> Verdict:
    found = tuple(Part(weight=weight, verdict=part) for weight, part in weighed)
    return Verdict(status=Status.PARTIAL, parts=found)


SCORES: dict[str, tuple[Verdict, Score]] = {
    "right": (verdict(Status.CORRECT), Score(Status.CORRECT, 4.0)),
    "right but for what costs nothing": (
        verdict(Status.CORRECT, "unbalanced"),
        Score(Status.CORRECT, 4.0),
    ),
    "right but for a slip": (verdict(Status.CORRECT, "wrong_limits"), Score(Status.PARTIAL, 3.2)),
    "right, with a finding that has no price": (
        verdict(Status.CORRECT, "extra_term"),
        Score(Status.CORRECT, 4.0),
    ),
    "one slip": (verdict(Status.WRONG, "wrong_index"), Score(Status.PARTIAL, 2.8)),
    "shares add up": (verdict(Status.WRONG, "wrong_index", "wrong_limits"), Score(Status.PARTIAL, 2.0)),
    "a slip twice costs once": (
        verdict(Status.WRONG, "wrong_index", "wrong_index"),
        Score(Status.PARTIAL, 2.8),
    ),
    "never below zero": (
        verdict(Status.WRONG, "missing_activation", "wrong_index", "wrong_limits"),
        Score(Status.WRONG, 0.0),
    ),
    "remarks on how it was taken cost nothing": (
        verdict(Status.PARTIAL, "wrong_index", "convention", "as_run"),
        Score(Status.PARTIAL, 2.8),
    ),
    "wrong without a name": (verdict(Status.WRONG), Score(Status.WRONG, 0.0)),
    "wrong with a name that has no price": (
        verdict(Status.WRONG, "extra_term"),
        Score(Status.WRONG, 0.0),
    ),
    "wrong for what costs nothing": (verdict(Status.WRONG, "unbalanced"), Score(Status.WRONG, 0.0)),
    "missing": (verdict(Status.MISSING), Score(Status.MISSING, 0.0)),
    "for a person": (verdict(Status.REVIEW, "wrong_index"), Score(Status.REVIEW, None)),
    "our failure": (verdict(Status.ERROR), Score(Status.ERROR, None)),
    "half of the functions": (
        parts((1.0, verdict(Status.CORRECT)), (1.0, verdict(Status.WRONG, "wrong_index", share=0.0))),
        Score(Status.PARTIAL, 2.0),
    ),
    "functions with slips, by weight": (
        parts(
            (3.0, verdict(Status.PARTIAL, "wrong_index")),
            (1.0, verdict(Status.PARTIAL, "wrong_limits", "convention")),
        ),
        Score(Status.PARTIAL, 4.0 * (3 * 0.7 + 0.8) / 4),
    ),
    "a function that is missing": (
        parts((1.0, verdict(Status.CORRECT)), (3.0, verdict(Status.MISSING, "not_defined"))),
        Score(Status.PARTIAL, 1.0),
    ),
    "none of the functions": (verdict(Status.WRONG, "raised", share=0.0), Score(Status.WRONG, 0.0)),
    "all of the functions": (verdict(Status.CORRECT, share=1.0), Score(Status.CORRECT, 4.0)),
}


@pytest.mark.parametrize(("given", "expected"), SCORES.values(), ids=SCORES)
def test_a_verdict_is_priced(given: Verdict, expected: Score) -> None:
    found = score(given, COSTS, 4.0)
    assert found.status is expected.status
    assert found.points == pytest.approx(expected.points)


def test_another_rubric_makes_other_points() -> None:
    given = verdict(Status.WRONG, "wrong_index")
    assert score(given, {"wrong_index": 0.3}, 2.0).points == pytest.approx(1.4)
    assert score(given, {"wrong_index": 0.75}, 2.0).points == pytest.approx(0.5)
    assert score(given, {"wrong_index": 1.0}, 2.0) == Score(Status.WRONG, 0.0)


def test_a_total_is_known_when_nothing_is_pending() -> None:
    decided = exercise("a", Status.PARTIAL, points=1.4, max_points=2.0)
    missing = exercise("b", Status.MISSING, points=0.0, max_points=2.0)
    waiting = exercise("c", Status.REVIEW, points=None, max_points=3.0)
    optional = exercise("d", Status.REVIEW, points=None, max_points=0.0, optional=True)
    assert total([decided, missing, optional]) == (1.4, 1.4, 0.0)
    assert total([decided, waiting, optional]) == (None, 1.4, 3.0)
    assert total([]) == (0.0, 0.0, 0.0)


def test_an_exercise_in_error_keeps_the_total_open() -> None:
    failed = exercise("a", Status.ERROR, points=None, max_points=2.0)
    assert total([failed]) == (None, 0.0, 2.0)


def test_totals_are_rounded_once_at_the_end() -> None:
    thirds = [exercise(name, Status.PARTIAL, points=1 / 3, max_points=1.0) for name in "abc"]
    assert total(thirds)[0] == 1.0
