"""How much of what a student wrote a page takes, so that it stays small and quick whatever that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from grader.languages import Language

TEXT = 500_000
"""Characters of HTML of answers; sentences, tables and our own pictures take the rest of a megabyte at most."""
SENTENCES = 150_000
"""Characters of HTML of what is said about them."""
PICTURES = 8_000_000
"""Bytes of the student's own pictures."""


@dataclass
class Room:
    """What is left of a page; `take` what is put on it."""

    text: int = TEXT
    pictures: int = PICTURES

    @property
    def full(self) -> bool:
        """Whether something did not fit."""
        return self.text < 0

    def take(self, html: Markup) -> bool:
        """Whether this HTML still fits; nothing does after what did not."""
        self.text = self.text - len(html) if len(html) <= self.text else -1
        return not self.full

    def take_picture(self, size: int) -> bool:
        """Whether a picture of so many bytes still fits."""
        fits = size <= self.pictures
        self.pictures -= size if fits else 0
        return fits


def note(text: str) -> Markup:
    """A remark of ours in the midst of a student's words."""
    return Markup('<em class="note">{}</em>').format(text)


def full(language: Language) -> Markup:
    """What stands in the place of what does not fit."""
    return note(language.say("… the rest is not shown: this page is full. See the notebook."))
