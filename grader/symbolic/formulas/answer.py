"""Checks of answers in LaTeX: a formula, a set of equations, the open result of a derivation.

Every check is the same four steps: collect the statements about what was asked for, judge them in the worlds, look
at the letters above their sums, and put the findings together.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.result import Finding, Status, Verdict
from grader.symbolic.formulas.collect import (
    Piece,
    finished,
    has_bare_formulas,
    says_something,
    statements_about,
)
from grader.symbolic.formulas.decide import (
    Judged,
    contradicts,
    finding_of,
    is_right,
    judge_answer,
    uses_undefined_layer,
)
from grader.symbolic.formulas.judge import read_symbol
from grader.symbolic.formulas.limits import doubtful_limits, says, wrong_limits
from grader.symbolic.mistakes.diagnosis import Asked
from grader.symbolic.reading.expression import Number, Symbol
from grader.symbolic.reading.latex import to_latex
from grader.symbolic.reading.markup import split_blocks
from grader.symbolic.reading.reader import read, read_usual
from grader.symbolic.reading.statements import read_chains
from grader.symbolic.truth.frames import settings as settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.schema import Equation, Exercise, World
    from grader.symbolic.truth.scope import Setting

_REMARKS = re.compile(
    r"\b(?:peer|review|feedback|comment|kommentar|remark|correct|rettelse|rettet|grader|corrector|should|instead|mistake|"
    r"wrong|forkert|fejl|note|teacher|official|comparison|ta)\w*",
    re.IGNORECASE,
)
"""Words with which somebody else, or the student later on, talks about an answer."""


def check_equations(exercise: Exercise, world: World, pieces: Sequence[Piece]) -> Verdict:
    """Check that every equation that is asked for is there, true and in the form asked for.

    A formula is the case of one equation. The last finished statement about a left side counts; members and statements
    before it are steps on the way.
    """
    if not says_something(pieces):
        return Verdict(status=Status.MISSING)
    settings = settings_of(world)
    if _says_layer_0(pieces):
        settings = tuple(replace(setting, inputs_are_layer_0=True) for setting in settings)
    bare = has_bare_formulas(pieces)
    remarked = bool(_REMARKS.search(_prose(pieces)))
    found: list[Judged] = []
    absent: list[str] = []
    for equation in exercise.equations:
        asked = _asked(equation, exercise)
        statements = statements_about(asked.left, pieces, settings[0])
        judged = judge_answer(statements, asked, settings, bare=bare, remarked=remarked)
        if judged is None:
            absent.append(equation.asks)
        else:
            found.append(judged)
    verdict = _verdict(found, absent, world, settings, _prose(pieces))
    if verdict.status is not Status.CORRECT:
        return verdict
    # Whatever is said of the network beside it must not contradict it.
    for one in statements_about(found[0].statement.left, pieces, settings[0]):
        if contradicts(one, found, settings):
            said = f"{to_latex(one.written or one.left)} = {one.last.text}"
            cause = f"another equation of the answer is not right: {said}"
            return verdict.model_copy(update={"status": Status.REVIEW, "cause": cause})
    return verdict


def told(exercise: Exercise, world: World, pieces: Sequence[Piece]) -> list[str]:
    """Left sides about which a text says what was asked for."""
    settings = settings_of(world)
    found: list[str] = []
    for equation in exercise.equations:
        asked = _asked(equation, exercise)
        statements = statements_about(asked.left, pieces, settings[0])
        if any(
            one.about == "asked" and finished(one, exercise.eliminate) and is_right(one, settings)
            for one in statements
        ):
            found.append(equation.asks)
    return found


def _asked(equation: Equation, exercise: Exercise) -> Asked:
    left = read_symbol(equation.asks)
    if left is None:
        raise ValueError(f"{equation.asks!r} is no symbol that can be asked for")
    over = read_chains(f"${equation.asks} = 0, {equation.over}$")[0].condition if equation.over else None
    reference = read(equation.reference)[0].expression if equation.reference else None
    return Asked(left, exercise.eliminate, over, reference)


def _says_layer_0(pieces: Iterable[Piece]) -> bool:
    """Whether an answer says that z^(0) is the input: `z_i^{(0)} = x_i`."""
    for piece in pieces:
        for chain in read_chains(piece.text):
            sides = [read_usual(member.text) for member in chain.members[:2]]
            match sides:
                case [Symbol("z", Number(value), indices), Symbol("x", None, others)] if value == 0:
                    if indices == others:
                        return True
    return False


def _prose(pieces: Iterable[Piece]) -> str:
    """What is said outside of displays."""
    blocks = (block for piece in pieces for block in split_blocks(piece.text))
    return " ".join(block.text for block in blocks if block.kind != "display")


def _method(settings: Sequence[Setting]) -> str:
    return f"{len(settings)} worlds"


def _verdict(
    found: Sequence[Judged], absent: Sequence[str], world: World, settings: Sequence[Setting], prose: str
) -> Verdict:
    findings = [finding for judged in found for finding in judged.findings]
    redefined = [size for size in world.sizes if says(prose, size) not in {None, world.sizes[size]}]
    if not redefined:
        findings += _limit_findings(found, world)
    common = {
        "findings": _once(findings),
        "steps": tuple(step for judged in found for step in judged.steps),
        "read_as": _read_as(found),
    }
    unread = [judged.judgement.cause for judged in found if judged.judgement.outcome == "unread"]
    if absent:
        unread.append(f"no equation for {' and '.join(absent)} was found")
    unread += [
        "the last layer is left out, and another equation needs it"
        for judged in found
        if uses_undefined_layer(judged, found, settings[0])
    ]
    if redefined:
        unread.append(f"{' and '.join(redefined)} gets a meaning of its own in words")
    false = [judged.judgement for judged in found if judged.judgement.outcome == "false"]
    if not false and not any(finding.code == "wrong_limits" for finding in findings):
        every_limit = [limit for judged in found for limit in judged.limits]
        unread += doubtful_limits(
            every_limit, prose, world.sizes, world.layers, general=world.layer is not None
        )
    if unread:
        return Verdict(status=Status.REVIEW, cause=unread[0], **common)  # type: ignore[arg-type]
    if not false:
        proved = all(judged.judgement.proved for judged in found)
        method = "proved" if proved else _method(settings)
        return Verdict(status=Status.CORRECT, method=method, **common)  # type: ignore[arg-type]
    named = all(judgement.mistakes and judgement.complete for judgement in false)
    unnamed = "not true in a network, and no small correction makes it so"
    return Verdict(
        status=Status.WRONG,
        method=_method(settings),
        cause=None if named else next((judgement.cause for judgement in false if judgement.cause), unnamed),
        share=None if named else 0.0,
        **common,  # type: ignore[arg-type]
    )


def _limit_findings(found: Sequence[Judged], world: World) -> Iterator[Finding]:
    owners = {id(limit): judged.statement for judged in found for limit in judged.limits}
    every_limit = [limit for judged in found for limit in judged.limits]
    for limit in wrong_limits(every_limit, world.sizes, world.layers):
        statement = owners[id(limit)]
        yield finding_of("wrong_limits", statement.cell, statement.last.text[slice(*limit.sum.span)])


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each code once, at its first place: a slip that is repeated is one slip."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    return tuple(first.values())


def _read_as(found: Iterable[Judged]) -> str | None:
    lines = [
        f"{to_latex(judged.statement.left)} = {to_latex(judged.judgement.read_as)}"
        for judged in found
        if judged.judgement.read_as is not None
    ]
    if len(lines) <= 1:
        return lines[0] if lines else None
    rows = r" \\ ".join(line.replace(" = ", " &= ", 1) for line in lines)
    return rf"\begin{{aligned}} {rows} \end{{aligned}}"
