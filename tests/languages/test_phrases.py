"""How a sentence is found in a table, and that nothing which a student writes gets lost or translated in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.languages import ENGLISH, LanguageError, codes, language
from grader.languages.phrases import LONGEST, Phrases

TABLE = {
    "The weights are not printed.": "Vægtene mangler.",
    "`{name}` is not defined.": "`{name}` findes ikke.",
    "`{name}` stops with an exception: {text}": "`{name}` stopper: {text}",
    "{phrase} has shape {shape1}; its shape should be {shape2}.": "{phrase} har formen {shape1}, ikke {shape2}.",
    "{phrase1} is wrong in {number1} of {number2} entries{more}; see {phrase2}.": (
        "{number1} af {number2} elementer i {phrase1} er forkerte{more}; se {phrase2}."
    ),
    ", the first at {shape}": ", det første på {shape}",
    "`{name1}[{number}]` of `{name2}`": "`{name1}[{number}]` fra `{name2}`",
    "the sheet": "arket",
    "the softmax": "softmax",
    "no equation for {list} was found": "ingen ligning for {list}",
    "not shown: {said}": "ikke vist: {said}",
    "{text1} and {text2} were both handed in": "{text1} og {text2} blev begge afleveret",
    "shown to {number} places": "vist med {number} decimaler",
}
DANISH = Phrases(TABLE, decimal=",", conjunction=" og ")

WRITTEN = st.text(max_size=60) | st.lists(st.sampled_from([*TABLE, "{text}", " and ", ": ", ". ", "`"])).map(
    "".join
)
"""What a student may write: anything, and pieces of our own sentences."""


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("The weights are not printed.", "Vægtene mangler."),
        ("`f` is not defined.", "`f` findes ikke."),
        (
            "`z[2]` of `f` has shape (3, 4); its shape should be (4,).",
            "`z[2]` fra `f` har formen (3, 4), ikke (4,).",
        ),
        (
            "the sheet is wrong in 2 of 5 entries, the first at [0, 1]; see the softmax.",
            "2 af 5 elementer i arket er forkerte, det første på [0, 1]; se softmax.",
        ),
        (
            "the sheet is wrong in 2 of 5 entries; see the sheet.",
            "2 af 5 elementer i arket er forkerte; se arket.",
        ),
        ("no equation for a_j, the sheet and w was found", "ingen ligning for a_j, arket og w"),
        ("shown to 1.5 places", "vist med 1,5 decimaler"),
        ("shown to -2e-05 places", "vist med -2e-05 decimaler"),
        ("The weights are not printed. `f` is not defined.", "Vægtene mangler. `f` findes ikke."),
        ("the sheet; the softmax", "arket; softmax"),
        ("not shown: the sheet; the softmax", "ikke vist: arket; softmax"),
        ("not shown: something of the teacher's", "ikke vist: something of the teacher's"),
        ("a.ipynb and b.ipynb were both handed in", "a.ipynb og b.ipynb blev begge afleveret"),
    ],
)
def test_a_sentence_is_said_in_danish(english: str, danish: str) -> None:
    assert DANISH.say(english) == danish


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing that the table knows",
        "The weights are not printed. Nor is this in the table.",
        "the sofa has shape (3, 4); its shape should be (4,).",
        "the sheet has shape of a kind; its shape should be (4,).",
        "shown to many places",
        "no equation for the sofa was found",
    ],
)
def test_what_is_not_in_the_table_stays_as_it_is(text: str) -> None:
    assert DANISH.say(text) == text


@given(WRITTEN)
def test_what_a_student_wrote_is_carried_over(written: str) -> None:
    text = f"`f` stops with an exception: {written}"
    assert DANISH.say(text) in {f"`f` stopper: {written}", text}


@given(WRITTEN, WRITTEN)
def test_two_texts_are_kept_apart_or_left_alone(first: str, second: str) -> None:
    text = f"{first} and {second} were both handed in"
    assert DANISH.say(text) in {f"{first} og {second} blev begge afleveret", text}


def test_a_students_words_do_not_end_a_slot() -> None:
    text = "mine and yours.ipynb and b.ipynb were both handed in"
    assert DANISH.say(text) == text


def test_a_students_words_are_no_sentence_of_ours() -> None:
    said = DANISH.say("`f` stops with an exception: `g` is not defined. The weights are not printed.")
    assert said == "`f` stopper: `g` is not defined. The weights are not printed."


def test_braces_of_a_student_are_no_slots() -> None:
    assert DANISH.say("`f` stops with an exception: {name} {text}") == "`f` stopper: {name} {text}"


@given(st.text(max_size=200))
def test_any_text_can_be_said(text: str) -> None:
    assert isinstance(DANISH.say(text), str)


def test_a_text_that_is_too_long_stays_as_it_is() -> None:
    text = f"`f` stops with an exception: {'x' * LONGEST}"
    assert DANISH.say(text) == text


def test_sentences_of_ours_within_each_other_come_to_an_end() -> None:
    text = "not shown: " * 300 + "the sheet. " * 8
    assert DANISH.say(text).startswith("ikke vist: ikke vist: ")


def test_english_says_everything_as_it_is() -> None:
    assert language("en") is ENGLISH
    assert ENGLISH.say("The weights are not printed.") == "The weights are not printed."
    assert ENGLISH.number("1.5") == "1.5"


def test_danish_writes_a_decimal_comma() -> None:
    assert language("da").number("1.5") == "1,5"


@pytest.mark.parametrize("code", ["xx", "", "../languages/da", "DA", "da.toml"])
def test_a_language_that_is_not_there_is_refused_with_those_that_are(code: str) -> None:
    with pytest.raises(LanguageError, match=r"there is da, en$"):
        language(code)


def test_the_languages_are_the_files() -> None:
    assert codes() == ["da", "en"]
