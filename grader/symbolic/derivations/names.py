"""Names that a student gives to something, and letters that count data points: what holds in a whole answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import (
    Add,
    Applied,
    Big,
    Dots,
    Expression,
    Function,
    Negative,
    Number,
    Symbol,
    letter,
    walk,
)
from grader.symbolic.reading.reader import read_usual
from grader.symbolic.truth.scope import UNITS, Definition, data_letters, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.symbolic.derivations.equation import Grounds
    from grader.symbolic.reading.statements import Chain

_SHEET = frozenset([*"w x y t a z delta E sigma pi p e N K D M h".split(), "mathcal N"])
"""What has a meaning already; `l` has one as an index and as a label only, and is a name elsewhere."""
_COUNTERS = frozenset("cijklmnDKLMN")
"""Letters that count something, or say how many there are."""


@dataclass(frozen=True, slots=True)
class Named:
    """A left side that gives a name to something, itself or through its logarithm."""

    symbol: Symbol
    logarithm: bool = False
    negative: bool = False

    def solved(self, value: Expression) -> Expression:
        """What the name stands for if the left side has this value."""
        if self.negative:
            value = Negative(value)
        return Function("exp", value) if self.logarithm else value


def given_name(text: str, meaning: str) -> Named | None:
    r"""The name that an equality gives to something: `L(w) = ...`, `\\log L(w) = ...`, `u_j = a_j^{(l)}`, `a_j = a_j^{(L)}`.

    None where the left side is no name, or where letters are compared, as in `k = j`.
    """
    node, value = read_usual(text), read_usual(meaning)
    if node is None or (
        _is_letter(node) and (value is None or _is_letter(value) or isinstance(value, Number))
    ):
        return None
    negative = isinstance(node, Negative)
    inner = node.operand if isinstance(node, Negative) else node
    logarithm = isinstance(inner, Function) and inner.name == "log"
    if isinstance(inner, Function) and logarithm:
        inner = inner.argument
    symbol = own_name(inner)
    if symbol is not None and symbol.name == "l" and (value is None or only_counts(value)):
        return None  # `l = L - 1` is about the layer
    if symbol is None and isinstance(node, Symbol) and _is_same_with_label(node, value):
        symbol = node
    return None if symbol is None else Named(symbol, logarithm, negative)


def only_counts(node: Expression) -> bool:
    """Whether an expression is made of letters that count something, as `L - 1` is."""
    return all(_counts(part) for part in walk(node))


def _counts(node: Expression) -> bool:
    if isinstance(node, Symbol):
        return node.name in _COUNTERS and not node.indices and node.label is None
    return isinstance(node, (Number, Add, Negative, Dots))


def _is_letter(node: Expression) -> bool:
    """Whether a node is a small letter of its own, which may count something."""
    return isinstance(node, Symbol) and not node.indices and len(node.name) == 1 and node.name.islower()


def _is_same_with_label(node: Symbol, value: Expression | None) -> bool:
    """Whether a value is the symbol with its layer, which is then left out from there on."""
    return (
        isinstance(value, Symbol)
        and node.name in UNITS
        and node.label is None
        and value.label is not None
        and (node.name, node.indices) == (value.name, value.indices)
    )


def definition_of(named: Named, expression: Expression | None) -> Definition | None:
    parameters = tuple(letter(index) or "" for index in named.symbol.indices if not isinstance(index, Number))
    if expression is None or "" in parameters:
        return None
    return Definition(parameters, named.solved(expression))


def letters_of_points(chains: Sequence[Chain], grounds: Grounds) -> frozenset[str]:
    """The letters that count data points in some sum of an answer, and nothing else in any other."""
    setting = grounds.frames[0][0]
    found: set[str] = set()
    others: set[str] = set()
    for chain in chains:
        for member in chain.members:
            node = read_usual(member.text)
            for part in walk(node) if node is not None else ():
                if isinstance(part, Big) and part.index is not None:
                    counts_points = part.index in data_letters((part,), setting)
                    (found if counts_points else others).add(part.index)
    return frozenset(found - others)


def names_given(chains: Sequence[Chain]) -> dict[str, Definition]:
    """The first meaning that each name gets anywhere in an answer."""
    found: dict[str, Definition] = {}
    for chain in chains:
        if len(chain.members) < 2:
            continue
        first, second = chain.members[:2]
        named = given_name(first.text, second.text)
        definition = None if named is None else definition_of(named, read_usual(second.text))
        if named is not None and definition is not None and named.symbol.name not in UNITS:
            found.setdefault(name_of(named.symbol), definition)
    return found


def own_name(node: Expression) -> Symbol | None:
    """A word or a letter that the sheet does not use."""
    if isinstance(node, Applied):
        node = node.symbol
    if not isinstance(node, Symbol) or node.label is not None:
        return None
    if node.name in _SHEET and not (node.name == "e" and node.indices):
        return None
    return node
