"""Finding the answers in a notebook without marks: headings, odd places, and what is not the student's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grader.assignment import load_assignment
from grader.locate import Answer, Sheet, locate
from grader.notebook import Cell, Notebook, read_notebook
from tests.fixtures import make_fixtures
from tests.symbolic.helpers import week1

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = "$$y_j = h_2(a_j^{(2)})$$"
OTHER = "$$y_j = h_3(a_j^{(3)})$$"


def notebook(*cells: str | tuple[str, str]) -> Notebook:
    """Markdown cells, or pairs of kind and source."""
    parts = [("markdown", cell) if isinstance(cell, str) else cell for cell in cells]
    return Notebook(tuple(Cell(at, kind, source) for at, (kind, source) in enumerate(parts)), "")  # type: ignore[arg-type]


def sheet() -> Sheet:
    assignment = week1()
    return Sheet([read_notebook(assignment.sheet_path)], assignment.exercises, assignment.spec.sections)


def answers(hand_in: Notebook) -> dict[str, Answer]:
    return locate(hand_in, sheet(), week1().exercises)


def texts(hand_in: Notebook) -> dict[str, str]:
    """Answers by exercise, those that say nothing left out; `e-argument` shares the answer of e."""
    return {
        name: " ".join(answer.text.split())
        for name, answer in answers(hand_in).items()
        if answer.text and name != "e-argument"
    }


def prompt(letter: str) -> str:
    """The cell of an exercise as the sheet has it."""
    for cell in make_fixtures.sheet()["cells"]:
        if cell["id"] == f"exercise-{letter}":
            return make_fixtures.text_of(cell)
    raise KeyError(letter)


# --- headings -------------------------------------------------------------------------------------------------------

HEADINGS = {
    "as on the sheet": "## Exercise b)",
    "small letters": "## exercise b)",
    "capitals": "## EXERCISE B)",
    "another level": "#### Exercise b)",
    "no space after the mark": "##Exercise b)",
    "indented": "  ## Exercise b)",
    "no bracket": "## Exercise b",
    "a dot": "## Exercise b.",
    "a colon": "## Exercise b: two hidden layers",
    "with a title": "## Exercise b) Two hidden layers",
    "bold": "**Exercise b)**",
    "no mark at all": "Exercise b)",
    "HTML": "<h2>Exercise b)</h2>",
    "Danish": "## Øvelse b)",
    "Danish, another word": "## Opgave b)",
    "German": "## Aufgabe b)",
}


@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS)
def test_an_exercise_starts_at_its_heading_however_that_is_written(heading: str) -> None:
    assert texts(notebook(prompt("a"), f"{heading}\n\n{OTHER}")) == {"b": OTHER}
    assert texts(notebook(prompt("a"), heading, OTHER)) == {"b": OTHER}


def test_a_mention_of_an_exercise_is_no_heading() -> None:
    found = texts(notebook(prompt("a"), f"As in exercise b) we write {ANSWER}"))
    assert list(found) == ["a"]


@pytest.mark.parametrize(
    "heading", ["## Answer to exercise a)", "### Exercise a) - answer", "### Solution", "**Svar:**", "# My proof"]
)  # fmt: skip
def test_a_heading_of_the_answer_starts_no_other_exercise(heading: str) -> None:
    ((letter, text),) = texts(notebook(prompt("a"), heading, ANSWER, prompt("b"))).items()
    assert (letter, text[-len(ANSWER) :]) == ("a", ANSWER)


# --- where an answer stands -----------------------------------------------------------------------------------------

PLACES: dict[str, tuple[str | tuple[str, str], ...]] = {
    "in the prompt's cell": (f"{prompt('a')}\n\n{ANSWER}", prompt("b")),
    "in a new cell": (prompt("a"), ANSWER, prompt("b")),
    "over the dots": (prompt("a").replace(r"\ldots", "a_j^{(2)}"), prompt("b")),
    "behind code": (prompt("a"), ("code", "1 + 1"), ANSWER, prompt("b")),
    "before code": (prompt("a"), ANSWER, ("code", "1 + 1"), prompt("b")),
    "in the second copy": (prompt("a"), f"{prompt('a')}\n\n{ANSWER}", prompt("b")),
    "in the first copy": (f"{prompt('a')}\n\n{ANSWER}", prompt("a"), prompt("b")),
    "in both parts of a split cell": (prompt("a").partition("$$")[0], ANSWER, prompt("b")),
    "below another exercise's": (prompt("b"), prompt("a"), ANSWER),
    "without the prompt": ("## Exercise a)", ANSWER),
    "the rest deleted": (f"## Exercise a)\n\n{ANSWER}",),
    "a raw cell between": (prompt("a"), ("raw", "x"), ANSWER, prompt("b")),
}


@pytest.mark.parametrize("cells", PLACES.values(), ids=PLACES)
def test_an_answer_is_found_where_it_stands(cells: tuple[str, ...]) -> None:
    (found,) = texts(notebook(*cells)).items()
    assert found[0] == "a"
    assert "".join(found[1].split()) == "".join(ANSWER.split())


def test_the_cells_that_were_taken_are_told() -> None:
    found = answers(notebook(prompt("a"), ANSWER, ("code", "1"), "So.", prompt("b")))
    assert found["a"].cells == (1, 2, 3)
    assert [piece.cell for piece in found["a"].pieces] == [1, 3]
    assert [piece.text for piece in found["a"].code] == ["1"]


def test_the_answer_to_b_in_the_cell_of_a_belongs_to_b() -> None:
    found = texts(notebook(f"{prompt('a')}\n\n{ANSWER}\n\nb) {OTHER}", prompt("b")))
    assert found == {"a": ANSWER, "b": OTHER}


def test_a_line_that_begins_with_a_letter_moves_nothing_where_b_has_an_answer() -> None:
    found = texts(notebook(f"{prompt('a')}\n\n{ANSWER}\n\nb) {OTHER}", prompt("b"), OTHER))
    assert found["b"] == OTHER
    assert OTHER in found["a"]


def test_an_exercise_that_was_deleted_has_an_empty_answer() -> None:
    assert answers(notebook(prompt("a"), prompt("c")))["b"] == Answer("b")


SECTIONS = ["# Error backpropagation", "## Gradient for layer $L$", "# Loss functions and maximum likelihood",
            "## Classification, One-Hot and Softmax", "# What comes next"]  # fmt: skip


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_of_the_lecture_ends_an_exercise(section: str) -> None:
    found = texts(notebook(prompt("a"), ANSWER, f"{section}\n\nThe lecture goes on.", "And on."))
    assert found == {"a": ANSWER}


def test_a_section_inside_the_cell_ends_it_too() -> None:
    assert texts(notebook(f"{prompt('a')}\n\n{ANSWER}\n\n# Error backpropagation\n\nMore.")) == {"a": ANSWER}


def test_a_heading_of_the_students_own_does_not() -> None:
    found = texts(notebook(prompt("a"), "# Idea\n\nTwo layers.", ANSWER))
    assert "Two layers." in found["a"]
    assert ANSWER in found["a"]


# --- what is not the student's --------------------------------------------------------------------------------------

REMARKS = {
    "in red": '<font color="red">Reviewer: I think it is $y_j = 7$.</font>',
    "a peer's": "Peer feedback: it should be $$y_j = 7$$",
    "a comment from somebody": "**Comment from Ida:** it should be $$y_j = 7$$",
    "quoted": "> Reviewer 2: it should be $$y_j = 7$$",
}


@pytest.mark.parametrize("remark", REMARKS.values(), ids=REMARKS)
def test_what_a_reviewer_wrote_is_not_the_students(remark: str) -> None:
    found = answers(notebook(f"{prompt('a')}\n\n{ANSWER}\n\n{remark}"))["a"]
    assert found.remarks
    assert "7" not in found.text
    assert ANSWER in found.text


def test_what_follows_a_remark_in_a_font_tag_is_the_students_again() -> None:
    found = answers(notebook(prompt("a"), f"{REMARKS['in red']}\n\n{ANSWER}"))["a"]
    assert (found.text, found.remarks) == (ANSWER, True)


@pytest.mark.parametrize("letter", "abcdefghijkl")
def test_a_blank_exercise_says_nothing(letter: str) -> None:
    assert texts(notebook(prompt(letter))) == {}


REWRAPPED = {
    "bold": lambda text: "\n\n".join(
        part if part.startswith(("#", "$$")) else f"**{part.strip()}**" for part in text.split("\n\n")
    ),
    "one line a paragraph": lambda text: "\n\n".join(
        part if "$$" in part else " ".join(part.split()) for part in text.split("\n\n")
    ),
    "quoted": lambda text: "\n".join(f"> {line}" if not line.startswith("#") else line for line in text.split("\n")),
    "trailing spaces": lambda text: text.replace("\n", "  \n"),
    "no empty lines": lambda text: text.replace("\n\n", "\n"),
}  # fmt: skip


@pytest.mark.parametrize("change", REWRAPPED.values(), ids=REWRAPPED)
@pytest.mark.parametrize("letter", "aegij")
def test_a_blank_exercise_says_nothing_however_its_prompt_was_reformatted(
    letter: str, change: object
) -> None:
    assert callable(change)
    assert texts(notebook(change(prompt(letter)))) == {}


ELSEWHERE = {
    "a": "## Exercise a)\n\na) Write the network's output as a function of its inputs. Complete\n$$\ny_j = h_2(\\ldots) \\ .\n$$",
    "e": "## Exercise e)\n\ne) Show that maximum likelihood leads to the loss\n$$\n"
    "\\frac{ND}{2} \\log 2\\pi\\sigma^2 + \\frac{1}{2 \\sigma^2} E(w) \\ .\n$$\n"
    "*Hint:* Take minus the logarithm of the likelihood.",
    "g": "## Exercise g)\n\ng) Derive from the softmax likelihood that the loss is\n$$\n"
    "E(w) = -\\sum_{n=1}^N \\sum_{k=1}^K t_{nk} \\log y_k(\\mathbf{x}_n)\n$$",
    "j": "## Exercise j)\n\nj) Show that for all layers $l<L$\n$$\\begin{align}\n"
    "\\frac{\\partial E(w)}{\\partial w^{(l)}_{ji}} &= \\delta^{(l)}_j z^{(l-1)}_i \\\\\n"
    "\\delta^{(l)}_j &= \\sum_{k=1}^K \\delta^{(l+1)}_k w^{(l+1)}_{kj} h_l'(a^{(l)}_j)\n\\end{align}$$",
}
"""Prompts of another year's sheet, which we do not have."""


@pytest.mark.parametrize("letter", [letter for letter in ELSEWHERE if letter != "a"])
def test_a_prompt_in_other_words_is_no_answer(letter: str) -> None:
    assert texts(notebook(ELSEWHERE[letter])) == {}


@pytest.mark.parametrize("letter", ELSEWHERE)
def test_an_answer_below_a_prompt_in_other_words_is_found(letter: str) -> None:
    own = "I find this:\n\n$$q = \\exp(r)$$"
    found = texts(notebook(f"{ELSEWHERE[letter]}\n\n{own}"))
    assert " ".join(own.split()) in found[letter]
    found = texts(notebook(ELSEWHERE[letter], own))
    assert found[letter].endswith(" ".join(own.split()))


@pytest.mark.parametrize(
    ("letter", "text"),
    [
        ("d", "The output becomes a linear function."),
        ("e", "We apply the log because it is increasing and multiply by minus one."),
        ("f", r"The best $\sigma^2$ is $E/ND$."),
        ("h", "The gradient is proportional on average."),
        ("j", "By the chain rule."),
        ("l", "Sum over all data points."),
    ],
)
def test_a_short_answer_below_the_prompt_in_its_cell_is_found(letter: str, text: str) -> None:
    for gap in ("\n\n", "\n"):
        assert texts(notebook(f"{prompt(letter)}{gap}{text}")) == {letter: text}


def test_a_short_answer_without_any_prompt_is_found() -> None:
    text = "The output becomes a linear function."
    assert texts(notebook(f"## Exercise d)\n\n{text}")) == {"d": text}


def test_an_answer_typed_over_the_dots_of_another_prompt_is_found() -> None:
    text = ELSEWHERE["a"].replace(r"\ldots", "a_j^{(2)}")
    assert "h_2(a_j^{(2)})" in texts(notebook(text))["a"]


def test_a_chain_over_the_dots_is_an_answer() -> None:
    text = prompt("a").replace(r"h_2(\ldots)", r"h_2(\ldots) = h_2(a_j^{(2)})")
    assert r"h_2(a_j^{(2)})" in texts(notebook(text))["a"]


def test_the_sheet_of_an_earlier_year_is_known_where_the_assignment_names_it(tmp_path: Path) -> None:
    prompts = ("Describe in your own words what a neuron adds up, and why.", "Sketch what a neuron sends on.")
    own = "A curve: flat on the left, steep in the middle, flat again further on, never above one."
    assignment = 'name = "tiny"\ntitle = "Tiny"\n{}\n[[exercises]]\nid = "a"\nkind = "text"\ntitle = "A"\n'

    def located(earlier: str) -> str:
        (tmp_path / "assignment.toml").write_text(assignment.format(earlier))
        loaded = load_assignment(tmp_path)
        notebooks = [read_notebook(path) for path in (loaded.sheet_path, *loaded.earlier_sheets)]
        known = Sheet(notebooks, loaded.exercises, ())
        hand_in = notebook(f"## Exercise a)\n\n{prompts[1]}\n\n{own}")
        return locate(hand_in, known, loaded.exercises)["a"].text

    for name, text in (("notebook", prompts[0]), ("earlier", prompts[1])):
        cell = make_fixtures.markdown(f"## Exercise a)\n\n{text}", cell_id="a")
        content = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(content))
    assert located('earlier = ["earlier.ipynb"]') == own
    assert located("") != ""


# --- pictures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["attachment", "data_uri", "html", "link"])
def test_a_picture_as_an_answer_is_noticed(how: str, tmp_path: Path) -> None:
    path = tmp_path / "hand-in.ipynb"
    path.write_bytes(make_fixtures.image_answer("a", how=how))  # type: ignore[arg-type]
    found = answers(read_notebook(path))
    assert (found["a"].images or found["a"].linked_images) != ()
    assert found["a"].text == ""
    assert not any(answer.images or answer.linked_images for name, answer in found.items() if name != "a")


def test_a_picture_that_code_puts_out_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "hand-in.ipynb"
    path.write_bytes(make_fixtures.image_answer("d", how="output"))
    found = answers(read_notebook(path))["d"]
    assert [image.media_type for _, image in found.pictures] == ["image/png"]
    assert found.images == ()


def test_a_picture_of_the_sheet_is_no_answer() -> None:
    shown = "![network](network.png)"
    given = notebook(f"## Exercise a)\n\na) Look at this network.\n\n{shown}")
    known = Sheet([given], week1().exercises, ())
    assert locate(given, known, week1().exercises)["a"] == Answer("a")
