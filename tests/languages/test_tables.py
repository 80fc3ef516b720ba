"""Each language says all that students are told, and nothing else."""

from __future__ import annotations

import re

import pytest

from grader.languages import codes, language
from grader.languages.phrases import KINDS
from grader.languages.templates import Template

from .said import literals, said, skeleton, table

OTHERS = [code for code in codes() if code != "en"]


def test_danish_is_there() -> None:
    assert OTHERS == ["da"]


@pytest.mark.parametrize("code", OTHERS)
def test_all_that_students_are_told_is_in_the_table(code: str) -> None:
    known = set(map(skeleton, table(code)))
    absent = [f"{place}: {text!r}" for text, place in said().items() if text not in known]
    assert not absent, f"add to grader/languages/{code}.toml, with names in the braces:\n" + "\n".join(absent)


@pytest.mark.parametrize("code", OTHERS)
def test_the_table_holds_nothing_that_nobody_says(code: str) -> None:
    assert [text for text in table(code) if skeleton(text) not in literals()] == []


@pytest.mark.parametrize("code", OTHERS)
def test_both_sides_have_the_same_slots(code: str) -> None:
    for english, other in table(code).items():
        slots = [slot.name for slot in Template.parse(english).slots]
        assert sorted(slots) == sorted(slot.name for slot in Template.parse(other).slots), english
        assert len(slots) == len(set(slots)), english
        assert {slot.kind for slot in Template.parse(english).slots} <= KINDS, english


@pytest.mark.parametrize("code", OTHERS)
def test_slots_are_kept_apart_by_words(code: str) -> None:
    for english in table(code):
        assert all(Template.parse(english).words[1:-1]), english


@pytest.mark.parametrize("code", OTHERS)
def test_code_in_a_sentence_is_the_same_on_both_sides(code: str) -> None:
    for english, other in table(code).items():
        assert english.count("`") == other.count("`"), english
        assert sorted(english.split("`")[1::2]) == sorted(other.split("`")[1::2]), english
        assert english[-1:].isspace() == other[-1:].isspace(), english


def test_the_scan_sees_what_is_known_to_be_said() -> None:
    for text in (
        "a person reads the text",
        "{} has shape {}; its shape should be {}.",
        "The activation function itself stands where its derivative belongs, in the output layer.",
        "\\{} is not known here",
        "The two indices of a weight are the wrong way round.",
        "Late by {}, which costs nothing.",
        "the cross entropy",
    ):
        assert text in said(), text


FILLED = {
    "number": "2",
    "name": "f",
    "shape": "(2,)",
    "list": "f, g",
    "phrase": "the notebook",
    "more": "",
    "text": "t",
    "said": "t",
}
"""What may stand in a slot of each kind."""


@pytest.mark.parametrize("code", OTHERS)
def test_each_sentence_is_found_and_taken_for_no_other(code: str) -> None:
    phrases = {**FILLED, "phrase": table(code)[FILLED["phrase"]]}
    for english, other in table(code).items():
        assert language(code).say(filled(english, FILLED)) == filled(other, phrases), english


def filled(sentence: str, values: dict[str, str]) -> str:
    return re.sub(r"\{([a-z]+)\d*\}", lambda found: values[found[1]], sentence)
