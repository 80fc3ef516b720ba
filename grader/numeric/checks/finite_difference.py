"""Check of `finite_difference(x, t, NN, activations, indexes, dw)`: a difference quotient of the loss for one weight.

The step is large. There the kinds of quotients differ from each other and from the derivative, so that agreement says which one was taken.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from grader.evidence import with_evidence
from grader.numeric.checks.follow_through import own_pieces, own_run
from grader.numeric.checks.pictured import FEW_STEPS, convergence
from grader.numeric.checks.quotient_slips import SLIPS
from grader.numeric.checks.quotients import QUOTIENTS, Probe, draw_probes
from grader.numeric.compare import as_numbers, is_equal, problem_of_kind, read_array
from grader.numeric.outcome import NoAnswerError, Outcome
from grader.result import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.numeric.child.wire import Value
    from grader.numeric.compare import Numbers
    from grader.numeric.subject import Subject

METHOD = "large steps for weights of two random networks, against the quotients of the reference's loss"
ABOUT = 1e-4
"""How far a quotient with a tiny step may be from the derivative; one with the step that is passed is much farther away."""


def check_finite_difference(subject: Subject, rng: np.random.Generator) -> Outcome:
    """Recognise the quotient, of the reference's loss or of the student's own; else name the slip."""
    probes = draw_probes(rng)
    asked = _ask(subject, probes)
    if isinstance(asked, Outcome):
        return asked
    answers, notes = asked
    if (kind := _quotient(answers, probes, Probe.loss)) is not None:
        return _right(kind, notes)
    if any(_quotient(part, probes, Probe.loss) is not None for part in _parts(answers)):
        cause = f"`{subject.name}` returns several numbers, of which one is the quotient; a person looks which one is meant."
        return Outcome(Status.REVIEW, METHOD, notes, cause=cause)
    if (followed := _follow_through(subject, answers, probes)) is not None:
        return followed
    if all(_is_equal(answer, np.zeros(())) for answer in answers):
        return Outcome(Status.WRONG, METHOD, (_NO_CHANGE, *notes))
    for name, slip in SLIPS.items():
        scaled = [
            _scaled(answer, 1.0 / slip.factor(probe)) for answer, probe in zip(answers, probes, strict=True)
        ]
        if _quotient(scaled, probes, slip.function) is not None:
            finding = Finding(code=slip.code, message=slip.message, hint=slip.hint, evidence={"reason": name})
            return Outcome(Status.PARTIAL, METHOD, (_pictured(finding, subject, probes[0]), *notes))
    difference = _pictured(_difference(answers, probes), subject, probes[0])
    return Outcome(Status.WRONG, METHOD, (difference, *notes))


def _pictured(finding: Finding, subject: Subject, probe: Probe) -> Finding:
    """With the error of what it returns at every step size, where it returns one number."""
    true = probe.derivative()

    def error(step: float) -> float:
        numbers = as_numbers(_answer(subject, replace(probe, step=step), [(probe.layer, probe.i, probe.j)]))
        return float("nan") if numbers is None or numbers.size != 1 else float(numbers.item()) - true

    def right(step: float) -> float:
        return float(QUOTIENTS["central"](probe.loss, step)) - true

    try:
        return with_evidence(finding, convergence(subject.name, error, right, FEW_STEPS))
    except NoAnswerError:
        return finding


def _right(kind: str, notes: tuple[Finding, ...]) -> Outcome:
    if kind in {"forward", "backward"}:
        message = f"A {kind} quotient; accepted. The central one has a much smaller error for the same step."
        notes = (*notes, Finding(code="convention", message=message))
    return Outcome(Status.CORRECT, f"{METHOD}; taken as the {kind} quotient", notes)


def _ask(subject: Subject, probes: Sequence[Probe]) -> tuple[list[Value], tuple[Finding, ...]] | Outcome:
    """The answers in the sheet's signature, else in that of other years: three numbers for the weight."""
    try:
        return [_answer(subject, probe, [(probe.layer, probe.i, probe.j)]) for probe in probes], ()
    except NoAnswerError as error:
        if error.fatal:
            raise
        problem = Outcome(Status.WRONG, METHOD, (error.finding,))
        if error.finding.code != "wrong_signature":
            return problem
    for order in permutations(("i", "j", "layer")):
        try:
            answers = [_answer(subject, probe, [getattr(probe, name) for name in order]) for probe in probes]
        except NoAnswerError as error:
            if error.fatal:
                raise
            continue
        if _quotient(answers, probes, Probe.loss) is not None:
            message = f"`{subject.name}` takes the weight as three numbers ({', '.join(order)}), as in other years; accepted."
            return answers, (Finding(code="convention", message=message),)
    return problem


def _answer(subject: Subject, probe: Probe, indexes: Sequence[Value]) -> Value:
    case = probe.case
    return subject.ask(case.x, case.t, case.parameters, case.functions(own=False), *indexes, probe.step)


def _quotient(
    answers: Sequence[Value], probes: Sequence[Probe], function: Callable[[Probe, float], Numbers]
) -> str | None:
    """Which quotient of a function of the change of the weight all answers are, if they are one."""
    for kind, quotient in QUOTIENTS.items():
        expected = [quotient(partial(function, probe), probe.step) for probe in probes]
        if all(map(_is_equal, answers, expected)):
            return kind
    return None


def _parts(answers: Sequence[Value]) -> Iterator[list[Value]]:
    """First, second, ... parts of all answers, where these are lists."""
    lists = [answer for answer in answers if isinstance(answer, list | tuple)]
    if len(lists) == len(answers):
        yield from map(list, zip(*lists, strict=False))


def _is_equal(answer: Value, expected: Numbers) -> bool:
    """Equal numbers; a single one may stand in an array."""
    numbers = as_numbers(answer)
    if numbers is not None and numbers.size == expected.size == 1:
        return is_equal(numbers.reshape(()), expected.reshape(()))
    return is_equal(answer, expected)


def _scaled(answer: Value, factor: float) -> Value:
    numbers = as_numbers(answer)
    return answer if numbers is None else numbers * factor


def _follow_through(subject: Subject, answers: Sequence[Value], probes: Sequence[Probe]) -> Outcome | None:
    """Right over a mistake in the notebook's own forward pass or loss; an unknown one is for a person to judge."""
    pieces = own_pieces(subject, [probe.case for probe in probes])
    if pieces is not None:
        if pieces.are_right:
            return None
        kind = _quotient(
            answers, probes, lambda probe, change: pieces.loss(probe.case, probe.network(change))
        )
        return None if kind is None else _right(kind, (pieces.finding(subject.name),))

    def own_loss(probe: Probe, change: float) -> Numbers:
        case = probe.case
        _, z = own_run(subject, case, probe.network(change))
        losses = subject.ask_other("squared_error", case.t, z[-1])
        numbers = read_array(losses, case.t.shape, "The value of `squared_error`")
        if isinstance(numbers, Finding):
            raise NoAnswerError(numbers)
        return np.asarray(numbers.sum() / len(case.t))

    try:
        kind = _quotient(answers, probes, own_loss)
    except NoAnswerError:
        return None
    if kind is None:
        return None
    cause = (
        f"`{subject.name}` agrees with the {kind} quotient of the notebook's own forward pass and loss, which are not right; "
        "a person looks whether it follows from them."
    )
    return Outcome(Status.REVIEW, METHOD, cause=cause)


_NO_CHANGE = Finding(
    code="wrong_value",
    message="What `finite_difference` returns is 0 for every weight: both losses are those of the same network.",
    hint="`new = NN` gives a network a second name; does changing `new` change `NN`? Print a weight before and after.",
    evidence={"reason": "no_change"},
)


def _difference(answers: Sequence[Value], probes: Sequence[Probe]) -> Finding:
    """What is wrong where no slip explains it."""
    what = "What `finite_difference` returns"
    for answer in answers:
        numbers = as_numbers(answer)
        if numbers is None or numbers.size != 1:
            problem = problem_of_kind(answer, what) or read_array(answer, (), what)
        else:
            problem = read_array(numbers.reshape(()), (), what)
        if isinstance(problem, Finding):
            return problem
    derivatives = [probe.derivative() for probe in probes]
    if all(
        abs(float(np.asarray(as_numbers(a)).item()) - d) < ABOUT
        for a, d in zip(answers, derivatives, strict=True)
    ):
        return Finding(
            code="wrong_value",
            message=f"{what} is the derivative itself, or a quotient with a step of its own; it does not depend on `dw`.",
            hint="Compute by hand the quotient of w squared for dw = 1, and compare with your function's way.",
            evidence={"reason": "step_ignored"},
        )
    return Finding(
        code="wrong_value",
        message=f"{what} is no difference quotient of the loss for that weight.",
        hint="Take a network with one weight and one data point, where you can compute the quotient by hand.",
    )
