"""What the student's page promises beyond what every page does."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest

from grader.report.answer import render_answer
from grader.report.notebook_order import cell_parts, in_notebook_order
from grader.report.room import Room
from grader.report.student_page import duration, student_page
from grader.result import Finding, Late, Passage, Status, Step, SubmissionInfo

from .markup import STUDENT_PAGE, Markup, assert_harmless
from .samples import HOSTILE, PNG, exercise, result
from .student_samples import READ, TYPED, gradient_finding, vandal, week1, week2

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = {"week1": week1, "week2": week2}


def section(page: str, number: int) -> str:
    """The part of a page that belongs to one exercise."""
    found = re.search(rf'<section id="exercise-{number}".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def text_of(html: str) -> str:
    return " ".join(Markup(html).text.split())


@pytest.mark.parametrize("name", SAMPLES)
def test_a_students_page(name: str, golden: Callable[[str, str], None]) -> None:
    page = student_page(SAMPLES[name]())
    assert_harmless(page, STUDENT_PAGE)
    golden(f"student-{name}.html", page)


def test_feedback_comes_in_the_order_of_the_notebook_and_the_table_in_that_of_the_sheet() -> None:
    page = student_page(week1())
    assert re.findall(r'<section id="(exercise-\d)"', page) == ["exercise-3", "exercise-1", "exercise-2"]
    assert re.findall(r'<tr><td><a href="#(exercise-\d)"', page) == ["exercise-1", "exercise-2", "exercise-3"]


def test_an_exercise_without_an_answer_follows_its_predecessor() -> None:
    exercises = [
        exercise("a", Status.CORRECT, cells=(9,)),
        exercise("b", Status.MISSING),
        exercise("c", Status.CORRECT, cells=(4,)),
        exercise("d", Status.MISSING),
    ]
    assert [one.id for one in in_notebook_order(exercises)] == ["c", "d", "a", "b"]


def test_each_cell_is_shown_with_what_was_noticed_there() -> None:
    (a,) = week1().exercises[:1]
    first, second = cell_parts([a])["a"]
    assert (first.cells, first.text, first.findings) == ((3,), "Two cells.", ())
    assert (second.cells, second.text, second.findings) == ((5,), f"$${TYPED}$$", a.findings)


def test_a_finding_without_a_cell_of_the_answer_is_told_all_the_same() -> None:
    findings = (Finding(code="x", message="of all"), Finding(code="x", message="of another cell", cell=99))
    shown = exercise("a", Status.WRONG, cells=(3,), passages=(Passage(cell=3, start=0),), findings=findings)
    text = text_of(student_page(result("s1", exercises=(shown,))))
    assert "of all" in text
    assert "of another cell (cell 99)" in text


def test_a_result_without_passages_shows_the_whole_answer() -> None:
    shown = exercise("a", Status.CORRECT, cells=(3, 4), answer="all of it")
    assert "Cells 3, 4 all of it" in text_of(student_page(result("s1", exercises=(shown,))))


def test_a_cell_of_two_exercises_is_shown_once_and_where_something_is_noticed() -> None:
    page = student_page(week2())
    assert page.count("def glorot(L)") == 1
    assert "Cell 8: shown at b-glorot." in text_of(section(page, 3))
    assert page.count("def he(L)") == 2


def test_a_formula_stands_as_typed_beside_as_read() -> None:
    page = section(student_page(week1()), 1)
    typed, read = page.index("What you typed"), page.index("What we read")
    assert typed < page.index(TYPED) < read
    assert "<math" in page[read:]
    assert READ not in page


def test_each_step_is_marked_in_words() -> None:
    text = text_of(section(student_page(week1()), 3))
    for word in ("✓ true", "✗ false", "… not read", "≔ definition", "The sign is gone."):
        assert word in text


def test_follow_through_is_explained_and_said_to_cost_nothing() -> None:
    text = text_of(section(student_page(week2()), 6))
    assert "Noted, costs nothing by itself: f is right for the notebook's own functions." in text
    assert "A mistake costs its points once, where it was made." in text


def test_lateness_and_its_price_stand_apart_from_the_mark() -> None:
    text = text_of(student_page(week2()))
    assert "Late by 1 day 9 h, which costs 1.2 points." in text
    assert "1.2 off for being late" in text
    late = SubmissionInfo(file="a.ipynb", sha256="", late=Late(seconds=61))
    assert "Late by 2 min, which costs nothing." in text_of(student_page(result("s1", submission=late)))
    assert "Late" not in text_of(student_page(week1()))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 min"),
        (60, "1 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (86_400, "1 day"),
        (183_000, "2 days 2 h"),
    ],
)
def test_a_time_in_words(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_it_says_which_of_several_notebooks_counted() -> None:
    text = text_of(student_page(week2()))
    assert "About what was handed in Several notebooks were handed in. Graded is s020.ipynb." in text


def test_pictures_have_a_title_a_text_alternative_and_a_caption() -> None:
    page = section(student_page(week2()), 5)
    labels = re.findall(r'<svg role="img" aria-label="([^"]+)"', page)
    assert len(labels) == page.count("<title>") == page.count("<figcaption>") == 2
    assert "g_w[0]: 2 of 6 entries wrong" in labels[0]
    assert "g_w[1]: shape (1, 3), expected (3, 1)" in labels[0]
    assert "g_b[0]: right" in labels[0]
    assert "g_b[1]: no array of numbers" in labels[0]
    assert "0.3 at step 1, 0.31 at step 1e-08" in labels[1]


def test_the_heat_map_draws_every_entry_with_its_level() -> None:
    page = section(student_page(week2()), 5)
    assert page.count('<rect class="off"') == 9
    assert re.findall(r'fill-opacity="([^"]+)"', page)[:6] == ["0.00", "0.00", "0.55", "0.00", "0.06", "0.00"]


def test_the_curves_are_flat_where_the_gradient_is_wrong_and_fall_where_it_is_right() -> None:
    page = section(student_page(week2()), 5)
    right, yours = (
        [float(point.split(",")[1]) for point in points.split()]
        for points in re.findall(r'<polyline class="curve (?:right|yours)" points="([^"]+)"', page)
    )
    assert max(yours) - min(yours) < 2
    assert right == sorted(right)
    assert right[-1] - right[0] > 100
    assert "Yours stays near 0.3 however small the step is" in text_of(page)


@pytest.mark.parametrize("damage", [{"deviations": 1, "convergence": [2]}, {"convergence": {"steps": [1.0]}}])
def test_evidence_in_another_form_is_left_out(damage: dict[str, object]) -> None:
    finding = gradient_finding().model_copy(update={"evidence": damage})
    shown = exercise("e", Status.PARTIAL, findings=(finding,))
    assert "<svg" not in student_page(result("s1", exercises=(shown,)))


def test_it_has_landmarks_and_headings_in_order() -> None:
    page = student_page(week2())
    assert page.count("<main>") == page.count("<nav ") == page.count("<h1>") == page.count("<footer>") == 1
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_whatever_a_notebook_holds_the_page_stays_small_and_says_what_it_left_out() -> None:
    page = student_page(vandal())
    assert len(page.encode()) < 1_000_000
    assert_harmless(page, STUDENT_PAGE)
    text = text_of(page)
    assert "this page is full" in text
    assert "… and more, which is not shown here." in text
    assert HOSTILE not in page


@pytest.mark.parametrize("fields", [{"steps": 300}, {"passages": 300}])
def test_of_many_cells_and_steps_the_first_are_shown_and_the_others_counted(fields: dict[str, int]) -> None:
    steps = (Step(text="a", status="true"),) * fields.get("steps", 0)
    passages = tuple(Passage(cell=n, start=2 * n) for n in range(fields.get("passages", 0)))
    shown = exercise("a", Status.REVIEW, answer="a\n" * 300, steps=steps, passages=passages)
    assert "… and 240 more" in text_of(student_page(result("s1", exercises=(shown,))))


def test_pictures_are_capped_together() -> None:
    html = render_answer(f"![a]({PNG}) ![b]({PNG}) words", Room(pictures=100))
    assert html.count("<img") == 1
    assert "too large together" in html
    assert "words" in html


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_colour_of_text_can_be_read_in_both_schemes(scheme: int) -> None:
    page = student_page(week2())
    palette = dict(re.findall(r"--(\w+): (#\w+);", re.findall(r":root \{(.*?)\}", page, re.DOTALL)[scheme]))
    papers = [palette.pop("paper"), palette.pop("panel")]
    del palette["line"]
    assert len(palette) == 9
    for colour in palette.values():
        assert all(contrast(colour, paper) >= 4.5 for paper in papers)
    worst_square = mixed(palette["wrong"], papers[0], 0.55)
    assert contrast(palette["text"], worst_square) >= 4.5


def channels(colour: str) -> list[float]:
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    return [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]


def mixed(colour: str, paper: str, opacity: float) -> str:
    parts = zip(channels(colour), channels(paper), strict=True)
    return "#" + "".join(f"{round(255 * (opacity * a + (1 - opacity) * b)):02x}" for a, b in parts)


def contrast(one: str, other: str) -> float:
    """As WCAG defines it."""

    def luminance(colour: str) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
