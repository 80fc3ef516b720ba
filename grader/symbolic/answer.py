"""Checks of answers in LaTeX: a formula, a set of equations, the open result of a derivation.

Every check is the same four steps: collect the statements about what was asked for, judge them in the worlds, look
at the letters above their sums, and put the findings together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.result import Finding, Status, Step, Verdict
from grader.symbolic.collect import Piece, Statement, finished, left_over, says_something, statements_about
from grader.symbolic.expression import Span, Symbol
from grader.symbolic.judge import Judgement, judge, read_symbol
from grader.symbolic.latex import to_latex
from grader.symbolic.lexer import ReadError, tokenize
from grader.symbolic.limits import Limit, limits_of, wrong_limits
from grader.symbolic.messages import MESSAGES
from grader.symbolic.mistakes import Asked, Mistake
from grader.symbolic.parser import read
from grader.symbolic.scope import Setting
from grader.symbolic.scripts import read_index
from grader.symbolic.world import worlds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.assignment import Equation, Exercise, World
    from grader.symbolic.statements import Condition


@dataclass(frozen=True, slots=True)
class _Judged:
    """The statement that counts for one equation that was asked for, and what became of it."""

    statement: Statement
    judgement: Judgement
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    limits: tuple[Limit, ...] = ()


def check_equations(exercise: Exercise, world: World, pieces: Sequence[Piece]) -> Verdict:
    """Check that every equation that is asked for is there, true and in the form asked for.

    A formula is the case of one equation. The last finished statement about a left side counts; members and statements
    before it are steps on the way.
    """
    if not says_something(pieces):
        return Verdict(status=Status.MISSING)
    settings = _settings(world)
    found: list[_Judged] = []
    absent: list[str] = []
    for equation in exercise.equations:
        statements = statements_about(_asked_symbol(equation), pieces, settings[0])
        done = [
            statement for statement in statements if finished(statement, exercise.eliminate)
        ] or statements
        if done:
            before = statements[: statements.index(done[-1])]
            found.append(_judge(done[-1], before, _asked(equation, exercise), settings))
        else:
            absent.append(equation.asks)
    return _verdict(found, absent, world, settings)


def check_result(exercise: Exercise, world: World, pieces: Sequence[Piece]) -> Verdict:
    """Check the open result of a derivation: wrong if it is certainly false, else for a person to read.

    The result is what the asked left side is set equal to last, once nothing is left in it that was to be eliminated.
    """
    settings = _settings(world)
    (equation,) = exercise.equations
    statements = statements_about(_asked_symbol(equation), pieces, settings[0])
    results = [statement for statement in statements if finished(statement, exercise.eliminate)]
    if not results:
        return Verdict(status=Status.REVIEW, cause="a person reads the derivation")
    judged = _judge(results[-1], (), _asked(equation, exercise), settings)
    outcome = judged.judgement.outcome
    only_an_index = {mistake.code for mistake in judged.judgement.mistakes} == {"wrong_index"}
    common = {"steps": judged.steps, "read_as": _read_as([judged]), "method": _method(settings)}
    if outcome == "false" and not only_an_index:
        unnamed = None if judged.findings else "the result is not true in a network"
        return Verdict(status=Status.WRONG, findings=judged.findings, share=0.0, cause=unnamed, **common)  # type: ignore[arg-type]
    causes = {
        "true": "the result is right; a person reads the derivation",
        "false": "an index of the result is wrong; a person reads the derivation",
        "unread": f"the result was not read: {judged.judgement.cause}",
    }
    return Verdict(status=Status.REVIEW, findings=judged.findings, cause=causes[outcome], **common)  # type: ignore[arg-type]


def _asked_symbol(equation: Equation) -> Symbol:
    symbol = read_symbol(equation.asks)
    if symbol is None:
        raise ValueError(f"{equation.asks!r} is no symbol that can be asked for")
    return symbol


def _asked(equation: Equation, exercise: Exercise) -> Asked:
    return Asked(read(equation.reference)[0].expression, exercise.eliminate)


def _settings(world: World) -> tuple[Setting, ...]:
    shorthand = ("a", "delta") if world.output == "softmax" else ()
    return tuple(Setting(network, world.layer, shorthand) for network in worlds(world.layers, world.output))


def _method(settings: Sequence[Setting]) -> str:
    return f"{len(settings)} worlds"


def _judge(
    statement: Statement, before: Sequence[Statement], asked: Asked, settings: Sequence[Setting]
) -> _Judged:
    """Judge the statement that counts and, as steps, everything on the way to it."""
    try:
        everywhere = _over_layers(statement.condition, settings)
    except ReadError:
        return _Judged(statement, Judgement("unread", cause="the condition behind the formula was not read"))
    judgement = judge(statement.left, statement.last.text, everywhere, asked)
    findings = list(_mistakes(judgement, statement))
    if judgement.outcome == "true" and (names := left_over(statement.last, asked.eliminate)):
        message = f"The equation is true, but {' and '.join(names)} should have been eliminated."
        findings.append(
            Finding(code="wrong_symbol", message=message, cell=statement.cell, text=statement.last.text)
        )
        judgement = replace(judgement, outcome="false", mistakes=(Mistake("wrong_symbol", Span(0, 0)),))
    steps: list[Step] = []
    on_the_way = [(earlier, member) for earlier in before for member in earlier.members]
    on_the_way += [(statement, member) for member in statement.members[:-1]]
    for owner, member in on_the_way:
        step = judge(owner.left, member.text, settings, asked=replace(asked, eliminate=()))
        steps.append(Step(text=member.text, status=step.outcome, message=step.cause))
        # A slip that is carried on to the result is the result's, and was counted there.
        carried = {mistake.code for mistake in step.mistakes} <= {
            mistake.code for mistake in judgement.mistakes
        }
        if step.outcome == "false" and not (step.mistakes and carried):
            findings.append(_finding("invalid_step", owner.cell, member.text))
    limits: tuple[Limit, ...] = ()
    if judgement.read_as is not None and judgement.outcome != "unread":
        # With wrong indices or labels a sum would seem to run over another layer than it is meant to.
        limits = tuple(limits_of(judgement.repaired or judgement.read_as, settings[0]))
    return _Judged(statement, judgement, tuple(findings), tuple(steps), limits)


def _over_layers(condition: Condition | None, settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """The settings for every layer that a condition `l = low, ..., high` names."""
    if condition is None or condition.letter != "l":
        return tuple(settings)
    expanded: list[Setting] = []
    for setting in settings:
        last = setting.world.layers
        low = _layer_number(condition.low, setting)
        high = (
            low
            if condition.high is None
            else _layer_number(condition.high, setting)
            if condition.high
            else last
        )
        expanded.extend(replace(setting, layer=layer) for layer in range(max(low, 1), min(high, last) + 1))
    if not expanded:
        raise ReadError("no layer is in this range", Span(0, 0))
    return tuple(expanded)


def _layer_number(text: str, setting: Setting) -> int:
    number = setting.label(read_index(list(tokenize(text))), "")
    if number is None:
        raise ReadError("no layer", Span(0, 0))
    return number


def _mistakes(judgement: Judgement, statement: Statement) -> Iterator[Finding]:
    text = statement.last.text
    for mistake in judgement.mistakes:
        yield _finding(mistake.code, statement.cell, text[slice(*mistake.span)])
    if judgement.outcome == "true" and any("closing" in repair for repair in judgement.repairs):
        yield _finding("unbalanced", statement.cell, text)


def _finding(code: str, cell: int, text: str) -> Finding:
    message, hint = MESSAGES[code]
    return Finding(code=code, message=message, hint=hint, cell=cell, text=text)


def _verdict(
    found: Sequence[_Judged], absent: Sequence[str], world: World, settings: Sequence[Setting]
) -> Verdict:
    findings = [finding for judged in found for finding in judged.findings]
    findings += _limit_findings(found, world)
    common = {
        "findings": _once(findings),
        "steps": tuple(step for judged in found for step in judged.steps),
        "read_as": _read_as(found),
    }
    unread = [judged.judgement.cause for judged in found if judged.judgement.outcome == "unread"]
    if absent:
        unread.append(f"no equation for {' and '.join(absent)} was found")
    if unread:
        return Verdict(status=Status.REVIEW, cause=unread[0], **common)  # type: ignore[arg-type]
    false = [judged.judgement for judged in found if judged.judgement.outcome == "false"]
    if not false:
        return Verdict(status=Status.CORRECT, method=_method(settings), **common)  # type: ignore[arg-type]
    named = all(judgement.mistakes and judgement.complete for judgement in false)
    return Verdict(
        status=Status.WRONG,
        method=_method(settings),
        cause=None if named else "not true in a network, and no small correction makes it so",
        share=None if named else 0.0,
        **common,  # type: ignore[arg-type]
    )


def _limit_findings(found: Sequence[_Judged], world: World) -> Iterator[Finding]:
    owners = {id(limit): judged.statement for judged in found for limit in judged.limits}
    every_limit = [limit for judged in found for limit in judged.limits]
    for limit in wrong_limits(every_limit, world.sizes, world.layers):
        statement = owners[id(limit)]
        yield _finding("wrong_limits", statement.cell, statement.last.text[slice(*limit.sum.span)])


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each code once, at its first place: a slip that is repeated is one slip."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    return tuple(first.values())


def _read_as(found: Iterable[_Judged]) -> str | None:
    lines = [
        f"{to_latex(judged.statement.left)} = {to_latex(judged.judgement.read_as)}"
        for judged in found
        if judged.judgement.read_as is not None
    ]
    if len(lines) <= 1:
        return lines[0] if lines else None
    rows = r" \\ ".join(line.replace(" = ", " &= ", 1) for line in lines)
    return rf"\begin{{aligned}} {rows} \end{{aligned}}"
