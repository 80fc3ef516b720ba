"""A sentence with slots, and what stands in them in a text.

No regular expression runs over a whole text: it is cut at the sentence's fixed words, from the left and from the right. Only where both
cuts are the same it is certain what stands in which slot, whatever a student put into one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FREE = frozenset({"text", "said"})
"""Kinds of slots that take anything, a student's words among them."""

_SLOT = re.compile(r"\{([a-z]+\d*)\}")


class AmbiguousError(Exception):
    """There is more than one way to understand a text."""


@dataclass(frozen=True)
class Slot:
    """A placeholder: its name is its kind, and a number where there are several of a kind."""

    name: str

    @property
    def kind(self) -> str:
        """What may stand here; `Phrases` knows the kinds."""
        return self.name.rstrip("0123456789")


@dataclass(frozen=True)
class Template:
    """Fixed words and, between them, slots."""

    words: tuple[str, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read `{name} is not defined.`; two slots side by side cannot be told apart."""
        pieces = _SLOT.split(text)
        return cls(tuple(pieces[::2]), tuple(map(Slot, pieces[1::2])))

    @property
    def is_free(self) -> bool:
        """Whether a student's words may stand in it."""
        return any(slot.kind in FREE for slot in self.slots)

    @property
    def length(self) -> int:
        """Characters of its fixed words: the more, the more it says."""
        return sum(map(len, self.words))

    def cut(self, text: str) -> list[str] | None:
        """What stands in the slots; None where the text is no such sentence.

        Raises:
            AmbiguousError: the fixed words stand in the text more than once.

        """
        first, *between, last = self.words
        start, end = len(first), len(text) - len(last)
        if start > end or not (text.startswith(first) and text.endswith(last)):
            return None
        left: list[str] = []
        at = start
        for words in between:
            found = text.find(words, at, end)
            if found < 0:
                return None
            left.append(text[at:found])
            at = found + len(words)
        left.append(text[at:end])
        right: list[str] = []
        at = end
        for words in reversed(between):
            # What was found from the left is found from the right too.
            found = text.rfind(words, start, at)
            right.append(text[found + len(words) : at])
            at = found
        right.append(text[start:at])
        if left != right[::-1]:
            raise AmbiguousError
        return left
