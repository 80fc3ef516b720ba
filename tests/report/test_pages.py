from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.report.student_page import student_page
from grader.result import Result, Status

from .markup import STUDENT_PAGE, Markup, assert_harmless
from .samples import (
    HOSTILE,
    alice,
    bob_and_carol,
    class_results,
    exercise,
    failed,
    mallory,
    result,
    unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@pytest.mark.parametrize("name", class_results())
def test_a_students_page(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"student-{name}.html", student_page(class_results()[name]))


@pytest.mark.parametrize("page", [*map(student_page, class_results().values())])
def test_pages_need_nothing_and_run_nothing(page: str) -> None:
    markup = assert_harmless(page, STUDENT_PAGE)
    assert ("content", CSP) in markup.attributes
    assert "url(" not in page
    assert "@import" not in page


def test_hostile_text_is_shown_as_text() -> None:
    page = student_page(mallory())
    assert HOSTILE not in page
    # title, name, file, cause, picture's remark, answer and comment
    assert Markup(page).text.count(HOSTILE) >= 7


def test_control_characters_do_not_reach_a_page() -> None:
    page = student_page(mallory())
    assert not set(page) & {"\x00", "\x1b", "\u202e"}


def test_a_student_sees_nobody_elses_name() -> None:
    page = student_page(bob_and_carol())
    assert "s002" in page
    assert "s003" in page
    assert "s001" not in page


@pytest.mark.parametrize("name", class_results())
def test_links_lead_to_exercises(name: str) -> None:
    markup = Markup(student_page(class_results()[name]))
    targets = {
        f"#{value}" for key, value in markup.attributes if key == "id" and value.startswith("exercise")
    }
    assert {value for key, value in markup.attributes if key == "href"} == targets
    assert len(targets) == len(class_results()[name].exercises)


@pytest.mark.parametrize(
    ("shown", "total"),
    [
        (alice(), "3.5 of 6 points"),
        (bob_and_carol(), "0 of 6 points so far; a person still decides on 4"),
        (unreadable(), "This submission could not be read."),
        (failed(), "That is our fault, not yours."),
    ],
)
def test_the_total_says_what_is_known(shown: Result, total: str) -> None:
    assert total in " ".join(Markup(student_page(shown)).text.split())


def test_a_persons_comment_is_shown_with_the_mark() -> None:
    decided = exercise("b", Status.PARTIAL, comment="Good,\nbut short.", decided_by="person")
    text = Markup(student_page(result("s001", exercises=(decided,)))).text
    assert "Good,\nbut short." in text
    assert "Partly correct" in text


def test_an_optional_exercise_that_was_read_waits_no_longer() -> None:
    read = exercise("d", Status.REVIEW, optional=True, comment="Nice.", decided_by="person")
    text = Markup(student_page(result("s001", exercises=(read,)))).text
    assert "Read by a person" in text
    assert "Waits for a person" not in text
