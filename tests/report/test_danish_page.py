"""Students' pages in Danish."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import report
from grader.assignment import load_assignment
from grader.languages import ENGLISH, Language, codes, language
from grader.languages.templates import Template
from grader.report.student_page import Telling, student_page
from grader.result import Finding, Late, Result, Status, SubmissionInfo
from tests.helpers import graded_class
from tests.languages.said import table

from .markup import STUDENT_PAGE, Markup, assert_harmless
from .samples import HOSTILE, exercise, mallory, result
from .student_samples import vandal, week1, week2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DANISH = language("da")
SUBMISSIONS = Path(__file__).parents[2] / "submissions"


def text_of(page: str) -> str:
    return " ".join(Markup(page).text.split())


@pytest.mark.parametrize(("name", "sample"), [("week1", week1), ("week2", week2)])
def test_a_page_in_danish(
    name: str, sample: Callable[[], Result], golden: Callable[[str, str], None]
) -> None:
    page = student_page(sample(), Telling(DANISH))
    assert_harmless(page, STUDENT_PAGE)
    golden(f"student-{name}.da.html", page)


@pytest.mark.parametrize("spoken", [ENGLISH, DANISH])
def test_a_page_says_its_language(spoken: Language) -> None:
    assert f'<html lang="{spoken.code}">' in student_page(week1(), Telling(spoken))


def test_points_have_a_decimal_comma() -> None:
    shown = exercise("a", Status.PARTIAL, points=1.5, max_points=2.5)
    text = text_of(student_page(result("s1", exercises=(shown,), max_points=2.5), Telling(DANISH)))
    assert "1,5 / 2,5" in text
    assert "1,5 af 2,5 point" in text


@pytest.mark.parametrize(
    ("late", "sentence"),
    [
        (Late(seconds=90), "Afleveret 2 min for sent, hvilket ikke koster noget."),
        (Late(seconds=90_000, penalty=0.5), "Afleveret 1 dag 1 t for sent, hvilket koster 0,5 point."),
        (Late(seconds=200_000, penalty=0.5), "Afleveret 2 dage 7 t for sent, hvilket koster 0,5 point."),
    ],
)
def test_lateness_is_told_in_danish(late: Late, sentence: str) -> None:
    submission = SubmissionInfo(file="s1.ipynb", sha256="0" * 64, late=late)
    assert sentence in text_of(student_page(result("s1", submission=submission), Telling(DANISH)))


def test_what_the_table_does_not_know_is_shown_in_english() -> None:
    finding = Finding(code="wrong_value", message="Something new.")
    shown = exercise("a", Status.WRONG, findings=(finding,))
    assert "Something new." in text_of(student_page(result("s1", exercises=(shown,)), Telling(DANISH)))


@pytest.mark.parametrize("sample", [mallory, vandal])
def test_a_hostile_page_is_harmless_in_danish(sample: Callable[[], Result]) -> None:
    assert_harmless(student_page(sample(), Telling(DANISH)), STUDENT_PAGE)


def test_hostile_text_in_a_sentence_is_shown_as_text() -> None:
    message = f"`f` stops with an exception: {HOSTILE}"
    shown = exercise("a", Status.WRONG, findings=(Finding(code="raised", message=message),))
    page = student_page(result("s1", exercises=(shown,)), Telling(DANISH))
    assert_harmless(page, STUDENT_PAGE)
    assert f"f stopper med en undtagelse: {HOSTILE}" in text_of(page)


@pytest.mark.parametrize("code", [code for code in codes() if code != "en"])
@given(st.data())
def test_whatever_a_student_wrote_stands_in_the_sentence_unchanged(code: str, data: st.DataObject) -> None:
    sentences = [english for english in table(code) if "{text" in english]
    english = data.draw(st.sampled_from(sentences))
    template = Template.parse(english)
    written = st.text(max_size=40) | st.sampled_from(sorted(table(code)))
    plain = {
        "text": written,
        "said": written,
        "number": st.just("2"),
        "name": st.just("f"),
        "shape": st.just("(2,)"),
    }
    plain["phrase"] = plain["list"] = st.sampled_from(["the notebook", "the next layer"])
    plain["more"] = st.just("")
    values = {slot.name: data.draw(plain[slot.kind]) for slot in template.slots}
    said = language(code).say(english.format(**values))
    assert all(values[slot.name] in said for slot in template.slots if slot.kind == "text")


def told(graded: Result) -> Iterator[str]:
    """All sentences of a result that its page shows."""
    yield from (finding.message for finding in graded.findings)
    for one in graded.exercises:
        yield from filter(None, (one.cause, one.method, one.taken))
        yield from filter(None, (step.message for step in one.steps))
        for finding in one.findings:
            yield from filter(None, (finding.message, finding.hint))


@pytest.mark.parametrize("week", ["week1", "week2", "logistic"])
def test_all_that_the_made_up_classes_are_told_is_said_in_danish(week: str) -> None:
    sentences = {
        text
        for graded in graded_class(SUBMISSIONS / week, load_assignment(week)).values()
        for text in told(graded)
    }
    assert sentences
    assert [text for text in sorted(sentences) if DANISH.say(text) == text] == []


def test_the_template_holds_no_word_that_is_not_translated() -> None:
    template = (Path(report.__file__).parent / "templates" / "student.html.j2").read_text(encoding="utf-8")
    fixed = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "", template, flags=re.DOTALL)
    assert set(re.findall(r"\w{2,}", fixed)) == {"grader", "Python", "NumPy"}
