"""The reader's tree: what a piece of LaTeX says, frozen, with the place of every part.

Spans are left out of comparison, so two trees are equal when they say the same, wherever they were typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Span(NamedTuple):
    """Half-open range of character positions in the text that was read."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Expression:
    """Base of all nodes."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the node, in the order of reading; kept, for trees are walked all the time."""
        found: list[Part] = []
        kind: Any = type(self)
        for name in _fields_with_parts(kind):
            value = getattr(self, name)
            if isinstance(value, tuple):
                found.extend(Part(name, at, part) for at, part in enumerate(value))
            elif value is not None:
                found.append(Part(name, None, value))
        return tuple(found)


class Part(NamedTuple):
    """One part of a node: the field that holds it, its position where that is a tuple, and what it is."""

    name: str
    at: int | None
    node: Expression


@dataclass(frozen=True, slots=True)
class Number(Expression):
    value: Fraction


@dataclass(frozen=True, slots=True)
class Dots(Expression):
    r"""`\ldots`: a placeholder of the prompt, or steps that the writer leaves to the reader."""


@dataclass(frozen=True, slots=True)
class Symbol(Expression):
    """A letter with its layer label and indices: `w^{(l)}_{ji}` is Symbol("w", l, (j, i))."""

    name: str
    label: Expression | None = None
    indices: tuple[Expression, ...] = ()
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Activation(Expression):
    """`h_l(argument)`, or its derivative when `primes` is 1."""

    label: Expression | None
    argument: Expression
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Function(Expression):
    r"""A function of the sheet's mathematics: `\log`, `\exp`, `\sqrt`, ..."""

    name: str
    argument: Expression


@dataclass(frozen=True, slots=True)
class Applied(Expression):
    r"""A symbol with arguments that only say what it depends on: `y_k(\mathbf{x}_n)`, `E(w)`, `p(t|x, w)`."""

    symbol: Symbol
    arguments: tuple[Expression, ...]
    given: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Big(Expression):
    r"""A sum or product over `index`; a limit that was not written is None.

    `excluding` is the value that is left out, as in `\\sum_{k \\neq j}`.
    """

    kind: Literal["sum", "prod"]
    index: str | None
    lower: Expression | None
    upper: Expression | None
    body: Expression
    excluding: Expression | None = None


@dataclass(frozen=True, slots=True)
class Add(Expression):
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Multiply(Expression):
    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Divide(Expression):
    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Power(Expression):
    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Norm(Expression):
    """The Euclidean norm of a vector."""

    argument: Expression


@dataclass(frozen=True, slots=True)
class Derivative(Expression):
    r"""`\frac{\partial of}{\partial by}`."""

    of: Expression
    by: Expression


@dataclass(frozen=True, slots=True)
class Condition(Expression):
    """`left = right`, or unequal: what a case is said to hold for."""

    left: Expression
    right: Expression
    equal: bool = True


@dataclass(frozen=True, slots=True)
class Indicator(Expression):
    r"""`[k = j]`: 1 where the condition holds, else 0."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Transpose(Expression):
    """A row vector, or the matrix of weights turned round."""

    argument: Expression


@dataclass(frozen=True, slots=True)
class Where(Expression):
    r"""`\left. body \right|_{name = value}`."""

    body: Expression
    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Case(Expression):
    """One row of a definition by cases; without a condition it holds for all the rest."""

    value: Expression
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Cases(Expression):
    r"""`\\begin{cases} ... \\end{cases}`."""

    cases: tuple[Case, ...]


@cache
def _fields_with_parts(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of node that hold, or may hold, other nodes."""
    kinds: list[type] = [Expression, *Expression.__subclasses__()]
    nodes = {cls.__name__ for cls in kinds}
    return tuple(spec.name for spec in fields(kind) if nodes.intersection(re.findall(r"\w+", str(spec.type))))


def walk(node: Expression) -> Iterator[Expression]:
    """The node and everything below it, parents first."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(part for _, _, part in reversed(node.parts))


def quantities(node: Expression) -> Iterator[Symbol]:
    """The symbols of an expression, without the letters of their labels and indices."""
    if isinstance(node, Symbol):
        yield node
        return
    for name, _, part in node.parts:
        if name not in {"lower", "upper", "excluding", "condition"} and not (
            isinstance(node, Activation) and name == "label"
        ):
            yield from quantities(part)


def with_child(node: Expression, name: str, at: int | None, part: Expression) -> Expression:
    """The node with one of its parts exchanged."""
    if at is None:
        changes: dict[str, Any] = {name: part}
        return replace(node, **changes)
    parts = list(getattr(node, name))
    parts[at] = part
    changes = {name: tuple(parts)}
    return replace(node, **changes)


def transform(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The tree with `change` applied to every node, parts first."""
    for name, at, part in node.parts:
        changed = transform(part, change)
        if changed is not part:
            node = with_child(node, name, at, changed)
    return change(node)


def with_letters(node: Expression, names: Mapping[str, Expression]) -> Expression:
    """The expression with other indices in the place of free letters; a sum over such a letter hides it."""
    if isinstance(node, Symbol):
        indices = tuple(names.get(letter(index) or "", index) for index in node.indices)
        return node if indices == node.indices else replace(node, indices=indices)
    if isinstance(node, Big) and node.index in names:
        names = {name: index for name, index in names.items() if name != node.index}
    for name, at, part in node.parts:
        changed = with_letters(part, names)
        if changed is not part:
            node = with_child(node, name, at, changed)
    return node


def letter(node: Expression | None) -> str | None:
    """The name of a plain letter without label; its own indices belong to the name, as in `i_1` or `i_{l-1}`."""
    if not isinstance(node, Symbol) or node.label is not None:
        return None
    suffixes = [_suffix(index) for index in node.indices]
    return None if None in suffixes else "_".join([node.name, *(part for part in suffixes if part)])


def _suffix(node: Expression) -> str | None:
    match node:
        case Number(value):
            return str(value)
        case Symbol():
            return letter(node)
        case Negative(operand):
            inner = _suffix(operand)
            return None if inner is None else f"-{inner}"
        case Add(terms):
            parts = [_suffix(term) for term in terms]
            return None if None in parts else "+".join(part for part in parts if part)
    return None


def number(value: int | Fraction) -> Number:
    """A number that was not typed by anyone."""
    return Number(Fraction(value))
