"""Which assignment a notebook belongs to, by the words that only that assignment's sheet uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.notebook import Notebook

_WORD = re.compile(r"[^\W\d_]{4,}")
CLEARLY = 2.0
"""How many times more a notebook must have of another sheet's own words to be taken for that one."""
AT_LEAST = 0.3
"""Share of the other sheet's own words that it must have at least: nobody keeps less of a sheet."""


def own_words(sheets: Mapping[str, Notebook]) -> dict[str, frozenset[str]]:
    """For each sheet the words that no other sheet has."""
    vocabulary = {name: _words(sheet) for name, sheet in sheets.items()}
    return {
        name: frozenset(known.difference(*(other for key, other in vocabulary.items() if key != name)))
        for name, known in vocabulary.items()
    }


def mistaken_for(notebook: Notebook, name: str, own: Mapping[str, frozenset[str]]) -> str | None:
    """The assignment that a notebook clearly belongs to, if that is not `name`; `own` are the words of each sheet alone."""
    words = _words(notebook)
    shares = {sheet: len(known & words) / len(known) if known else 0.0 for sheet, known in own.items()}
    best = max(shares, key=lambda sheet: shares[sheet])
    if best == name or shares[best] < max(AT_LEAST, CLEARLY * shares[name]):
        return None
    return best


def _words(notebook: Notebook) -> set[str]:
    return {word.lower() for cell in notebook.cells for word in _WORD.findall(cell.source)}
