"""Headings in a notebook: where an exercise starts, where the lecture goes on, what a student headed himself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from grader.notebook import Notebook

_LONGEST = 200
_TAG = re.compile(r"<[^<>\n]{0,200}>")
_ANSWER = r"answers?|solutions?|proofs?|svar|besvarelse|løsning|lösung|ans"
_ANSWER_WORD = re.compile(rf"\b(?:{_ANSWER}|continued)\b", re.IGNORECASE)
_EXERCISE = re.compile(
    rf"(?:(?P<answer>{_ANSWER})\s*(?:to|for|of|til|på|zu)?\s*)?(?:exercise|ex\.?|opgave|øvelse|oppgave|aufgabe)\s*"
    r"(?:\d+\s*[.)]?\s*)?\(?(?P<letter>[a-z])\b\s*\)?[.:]?(?P<rest>.*)",
    re.IGNORECASE,
)
_LETTER_ALONE = re.compile(
    rf"(?:(?:{_ANSWER})\s*(?:to|for|til)?\s*)?\(?(?P<letter>[a-z])(?:\)|\b).{{0,3}}", re.IGNORECASE
)
_TITLE_LIKE = re.compile(r"\s*(?:$|[-–—:(]|optional)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """A line that may be a heading: its range in the text, its words without markup, its Markdown level (0: none)."""

    start: int
    end: int
    words: str
    level: int
    first: bool
    """Whether nothing stands before it in its cell."""


@dataclass(frozen=True, slots=True)
class ExerciseTitle:
    """A title that names an exercise; one of an answer does not start it where the exercise has its own heading."""

    letter: str
    answer: bool


def titles(source: str) -> Iterator[Title]:
    """Every line of a text that is short enough to be a heading."""
    position = 0
    first = True
    for line in source.split("\n"):
        start, position = position, position + len(line) + 1
        if not line.strip():
            continue
        if len(line) <= _LONGEST:
            bare = _TAG.sub("", line).strip(" \t>")
            level = len(bare) - len(bare.lstrip("#"))
            words = bare.lstrip("#").strip(" \t*_-–")
            yield Title(start, start + len(line), words, level, first)
        first = False


def exercise_of(title: Title, letters: Collection[str]) -> ExerciseTitle | None:
    """The exercise that a title names, if it names one."""
    match = _EXERCISE.match(title.words)
    if match is not None and match["letter"].lower() in letters:
        rest = match["rest"]
        if len(rest) < 100 and (title.level or _TITLE_LIKE.match(rest)):
            answer = bool(match["answer"] or _ANSWER_WORD.search(rest))
            return ExerciseTitle(match["letter"].lower(), answer)
        return None
    alone = _LETTER_ALONE.fullmatch(title.words) if title.level else None
    if alone is not None and alone["letter"].lower() in letters:
        return ExerciseTitle(alone["letter"].lower(), answer=True)
    return None


class Sections:
    """Titles of the lecture's sections, each with the exercises that the sheet has behind it."""

    def __init__(
        self, notebooks: Collection[Notebook], others: Collection[str], letters: Collection[str]
    ) -> None:
        self._after: dict[str, frozenset[str]] = {_normal(title): frozenset() for title in others}
        for notebook in notebooks:
            self._after.update(_sections_of(notebook, letters))

    def ends(self, title: Title, letter: str | None) -> bool:
        """Whether a title is that of a section which can follow exercise `letter`.

        A section that the sheet has before the exercise does not end it: there the title is the student's.
        """
        normal = _normal(title.words)
        if normal not in self._after:
            if not title.level or "$" in title.words or _ANSWER_WORD.search(title.words):
                return False
            normal = next((known for known in self._after if _alike(normal, known)), "")
        elif not title.level and not title.first:
            return False
        return normal in self._after and letter not in self._after[normal]


def _sections_of(notebook: Notebook, letters: Collection[str]) -> dict[str, frozenset[str]]:
    found = [
        title
        for cell in notebook.cells
        if cell.kind == "markdown"
        for title in titles(cell.source)
        if title.level
    ]
    exercises = [title for title in found if exercise_of(title, letters)]
    # What is headed below the level of the exercises is a part of one: "### Why these variances?".
    deepest = max((title.level for title in exercises), default=6)
    after: dict[str, frozenset[str]] = {}
    following: set[str] = set()
    for title in reversed(found):
        exercise = exercise_of(title, letters)
        if exercise is not None:
            following.add(exercise.letter)
        elif title.level <= deepest:
            after[_normal(title.words)] = frozenset(following)
    return after


def _normal(title: str) -> str:
    """A title without markup; case is kept in formulas only, where L and l differ."""
    pieces = re.split(r"\$([^$]*)\$", re.sub(r"[*_#`]", "", title))
    folded = [piece if at % 2 else piece.casefold() for at, piece in enumerate(pieces)]
    return re.sub(r"[^\w<>+=-]", "", "".join(folded).replace("\N{EN DASH}", "-"))


def _alike(title: str, known: str) -> bool:
    return len(known) > 12 and SequenceMatcher(None, title, known).ratio() > 0.85
