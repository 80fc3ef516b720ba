r"""Students' own macros: a text in which what they stand for is written out.

As MathJax does in a notebook: a definition in any formula counts from there on, for the whole notebook, also for a
command that has a meaning of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.symbolic.reading.definitions import DEFINITION, UNREADABLE, Macro
from grader.symbolic.reading.expansion import MAX_WORK, Expansion
from grader.symbolic.reading.markup import split_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.symbolic.reading.markup import Block

MAX_FORMULA = 50_000
"""Characters of a formula beyond which no macro in it is read."""


@dataclass(frozen=True, slots=True)
class Macros:
    """The macros that count at a place of a notebook."""

    known: Mapping[str, Macro] = field(default_factory=dict)
    definitions: int = 0
    work: int = 0
    """What writing out has cost so far."""

    def expand(self, text: str) -> tuple[str, Macros]:
        """A markdown text with its macros written out and without their definitions, and the macros that count behind it."""
        if not self.definitions and not DEFINITION.search(text):
            return text, self
        expansion = Expansion(self.known, self.definitions, self.work)
        pieces: list[str] = []
        end = 0
        for block in split_blocks(text):
            pieces.append(text[end : block.whole[0]])
            pieces.append(_expanded(text[slice(*block.whole)], block, expansion))
            end = block.whole[1]
        return "".join([*pieces, text[end:]]), Macros(expansion.known, expansion.definitions, expansion.work)

    def after(self, text: str) -> Macros:
        """The macros that count behind a text."""
        return self.expand(text)[1]

    def or_later(self, later: Macros) -> Macros:
        """Those of a place that is here or there; what means another thing there is not read."""
        same = {
            name: macro if self.known.get(name, macro) == macro else UNREADABLE
            for name, macro in later.known.items()
        }
        return replace(later, known=same)


def expand_all(texts: Iterable[str]) -> Iterator[str]:
    """Texts that follow each other in a notebook, each with the macros of those before it."""
    macros = Macros()
    for text in texts:
        expanded, macros = macros.expand(text)
        yield expanded


def _expanded(whole: str, block: Block, expansion: Expansion) -> str:
    """A block with its delimiters; one that only defines macros is nothing."""
    if block.kind == "prose":
        return whole
    if len(block.text) > MAX_FORMULA or expansion.work > MAX_WORK:
        marked = expansion.given_up(block.text)
        return whole if marked == block.text else _display(marked)
    text = expansion.of(block.text)
    if text == block.text:
        return whole
    if not text.strip():
        return " "
    start = block.start - block.whole[0]
    expanded = whole[:start] + text + whole[start + len(block.text) :]
    if [(one.kind, one.text) for one in split_blocks(expanded)] == [(block.kind, text)]:
        return expanded
    # It would end elsewhere: too long for a line, or a macro holds the mark at which formulas end.
    return _display(expansion.marked(block.text))


def _display(formula: str) -> str:
    """A formula between marks that no length and nothing in it can break."""
    return f"$$ {re.sub(r'[$](?=[$])', '$ ', formula)} $$"
