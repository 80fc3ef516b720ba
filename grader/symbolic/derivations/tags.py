"""What occurs in an expression, in names that an assignment can use: symbols, functions, sums, derivatives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import (
    Activation,
    Big,
    Derivative,
    Divide,
    Expression,
    Function,
    Norm,
    Symbol,
)
from grader.symbolic.reading.latex import to_latex
from grader.symbolic.truth.scope import meaning_of, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.symbolic.truth.scope import Definition


def tags(node: Expression, definitions: Mapping[str, Definition] | None = None) -> frozenset[str]:
    r"""Names of everything that occurs, names of the student's own replaced by what they stand for.

    A symbol occurs as `a` and, with its layer, as `a^{(l+1)}`; a derivative as `partial`, an activation as `h` or
    `h'`, a fraction as `frac`, a norm as `norm`, sums, products and functions by name.
    """
    found: set[str] = set()
    _collect(node, definitions or {}, found, set())
    return frozenset(found)


def _collect(
    node: Expression, definitions: Mapping[str, Definition], found: set[str], seen: set[str]
) -> None:
    """Add what occurs in a node; each name that the student gave is looked into once (`seen`)."""
    match node:
        case Symbol(name):
            if (meaning := meaning_of(node, definitions)) is not None:
                if name_of(node) not in seen:
                    seen.add(name_of(node))
                    _collect(meaning[0].expression, definitions, found, seen)
                return
            found.add(name)
            if node.label is not None:
                found.add(to_latex(replace(node, indices=(), bold=False)).replace(" ", "").lstrip("\\"))
            return
        case Activation():
            found.add("h" + "'" * node.primes)
            _collect(node.argument, definitions, found, seen)
            return
        case Big():
            found.add(node.kind)
            _collect(node.body, definitions, found, seen)
            return
        case Function():
            found.add(node.name)
        case Derivative():
            found.add("partial")
        case Divide():
            found.add("frac")
        case Norm():
            found.add("norm")
    for _, _, part in node.parts:
        _collect(part, definitions, found, seen)
