"""The table of one language at work: whole sentences, sentences with something in them, several sentences in a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.languages.templates import FREE, AmbiguousError, Template

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 4_000
"""Characters of a text beyond which it is shown as it is."""
_MOST_SENTENCES = 10
_DEEPEST = 5
"""Entries within entries."""

_END = re.compile(r"(?<=[.?!])\s+|;\s+")
"""Where one sentence of ours may end and the next one begins."""

_CHECKED = {
    "number": re.compile(r"[-+]?(?:\d{1,30}(?:\.\d{1,30})?(?:e[-+]?\d{1,4})?|inf|nan)"),
    "name": re.compile(r"[^\s`]{1,300}(?:, \d{1,9}\]{1,3})?"),
    "shape": re.compile(r"[(\[][\d, ]{0,100}[)\]]"),
}
"""Kinds of slots that stay as they are and must look like this."""

KINDS = FREE | {*_CHECKED, "phrase", "more", "list"}


class Phrases:
    """Sentences of ours in English and in another language.

    A slot is named by what stands in it, and a number where there are several alike: `{number}`, `{name}` (one word), `{shape}`,
    `{phrase}` (another entry of the table), `{more}` (another entry, or nothing), `{list}` (names or entries, joined by commas and `and`),
    `{text}` (anything, as it is: a student's words), `{said}` (anything, in the other language if the table has it).
    """

    def __init__(self, table: Mapping[str, str], *, decimal: str, conjunction: str) -> None:
        self._table = dict(table)
        self._decimal = decimal
        self._conjunction = conjunction
        templates = [(Template.parse(english), other) for english, other in table.items()]
        self._templates = sorted(
            ((template, other) for template, other in templates if template.slots),
            key=lambda entry: -entry[0].length,
        )

    def say(self, text: str) -> str:
        """The text in the other language, or as it is."""
        return text if len(text) > LONGEST else self._said(text, 0)

    def template(self, text: str) -> str:
        """A sentence with its slots still in it."""
        return self._table.get(text, text)

    def number(self, text: str) -> str:
        """A number with the other language's decimal sign."""
        return text.replace(".", self._decimal)

    def _said(self, text: str, depth: int) -> str:
        try:
            said = self._whole(text, depth)
            # Sentences within sentences within sentences are nothing that we say.
            return said or (self._in_sentences(text, depth) if depth < 2 else None) or text
        except AmbiguousError:
            return text

    def _whole(self, text: str, depth: int, *, inner: bool = False) -> str | None:
        """The text as one entry of the table; an inner one stands in a slot for phrases, where no student's words may be.

        Raises:
            AmbiguousError: it may be several, and what a student wrote would not be safe in them.

        """
        if text in self._table:
            return self._table[text]
        fitting = [
            (template, said)
            for template, other in self._templates
            if not (inner and template.is_free)
            and (said := self._filled(template, other, text, depth)) is not None
        ]
        if len(fitting) > 1 and any(template.is_free for template, _ in fitting):
            raise AmbiguousError
        return fitting[0][1] if fitting else None

    def _filled(self, template: Template, other: str, text: str, depth: int) -> str | None:
        """The other language's sentence, if the text is this one."""
        try:
            values = template.cut(text)
        except AmbiguousError:
            if template.is_free:
                raise
            return None
        if values is None:
            return None
        said: dict[str, str] = {}
        for slot, value in zip(template.slots, values, strict=True):
            translated = self._value(slot.kind, value, depth)
            if translated is None:
                return None
            said[slot.name] = translated
        # In one pass: braces that a student wrote are no slots.
        return re.sub(r"\{([a-z]+\d*)\}", lambda match: said[match[1]], other)

    def _value(self, kind: str, value: str, depth: int) -> str | None:
        """What stands in a slot; None where it cannot stand there."""
        if kind in _CHECKED:
            if not _CHECKED[kind].fullmatch(value):
                return None
            return self.number(value) if kind == "number" else value
        match kind:
            case "phrase":
                return self._whole(value, depth + 1, inner=True) if depth < _DEEPEST else None
            case "more":
                return self._value("phrase", value, depth) if value else ""
            case "list":
                return self._list(value, depth)
            case "said":
                return self._said(value, depth + 1) if depth < _DEEPEST else value
        return value

    def _list(self, value: str, depth: int) -> str | None:
        pieces = re.split(r"(, | and )", value)
        items = [self._value("phrase" if " " in item else "name", item, depth) for item in pieces[::2]]
        joints = [self._conjunction if joint == " and " else joint for joint in pieces[1::2]]
        said = [item for item in items if item is not None]
        if len(said) < len(items):
            return None
        return "".join(item + joint for item, joint in zip(said, [*joints, ""], strict=True))

    def _in_sentences(self, text: str, depth: int) -> str | None:
        """The text as several entries in a row, as few as possible; all of them or none."""
        ends = [(match.start(), match.end()) for match in _END.finditer(text)]
        if not ends or len(ends) > _MOST_SENTENCES:
            return None
        starts = [0, *(end for _, end in ends)]
        said: dict[int, str] = {len(text): ""}
        for start in reversed(starts):
            for stop, after in reversed([*ends, (len(text), len(text))]):
                if stop <= start or after not in said:
                    continue
                try:
                    sentence = self._whole(text[start:stop], depth)
                except AmbiguousError:
                    continue
                if sentence is not None:
                    said[start] = sentence + text[stop:after] + said[after]
                    break
        return said.get(0)
