"""Pages as a browser shows them; `make test-browser` runs this, for it needs Chromium."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.assignment import load_assignment
from grader.report.store import Store, serialise
from grader.report.views import write_views
from grader.result import Status, Student
from tests.helpers import graded, graded_class
from tests.report.samples import class_results, exercise, result

from .chromium import DESKTOP, PHONE, Visit
from .hostile import AWAY, FILE, HTML, LATEX, NAME, RUN, write_hostile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Browser, Page

    from grader.result import Result

ROOT = Path(__file__).parents[2]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
WEEKS = pytest.mark.parametrize("week", ["week1", "week2"])


def written(out: Path, results: Iterable[Result]) -> Path:
    store = Store(out)
    for one in results:
        store.write(one.key, serialise(one))
    write_views(out)
    return out


def pages(out: Path) -> list[Path]:
    return [out / "index.html", *sorted((out / "students").glob("*.html"))]


@pytest.fixture(scope="module")
def real_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up class of week 1, as graded."""
    results = graded_class(ROOT / "submissions" / "week1", load_assignment("week1"))
    return written(tmp_path_factory.mktemp("real"), results.values())


@pytest.fixture(scope="module")
def sample_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every status, a group, code, pictures, hostile names."""
    return written(tmp_path_factory.mktemp("samples"), class_results().values())


@pytest.fixture(scope="module")
def hostile_classes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The hostile notebook of each week, through the whole grader."""
    classes = {}
    for week in ("week1", "week2"):
        folder = tmp_path_factory.mktemp("hostile")
        notebook = write_hostile(ROOT / "assignments" / week / "notebook.ipynb", folder / FILE)
        one = graded(notebook, load_assignment(week))
        named = one.model_copy(update={"students": (Student(id=NAME, name=NAME),)})
        classes[week] = written(folder / "OUT", [named])
    return classes


def overflow(page: Page) -> int:
    """By how many pixels the page as a whole is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def left(asked: list[str]) -> list[str]:
    """Requests that pages made; Chromium itself asks its maker whether somebody is logged in."""
    return [request for request in asked if "google" not in request]


@SIZES
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_of_a_class_are_shown_without_a_complaint(
    browser: Browser,
    real_class: Path,
    screenshots: Path,
    asked: list[str],
    size: tuple[int, int],
    *,
    dark: bool,
) -> None:
    device = ("phone" if size == PHONE else "desktop") + ("-dark" if dark else "")
    visit = Visit(browser, size, dark=dark)
    for path in (real_class / "index.html", real_class / "students" / "s104.html"):
        page = visit.show(path)
        page.screenshot(path=screenshots / f"{path.stem}-{device}.png", full_page=True)
        assert overflow(page) <= 0, path.name
    visit.close()
    assert visit.complaints == []
    assert visit.requests == []
    assert left(asked) == []


@SIZES
def test_no_page_is_wider_than_the_screen(
    browser: Browser, sample_class: Path, size: tuple[int, int]
) -> None:
    visit = Visit(browser, size)
    wide = {path.name: overflow(visit.show(path)) for path in pages(sample_class)}
    visit.close()
    assert max(wide.values()) <= 0, wide
    assert visit.complaints == []


@WEEKS
@SIZES
@pytest.mark.parametrize("bypass_csp", [False, True], ids=["with-csp", "without-csp"])
def test_a_hostile_notebook_runs_no_script_and_fetches_nothing(
    browser: Browser,
    hostile_classes: dict[str, Path],
    asked: list[str],
    week: str,
    size: tuple[int, int],
    *,
    bypass_csp: bool,
) -> None:
    """Escaping and the policy hold each without the other: a complaint of the policy means that escaping failed."""
    visit = Visit(browser, size, bypass_csp=bypass_csp)
    found = pages(hostile_classes[week])
    assert len(found) == 2
    for path, least in zip(found, (1, 50), strict=True):
        page = visit.show(path)
        assert page.content().count("evil.example") >= least, "the attack is not on the page"
        assert page.evaluate("window.pwned === undefined")
        assert page.locator("a[href^='javascript' i], iframe, object, embed, form, base, link").count() == 0
        assert page.locator("main [style], section [style], td [style]").count() == 0
        assert page.url == path.as_uri()
        assert overflow(page) <= 0, path.name
    visit.close()
    assert visit.complaints == []
    assert visit.requests == []
    assert left(asked) == []


@pytest.mark.parametrize("attack", [HTML, *LATEX[:1], f"<script>{RUN}</script>"])
def test_the_same_attacks_are_seen_where_nothing_holds_them(
    browser: Browser, asked: list[str], tmp_path: Path, attack: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html><body>{attack}", encoding="utf-8")
    visit = Visit(browser, DESKTOP)
    visit.show(path)
    visit.close()
    assert any("dialog: 1" in complaint for complaint in visit.complaints)
    assert any(request.startswith(AWAY) for request in visit.requests)
    assert any(AWAY in request for request in left(asked))


@pytest.fixture
def large_class(tmp_path: Path) -> Path:
    """Points from 12 down to 0 and unknown, in an order that is none of theirs."""
    statuses = (Status.CORRECT, Status.WRONG, Status.PARTIAL, Status.REVIEW, Status.MISSING)
    everyone = [
        result(
            f"s{i:02}",
            exercises=tuple(exercise(name, statuses[i * k % 5]) for name, k in (("a", 1), ("b", 2))),
        )
        for i in range(12)
    ]
    return written(tmp_path / "OUT", everyone)


def column(page: Page, number: int) -> list[str]:
    cells = page.locator(f"#submissions ~ .scroll tbody tr > :nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


def test_tables_are_sorted_by_mouse_and_by_keyboard(browser: Browser, large_class: Path) -> None:
    visit = Visit(browser, DESKTOP)
    page = visit.show(large_class / "index.html")
    heading = page.locator("#submissions ~ .scroll thead th", has_text="Points")
    before = column(page, 2)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    points = [float(text.removesuffix(" + ?")) for text in column(page, 2)]
    assert points == sorted(points)
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    points = [float(text.removesuffix(" + ?")) for text in column(page, 2)]
    assert points == sorted(points, reverse=True)
    assert sorted(before) == sorted(column(page, 2))
    marks = page.locator("#submissions ~ .scroll thead th", has_text="a").last
    marks.get_by_role("button").press("Space")
    assert heading.get_attribute("aria-sort") is None
    shown = column(page, 3)
    assert shown == sorted(shown, key="✓◐✗–…!".index)
    visit.close()
    assert visit.complaints == []


def test_the_class_page_can_be_used_without_its_script(browser: Browser, large_class: Path) -> None:
    visit = Visit(browser, DESKTOP, script=False)
    page = visit.show(large_class / "index.html")
    assert column(page, 1) == [f"s{i:02}" for i in range(12)]
    page.locator("a", has_text="to be reviewed").click()
    assert page.url.endswith("#review")
    page.locator("#submissions ~ .scroll a", has_text="s03").click()
    assert page.url.endswith("students/s03.html")
    visit.close()
    assert visit.complaints == []
