"""How much of what was found its student is told: each level adds to those below it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from grader.result import REMARKS, Finding, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.result import ExerciseResult, Result


class Level(IntEnum):
    """What `hints` in `assignment.toml` says."""

    VERDICT = 0
    """Right or wrong."""
    KIND = 1
    """What kind of thing is off."""
    PLACE = 2
    """Where it is, and what was found there."""
    HINT = 3
    """A pointer to what may help."""


OWN = (
    frozenset(
        """
not_defined wrong_signature raised timed_out out_of_memory ended_itself crashed output_too_large forged_reply
sandbox_violation image
""".split()
    )
    | REMARKS
)
"""Findings that hint at nothing: what happened when the answer ran, which anybody sees who runs it, and how it was taken."""

KINDS = {
    "index_reuse": "An index is off.",
    "wrong_index": "An index is off.",
    "free_index_mismatch": "An index is off.",
    "transposed_weight": "An index is off.",
    "wrong_limits": "The range of a sum is off.",
    "wrong_layer": "A layer label is off.",
    "wrong_symbol": "A symbol is off.",
    "bias_double": "Something is off with a bias.",
    "bias_missing": "Something is off with a bias.",
    "missing_activation": "Something is off with an activation.",
    "missing_term": "A term is off.",
    "extra_term": "A term is off.",
    "sign_error": "A sign is off.",
    "missing_factor": "A factor is off.",
    "wrong_factor": "A factor is off.",
    "unbalanced": "The brackets do not balance.",
    "matrix_notation": "The notation is off.",
    "invalid_step": "A step is not true.",
    "given_not_derived": "The way to the result is missing.",
    "incomplete": "Something that is asked for is missing.",
    "prose_only": "A derivation in formulas is asked for.",
    "wrong_shape": "A shape is off.",
    "wrong_dtype": "A type is off.",
    "not_finite": "A number is not finite.",
    "wrong_value": "A value is off.",
    "wrong_gradient": "A gradient is off.",
    "not_stable": "A number is not finite, or loses its precision.",
    "mutates_input": "An argument is changed in place.",
}
"""Code of the finding -> what kind of thing is off."""

_UNTOLD = "A person looks at this answer."


def for_student(result: Result) -> Result:
    """The result as its student is told it, at the hint level of its assignment; what teachers see is kept elsewhere."""
    if result.hints >= Level.HINT:
        return result
    level = Level(result.hints)
    told = tuple(_exercise(exercise, level) for exercise in result.exercises)
    return result.model_copy(update={"exercises": told})


def _exercise(exercise: ExerciseResult, level: Level) -> ExerciseResult:
    findings = tuple(_findings(exercise.findings, level))
    if level >= Level.PLACE:
        return exercise.model_copy(update={"findings": findings})
    return exercise.model_copy(update={"findings": findings, "steps": (), "cause": _cause(exercise)})


def _cause(exercise: ExerciseResult) -> str | None:
    """Why a person must look, unless it quotes what was found; why points are missing is more than these levels tell."""
    if exercise.status is Status.ERROR or exercise.cause is None:
        return exercise.cause
    if exercise.status is not Status.REVIEW:
        return None
    found = (finding.message for finding in exercise.findings if finding.code not in OWN)
    return _UNTOLD if any(message in exercise.cause for message in found) else exercise.cause


def _findings(findings: Sequence[Finding], level: Level) -> Iterator[Finding]:
    kinds = set()
    for finding in findings:
        if finding.code in OWN or level >= Level.PLACE:
            yield finding.model_copy(update={"hint": None})
        elif level >= Level.KIND and (kind := KINDS.get(finding.code, "Something is off.")) not in kinds:
            kinds.add(kind)
            yield Finding(code=finding.code, message=kind)
