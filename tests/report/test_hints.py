"""What each hint level tells a student; what is kept stays whole."""

from __future__ import annotations

import pytest

from grader.lms.gradescope import results_json
from grader.report.hints import KINDS, OWN, Level, for_student
from grader.report.student_page import student_page
from grader.result import FINDING_CODES, ExerciseResult, Finding, Result, Status, Step

from .samples import exercise, result

OF_FILES = {"unreadable", "not_a_notebook", "too_large", "duplicate", "unknown_student", "other_assignment"}
SLIP = Finding(
    code="sign_error",
    message="The minus is lost.",
    hint="Follow the minus.",
    cell=4,
    text="t - y",
    evidence={"layer": 2},
)
AGAIN = Finding(code="sign_error", message="Another minus is lost.", cell=5)
RAISED = Finding(code="raised", message="`f` stops: NameError", hint="Line 3.", cell=7)
REMARK = Finding(code="convention", message="Taken as an average.", cell=7)
STEPS = (Step(text="a", status="false", message="not so"),)


def at(level: Level, status: Status = Status.PARTIAL, cause: str | None = None) -> ExerciseResult:
    told = for_student(_result(level, status, cause)).exercises
    return told[0]


def _result(level: Level, status: Status = Status.PARTIAL, cause: str | None = None) -> Result:
    findings = (SLIP, AGAIN, RAISED, REMARK)
    shown = exercise("a", status, findings=findings, steps=STEPS, read_as="y", cause=cause)
    return result("s1", exercises=(shown,), hints=int(level))


def test_every_kind_of_finding_has_its_words_at_every_level() -> None:
    assert KINDS.keys().isdisjoint(OWN)
    assert KINDS.keys() | OWN | OF_FILES | {"grader_error"} == FINDING_CODES


def test_the_highest_level_tells_all() -> None:
    assert for_student(_result(Level.HINT)) == _result(Level.HINT)


def test_a_place_comes_without_a_hint() -> None:
    told = at(Level.PLACE)
    assert [found.message for found in told.findings] == [
        found.message for found in (SLIP, AGAIN, RAISED, REMARK)
    ]
    assert not any(found.hint for found in told.findings)
    assert told.findings[0].evidence
    assert told.steps == STEPS


def test_a_kind_is_told_once_and_without_its_place() -> None:
    told = at(Level.KIND)
    kinds = [found for found in told.findings if found.code == "sign_error"]
    assert kinds == [Finding(code="sign_error", message=KINDS["sign_error"])]
    assert told.steps == ()


@pytest.mark.parametrize("level", [Level.VERDICT, Level.KIND])
def test_the_students_own_error_and_what_was_read_are_told_at_every_level(level: Level) -> None:
    told = at(level)
    assert {RAISED.message, REMARK.message} <= {found.message for found in told.findings}
    assert told.read_as == "y"
    assert told.status is Status.PARTIAL


def test_right_or_wrong_is_all_that_the_lowest_level_tells() -> None:
    assert {found.code for found in at(Level.VERDICT).findings} == {"raised", "convention"}


@pytest.mark.parametrize("level", [Level.VERDICT, Level.KIND])
def test_the_reason_for_a_person_quotes_nothing_that_is_not_told(level: Level) -> None:
    quoting = at(level, Status.REVIEW, f"Unsure: {SLIP.message}")
    assert quoting.cause == "A person looks at this answer."
    plain = at(level, Status.REVIEW, "a person reads the text")
    assert plain.cause == "a person reads the text"
    assert at(level, Status.PARTIAL, "not shown: the minus").cause is None
    assert at(Level.PLACE, cause=f"Unsure: {SLIP.message}").cause == f"Unsure: {SLIP.message}"


def test_the_students_page_and_gradescope_keep_to_the_level() -> None:
    for level, shown in ((Level.HINT, True), (Level.VERDICT, False)):
        told = _result(level)
        assert (SLIP.message in student_page(told)) is shown
        assert (SLIP.message in str(results_json(told, full_marks=2.0))) is shown


def test_results_keep_the_level_and_all_that_was_found() -> None:
    kept = Result.model_validate_json(_result(Level.VERDICT).model_dump_json())
    assert kept.hints == Level.VERDICT
    assert SLIP in kept.exercises[0].findings


def test_results_of_earlier_versions_tell_all() -> None:
    old = _result(Level.HINT).model_dump(exclude={"hints", "solution_after"})
    assert Result.model_validate(old).hints == Level.HINT
