"""Check of `cross_entropy_loss(t, y, derivative=False)`.

Courses and students differ in what is returned and in what y means. Any convention is right whose value is a cross entropy and whose
derivative is the derivative of that value; which one was recognised is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.compare import Numbers, as_numbers, compare, problem_of_kind
from grader.numeric.outcome import NoAnswerError, Outcome, attempt
from grader.result import Finding, Status
from reference.losses import Loss, cross_entropy, softmax, softmax_cross_entropy

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.numeric.child.wire import Value
    from grader.numeric.subject import Subject
    from reference.activations import Array

METHOD = "random inputs, value and derivative against the reference in every accepted convention"
LOGITS = "from logits (before the softmax)"
PROBABILITIES = "from probabilities (after the softmax)"
# A constant up to 1e-7 inside the logarithm is a common guard against log(0); probabilities below are at least 0.05.
GUARD_EFFECT = 1e-5


@dataclass(frozen=True)
class Convention:
    """What y means, and how the elementwise loss (N, K) is summed up."""

    input_name: str
    loss: Loss
    sum_name: str
    total: Callable[[Array], Array]
    averaged: bool = False

    def value(self, t: Array, y: Array) -> Array:
        """What the function returns in this convention."""
        return np.asarray(self.total(self.loss.value(t, y)))

    def derivative(self, t: Array, y: Array) -> Array:
        """Derivative of that value's sum with respect to y (N, K)."""
        return np.asarray(self.loss.derivative(t, y) / (len(t) if self.averaged else 1.0))


CONVENTIONS = tuple(
    Convention(input_name, loss, sum_name, total, averaged)
    for input_name, loss in ((PROBABILITIES, cross_entropy), (LOGITS, softmax_cross_entropy))
    for sum_name, total, averaged in (
        ("per element", lambda e: e, False),
        ("summed over classes", lambda e: e.sum(axis=1), False),
        ("summed over classes", lambda e: e.sum(axis=1, keepdims=True), False),
        ("summed over classes and data points", lambda e: e.sum(), False),
        ("averaged over data points", lambda e: e.sum() / len(e), True),
    )
)


def check_cross_entropy_loss(subject: Subject, rng: np.random.Generator) -> Outcome:
    """Recognise the convention by the value, then judge the derivative in it."""
    classes, batch = 4, 6
    # Every class is the target at least once; one-hot, for the class may be picked by its index.
    t = np.eye(classes)[rng.permutation(np.arange(batch) % classes)]
    y = 0.05 + 0.8 * rng.dirichlet(np.ones(classes), batch)
    try:
        value = subject.ask(t, y)
    except NoAnswerError as error:
        if error.fatal:
            raise
        return Outcome(Status.WRONG, METHOD, (error.finding,), share=0.0)
    convention = next((c for c in CONVENTIONS if _close(value, c.value(t, y))), None)
    if convention is None:
        return Outcome(Status.WRONG, METHOD, (_wrong_value(value, t, y),), share=0.0)
    method = f"{METHOD}; taken as {convention.sum_name}, {convention.input_name}"
    derivative = attempt(lambda: _derivative_problem(subject.ask(t, y, True), convention, t, y))
    stability = _stability_problem(subject, classes) if convention.input_name == LOGITS else None
    if derivative is not None:
        findings = (derivative,) if stability is None else (derivative, stability)
        return Outcome(Status.PARTIAL, method, findings, share=0.5)
    if stability is not None:
        return Outcome(Status.PARTIAL, method, (stability,))
    return Outcome(Status.CORRECT, method)


def _close(value: Value, expected: Numbers) -> bool:
    numbers = as_numbers(value)
    if numbers is None or numbers.shape != expected.shape or not np.isfinite(numbers).all():
        return False
    return bool((np.abs(numbers - expected) <= GUARD_EFFECT * (1.0 + np.abs(expected))).all())


def _wrong_value(value: Value, t: Array, y: Array) -> Finding:
    what = "The value of `cross_entropy_loss`"
    if (problem := problem_of_kind(value, what)) is not None:
        return problem
    for reason, message, hint, edited in (
        (
            "sign",
            "has the wrong sign.",
            "Is the loss of a good prediction smaller than that of a bad one?",
            lambda c: -c.value(t, y),
        ),
        (
            "class_average",
            "is divided by the number of classes too.",
            "Over what does the lecture sum, and over what does it average?",
            lambda c: np.asarray(c.loss.value(t, y).mean()),
        ),
        (
            "binary",
            "is the loss of independent yes-or-no questions, not that of one choice among K classes.",
            "The exercise asks for any number of classes that exclude each other.",
            lambda c: c.total(-t * np.log(y) - (1.0 - t) * np.log(1.0 - y)),
        ),
    ):
        if any(_close(value, np.asarray(edited(convention))) for convention in CONVENTIONS):
            return Finding(
                code="wrong_value", message=f"{what} {message}", hint=hint, evidence={"reason": reason}
            )
    numbers = np.asarray(as_numbers(value))
    if not np.isfinite(numbers).all():
        return Finding(
            code="not_finite", message=f"{what} contains NaN or infinite numbers for ordinary inputs."
        )
    if all(numbers.shape != convention.value(t, y).shape for convention in CONVENTIONS):
        message = f"{what} has shape {numbers.shape} for {len(t)} data points and {t.shape[1]} classes."
        hint = "It may be given per element, per data point, or as one number."
        return Finding(code="wrong_shape", message=message, hint=hint)
    message = f"{what} is no cross entropy in any usual convention."
    hint = "Compute it by hand for one data point with two classes and compare."
    return Finding(code="wrong_value", message=message, hint=hint)


def _derivative_problem(value: Value, convention: Convention, t: Array, y: Array) -> Finding | None:
    expected = convention.derivative(t, y)
    if _close(value, expected):
        return None
    what = "The derivative of `cross_entropy_loss` with respect to y"
    of_value = f"Your value is {convention.sum_name}, {convention.input_name}: "
    elementwise = convention.loss.derivative(t, y)
    if convention.input_name == PROBABILITIES:
        difference = (
            "logits",
            (
                f"{of_value}y - t is not its derivative with respect to y. It is the derivative with respect to the logits, and "
                "right only for a function that takes these and contains the softmax."
            ),
        )
    else:
        difference = ("softmax_missing", f"{of_value}its derivative contains the softmax of y too.")
    reasons = (
        (-expected, "sign", f"{what} has the wrong sign."),
        (y - t, *difference),
        (
            elementwise if convention.averaged else elementwise / len(t),
            "batch_average",
            f"{of_value}value and derivative differ by the number of data points.",
        ),
    )
    for edited, reason, message in reasons:
        if _close(value, edited):
            hint = "The derivative must be that of the very value that you return."
            return Finding(code="wrong_gradient", message=message, hint=hint, evidence={"reason": reason})
    return compare(value, expected, what, code="wrong_gradient")


def _stability_problem(subject: Subject, classes: int) -> Finding | None:
    """A softmax that overflows for large logits: the loss itself is an ordinary number there."""
    logits = 1000.0 * np.eye(classes)
    t = softmax(logits[::-1])

    def comparison() -> Finding | None:
        numbers = as_numbers(subject.ask(t, logits))
        if numbers is not None and np.isfinite(numbers).all():
            return None
        return Finding(
            code="not_stable",
            message="`cross_entropy_loss` gives NaN or infinity for large logits, where the loss itself is an ordinary number.",
            hint="Softmax does not change when the same number is subtracted from all logits.",
        )

    return attempt(comparison)
