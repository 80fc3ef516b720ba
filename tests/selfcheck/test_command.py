"""`grader check` as a student runs it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from grader.assignment import load_assignment
from grader.exit_codes import ExitCode
from grader.numeric.probe import tier
from grader.result import Result
from grader.symbolic.reading.latex import to_latex
from grader.symbolic.reading.reader import read
from tests.helpers import graded
from tests.numeric import tiers

from .conftest import SUBMISSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import Outcome

    Check = Callable[..., Outcome]

HALF_RIGHT = SUBMISSIONS / "week1" / "s104.ipynb"
RIGHT = SUBMISSIONS / "week1" / "s101.ipynb"
BROKEN = SUBMISSIONS / "week1" / "s110.ipynb"
CODE = SUBMISSIONS / "week2" / "s203.ipynb"
NOTEBOOKS = [
    *sorted((SUBMISSIONS / "week1").glob("*.ipynb")),
    *sorted((SUBMISSIONS / "week2").glob("*.ipynb")),
]
UNREADABLE = {"s110.ipynb", "s210.ipynb"}


def ids(outcome: Outcome) -> list[str]:
    return [exercise["id"] for exercise in json.loads(outcome.out)["exercises"]]


@pytest.mark.parametrize(("notebook", "name"), [(HALF_RIGHT, "week1"), (CODE, "week2")])
def test_what_a_student_reads(
    notebook: Path, name: str, check: Check, golden: Callable[[str, str], None]
) -> None:
    outcome = check(notebook)
    assert outcome.code == ExitCode.FAILED
    assert outcome.err == ""
    golden(f"{name}.txt", outcome.out)


@pytest.mark.parametrize(("notebook", "name"), [(HALF_RIGHT, "week1"), (CODE, "week2")])
def test_what_a_student_reads_in_danish(
    notebook: Path, name: str, check: Check, golden: Callable[[str, str], None]
) -> None:
    golden(f"{name}.da.txt", check(notebook, "--lang", "da").out)


def test_the_assignment_says_in_which_language(check: Check, tmp_path: Path) -> None:
    folder = tmp_path / "week1"
    shutil.copytree(load_assignment("week1").folder, folder)
    settings = folder / "assignment.toml"
    settings.write_text(f'language = "da"\n{settings.read_text(encoding="utf-8")}', encoding="utf-8")
    danish = check(HALF_RIGHT, "--assignment", folder)
    assert danish.out == check(HALF_RIGHT, "--lang", "da").out
    assert check(HALF_RIGHT, "--assignment", folder, "--lang", "en").out == check(HALF_RIGHT).out


def test_an_unknown_language_is_a_mistake_of_use(check: Check) -> None:
    outcome = check(HALF_RIGHT, "--lang", "xx")
    assert outcome.code == ExitCode.USAGE
    assert outcome.err == "no language 'xx': there is da, en\n"


def test_what_a_student_reads_of_a_broken_notebook(
    check: Check, golden: Callable[[str, str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(BROKEN, tmp_path)
    monkeypatch.chdir(tmp_path)
    outcome = check(BROKEN.name)
    assert outcome.code == ExitCode.INPUT
    assert outcome.out == ""
    golden("unreadable.txt", outcome.err)


def test_everything_is_told_where_it_is_asked_for(check: Check, golden: Callable[[str, str], None]) -> None:
    golden("verbose.txt", check(HALF_RIGHT, "-v", "-e", "e", "-e", "f", "-e", "g").out)


def test_words_alone_are_enough(check: Check, golden: Callable[[str, str], None]) -> None:
    outcome = check(HALF_RIGHT, "--plain")
    golden("plain.txt", outcome.out)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_assignment_is_found_and_every_status_is_the_one_that_grading_gives(
    notebook: Path, check: Check
) -> None:
    outcome = check(notebook, "--json")
    told = Result.model_validate_json(outcome.out)
    if notebook.name in UNREADABLE:
        assert (outcome.code, told.status) == (ExitCode.INPUT, "unreadable")
        return
    assert told.assignment == notebook.parent.name
    result = graded(notebook, load_assignment(told.assignment))
    assert {one.id: (one.status, one.points) for one in told.exercises} == {
        one.id: (one.status, one.points) for one in result.exercises
    }
    assert told.points_decided == result.points_decided


def test_all_that_is_checked_now_may_be_right_while_a_person_reads_the_rest(check: Check) -> None:
    outcome = check(RIGHT)
    assert outcome.code == ExitCode.DONE
    assert "Checked now: 7 of 7 exercises full, 14 of 14 points." in outcome.out
    assert "A person reads later: d, e-argument, h (1 point)." in outcome.out
    assert "passed" not in outcome.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere.ipynb"],
        [HALF_RIGHT, "--assignment", "week9"],
        [HALF_RIGHT, "--exercise", "z"],
        [HALF_RIGHT, "--html", "page.ipynb"],
        [HALF_RIGHT, "--unknown"],
    ],
)
def test_wrong_usage(arguments: list[str | Path], check: Check) -> None:
    outcome = check(*arguments)
    assert outcome.code == ExitCode.USAGE
    assert outcome.out == ""
    assert outcome.err


def test_an_unknown_exercise_is_answered_with_those_there_are(check: Check) -> None:
    assert "week1 has no exercise z; there is a, b, c" in check(HALF_RIGHT, "--exercise", "z").err


def test_a_notebook_of_another_lab_cannot_be_checked_for_this_one(check: Check) -> None:
    outcome = check(HALF_RIGHT, "--assignment", "week2")
    assert outcome.code == ExitCode.INPUT
    assert "hand-in for week1" in outcome.err


def test_our_failure_is_not_the_students(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("grader.grading.check", broken)
    outcome = check(HALF_RIGHT, "-e", "a")
    assert outcome.code == ExitCode.INTERNAL
    assert "The grader failed on a: that is our fault, not yours." in outcome.out


def test_ctrl_c_ends_it(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.selfcheck.run.check_submission", interrupted)
    outcome = check(HALF_RIGHT)
    assert (outcome.code, outcome.err) == (ExitCode.INTERRUPTED, "Interrupted.\n")


def test_a_derivation_has_its_words_as_a_part(check: Check) -> None:
    assert ids(check(HALF_RIGHT, "--json", "-e", "e")) == ["e", "e-argument"]
    assert ids(check(HALF_RIGHT, "--json", "-e", "E-argument")) == ["e-argument"]
    assert ids(check(HALF_RIGHT, "--json", "-e", "b", "-e", "a")) == ["a", "b"]


def test_some_exercises_have_totals_of_their_own(check: Check) -> None:
    outcome = check(HALF_RIGHT, "--exercise", "b")
    assert "Checked now: 0 of 1 exercise full, 1.6 of 2 points." in outcome.out
    told = json.loads(check(HALF_RIGHT, "--json", "--exercise", "g").out)
    assert (told["points"], told["max_points"]) == (2.0, 2.0)


@pytest.mark.parametrize("arguments", [(), ("--exercise", "e", "--verbose"), ("--html", "page.html")])
def test_json_is_all_that_is_printed(
    arguments: tuple[str, ...], check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = check(HALF_RIGHT, "--json", *arguments)
    told = json.loads(outcome.out)
    assert told.keys() == graded(HALF_RIGHT, load_assignment("week1")).model_dump().keys()
    assert outcome.err == ""


def test_the_notebook_is_left_as_it_is(check: Check, tmp_path: Path) -> None:
    for original in (HALF_RIGHT, CODE):
        notebook = tmp_path / original.name
        shutil.copy(original, notebook)
        before = notebook.read_bytes(), notebook.stat().st_mtime_ns
        check(notebook, "--html", tmp_path / "page.html")
        assert (notebook.read_bytes(), notebook.stat().st_mtime_ns) == before
    assert {path.name for path in tmp_path.iterdir()} == {HALF_RIGHT.name, CODE.name, "page.html"}


def test_own_code_is_run_where_nothing_keeps_it_in_too(
    check: Check, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    tiers.enter(tiers.LIMITS_ONLY, monkeypatch)
    tier.cache_clear()
    request.addfinalizer(tier.cache_clear)
    outcome = check(CODE, "--json", "-e", "d")
    told = Result.model_validate_json(outcome.out)
    assert (outcome.code, outcome.err) == (ExitCode.DONE, "")
    assert told.environment.sandbox == "limits only"


def test_a_link_of_their_own_is_followed(check: Check, tmp_path: Path) -> None:
    link = tmp_path / "mine.ipynb"
    link.symlink_to(HALF_RIGHT)
    assert check(link, "--exercise", "g").code == ExitCode.DONE


def test_no_secret_is_read_or_made(check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    first = json.loads(check(CODE, "--json").out)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "other"))
    assert list(tmp_path.iterdir()) == []
    again = json.loads(check(CODE, "--json").out)
    assert [one["findings"] for one in again["exercises"]] == [one["findings"] for one in first["exercises"]]


def test_the_readme_shows_what_it_says(check: Check) -> None:
    readme = (SUBMISSIONS.parent / "README.md").read_text(encoding="utf-8")
    assert check(HALF_RIGHT, "-e", "b", "-e", "e", "-e", "g").out in readme


def test_a_page_is_written_beside_it(check: Check, tmp_path: Path) -> None:
    page = tmp_path / "pages" / "page.html"
    outcome = check(HALF_RIGHT, "--html", page)
    assert f"Page: {page}" in outcome.out
    assert "What we read" in page.read_text(encoding="utf-8")


def test_a_page_never_takes_the_place_of_the_notebook(check: Check, tmp_path: Path) -> None:
    notebook = tmp_path / "notebook"
    shutil.copy(HALF_RIGHT, notebook)
    link = tmp_path / "page.html"
    link.hardlink_to(notebook)
    for target in (notebook, link):
        assert check(notebook, "--html", target).code == ExitCode.USAGE
    assert notebook.read_bytes() == HALF_RIGHT.read_bytes()


def test_a_page_that_cannot_be_written_is_told(check: Check, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    outcome = check(HALF_RIGHT, "--html", tmp_path / "file" / "page.html")
    assert outcome.code == ExitCode.INPUT
    assert "page.html" in outcome.err


def test_the_students_own_error_comes_first_and_once(check: Check, tmp_path: Path) -> None:
    content = json.loads((SUBMISSIONS / "week2" / "s219.ipynb").read_text(encoding="utf-8"))
    notebook = tmp_path / "own.ipynb"
    notebook.write_text(json.dumps(content), encoding="utf-8")
    text = check(notebook, "--exercise", "d").out
    assert "NameError: name 'p' is not defined" in " ".join(text.split())
    assert text.count("why") == 1


def test_hints_are_what_the_assignment_allows(check: Check, tmp_path: Path) -> None:
    shutil.copytree(load_assignment("week1").folder, tmp_path / "lab")
    toml = tmp_path / "lab" / "assignment.toml"
    original = toml.read_text(encoding="utf-8")
    said = {}
    for level in range(4):
        toml.write_text(f"hints = {level}\n{original}", encoding="utf-8")
        outcome = check(HALF_RIGHT, "-a", tmp_path / "lab", "--exercise", "a", "--json")
        said[level] = [
            (finding["message"], finding["text"], finding["hint"])
            for finding in json.loads(outcome.out)["exercises"][0]["findings"]
        ]
        assert outcome.code == ExitCode.FAILED
    whole = said[3][0]
    assert said == {0: [], 1: [("An index is off.", None, None)], 2: [(*whole[:2], None)], 3: [whole]}


def printed_forms(reference: str) -> Iterator[str]:
    yield reference
    yield to_latex(read(reference)[0].expression)


@pytest.mark.parametrize("name", [path.name for path in NOTEBOOKS if path.parent.name == "week1"])
def test_what_is_said_never_holds_a_reference(name: str, check: Check) -> None:
    assignment = load_assignment("week1")
    for told in json.loads(check(SUBMISSIONS / "week1" / name, "--json").out)["exercises"]:
        sentences = [told["cause"], told["method"], *(step["message"] for step in told["steps"])]
        sentences += [text for finding in told["findings"] for text in (finding["message"], finding["hint"])]
        said = "".join("".join(filter(None, sentences)).split())
        for equation in assignment.exercise(told["id"]).equations:
            assert not any("".join(form.split()) in said for form in printed_forms(equation.reference))
