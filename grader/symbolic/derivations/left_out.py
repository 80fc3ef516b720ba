"""What a line left out of the line before it: a sum, a factor, a term, a function, put back where it may have stood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, permutations
from typing import TYPE_CHECKING

from grader.symbolic.mistakes.edits import Edit
from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Big,
    Case,
    Divide,
    Expression,
    Function,
    Multiply,
    Negative,
    Power,
    Symbol,
    walk,
    with_child,
    with_letters,
)
from grader.symbolic.truth.scope import index_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MAX_NAMINGS = 6
"""Ways in which the indices of a part are renamed for its new place."""
_CLOSED = frozenset(
    {"condition", "label", "lower", "upper", "excluding", "by", "symbol", "arguments", "given", "indices"}
)
"""Fields of a node in which no part of a formula is put."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A node of the line, and the letters that have a value there."""

    node: Expression
    letters: tuple[str, ...]
    inside: Expression | None
    """The node that it is a part of."""


def put_back(before: Expression, line: Expression, known: Sequence[Expression]) -> Iterator[Edit]:
    """The line with one part put back, wherever that may have stood.

    Parts are those of the line before it, and of the formulas of the sheet (`known`).
    """
    free = tuple(dict.fromkeys(index_letters(before)))
    strange = tuple(name for name in dict.fromkeys(index_letters(line)) if name not in free)
    slopes = (
        Multiply((replace(node, primes=1),))
        for one in (before, line)
        for node in walk(one)
        if isinstance(node, Activation) and not node.primes
    )
    parts = _Parts(tuple(node for one in (before, *slopes, *known) for node in walk(one)), free, strange)
    for put in (parts.sums, parts.functions, parts.factors, parts.terms, parts.exponents):
        yield from _everywhere(_Place(line, free, None), put)


@dataclass(frozen=True)
class _Parts:
    """What the line before consists of, to be put back at a place."""

    nodes: tuple[Expression, ...]
    free: tuple[str, ...]
    strange: tuple[str, ...]
    """Letters that are free in the line and not before it."""

    def sums(self, place: _Place) -> Iterator[Edit]:
        used = set(index_letters(place.node))
        for one in self.nodes:
            if isinstance(one, Big) and one.index is not None:
                for name in dict.fromkeys((*self.strange, one.index)):
                    if name not in used:
                        continue
                    again = replace(one, index=name, body=place.node, excluding=None)
                    yield Edit("missing_term", place.node.span, again)
        for name in self.strange:
            if name in used:
                yield Edit("missing_term", place.node.span, Big("sum", name, None, None, place.node))

    def functions(self, place: _Place) -> Iterator[Edit]:
        for name in dict.fromkeys(one.name for one in self.nodes if isinstance(one, Function)):
            yield Edit("missing_term", place.node.span, Function(name, place.node))
        for one in self.nodes:
            if isinstance(one, Activation):
                yield Edit("missing_activation", place.node.span, replace(one, argument=place.node))

    def factors(self, place: _Place) -> Iterator[Edit]:
        if isinstance(place.inside, Multiply):
            return
        for factor in self._named(self._factors, place):
            code = "missing_activation" if isinstance(factor, Activation) else "missing_factor"
            yield Edit(code, place.node.span, Multiply((place.node, factor)))
        below = [one.denominator for one in self.nodes if isinstance(one, Divide)]
        for denominator in self._named(below, place):
            yield Edit("missing_factor", place.node.span, Divide(place.node, denominator))

    def terms(self, place: _Place) -> Iterator[Edit]:
        if isinstance(place.inside, Add):
            return
        terms = [term for one in self.nodes if isinstance(one, Add) for term in one.terms]
        for term in self._named(terms, place):
            yield Edit("missing_term", place.node.span, Add((place.node, term)))
            yield Edit("missing_term", place.node.span, Add((place.node, Negative(term))))

    def exponents(self, place: _Place) -> Iterator[Edit]:
        exponents = [one.exponent for one in self.nodes if isinstance(one, Power)]
        for exponent in self._named(exponents, place):
            yield Edit("missing_factor", place.node.span, Power(place.node, exponent))

    @cached_property
    def _factors(self) -> list[Expression]:
        found: list[Expression] = []
        for one in self.nodes:
            match one:
                case Multiply(factors):
                    found.extend(factors)
                case Divide(part, _) | Power(part, _):
                    found.append(part)
        return found

    def _named(self, parts: Sequence[Expression], place: _Place) -> Iterator[Expression]:
        """The parts, each once, with letters that are neither free nor bound in them named as at their new place."""
        bound = [name for name in place.letters if name not in self.free]
        for part in dict.fromkeys(parts):
            own = [name for name in dict.fromkeys(index_letters(part)) if name not in self.free]
            for names in islice(permutations((*bound, *self.free), len(own)), MAX_NAMINGS):
                yield with_letters(part, {old: Symbol(new) for old, new in zip(own, names, strict=True)})


def _everywhere(place: _Place, put: Callable[[_Place], Iterator[Edit]]) -> Iterator[Edit]:
    node = place.node
    if not isinstance(node, Case):
        yield from put(place)
    if isinstance(node, Symbol):
        return
    letters = place.letters
    if isinstance(node, Big) and node.index is not None:
        letters = tuple(dict.fromkeys((*letters, node.index)))
    for name, at, part in node.parts:
        if name not in _CLOSED:
            for edit in _everywhere(_Place(part, letters, node), put):
                yield replace(edit, result=with_child(node, name, at, edit.result))
