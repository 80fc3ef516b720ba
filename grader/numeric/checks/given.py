"""Checks of the functions that every student was given: a changed one is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.numeric.checks.cases import draw_cases
from grader.numeric.compare import compare, problem_of_parts
from grader.numeric.outcome import NoAnswerError, Outcome, attempt, outcome_of_parts
from grader.result import Finding, Status
from reference.activations import ACTIVATIONS, Array
from reference.losses import squared_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from grader.numeric.child.wire import Value
    from grader.numeric.subject import Subject

METHOD = "random inputs, value and derivative against the reference"


def check_activation(subject: Subject, rng: np.random.Generator) -> Outcome:
    """`h(x, derivative=False)`: h, or h' at the pre-activation, for the activation that the function is named after."""
    activation = ACTIVATIONS[subject.name]
    # Away from 0, where the derivative of ReLU is a matter of convention.
    x = rng.uniform(0.1, 3.0, (5, 4)) * rng.choice([-1.0, 1.0], (5, 4))
    value = attempt(lambda: compare(subject.ask(x), activation.value(x), f"The value of `{subject.name}`"))
    # The flag goes by its place, for it has other names in other years.
    derivative = attempt(
        lambda: compare(
            subject.ask(x, True),
            activation.derivative(x),
            f"The derivative of `{subject.name}`",
            code="wrong_gradient",
        )
    )
    return outcome_of_parts(METHOD, (value, derivative))


def check_squared_error(subject: Subject, rng: np.random.Generator) -> Outcome:
    """`squared_error(t, y, derivative=False)`, elementwise."""
    t, y = rng.normal(0.0, 1.0, (2, 5, 3))
    value = attempt(
        lambda: compare(subject.ask(t, y), squared_error.value(t, y), "The value of `squared_error`")
    )
    derivative = attempt(
        lambda: compare(
            subject.ask(t, y, True),
            squared_error.derivative(t, y),
            "The derivative of `squared_error` with respect to y",
            code="wrong_gradient",
        )
    )
    return outcome_of_parts(METHOD, (value, derivative))


def check_forward_pass(subject: Subject, rng: np.random.Generator) -> Outcome:
    """`forward_pass(x, NN, activations) -> (a, z)`: the pre-activations and activations of every layer."""
    cases = draw_cases(rng)
    method = f"{len(cases)} random networks, against the reference"
    for case in cases:
        try:
            value = subject.ask(case.x, case.parameters, case.functions(own=False))
        except NoAnswerError as error:
            if error.fatal:
                raise
            return Outcome(Status.WRONG, method, (error.finding,))
        if (problem := _difference(value, case.a, case.z)) is not None:
            return Outcome(Status.WRONG, method, (problem,))
    return Outcome(Status.CORRECT, method)


def _difference(value: Value, a: Sequence[Array], z: Sequence[Array]) -> Finding | None:
    """The first layer that is wrong."""
    if (problem := problem_of_parts(value, "forward_pass")) is not None:
        return problem
    pair = isinstance(value, list | tuple) and len(value) == 2
    if not pair or [len(part) if isinstance(part, list | tuple) else None for part in value] != [
        len(a),
        len(z),
    ]:
        return Finding(
            code="wrong_shape",
            message="`forward_pass` should return a pair (a, z) of two lists: one array per layer in a, and one more in z, which "
            "starts with x.",
            hint="Print the lengths of both lists for a network of three layers.",
        )
    found_a, found_z = value
    for layer in range(len(a)):
        for name, got, expected in (("z", found_z[layer], z[layer]), ("a", found_a[layer], a[layer])):
            if (unequal := compare(got, expected, f"`{name}[{layer}]` of `forward_pass`")) is not None:
                return unequal
    return compare(found_z[-1], z[-1], f"`z[{len(a)}]` of `forward_pass`, the output of the network,")
