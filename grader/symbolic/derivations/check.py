"""The verdict on a derivation: every line judged, false steps named, what must be shown looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from grader.result import Finding, Status, Step, Verdict
from grader.symbolic.derivations.braces import said_at_braces
from grader.symbolic.derivations.doubts import doubts
from grader.symbolic.derivations.equation import Grounds, judge
from grader.symbolic.derivations.facts import Fact, shown
from grader.symbolic.derivations.line import Line, is_claim
from grader.symbolic.derivations.lines import LINEAR, STRANGE_CASE, Follower
from grader.symbolic.derivations.names import own_name
from grader.symbolic.derivations.slips import MAX_WORK, Slip, name_slip
from grader.symbolic.derivations.told import derivatives_in_words, is_of_one_layer
from grader.symbolic.formulas.collect import has_bare_formulas, says_something
from grader.symbolic.formulas.decide import finding_of
from grader.symbolic.reading.expression import (
    Add,
    Big,
    Derivative,
    Divide,
    Function,
    Multiply,
    Negative,
    Span,
    Symbol,
    quantities,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.reader import read
from grader.symbolic.reading.statements import read_chains
from grader.symbolic.truth.canonical import same
from grader.symbolic.truth.frames import frames, halved
from grader.symbolic.truth.scope import Definition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.symbolic.formulas.collect import Piece
    from grader.symbolic.reading.expression import Expression
    from grader.symbolic.truth.frames import WorldSpec

MAX_ASIDE = 60
"""Equalities at braces, or in words, beyond which a person reads the answer."""
_ALGEBRA = frozenset(
    {"sign_error", "missing_factor", "wrong_factor", "missing_term", "extra_term", "missing_activation"}
)
"""Slips by which the equality of two lines is false as a step, beyond a misplaced letter."""


class Derivation(Protocol):
    """What an assignment says about a derivation: `grader.assignment.Exercise`."""

    @property
    def facts(self) -> tuple[Fact, ...]: ...
    @property
    def given(self) -> tuple[str, ...]: ...


_REFERS = re.compile(
    r"\b(?:eq(?:uation|n)?|formula|expression|ligning|formlen)\b\.?\s*\(?\d|\(\d\)"
    r"|\b(?:these|those|the two|both|disse|de to) (?:rules|equations|formulas|ligninger|regler)\b|\bto be shown\b|\bskulle vises\b"
    r"|\bgives? (?:us )?the (?:result|desired|given|formula|equation|expression)|\bas (?:stated|given|wanted|desired|required)\b",
    re.IGNORECASE,
)
"""Words that point to what the prompt prints."""
_BRACE = re.compile(r"\\(?:under|over)brace")


@dataclass(frozen=True, slots=True)
class FalseStep:
    """A line that does not follow, with the slip if it has a name."""

    line: Line
    slip: Slip | None


def check_derivation(exercise: Derivation, worlds: Sequence[WorldSpec], pieces: Sequence[Piece]) -> Verdict:
    """Check a derivation against the facts that it must show.

    It is correct if every line is true and every fact is shown; wrong where a line is certainly false, or where
    everything was read and what was asked for is not there. Anything else is for a person. The first of the worlds is
    the sheet's own; in the others, which a student may choose, an answer can only be better.
    """
    own, *others = worlds
    verdict = _check_in(exercise, own, pieces)
    for world in others:
        if verdict.status in {Status.CORRECT, Status.MISSING}:
            break
        other = _check_in(exercise, world, pieces)
        if other.status is Status.CORRECT or (verdict.status, other.status) == (Status.WRONG, Status.REVIEW):
            verdict = other
    return verdict


def _check_in(exercise: Derivation, world: WorldSpec, pieces: Sequence[Piece]) -> Verdict:
    """The verdict on a derivation in one world."""
    if not says_something(pieces):
        return Verdict(status=Status.MISSING)
    given = _given(exercise.given)
    follower = Follower(replace(grounds_of(world), known=tuple(given)), names_of(world), _names_in(given))
    lines = follower.follow(pieces)
    grounds = follower.base
    if not any(_is_formula(line) for line in lines):
        return _words_only(exercise, pieces, lines)
    untrue = [line for line in lines if _is_false(line)]
    # The first ones matter most; what comes after often repeats them.
    false = [_named(line, MAX_WORK // (1 + at)) for at, line in enumerate(untrue)]
    met = shown(exercise.facts, _showing(lines, false), given, grounds)
    weights = [fact.share for fact in exercise.facts]
    reached = sum(w for w, is_met in zip(weights, met, strict=True) if is_met) / sum(weights)
    findings = _findings(false, lines)
    steps = tuple(_step(line) for line in lines if not line.inline or line.status in {"true", "false"})
    unsure = list(doubts(lines, known_to(exercise)))
    if has_bare_formulas(pieces):
        unsure.append("a formula stands outside of any display")
    result = {"steps": steps, "method": _method(lines, len(grounds.frames[0]))}
    if false and (all(met) or not unsure):
        # What else may stand there can neither undo a false step nor show more than is shown.
        return Verdict(status=Status.WRONG, findings=findings, reached=reached, **result)  # type: ignore[arg-type]
    if unsure:
        return Verdict(status=Status.REVIEW, findings=findings, cause=unsure[0], **result)  # type: ignore[arg-type]
    if all(met) and (cause := _may_not_be_enough(exercise, lines, pieces, given, grounds)):
        return Verdict(status=Status.REVIEW, findings=findings, cause=cause, **result)  # type: ignore[arg-type]
    if all(met):
        return Verdict(status=Status.CORRECT, findings=findings, **result)  # type: ignore[arg-type]
    if any(_BRACE.search(piece.text) for piece in pieces):
        cause = "what stands at a brace may show what was asked for"
        return Verdict(status=Status.REVIEW, findings=findings, cause=cause, **result)  # type: ignore[arg-type]
    absent = [fact for fact, is_met in zip(exercise.facts, met, strict=True) if not is_met]
    said = "; ".join(fact.says for fact in absent)
    cause = f"not shown: {said}"
    if any(line.cause == LINEAR for line in lines):
        cause = f"{LINEAR} only: {said}"
        return Verdict(status=Status.REVIEW, findings=findings, cause=cause, **result)  # type: ignore[arg-type]
    if grounds.frames[0][0].classes:
        cause = f"for the true class only: {said}"
        return Verdict(status=Status.REVIEW, findings=findings, cause=cause, **result)  # type: ignore[arg-type]
    if all(fact.words for fact in absent):
        cause = f"perhaps in words: {said}"
        return Verdict(status=Status.REVIEW, findings=findings, cause=cause, **result)  # type: ignore[arg-type]
    own = [fact.own and is_met for fact, is_met in zip(exercise.facts, met, strict=True)]
    said_in_words = all(not fact.own for fact in absent) and any(
        _REFERS.search(piece.text) for piece in pieces
    )
    if any(own) and (met[-1] or said_in_words):
        return Verdict(status=Status.REVIEW, findings=findings, cause=cause, **result)  # type: ignore[arg-type]
    code = "incomplete" if any(own) else "given_not_derived"
    last = lines[-1]
    findings = (*findings, finding_of(code, last.cell, last.text))
    return Verdict(status=Status.WRONG, findings=findings, reached=reached, cause=cause, **result)  # type: ignore[arg-type]


def _may_not_be_enough(
    exercise: Derivation,
    lines: Sequence[Line],
    pieces: Sequence[Piece],
    given: Sequence[Expression],
    grounds: Grounds,
) -> str | None:
    """Why a person must look although every line is true and every fact stands somewhere."""
    if any(line.cause == STRANGE_CASE for line in lines):
        return STRANGE_CASE
    if any(is_of_one_layer(piece.text) for piece in pieces):
        return "is it said for one layer only?"
    firm = [line for line in _showing(lines, ()) if not line.mentioned]
    if not all(shown(exercise.facts, firm, given, grounds)):
        return "what was to be shown is only mentioned"
    braces = [
        (above, said, line.grounds)
        for line in lines
        if line.grounds is not None
        for above, said in said_at_braces(line.text)
    ]
    if not _all_hold(braces):
        return "what stands at a brace does not seem to be true"
    known = next((line.grounds for line in reversed(lines) if line.grounds is not None), grounds)
    told = [(*pair, known) for piece in pieces for pair in derivatives_in_words(piece.text)]
    return None if _all_hold(told) else "something in a sentence does not seem to be true"


def _all_hold(said: Sequence[tuple[str, str, Grounds]]) -> bool:
    """Whether none of the equalities is certainly false; more than anybody writes are not looked at."""
    return len(said) <= MAX_ASIDE and all(
        judge(left, right, grounds).outcome != "false" for left, right, grounds in said
    )


def grounds_of(world: WorldSpec) -> Grounds:
    """On what the equalities of an exercise are judged."""
    one_hot = frames(world, one_hot=True) if world.output == "softmax" else ()
    understandings = frames(world)
    return Grounds(
        understandings,
        one_hot,
        halved(understandings) if world.half_loss else (),
        frames(world, linear=True) if world.linear_output else (),
    )


def names_of(world: WorldSpec) -> dict[str, Definition]:
    """What the sheet gives a name to, as definitions.

    Raises:
        ReadError: one of the names, or what it stands for, is not read.

    """
    found: dict[str, Definition] = {}
    for name, meaning in world.names.items():
        symbol = own_name(read(name)[0].expression)
        if symbol is None or symbol.indices:
            raise ReadError(f"{name!r} is no name", Span(0, len(name)))
        found[symbol.name] = Definition((), read(meaning)[0].expression)
    return found


def known_to(exercise: Derivation) -> list[str]:
    """What a derivation is about and its facts are equal to: LaTeX that needs no proof."""
    return [
        "E(w)",
        *dict.fromkeys(text for fact in exercise.facts for way in fact.ways for text in way.equals),
    ]


def _is_formula(line: Line) -> bool:
    """Whether a line says something: an inline symbol is only a name in a sentence, an inline equality may be a size."""
    return not line.inline or (line.before is not None and is_claim(line))


def _showing(lines: Sequence[Line], false: Sequence[FalseStep]) -> list[Line]:
    """The lines that may show a fact: those that are true, and those with a slip as they are without it.

    Where only the sign of a whole line does not follow, the line itself may be what was asked for.
    """
    shown_by = [line for line in lines if line.status in {"true", "definition", "start"}]
    for step in false:
        if step.slip is not None:
            shown_by.append(replace(step.line, expression=step.slip.repaired))
            if (
                isinstance(step.slip.repaired, Negative)
                and step.slip.repaired.operand == step.line.expression
            ):
                shown_by.append(step.line)
    return shown_by


def _is_compound(node: Expression | None) -> bool:
    """Whether a formula says more than a name or a number."""
    return isinstance(node, (Big, Function, Derivative)) or (
        isinstance(node, (Add, Multiply, Divide)) and sum(1 for _ in quantities(node)) > 2
    )


def _words_only(exercise: Derivation, pieces: Sequence[Piece], lines: Sequence[Line]) -> Verdict:
    if any(fact.words for fact in exercise.facts):
        return Verdict(status=Status.REVIEW, cause="words alone, which may say a part of what was asked for")
    if has_bare_formulas(pieces):
        return Verdict(status=Status.REVIEW, cause="a formula stands outside of any display")
    if any(_is_compound(line.expression) for line in lines):
        return Verdict(status=Status.REVIEW, cause="formulas in sentences only")
    finding = finding_of("prose_only", pieces[0].cell, "")
    return Verdict(status=Status.WRONG, findings=(finding,), share=0.0)


def _given(displays: Iterable[str]) -> list[Expression]:
    """Everything that the prompt prints, as expressions."""
    found: list[Expression] = []
    for display in displays:
        for chain in read_chains(f"$${display}$$"):
            for member in chain.members:
                try:
                    found.append(read(member.text)[0].expression)
                except ReadError:
                    continue
    return found


def _names_in(displays: Iterable[Expression]) -> frozenset[str]:
    """The names that the prompt gives to something."""
    return frozenset(node.name for node in displays if isinstance(node, Symbol))


def _is_false(line: Line) -> bool:
    return line.status == "false" and (not line.inline or (line.claimed and is_claim(line)))


def _named(line: Line, work: int) -> FalseStep:
    if line.before is None or line.expression is None or line.grounds is None:
        return FalseStep(line, None)
    return FalseStep(line, name_slip(line.before, line.expression, line.grounds, work))


def _findings(false: Sequence[FalseStep], lines: Sequence[Line]) -> tuple[Finding, ...]:
    """Each kind of slip once, at its first place."""
    found: dict[str, Finding] = {}
    for step in false:
        line, slip = step.line, step.slip
        if slip is not None:
            place = line.text[slice(*slip.span)] or line.text
            for code in slip.codes:
                found.setdefault(code, finding_of(code, line.cell, place))
        if slip is None or _ALGEBRA.intersection(slip.codes):
            found.setdefault("invalid_step", finding_of("invalid_step", line.cell, line.text))
    for line in lines if not found else ():
        if line.status == "true" and any("closing" in repair for repair in line.repairs):
            found.setdefault("unbalanced", finding_of("unbalanced", line.cell, line.text))
    return tuple(found.values())


def _method(lines: Sequence[Line], worlds: int) -> str:
    """How the steps were judged: those that only reorder or rename are proved, the others hold in every world."""
    true = [line for line in lines if line.status == "true" and line.move is None]
    proved = sum(
        line.before is not None and line.expression is not None and same(line.before, line.expression)
        for line in true
    )
    return f"{worlds} worlds, {proved} of {len(true)} steps proved" if proved else f"{worlds} worlds"


def _step(line: Line) -> Step:
    status = "unread" if line.status == "start" else line.status
    message = line.cause
    if line.move is not None:
        message = f"{line.move} of the line before"
    elif line.carried:
        message = "follows from the line before, which is not right"
    return Step(text=line.text, status=status, message=message)
