"""Check of `backward_pass(x, t, y, z, a, NN, activations, loss_f) -> (g_b, g_w)`.

It is judged as the function it is: everything that goes in was made by the reference, so that a mistake elsewhere in the notebook
costs nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.checks.cases import Case, draw_cases, draw_square_cases, draw_two_layer_cases
from grader.numeric.checks.differences import is_gradient
from grader.numeric.checks.follow_through import own_forward_pass, own_run
from grader.numeric.checks.own_functions import draw_own_cases
from grader.numeric.checks.pictured import pictured_gradients
from grader.numeric.checks.slips import SLIPS, SQUARE_SLIPS
from grader.numeric.child.wire import Value
from grader.numeric.compare import (
    Numbers,
    as_numbers,
    common_factor,
    compare,
    is_equal,
    problem_of_parts,
    read_array,
)
from grader.numeric.outcome import NoAnswerError, Outcome
from grader.result import Finding, Status
from reference.complex_step import complex_step_gradients
from reference.losses import squared_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.numeric.checks.edited_gradients import Slip
    from grader.numeric.child.wire import Value
    from grader.numeric.subject import Subject
    from reference.activations import Array
    from reference.network import Network

METHOD = "{} random networks, against the reference and the complex-step derivative of its loss"
MAX_FINDINGS = 3


@dataclass(frozen=True)
class Answer:
    """Gradients as they came, put in order; `notes` are conventions that were accepted."""

    weights: Sequence[Value]
    biases: Sequence[Value]
    notes: frozenset[str]

    @property
    def arrays(self) -> tuple[Value, ...]:
        """The gradients of the weights of every layer, then those of the biases."""
        return (*self.weights, *self.biases)


def check_backward_pass(subject: Subject, rng: np.random.Generator) -> Outcome:
    """Compare the gradients of every layer; name the slip where one explains all differences.

    What is wrong may follow from the notebook's own forward pass. And a function that asks `activations[l] == ReLU` cannot know ours, so one
    that fails is asked again with the notebook's own; right then is for a person to price, because it does not work for any function of that form.
    """
    cases = draw_cases(rng)
    method = METHOD.format(len(cases))
    asked = _ask(subject, cases)
    if isinstance(asked, Finding):
        outcome = _explain_exception(subject, asked, draw_square_cases(rng), method)
    else:
        outcome = _judge(asked, cases, method)
    try:
        if outcome.status is Status.CORRECT:
            own = _own_done_otherwise(subject, rng)
            if own is None:
                return outcome
            cause = f"It is right, but not with the notebook's own {own}, for which it does something else."
            return Outcome(Status.REVIEW, method, outcome.findings, cause=cause)
        if _is_right_by_name(subject, cases):
            cause = "It is right with the notebook's own functions, which it knows by name, but not with others of the same form."
            return Outcome(Status.REVIEW, method, cause=cause)
        if outcome.status is Status.WRONG and (slip := _right_for_two_layers(subject, rng)) is not None:
            return Outcome(Status.PARTIAL, method, slip)
        return _follow_through(subject, cases, method, rng) or outcome
    except NoAnswerError:
        return outcome


def _ask(
    subject: Subject, cases: Sequence[Case], *, own_activations: bool = False, own_loss: bool = False
) -> list[Answer] | Finding:
    """The gradients for every case, in order, with our functions or the notebook's own; a finding, where there are none."""
    answers = []
    for case in cases:
        try:
            value = subject.ask(
                case.x,
                case.t,
                case.y,
                list(case.z),
                list(case.a),
                case.parameters,
                case.functions(own=own_activations),
                case.loss_function(own=own_loss),
            )
        except NoAnswerError as error:
            if error.fatal:
                raise
            return error.finding
        answer = _read(value, case.network)
        if isinstance(answer, Finding):
            return answer
        answers.append(answer)
    return answers


def _judge(answers: Sequence[Answer], cases: Sequence[Case], method: str) -> Outcome:
    true = [case.true_gradients() for case in cases]
    notes = _notes(answers)
    wrong = [one for one in zip(answers, true, cases, strict=True) if not _agrees(one[0], one[1])]
    if not wrong:
        return Outcome(Status.CORRECT, method, notes)
    if (slip := _common_slip(answers, cases, SLIPS) or _common_factor(answers, true, cases)) is not None:
        # Of all networks the deepest shows most.
        finding = _pictured(slip, *max(wrong, key=lambda one: len(one[1].weights)))
        return Outcome(Status.PARTIAL, method, (finding, *notes))
    first, *others = _differences(answers, true)
    findings = (_pictured(first, *wrong[0]), *others, *notes)
    return Outcome(Status.WRONG, method, findings)


def _pictured(finding: Finding, answer: Answer, true: Network, case: Case) -> Finding:
    return pictured_gradients(finding, answer.arrays, true, case)


def _notes(answers: Sequence[Answer]) -> tuple[Finding, ...]:
    notes = {note for answer in answers for note in answer.notes}
    return tuple(Finding(code="convention", message=note) for note in sorted(notes))


def _explain_exception(subject: Subject, problem: Finding, square: Sequence[Case], method: str) -> Outcome:
    """Layers of one size may give numbers where others give an exception; a slip that explains these explains it too."""
    wrong = Outcome(Status.WRONG, method, (problem,))
    if problem.code != "raised":
        return wrong
    answers = _ask(subject, square)
    if isinstance(answers, Finding):
        return wrong
    slip = _common_slip(answers, square, SQUARE_SLIPS)
    return wrong if slip is None else Outcome(Status.PARTIAL, method, (slip,))


def _right_for_two_layers(subject: Subject, rng: np.random.Generator) -> tuple[Finding, ...] | None:
    """Says of a function that is not right for all networks that it is for those of two layers."""
    cases = draw_two_layer_cases(rng)
    answers = _ask(subject, cases)
    if isinstance(answers, Finding) or not all(
        _agrees(answer, case.true_gradients()) for answer, case in zip(answers, cases, strict=True)
    ):
        return None
    hint = (
        "Which layers does each line of your function speak of when a network has three, and how often does the step from a layer to "
        "the one before it happen then?"
    )
    message = "The gradients are right for networks of two layers, but not for one layer or three."
    finding = Finding(code="wrong_gradient", message=message, hint=hint, evidence={"reason": "two_layers"})
    return (finding, *_notes(answers))


def _is_right_by_name(subject: Subject, cases: Sequence[Case]) -> bool:
    """Whether it is right where it is given the notebook's own functions, and wrong where it is given the same in other words."""
    known = [replace(case, loss=squared_error) for case in cases]

    def is_right(*, own: bool) -> bool:
        answers = _ask(subject, known, own_activations=own, own_loss=own)
        return not isinstance(answers, Finding) and all(
            _agrees(answer, case.true_gradients()) for answer, case in zip(answers, known, strict=True)
        )

    return is_right(own=True) and not is_right(own=False)


def _own_done_otherwise(subject: Subject, rng: np.random.Generator) -> str | None:
    """The functions of the notebook, if any, whose derivatives it does not use, whatever those return."""
    for own in draw_own_cases(rng):
        answers = _ask(subject, [own.case], own_activations=own.own_activations, own_loss=own.own_loss)
        if isinstance(answers, Finding):
            continue
        try:
            known = own.with_derivatives(subject)
        except NoAnswerError:
            return own.what
        if known is not None and not _agrees(answers[0], known.gradients()):
            return own.what
    return None


def _follow_through(
    subject: Subject, cases: Sequence[Case], method: str, rng: np.random.Generator
) -> Outcome | None:
    """Right for the notebook's own forward pass, which is wrong; an unknown mistake there is for a person to judge."""
    pieces = own_forward_pass(subject, cases)
    if pieces is not None:
        if pieces.are_right:
            return None
        runs = [_with_run(case, *pieces.forward(case, case.network)) for case in cases]
        answers = _ask(subject, runs)
        true = [complex_step_gradients(partial(pieces.loss, case), case.network) for case in cases]
        if isinstance(answers, Finding) or not all(map(_agrees, answers, true)):
            return None
        return Outcome(Status.CORRECT, method, (pieces.finding(subject.name), *_notes(answers)))
    runs = [_with_run(case, *own_run(subject, case, case.network)) for case in cases]
    answers = _ask(subject, runs)
    if isinstance(answers, Finding) or not all(
        _has_slopes(answer, case, partial(_own_loss, subject, case), rng)
        for answer, case in zip(answers, cases, strict=True)
    ):
        return None
    cause = (
        f"The gradients of `{subject.name}` are those of the notebook's own forward pass (by finite differences), which is not right; "
        "a person looks whether they follow from it."
    )
    return Outcome(Status.REVIEW, method, _notes(answers), cause=cause)


def _with_run(case: Case, a: Sequence[Array], z: Sequence[Array]) -> Case:
    return replace(case, a=tuple(a), z=tuple(z))


def _own_loss(subject: Subject, case: Case, network: Network) -> float:
    """The loss of what the notebook's own forward pass puts out."""
    _, z = own_run(subject, case, network)
    return float(case.loss.value(case.t, z[-1]).sum() / len(case.t))


def _has_slopes(
    answer: Answer, case: Case, loss: Callable[[Network], float], rng: np.random.Generator
) -> bool:
    """Whether an answer is the gradient of a loss, of which only values can be asked: by its slopes in random directions."""
    parts = [
        read_array(part, model.shape, "")
        for part, model in zip(answer.arrays, case.network.arrays, strict=True)
    ]
    gradients = [part for part in parts if not isinstance(part, Finding)]
    return len(gradients) == len(parts) and is_gradient(gradients, case.network, loss, rng)


def _read(value: Value, true: Network) -> Answer | Finding:
    """Gradients out of what was returned: a pair of lists with one array per layer."""
    layers = len(true.weights)
    if (problem := problem_of_parts(value, "backward_pass")) is not None:
        return problem
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
    size = f"{layers} layers" if layers > 1 else "1 layer"
    return Finding(
        code="wrong_shape",
        message=f"`backward_pass` should return a pair (g_b, g_w) of two lists with one array per layer; for a network of {size} "
        "it returns something else.",
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
    return all(map(is_equal, answer.arrays, gradients.arrays))


def _common_slip(
    answers: Sequence[Answer], cases: Sequence[Case], slips: Mapping[str, Slip]
) -> Finding | None:
    """The one slip that gives these answers in every case."""
    for name, slip in slips.items():
        if all(_agrees(answer, slip.gradients(case)) for answer, case in zip(answers, cases, strict=True)):
            return Finding(code=slip.code, message=slip.message, hint=slip.hint, evidence={"reason": name})
    return None


def _common_factor(
    answers: Sequence[Answer], true: Sequence[Network], cases: Sequence[Case]
) -> Finding | None:
    """One factor in front of all gradients of every case, the same or growing with the number of data points."""
    factors = [
        common_factor(answer.arrays, gradients.arrays)
        for answer, gradients in zip(answers, true, strict=True)
    ]
    known = [factor for factor in factors if factor is not None]
    if len(known) < len(factors):
        return None
    per_point = [factor / len(case.t) for factor, case in zip(known, cases, strict=True)]
    if np.allclose(known, known[0]):
        message = f"All gradients are {known[0]:.3g} times what they should be."
        return _factor_finding(message, "Which factor is missing, or there once too often?", "factor")
    if np.allclose(per_point, per_point[0]):
        message = "All gradients are divided by the same number, however many data points the batch has."
        hint = "Which variable holds the number of data points, and is it one of the function's own?"
        return _factor_finding(message, hint, "batch_size_fixed")
    return None


def _factor_finding(message: str, hint: str, reason: str) -> Finding:
    return Finding(code="wrong_gradient", message=message, hint=hint, evidence={"reason": reason})


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
