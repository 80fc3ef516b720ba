"""One equation against the facts: read both sides, look whether they agree in all worlds, name what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.symbolic.mistakes.diagnosis import Asked, Diagnosis, Mistake, defines_itself, diagnose
from grader.symbolic.reading.expression import Applied, Expression, Symbol, quantities, walk
from grader.symbolic.reading.lexer import ReadError, caret
from grader.symbolic.reading.reader import read
from grader.symbolic.truth.canonical import canonical
from grader.symbolic.truth.evaluate import compare
from grader.symbolic.truth.scope import as_meant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.symbolic.reading.parser import Reading
    from grader.symbolic.truth.scope import Setting

MAX_EXACT_LAYERS = 3
MAX_EXACT_SIZE = 120
"""Layers of weights and nodes of a formula up to which SymPy is asked for a proof."""

Outcome = Literal["true", "false", "unread"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known about one equation.

    `false` is certain: a unique reading, nothing mended, and a value in every world.
    """

    outcome: Outcome
    read_as: Expression | None = None
    repairs: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    repaired: Expression | None = None
    """What was read, without its mistakes."""
    complete: bool = True
    """Whether undoing the mistakes makes the equation right."""
    cause: str | None = None
    """Why it is unread, for a person."""
    proved: bool = False
    """Whether it is true for all networks, and not only in the worlds in which it was tried."""


def read_symbol(text: str) -> Symbol | None:
    """A left side: one symbol, its arguments in brackets dropped; None if it is something else."""
    try:
        readings = read(text)
    except ReadError:
        return None
    node = readings[0].expression
    if isinstance(node, Applied):
        node = node.symbol
    return node if isinstance(node, Symbol) and not readings[0].repairs else None


def judge(left: Symbol, text: str, settings: Sequence[Setting], asked: Asked | None = None) -> Judgement:
    """Judge `left = text` in all settings; where it is what was `asked` for, name the mistakes of a false one."""
    try:
        readings = read(text)
    except ReadError as error:
        return Judgement("unread", cause=caret(text, error))
    causes: list[str] = []
    false: list[Reading] = []
    for reading in readings:
        try:
            untrue = [setting for setting in settings if not compare(left, reading.expression, setting)]
        except ReadError as error:
            causes.append(caret(text, error))
            continue
        if not untrue and defines_itself(left, reading.expression):
            causes.append("the left side stands on the right again")
            continue
        beyond = [setting for setting in settings if _beyond_the_network(reading.expression, setting)]
        if not untrue and not beyond and all("closing" in repair for repair in reading.repairs):
            proved = asked is not None and _is_proved(left, reading.expression, asked, settings[0])
            return Judgement("true", reading.expression, reading.repairs, proved=proved)
        if not untrue and not beyond:
            causes.append("; ".join(reading.repairs))
            continue
        if len(untrue) < len(settings) and all(setting in beyond for setting in untrue):
            # Right but for the first layers of its range, where it would need something like z^(0).
            causes.append("uses a layer that the sheet does not define")
            continue
        false.append(reading)
    usual = readings[0]
    if causes:
        return Judgement("unread", usual.expression, usual.repairs, cause=causes[0])
    if usual.repairs:
        cause = f"mended before it could be read, and not right as mended: {'; '.join(usual.repairs)}"
        return Judgement("unread", usual.expression, usual.repairs, cause=cause)
    found = diagnose(left, usual.expression, settings, asked) if asked is not None else Diagnosis()
    if found.doubt is not None:
        return Judgement("unread", usual.expression, cause=found.doubt)
    return Judgement(
        "false",
        usual.expression,
        mistakes=found.mistakes,
        repaired=found.repaired,
        complete=found.complete,
    )


def _is_proved(left: Symbol, right: Expression, asked: Asked, setting: Setting) -> bool:
    """Whether an equation is the key up to renaming and order, or holds exactly in a small network of symbols."""
    if asked.reference is None:
        # The student's copy proves nothing: its verdict is the same without, and nobody waits for SymPy.
        return False
    form = canonical(left, right)
    if form is not None and form == canonical(asked.left, asked.reference):
        return True
    layers, output = setting.world.layers, setting.world.output
    if layers > MAX_EXACT_LAYERS or output != "activation" or sum(1 for _ in walk(right)) > MAX_EXACT_SIZE:
        return False
    from grader.symbolic.truth.exact import proves  # noqa: PLC0415 - SymPy takes longer to be loaded than an answer to be judged

    try:
        return proves(left, right, layers=layers, layer=setting.layer)
    except ReadError:
        return False


def _beyond_the_network(node: Expression, setting: Setting) -> bool:
    """Whether a symbol of a layer occurs that the network does not have, such as z^(0)."""
    return any(
        not 1 <= (setting.label(symbol.label, symbol.name) or 0) <= setting.world.layers
        for symbol in quantities(as_meant(node, setting, frozenset()))
        if symbol.name in {"w", "a", "z", "delta"}
    )
