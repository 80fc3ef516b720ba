"""Naming a mistake: the smallest repair that makes a false equation true in every world.

First whole classes of slips are undone (indices, labels, biases, symbols, activations) and their combinations,
then single edits. The search is counted in trials, never in seconds, so the same answer always gets the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from grader.symbolic.mistakes.absence import absent
from grader.symbolic.mistakes.edits import single_edits
from grader.symbolic.mistakes.repairs import (
    fold_bias,
    insert_activations,
    is_bias,
    relabel,
    relink,
    rename_dummies,
    swap_symbols,
)
from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Big,
    Derivative,
    Expression,
    Number,
    Span,
    Symbol,
    letter,
    number,
    quantities,
    walk,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.evaluate import compare
from grader.symbolic.truth.scope import Setting, index_letters

if TYPE_CHECKING:
    from grader.symbolic.reading.conditions import LayerRange

MAX_WORK = 20_000
"""Nodes that are evaluated in search of a repair: the limit is work, so that it is the same on every machine."""


MIN_TRIALS = 20
MAX_SIZE = 400
"""Nodes of a formula beyond which no small correction is looked for."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of mistake and the first place where it stands in the formula."""

    code: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All mistakes of a false equation; none if no repair was found."""

    mistakes: tuple[Mistake, ...] = ()
    repaired: Expression | None = None
    """The right side without its mistakes."""
    complete: bool = True
    """Whether undoing these mistakes makes the equation right; otherwise they are only what is plainly missing."""
    doubt: str | None = None
    """Set where the formula may well be meant rightly, so that a person must decide."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an exercise wants."""

    left: Symbol
    eliminate: tuple[str, ...] = ()
    """Symbols that must not be left."""
    over: LayerRange | None = None
    """The layers for which it is asked."""
    reference: Expression | None = None
    """One that is right: the key, which the student's copy has not. It proves, and no verdict needs it."""


@dataclass(slots=True)
class _Trials:
    settings: Sequence[Setting]
    eliminate: tuple[str, ...]
    left: int
    """How many more trials there are."""

    def right(self, left: Expression, right: Expression) -> bool:
        """Whether an equation is what was asked for and holds in all worlds; false when the budget is spent."""
        if self.left <= 0 or names_in(right) & set(self.eliminate) or defines_itself(left, right):
            return False
        self.left -= 1
        return holds(left, right, self.settings)


def holds(left: Expression, right: Expression, settings: Sequence[Setting]) -> bool:
    """Whether an equation is true in all settings; one without a value is not."""
    try:
        return all(compare(left, right, setting) for setting in settings)
    except ReadError:
        return False


def names_in(node: Expression) -> set[str]:
    """Names of the symbols of an expression; a derivative counts as `partial`."""
    derived = {"partial" for part in walk(node) if isinstance(part, Derivative)}
    return derived | {symbol.name for symbol in quantities(node) if not _is_bias_unit(symbol)}


def defines_itself(left: Expression, right: Expression) -> bool:
    """Whether the left side stands on the right again: true without saying anything."""
    return isinstance(left, Symbol) and any(
        (symbol.name, symbol.label) == (left.name, left.label) for symbol in quantities(right)
    )


def _is_bias_unit(node: Symbol) -> bool:
    """z_0 and x_0 are the number one."""
    return node.name in {"x", "z"} and node.indices == (number(0),)


def diagnose(left: Symbol, right: Expression, settings: Sequence[Setting], asked: Asked) -> Diagnosis:
    """Name what makes `left = right` false.

    `left` is one symbol with its own label; a missing label stands for the last layer.
    """
    size = sum(1 for _ in walk(right))
    if size > MAX_SIZE:
        return _by_absence(left, right, settings[-1], asked)
    trials = _Trials(settings, asked.eliminate, max(MAX_WORK // size, MIN_TRIALS))
    free = _other_free_letter(left, right)
    if free is not None:
        renamed = replace(left, indices=(Symbol(free),))
        mismatch = Mistake("free_index_mismatch", right.span)
        if (found := _by_classes(renamed, right, trials, allow_none=True)) is not None:
            return replace(found, mistakes=(mismatch, *found.mistakes), repaired=found.repaired or right)
    if (found := _by_classes(left, right, trials)) is not None:
        return found
    found = _by_single_edits(left, right, trials)
    return found if found.mistakes else _by_absence(left, right, settings[-1], asked)


def _other_free_letter(left: Symbol, right: Expression) -> str | None:
    """The free letter of the right side where it is another than the left side's."""
    free = set(index_letters(right))
    if len(left.indices) != 1 or len(free) != 1 or letter(left.indices[0]) in free:
        return None
    return free.pop()


def _by_classes(
    left: Symbol, right: Expression, trials: _Trials, *, allow_none: bool = False
) -> Diagnosis | None:
    """Undo the fewest classes of slips that make the equation true."""
    if allow_none and trials.right(left, right):
        return Diagnosis()
    for count in range(1, 4):
        for chosen in combinations(_CLASSES, count):
            repaired = right
            for repair, _ in chosen:
                repaired = repair(repaired, left)
            if repaired != right and trials.right(left, repaired):
                return replace(_named(left, right, chosen), repaired=repaired)
    return None


def _named(left: Symbol, right: Expression, chosen: Sequence[_Class]) -> Diagnosis:
    mistakes: list[Mistake] = []
    doubt = None
    for repair, name in chosen:
        found = name(left, right)
        if found is None:
            doubt = "a sum without lower limit stands beside a bias that is written out"
        else:
            mistakes.extend(found)
        # Later classes are named on the formula without the earlier slips, so that places stay comparable.
        right = repair(right, left)
    return Diagnosis(tuple(mistakes), doubt=doubt)


def _by_single_edits(left: Symbol, right: Expression, trials: _Trials) -> Diagnosis:
    """One edit, alone or together with one class of slips."""
    labels = _labels(left, right)
    free = left.indices[0] if len(left.indices) == 1 and isinstance(left.indices[0], Symbol) else None
    for edit in single_edits(right, free, labels):
        if trials.left <= 0:
            return Diagnosis()
        if trials.right(left, edit.result):
            return Diagnosis((Mistake(edit.code, edit.span),), edit.result)
    for edit in single_edits(right, free, labels):
        for chosen in _CLASSES:
            if trials.left <= 0:
                return Diagnosis()
            repaired = chosen[0](edit.result, left)
            if trials.right(left, repaired):
                also = _named(left, edit.result, [chosen])
                mistakes = (Mistake(edit.code, edit.span), *also.mistakes)
                return replace(also, mistakes=mistakes, repaired=repaired)
    return Diagnosis()


def _by_absence(left: Symbol, right: Expression, setting: Setting, asked: Asked) -> Diagnosis:
    """Weights, inputs and activations that must occur and do not at all; too much is wrong to price it."""
    missing = absent(left, right, asked.eliminate, setting)
    codes = (("missing_activation", {"h"}), ("missing_term", {"w", "x"}))
    found = tuple(Mistake(code, right.span) for code, names in codes if missing & names)
    return Diagnosis(found, complete=False)


def _labels(left: Symbol, right: Expression) -> tuple[Expression, ...]:
    """Layer labels that may be meant: those that occur, and the numbers of a small network."""
    found = [
        node.label for node in (left, *walk(right)) if isinstance(node, Symbol) and node.label is not None
    ]
    numbers = [label for label in found if isinstance(label, Number)]
    return tuple(dict.fromkeys([*found, *(number(layer) for layer in (1, 2, 3) if numbers)]))


def _unit(left: Symbol) -> Symbol:
    first = left.indices[0] if left.indices else None
    return first if isinstance(first, Symbol) else Symbol("j")


def _first_difference(before: Expression, after: Expression) -> Span | None:
    """Place of the first symbol, sum or activation that two trees of the same shape write differently."""
    parts, others = before.parts, after.parts
    if type(before) is not type(after) or len(parts) != len(others):
        return before.span
    if isinstance(before, Symbol):
        return None if before == after else before.span
    for (_, _, part), (_, _, other) in zip(parts, others, strict=True):
        if (span := _first_difference(part, other)) is not None:
            return span
    return None if before == after else before.span


def _name_indices(left: Symbol, right: Expression) -> tuple[Mistake, ...]:
    demanded = relink(right, _unit(left))
    written = rename_dummies(right)
    place = _first_difference(written, demanded) or right.span
    pairs = [
        (ours, theirs)
        for ours, theirs in zip(_labelled(demanded), _labelled(written), strict=True)
        if isinstance(ours, Symbol) and isinstance(theirs, Symbol) and ours.indices != theirs.indices
    ]
    if pairs and all(
        len(ours.indices) == 2 and ours.indices == theirs.indices[::-1] for ours, theirs in pairs
    ):
        return (Mistake("transposed_weight", place),)
    reused = _reuses_a_letter(right, frozenset(letter(index) or "" for index in left.indices))
    return (Mistake("index_reuse" if reused else "wrong_index", place),)


def _reuses_a_letter(node: Expression, bound: frozenset[str]) -> bool:
    """Whether a sum binds a letter that is taken already, and uses it."""
    if isinstance(node, Big) and node.index is not None:
        if node.index in bound and node.index in set(index_letters(node.body)):
            return True
        bound |= {node.index}
    return any(
        _reuses_a_letter(part, bound) for name, _, part in node.parts if name not in {"lower", "upper"}
    )


def _name_bias(_left: Symbol, right: Expression) -> tuple[Mistake, ...] | None:
    """Biases lost or counted twice; None where only a limit that was left out makes them double."""
    mistakes: list[Mistake] = []
    doubtful = False
    beside: set[int] = set()
    for node in walk(right):
        if isinstance(node, Add) and (biases := [term for term in node.terms if is_bias(term)]):
            sums = [term for term in node.terms if isinstance(term, Big)]
            beside |= {id(term) for term in sums}
            doubtful |= any(term.lower is None for term in sums)
            if any(term.lower == number(0) for term in sums):
                mistakes.append(Mistake("bias_double", biases[0].span))
    mistakes.extend(
        Mistake("bias_missing", node.span)
        for node in walk(right)
        if isinstance(node, Big)
        and node.lower == number(1)
        and id(node) not in beside
        and fold_bias(node) != node
    )
    if not mistakes and doubtful:
        return None
    return tuple({mistake.code: mistake for mistake in reversed(mistakes)}.values())


def _name_layers(left: Symbol, right: Expression) -> tuple[Mistake, ...]:
    demanded = relabel(right, _layer(left, right))
    place = _first_difference(right, demanded) or right.span
    differ = [
        ours
        for ours, theirs in zip(_labelled(right), _labelled(demanded), strict=True)
        if ours.label != theirs.label
    ]
    only_activations = differ and all(isinstance(node, Activation) for node in differ)
    return (Mistake("missing_activation" if only_activations else "wrong_layer", place),)


def _labelled(node: Expression) -> Iterator[Symbol | Activation]:
    """What can carry a layer label, in the order of reading; labels and indices themselves left out."""
    if isinstance(node, (Symbol, Activation)):
        yield node
    if not isinstance(node, Symbol):
        for name, _, part in node.parts:
            if name not in {"label", "lower", "upper"}:
                yield from _labelled(part)


def _name_symbols(_left: Symbol, right: Expression) -> tuple[Mistake, ...]:
    return (Mistake("wrong_symbol", _first_difference(right, swap_symbols(right)) or right.span),)


def _name_activations(_left: Symbol, right: Expression) -> tuple[Mistake, ...]:
    return (Mistake("missing_activation", _first_difference(right, insert_activations(right)) or right.span),)


def _layer(left: Symbol, right: Expression) -> Expression:
    """The layer of the left side; an output is of the last one, which is L or, in a small network, a number."""
    if left.label is not None:
        return left.label
    labels = [part.label for part in walk(right) if isinstance(part, Activation) and part.label is not None]
    numbers = [label for label in labels if isinstance(label, Number)]
    return (
        max(numbers, key=lambda label: label.value)
        if numbers and len(numbers) == len(labels)
        else Symbol("L")
    )


_Class = tuple[
    Callable[[Expression, Symbol], Expression],
    Callable[[Symbol, Expression], "tuple[Mistake, ...] | None"],
]

_CLASSES: tuple[_Class, ...] = (
    (lambda right, _: insert_activations(right), _name_activations),
    (lambda right, _: swap_symbols(right), _name_symbols),
    (lambda right, left: relabel(right, _layer(left, right)), _name_layers),
    (lambda right, _: fold_bias(right), _name_bias),
    (lambda right, left: relink(right, _unit(left)), _name_indices),
)
