"""The letter that an answer calls the true class by, as in `t_c = 1`, and where it uses it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Big, Expression, Symbol, letter, number, walk
from grader.symbolic.reading.reader import read_usual
from grader.symbolic.truth.scope import index_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.symbolic.reading.statements import Chain, Member

_SHEET = frozenset("hijklmn")
"""Letters with which the sheet counts: they are no single class."""
_CLASS = r"(?:class|label|category|klasse|klassen|klas|kategori\w*)\b"
_TRUE = (
    r"\b(?:(?:true|correct|right|actual|observed|target|korrekte?|rigtige|sande|richtige|wahre|juiste|echte|ware)\s+"
    rf"{_CLASS}|{_CLASS}\s+(?:of|to|for|af|til|van|von)\s+(?:the|this|our|that|den|dette|het|\S*point|\S*example)\b)"
)


def letters_of_classes(chains: Sequence[Chain], text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The letters that stand for the true class, and all that are called so by `t_c = 1` or by a word.

    The sheet's own indices, and what is summed over anywhere, may be called so in a condition only.
    """
    nodes = [node for chain in chains for member in chain.members if (node := _read(member))]
    summed = {part.index for node in nodes for part in walk(node) if isinstance(part, Big)}
    stated = {name for chain in chains for name in _hit(chain)}
    letters = {symbol.name for node in nodes for symbol in _letters(node)}
    called = frozenset(name for name in letters if name in stated or _is_called_class(name, text))
    return called - summed - _SHEET, called


def speaks_of_the_class(node: Expression, classes: frozenset[str]) -> bool:
    """Whether the true class is an index in a formula."""
    return not classes.isdisjoint(index_letters(node))


def _read(member: Member) -> Expression | None:
    return read_usual(member.text)


def _letters(node: Expression) -> Iterator[Symbol]:
    """Small letters that stand anywhere in a formula, also in its conditions."""
    for part in walk(node):
        for symbol in (part, *part.indices) if isinstance(part, Symbol) else ():
            if isinstance(symbol, Symbol) and len(symbol.name) == 1 and symbol.name.islower():
                yield symbol


def _hit(chain: Chain) -> Iterable[str]:
    """The letter of the target that is said to be one: c in `t_c = 1`."""
    for left, right in zip(chain.members, chain.members[1:], strict=False):
        target = _read(left)
        if isinstance(target, Symbol) and target.name == "t" and _read(right) == number(1):
            yield from (name for index in target.indices if (name := letter(index)) is not None)


def _is_called_class(name: str, text: str) -> bool:
    """Whether words call the letter the class of a data point, with no formula between them."""
    alone = rf"\$\s*{re.escape(name)}\s*(?:\$|=|\\in)"
    said = rf"{_TRUE}[^.$\n]{{0,20}}{alone}|{alone}[^.$\n]{{0,20}}{_TRUE}"
    return re.search(said, text, re.IGNORECASE) is not None
