from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from grader.report.class_page import class_page
from grader.report.class_record import ClassRecord, OtherAttempt
from grader.report.overview import overview
from grader.result import Finding, Late, Result, Status, Student, SubmissionInfo

from .markup import PAGE, Markup, assert_harmless
from .samples import HOSTILE, alice, class_results, exercise, mallory, result, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

_PICTURE = re.compile(r"<svg .*?</svg>", re.DOTALL)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_IN_PICTURES = {"svg", "g", "path", "text", "rect", "defs", "clippath", "use"}


def page_of(*results: Result, record: ClassRecord | None = None) -> str:
    return "".join(class_page(overview(results, record)))


def whole_class() -> str:
    record = ClassRecord(
        assignment="week1",
        missing=(Student(id="s020", name=HOSTILE), Student(id="s021")),
        others=(OtherAttempt(student="s001", submitted="2026-08-31", files=(HOSTILE,)),),
        problems=(f"A file was refused. {HOSTILE}",),
    )
    return page_of(*class_results().values(), record=record)


def text_of(page: str) -> str:
    apart = re.sub("</t[dh]>|<br>", " ", _SCRIPT.sub("", page))
    return " ".join(Markup(apart).text.split())


def test_the_class_page(golden: Callable[[str, str], None]) -> None:
    """Pictures are looked at below: how Matplotlib writes a line differs from one release to the next."""
    golden("class.html", _PICTURE.sub("<svg/>", whole_class()))


def test_the_page_is_the_same_every_time() -> None:
    assert whole_class() == whole_class()


def test_only_one_script_may_run_and_nothing_is_fetched() -> None:
    page = whole_class()
    (script,) = _SCRIPT.findall(page)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    csp = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    rest = _PICTURE.sub("", page)
    markup = Markup(rest)
    assert ("content", csp) in markup.attributes
    assert page.count("<script") == 1
    targets = {f"#{value}" for name, value in markup.attributes if name == "id"}
    inner = {value for name, value in markup.attributes if name == "href" and value.startswith("#")}
    assert inner <= targets
    without = _SCRIPT.sub("", re.sub(r' href="#[^"]*"', "", rest))
    assert_harmless(without, PAGE | {"figure", "figcaption", "abbr", "script"})
    assert "@import" not in page
    assert "url(" not in rest


def test_pictures_hold_drawings_and_nothing_else() -> None:
    pictures = _PICTURE.findall(whole_class())
    assert len(pictures) == 2
    for picture in pictures:
        markup = Markup(picture)
        assert markup.elements <= _IN_PICTURES
        assert ("role", "img") in markup.attributes
        for name, value in markup.attributes:
            assert not name.startswith("on")
            assert not name.endswith("href") or value.startswith("#")
        assert not re.search(r"#[0-9a-f]{6}\b", picture), "a colour that is not the page's"


def test_pictures_say_in_words_what_they_show() -> None:
    labels = [value for name, value in Markup(whole_class()).attributes if name == "aria-label"]
    assert "Histogram of the totals: 3.5 to 4 points: 1." in labels
    assert any("b: 2 waits for a person, 1 partly correct" in label for label in labels)


def test_hostile_text_is_shown_as_text() -> None:
    hostile = result(
        "_x",
        exercises=(
            exercise(HOSTILE, Status.WRONG, findings=(Finding(code="image", message=HOSTILE, text=HOSTILE),)),
        ),
    )
    page = page_of(mallory(), hostile)
    assert HOSTILE not in page
    assert text_of(page).count(HOSTILE) >= 5


def test_control_characters_do_not_reach_the_page() -> None:
    assert not set(whole_class()) & {"\x00", "\x1b", "\u202e"}


def test_it_links_to_every_student() -> None:
    links = {value for name, value in Markup(whole_class()).attributes if name == "href"}
    assert {link for link in links if link.startswith("students/")} == {
        "students/_cmd.html",
        "students/s001.html",
        "students/s002%2Bs003.html",
        "students/s009.html",
        "students/s010.html",
    }


def test_the_first_screen_counts_and_links() -> None:
    links = {value for name, value in Markup(whole_class()).attributes if name == "href"}
    assert {"#submissions", "#missing", "#late", "#review", "#problems"} <= links
    words = "5 submissions 2 missing 1 late 2 to be reviewed 3 could not be graded Mean 3.5, median 3.5 of 6"
    assert words in text_of(whole_class())


def test_there_is_no_link_to_an_empty_list() -> None:
    links = {value for name, value in Markup(page_of(alice())).attributes if name == "href"}
    assert not {"#missing", "#review", "#problems"} & links


def test_who_is_late_is_listed_with_the_hours() -> None:
    late = SubmissionInfo(file="s7.ipynb", sha256="", late=Late(seconds=9000))
    assert "Late s7 2.5 h" in text_of(page_of(result("s7", submission=late)))


def test_the_commonest_mistake_comes_first_with_an_example_and_no_name() -> None:
    def wrong(student: str, code: str, text: str) -> Result:
        found = Finding(code=code, message=f"about {code}", text=text)
        named = (Student(id=student, name="Ada Lovelace"),)
        return result(student, students=named, exercises=(exercise("a", Status.WRONG, findings=(found,)),))

    page = page_of(
        wrong("s1", "image", "p"), wrong("s2", "sign_error", "-x < 1"), wrong("s3", "sign_error", "-y")
    )
    section = page[page.index('id="mistakes"') : page.index('id="submissions"')]
    assert "a 2 sign_error about sign_error -x < 1 open a 1 image" in text_of(section)
    assert "Ada" not in section
    assert "s2" not in text_of(section)


def test_negative_discrimination_comes_before_all_else() -> None:
    def answers(i: int) -> Result:
        good, bad = (Status.CORRECT, Status.WRONG) if i % 4 else (Status.WRONG, Status.CORRECT)
        always = exercise("a", Status.CORRECT)
        return result(
            f"s{i}", exercises=(always, exercise("b", good), exercise("c", good), exercise("d", bad))
        )

    text = text_of(page_of(*map(answers, range(20))))
    assert "Exercises to look at Negative discrimination: d (-1.00). Who does better" in text
    assert text.index("often a wrong key") < text.index("Hard:") < text.index("Easy:")
    assert "too small" not in text
    assert "Exercises to look at" not in text_of(page_of(*map(answers, range(19))))
    assert "(n = 19, which is too small" in text_of(page_of(*map(answers, range(19))))


def test_a_class_without_a_readable_file_has_a_page() -> None:
    page = page_of(unreadable())
    assert "No total is final yet." in page
    assert "<svg" not in page


@pytest.mark.parametrize(("count", "most"), [(1000, 600_000)])
def test_a_large_class_has_a_page_that_can_be_opened(count: int, most: int) -> None:
    letters = "abcdefghijklm"
    everyone = (
        result(f"s{i:04}", exercises=tuple(exercise(letter, Status.CORRECT) for letter in letters))
        for i in range(count)
    )
    assert sum(map(len, class_page(overview(everyone)))) < most
