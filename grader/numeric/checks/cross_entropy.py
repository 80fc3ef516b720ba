"""Check of `cross_entropy_loss(t, y, derivative=False)`.

Courses and students differ in what is returned and in what y means. Any convention is right whose value is a cross entropy and whose
derivative is the derivative of that value; which one was recognised is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from grader.numeric.compare import Numbers, as_numbers, compare, problem_of_kind
from grader.numeric.outcome import NoAnswerError, Outcome, attempt
from grader.result import Finding, Status
from reference.complex_step import complex_step
from reference.losses import cross_entropy_value, softmax_cross_entropy_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.numeric.child.wire import Value
    from grader.numeric.subject import Subject
    from reference.activations import Array

METHOD = "random inputs, value and derivative against the reference in every accepted convention"
LOGITS = "from logits (before the softmax)"
PROBABILITIES = "from probabilities (after the softmax)"
SMALLEST = 0.05
"""Of the probabilities that are asked."""
# A constant up to 1e-5 inside the logarithm is a common guard against log(0).
GUARD_EFFECT = 1e-5 / SMALLEST


Batch: TypeAlias = tuple[Numbers, Numbers]
"""Targets and probabilities, both (N, K)."""


@dataclass(frozen=True)
class Convention:
    """What y means, and how the elementwise loss (N, K) is summed up."""

    input_name: str
    loss: Callable[[Array, Array], Array]
    sum_name: str
    total: Callable[[Array], Array]
    averaged: bool = False

    def value(self, t: Array, y: Array) -> Array:
        """What the function returns in this convention."""
        return np.asarray(self.total(self.loss(t, y)))

    def derivative(self, t: Array, y: Array) -> Array:
        """Derivative of that value's sum with respect to y (N, K)."""
        slope = complex_step(lambda moved: self.loss(t, moved).sum(axis=(-2, -1)), y)
        return slope / (len(t) if self.averaged else 1.0)


CONVENTIONS = tuple(
    Convention(input_name, loss, sum_name, total, averaged)
    for input_name, loss in (
        (PROBABILITIES, cross_entropy_value),
        (LOGITS, softmax_cross_entropy_value),
    )
    for sum_name, total, averaged in (
        ("per element", lambda e: e, False),
        ("summed over classes", lambda e: e.sum(axis=1), False),
        ("summed over classes", lambda e: e.sum(axis=1, keepdims=True), False),
        ("summed over classes and data points", lambda e: e.sum(), False),
        ("averaged over data points", lambda e: e.sum() / len(e), True),
    )
)


def check_cross_entropy_loss(subject: Subject, rng: np.random.Generator) -> Outcome:
    """Recognise the convention by the values, then judge the derivatives in it."""
    batches = [_draw(rng, classes, points) for classes, points in ((4, 6), (3, 5))]
    try:
        values = [subject.ask(t, y) for t, y in batches]
    except NoAnswerError as error:
        if error.fatal:
            raise
        return Outcome(Status.WRONG, METHOD, (error.finding,))
    convention = next(
        (c for c in CONVENTIONS if _are_close(values, [c.value(t, y) for t, y in batches])), None
    )
    if convention is None:
        return _judge_wrong_value(subject, values, batches)
    method = f"{METHOD}; taken as {convention.sum_name}, {convention.input_name}"
    derivative = attempt(
        lambda: _derivative_problem([subject.ask(t, y, True) for t, y in batches], convention, batches)
    )
    stability = _stability_problem(subject) if convention.input_name == LOGITS else None
    findings = tuple(finding for finding in (derivative, stability) if finding is not None)
    return Outcome(Status.PARTIAL if findings else Status.CORRECT, method, findings)


def _draw(rng: np.random.Generator, classes: int, points: int) -> Batch:
    """Targets and probabilities; one-hot, for the class may be picked by its index, and each class at least once."""
    t = np.eye(classes)[rng.permutation(np.arange(points) % classes)]
    y = SMALLEST + (1.0 - classes * SMALLEST) * rng.dirichlet(np.ones(classes), points)
    return t, y


def _are_close(values: Sequence[Value], expected: Sequence[Numbers]) -> bool:
    return all(map(_close, values, expected))


def _close(value: Value, expected: Numbers) -> bool:
    numbers = as_numbers(value)
    if numbers is None or numbers.shape != expected.shape or not np.isfinite(numbers).all():
        return False
    return bool((np.abs(numbers - expected) <= GUARD_EFFECT * (1.0 + np.abs(expected))).all())


@dataclass(frozen=True)
class Scaling:
    """A slip that multiplies the value by a number, which may depend on the number of classes."""

    name: str
    factor: Callable[[int], float]
    message: str
    hint: str


SCALINGS = (
    Scaling(
        "sign",
        lambda _: -1.0,
        "has the wrong sign.",
        "Is the loss of a good prediction smaller than that of a bad one?",
    ),
    Scaling(
        "class_average",
        lambda classes: 1.0 / classes,
        "is divided by the number of classes too.",
        "Over what does the lecture sum, and over what does it average?",
    ),
    Scaling(
        "base",
        lambda _: 1.0 / float(np.log(2.0)),
        "is taken with a logarithm of base 2.",
        "Of which logarithm is 1/y the derivative?",
    ),
)


def _judge_wrong_value(subject: Subject, values: Sequence[Value], batches: Sequence[Batch]) -> Outcome:
    """A value off by a known factor is a slip if the derivative is that value's; any other is wrong."""
    for scaling, convention in product(SCALINGS, CONVENTIONS):
        factors = [scaling.factor(t.shape[1]) for t, _ in batches]
        scaled = [factor * convention.value(*batch) for factor, batch in zip(factors, batches, strict=True)]
        if not _are_close(values, scaled):
            continue
        finding = _wrong_value(scaling.message, scaling.hint, scaling.name)
        slopes = [
            factor * convention.derivative(*batch) for factor, batch in zip(factors, batches, strict=True)
        ]
        try:
            follows = _are_close([subject.ask(t, y, True) for t, y in batches], slopes)
        except NoAnswerError as error:
            if error.fatal:
                raise
            return Outcome(Status.WRONG, METHOD, (finding, error.finding))
        if follows:
            return Outcome(Status.PARTIAL, METHOD, (finding,))
        return Outcome(Status.WRONG, METHOD, (finding,))
    return Outcome(Status.WRONG, METHOD, (_explain_value(values, batches),))


WHAT = "The value of `cross_entropy_loss`"


def _wrong_value(message: str, hint: str, reason: str) -> Finding:
    return Finding(code="wrong_value", message=f"{WHAT} {message}", hint=hint, evidence={"reason": reason})


def _explain_value(values: Sequence[Value], batches: Sequence[Batch]) -> Finding:
    value, (t, y) = values[0], batches[0]
    if (problem := problem_of_kind(value, WHAT)) is not None:
        return problem
    binary = [-t * np.log(y) - (1.0 - t) * np.log(1.0 - y) for t, y in batches]
    if any(_are_close(values, [np.asarray(c.total(part)) for part in binary]) for c in CONVENTIONS):
        return _wrong_value(
            "is the loss of independent yes-or-no questions, not that of one choice among K classes.",
            "The exercise asks for any number of classes that exclude each other.",
            "binary",
        )
    numbers = np.asarray(as_numbers(value))
    if not np.isfinite(numbers).all():
        return Finding(
            code="not_finite", message=f"{WHAT} contains NaN or infinite numbers for ordinary inputs."
        )
    if all(numbers.shape != convention.value(t, y).shape for convention in CONVENTIONS):
        message = f"{WHAT} has shape {numbers.shape} for {len(t)} data points and {t.shape[1]} classes."
        hint = "It may be given per element, per data point, or as one number."
        return Finding(code="wrong_shape", message=message, hint=hint)
    message = f"{WHAT} is no cross entropy in any usual convention."
    hint = "Compute it by hand for one data point with two classes and compare."
    return Finding(code="wrong_value", message=message, hint=hint)


def _derivative_problem(
    values: Sequence[Value], convention: Convention, batches: Sequence[Batch]
) -> Finding | None:
    expected = [convention.derivative(t, y) for t, y in batches]
    if _are_close(values, expected):
        return None
    what = "The derivative of `cross_entropy_loss` with respect to y"
    of_value = f"Your value is {convention.sum_name}, {convention.input_name}: "
    if convention.input_name == PROBABILITIES:
        difference = (
            "logits",
            (
                f"{of_value}This is not its derivative with respect to y, but the one with respect to the logits, and "
                "right only for a function that takes these and contains the softmax."
            ),
        )
    else:
        difference = ("softmax_missing", f"{of_value}its derivative contains the softmax of y too.")
    divisors = [1.0 / len(t) if convention.averaged else len(t) for t, _ in batches]
    reasons = (
        ([-part for part in expected], "sign", f"{what} has the wrong sign."),
        ([y - t for t, y in batches], *difference),
        (
            [part / divisor for part, divisor in zip(expected, divisors, strict=True)],
            "batch_average",
            f"{of_value}value and derivative differ by the number of data points.",
        ),
    )
    for edited, reason, message in reasons:
        if _are_close(values, edited):
            hint = "The derivative must be that of the very value that you return."
            return Finding(code="wrong_gradient", message=message, hint=hint, evidence={"reason": reason})
    problems = (
        compare(value, part, what, code="wrong_gradient")
        for value, part in zip(values, expected, strict=True)
    )
    return next((problem for problem in problems if problem is not None), None)


def _stability_problem(subject: Subject) -> Finding | None:
    """A softmax that overflows for large logits: loss and derivative are ordinary numbers there."""
    logits = 1000.0 * np.eye(4)
    t = np.eye(4)[::-1]

    def comparison() -> Finding | None:
        answers = {
            name: as_numbers(subject.ask(t, logits, *flag))
            for name, flag in (("value", ()), ("derivative", (True,)))
        }
        unstable = [
            name for name, numbers in answers.items() if numbers is None or not np.isfinite(numbers).all()
        ]
        if not unstable:
            return None
        what = (
            f"{unstable[0]} of `cross_entropy_loss` contains"
            if len(unstable) == 1
            else "value and the derivative of `cross_entropy_loss` contain"
        )
        return Finding(
            code="not_stable",
            message=f"For logits of 0 and 1000 the {what} NaN or infinity, where right ones are ordinary numbers.",
            hint="What are `np.exp(1000)` and `np.log(0)`? What can be subtracted from all logits of a data point without changing "
            "their softmax?",
        )

    return attempt(comparison)
