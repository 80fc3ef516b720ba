"""Check of `backward_pass(x, t, y, z, a, NN, activations, loss_f) -> (g_b, g_w)`.

It is judged as the function it is: everything that goes in was made by the reference, so that a mistake elsewhere in the notebook
costs nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.checks.cases import Case, draw_cases
from grader.numeric.checks.slips import SLIPS
from grader.numeric.child.wire import Opaque, Value
from grader.numeric.compare import Numbers, as_numbers, compare, is_equal, problem_of_kind
from grader.numeric.outcome import NoAnswerError, Outcome
from grader.result import Finding, Status
from reference.losses import squared_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.numeric.subject import Subject
    from reference.network import Network

METHOD = "{} random networks, against the reference and the complex-step derivative of its loss"
MAX_FINDINGS = 3


@dataclass(frozen=True)
class Answer:
    """Gradients as they came, put in order; `notes` are conventions that were accepted."""

    weights: Sequence[Value]
    biases: Sequence[Value]
    notes: frozenset[str]


def check_backward_pass(subject: Subject, rng: np.random.Generator) -> Outcome:
    """Compare the gradients of every layer; name the slip where one explains all differences.

    A function that asks `activations[l] == ReLU` cannot know ours, so one that fails is asked again with the notebook's
    own; right then is for a person to price, because it does not work for any function of that form.
    """
    cases = draw_cases(rng)
    outcome = _judge(subject, cases, own_functions=False)
    if outcome.status is not Status.WRONG:
        return outcome
    try:
        known = [replace(case, loss=squared_error) for case in cases]
        again = _judge(subject, known, own_functions=True)
    except NoAnswerError:
        return outcome
    if again.status is not Status.CORRECT:
        return outcome
    cause = "It is right with the notebook's own functions, which it knows by name, but not with others of the same form."
    return Outcome(Status.REVIEW, outcome.method, outcome.findings, cause=cause)


def _judge(subject: Subject, cases: Sequence[Case], *, own_functions: bool) -> Outcome:
    method = METHOD.format(len(cases))
    true = [case.true_gradients() for case in cases]
    answers: list[Answer] = []
    for case, gradients in zip(cases, true, strict=True):
        try:
            value = subject.ask(
                case.x,
                case.t,
                case.y,
                list(case.z),
                list(case.a),
                case.parameters,
                case.functions(own=own_functions),
                case.loss_function(own=own_functions),
            )
        except NoAnswerError as error:
            if error.fatal:
                raise
            return Outcome(Status.WRONG, method, (error.finding,), share=0.0)
        answer = _read(value, gradients)
        if isinstance(answer, Finding):
            return Outcome(Status.WRONG, method, (answer,), share=0.0)
        answers.append(answer)
    notes = tuple(
        Finding(code="convention", message=note)
        for note in sorted({n for answer in answers for n in answer.notes})
    )
    if all(map(_agrees, answers, true)):
        return Outcome(Status.CORRECT, method, notes)
    if (slip := _common_slip(answers, cases)) is not None:
        return Outcome(Status.PARTIAL, method, (slip, *notes))
    return Outcome(Status.WRONG, method, (*_differences(answers, true), *notes), share=0.0)


def _read(value: Value, true: Network) -> Answer | Finding:
    """Gradients out of what was returned: a pair of lists with one array per layer."""
    layers = len(true.weights)
    if value is None or isinstance(value, Opaque):
        return problem_of_kind(value, "What `backward_pass` returns") or _structure(layers)
    if not isinstance(value, list | tuple) or len(value) != 2:
        return _structure(layers)
    biases, weights = (_layers(part) for part in value)
    if biases is None or weights is None or len(biases) != layers or len(weights) != layers:
        return _structure(layers)
    notes = set()
    if _have_shapes(biases, true.weights) and _have_shapes(
        weights, tuple(b[0] for b in true.biases), true.biases
    ):
        biases, weights = weights, biases
        notes.add("`backward_pass` returns (g_w, g_b), where the sheet asks for (g_b, g_w); accepted.")
    if _have_shapes(biases, tuple(b[0] for b in true.biases)):
        biases = [np.asarray(as_numbers(b)).reshape(1, -1) for b in biases]
        notes.add("The gradients of the biases have shape (n,), where the biases have (1, n); accepted.")
    return Answer(weights, biases, frozenset(notes))


def _layers(part: Value) -> list[Value] | None:
    return list(part) if isinstance(part, list | tuple) else None


def _structure(layers: int) -> Finding:
    return Finding(
        code="wrong_shape",
        message=f"`backward_pass` should return a pair (g_b, g_w) of two lists with one array per layer; for a network of {layers} "
        f"layer{'s' * (layers > 1)} it returns something else.",
        hint="Print the type and the length of what you return, and of both parts of it.",
    )


def _have_shapes(parts: Sequence[Value], *models: Sequence[Numbers]) -> bool:
    """Whether all parts are arrays in the shapes of one of the models."""
    numbers = [as_numbers(part) for part in parts]
    return any(
        all(n is not None and n.shape == m.shape for n, m in zip(numbers, model, strict=True))
        for model in models
    )


def _agrees(answer: Answer, gradients: Network) -> bool:
    pairs = zip((*answer.weights, *answer.biases), (*gradients.weights, *gradients.biases), strict=True)
    return all(is_equal(got, expected) for got, expected in pairs)


def _common_slip(answers: Sequence[Answer], cases: Sequence[Case]) -> Finding | None:
    """The one slip that gives these answers in every case."""
    for name, slip in SLIPS.items():
        if all(_agrees(answer, slip.gradients(case)) for answer, case in zip(answers, cases, strict=True)):
            return Finding(code=slip.code, message=slip.message, hint=slip.hint, evidence={"reason": name})
    return None


def _differences(answers: Sequence[Answer], true: Sequence[Network]) -> list[Finding]:
    """Which arrays of the first network with a difference are wrong, and how."""
    for answer, gradients in zip(answers, true, strict=True):
        found = []
        for layer in reversed(range(len(gradients.weights))):
            where = f"of layer {layer + 1} of {len(gradients.weights)}"
            what = f"The gradient of the weights {where} (`g_w[{layer}]`)"
            found.append(
                compare(answer.weights[layer], gradients.weights[layer], what, code="wrong_gradient")
            )
            what = f"The gradient of the biases {where} (`g_b[{layer}]`)"
            found.append(compare(answer.biases[layer], gradients.biases[layer], what, code="wrong_gradient"))
        if findings := [finding for finding in found if finding is not None]:
            return findings[:MAX_FINDINGS]
    return []
