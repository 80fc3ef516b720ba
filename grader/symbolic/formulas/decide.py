"""Which statement of an answer counts for an equation that was asked for, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.result import Finding, Step
from grader.symbolic.formulas.collect import Statement, finished, left_over, same_quantity
from grader.symbolic.formulas.judge import Judgement, judge
from grader.symbolic.formulas.limits import Limit, limits_of
from grader.symbolic.mistakes.diagnosis import Asked, Mistake
from grader.symbolic.mistakes.messages import MESSAGES
from grader.symbolic.reading.expression import Number, Span, Symbol, walk
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.layers import over_layers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.symbolic.reading.conditions import LayerRange
    from grader.symbolic.truth.scope import Setting

MAX_STEPS = 30
"""Steps before the result that are judged, the last ones."""
MAX_EXPLAINED = 6
MAX_OTHERS = 40
"""Other formulas of an answer that are looked at."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The statement that counts for one equation that was asked for, and what became of it."""

    statement: Statement
    judgement: Judgement
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    limits: tuple[Limit, ...] = ()
    layers: frozenset[int | None] = frozenset()
    """The layers for which the statement is made, in the first world."""


def judge_answer(
    statements: Sequence[Statement],
    asked: Asked,
    settings: Sequence[Setting],
    *,
    bare: bool,
    remarked: bool = False,
) -> Judged | None:
    """Find the statement that counts and judge it; None if there is none.

    It counts for certain only if nothing else in the answer may be meant: a false one is left to a person as soon
    as another formula of the answer is right, one behind it was not read, or there are `bare` ones outside of formulas;
    a right one, if there is a wrong version too and somebody may have `remarked` on it.
    """
    written = [one for one in statements if one.about == "asked"]
    done = [one for one in written if finished(one, asked.eliminate)]
    displayed = [one for one in done if not one.inline] or done
    counts = displayed[-1] if displayed else None
    others = [one for one in statements if one is not counts and finished(one, asked.eliminate)][-MAX_OTHERS:]
    if counts is None:
        right = [one for one in others if is_right(one, settings)]
        alone = [one for one in right if one.about == "nothing"]
        counts = alone[-1] if alone else written[-1] if written else None
        if counts is None:
            return None
        judged = judge_statement(counts, statements[: statements.index(counts)], asked, settings)
        defined = {one.written.name for one in others if one.about == "other" and one.written is not None}
        left = set(left_over(counts.last, asked.eliminate))
        unsure = bool(right) or bool(defined & left) or any(_is_unread(one, settings) for one in others)
    else:
        judged = judge_statement(counts, statements[: statements.index(counts)], asked, settings)
        unsure = any(
            is_right(one, settings) or (one.order > counts.order and _is_unread(one, settings))
            for one in others
        )
    if judged.judgement.outcome == "true" and remarked and _has_other_version(done, counts, settings):
        doubt = "there are two versions and words as of a correction; is the right one the student's own?"
        return replace(judged, judgement=replace(judged.judgement, outcome="unread", cause=doubt))
    if judged.judgement.outcome == "false" and (unsure or bare):
        doubt = "this formula is not right, but another one in the answer may be the one that is meant"
        return replace(judged, judgement=replace(judged.judgement, outcome="unread", cause=doubt))
    return judged


def _has_other_version(done: Sequence[Statement], counts: Statement, settings: Sequence[Setting]) -> bool:
    """Whether another finished statement about the same is false."""
    return any(
        one is not counts and judge(one.left, one.last.text, settings).outcome == "false" for one in done
    )


def contradicts(statement: Statement, judged: Sequence[Judged], settings: Sequence[Setting]) -> bool:
    """Whether a statement that does not count, and is no step towards one that does, says something false of the network."""
    left = statement.written
    if left is None or left.name not in {"y", "z", "a"} or statement.case is not None:
        return False
    if any(
        statement.order <= one.statement.order and same_quantity(left, one.statement.left, settings[0])
        for one in judged
    ):
        return False
    try:
        everywhere = over_layers(statement.condition, settings)
    except ReadError:
        return False
    return any(judge(left, member.text, everywhere).outcome == "false" for member in statement.members)


def is_right(statement: Statement, settings: Sequence[Setting]) -> bool:
    """Whether the last member of a statement is true everywhere."""
    return judge(statement.left, statement.last.text, settings).outcome == "true"


def _is_unread(statement: Statement, settings: Sequence[Setting]) -> bool:
    """Whether a formula that may be the answer was not read; an aside about something else is none."""
    if statement.about == "other" or (statement.inline and statement.about == "nothing"):
        return False
    return (
        statement.case is not None or judge(statement.left, statement.last.text, settings).outcome == "unread"
    )


def judge_statement(
    statement: Statement,
    before: Sequence[Statement],
    asked: Asked,
    settings: Sequence[Setting],
) -> Judged:
    """Judge the statement that counts and, as steps, everything on the way to it."""
    if statement.case is not None or any(isinstance(index, Number) for index in statement.left.indices):
        return Judged(statement, Judgement("unread", cause="it is said to hold in a case only"))
    try:
        everywhere = over_layers(statement.condition, settings)
        covers = (
            statement.condition is None
            or asked.over is None
            or _covers(statement.condition, asked.over, settings)
        )
    except ReadError:
        return Judged(statement, Judgement("unread", cause="the condition behind the formula was not read"))
    judgement = judge(statement.left, statement.last.text, everywhere, asked)
    if judgement.outcome == "true" and not covers:
        judgement = replace(
            judgement, outcome="unread", cause="it is not said for all layers that were asked for"
        )
    findings = list(_mistakes(judgement, statement))
    if judgement.outcome == "true" and (names := left_over(statement.last, asked.eliminate)):
        message = f"The equation is true, but {' and '.join(names)} should have been eliminated."
        findings.append(
            Finding(
                code="wrong_symbol",
                message=message,
                hint="Insert the definition of what is left, layer by layer, until only the letters asked for remain.",
                cell=statement.cell,
                text=statement.last.text,
            )
        )
        # True because the sheet says so itself: nothing of what was asked for has been done.
        judgement = replace(
            judgement,
            outcome="false",
            mistakes=(Mistake("wrong_symbol", Span(0, 0)),),
            complete=False,
            cause="not finished",
        )
    steps, false_steps = _steps(statement, before, judgement, asked, everywhere)
    findings += [finding_of("invalid_step", cell, text) for cell, text in false_steps]
    if judgement.outcome == "true" and false_steps and not asked.eliminate:
        # Here every member is part of what was asked for, not a step towards it.
        judgement = replace(judgement, outcome="unread", cause="another member of the chain is not right")
    limits: tuple[Limit, ...] = ()
    if judgement.read_as is not None and judgement.outcome != "unread":
        # With wrong indices or labels a sum would seem to run over another layer than it is meant to.
        limits = tuple(limits_of(judgement.repaired or judgement.read_as, settings[0]))
    layers = frozenset(setting.layer for setting in everywhere if setting.world is settings[0].world)
    return Judged(statement, judgement, tuple(findings), tuple(steps), limits, layers)


def uses_undefined_layer(judged: Judged, others: Sequence[Judged], setting: Setting) -> bool:
    """Whether a statement leaves out the last layer although another one needs its left side there."""
    last = setting.world.layers
    left = judged.statement.left
    if last in judged.layers or judged.statement.condition is None or left.label is None:
        return False
    return any(
        isinstance(node, Symbol) and node.name == left.name and _label_in(node, other, setting) == last
        for other in others
        if other is not judged and other.judgement.read_as is not None
        for node in walk(other.judgement.read_as)
    )


def _label_in(symbol: Symbol, judged: Judged, setting: Setting) -> int | None:
    """The highest layer that a label stands for in a statement."""
    highest = max((layer for layer in judged.layers if layer is not None), default=setting.layer)
    try:
        return replace(setting, layer=highest).label(symbol.label, symbol.name)
    except ReadError:
        return None


def _steps(
    statement: Statement,
    before: Sequence[Statement],
    judgement: Judgement,
    asked: Asked,
    settings: Sequence[Setting],
) -> tuple[list[Step], list[tuple[int, str]]]:
    """Everything on the way to the statement that counts, and cell and text of what is false there."""
    steps: list[Step] = []
    false: list[tuple[int, str]] = []
    on_the_way = [(one, member) for one in before if one.about == "asked" for member in one.members]
    on_the_way += [(statement, member) for member in statement.members[:-1]]
    # Steps are explained only to see whether a slip of the result stands in them already.
    explain = replace(asked, eliminate=()) if judgement.mistakes else None
    for at, (owner, member) in enumerate(on_the_way[-MAX_STEPS:]):
        step = judge(owner.left, member.text, settings, explain if at < MAX_EXPLAINED else None)
        steps.append(Step(text=member.text, status=step.outcome, message=step.cause))
        # A slip that is carried on to the result is the result's, and was counted there.
        carried = {mistake.code for mistake in step.mistakes} <= {
            mistake.code for mistake in judgement.mistakes
        }
        if step.outcome == "false" and not (step.mistakes and carried):
            false.append((owner.cell, member.text))
    return steps, false


def _covers(condition: LayerRange, over: LayerRange, settings: Sequence[Setting]) -> bool:
    """Whether a range of layers includes what was asked for; the last layer may be written apart."""
    if condition.letter != over.letter:
        return True
    said = {setting.layer for setting in over_layers(condition, settings[:1])}
    asked = {setting.layer for setting in over_layers(over, settings[:1])}
    return asked - {settings[0].world.layers} <= said


def _mistakes(judgement: Judgement, statement: Statement) -> Iterator[Finding]:
    text = statement.last.text
    for mistake in judgement.mistakes:
        yield finding_of(mistake.code, statement.cell, text[slice(*mistake.span)])
    if judgement.outcome == "true" and any("closing" in repair for repair in judgement.repairs):
        yield finding_of("unbalanced", statement.cell, text)


def finding_of(code: str, cell: int, text: str) -> Finding:
    message, hint = MESSAGES[code]
    return Finding(code=code, message=message, hint=hint, cell=cell, text=text)
