"""Checks of `init_NN(L)`, `init_NN_glorot_Tanh(L)`, `init_NN_he_ReLU(L)` and `init_NN_Glorot(L, activations)`.

Each returns `(weights, biases)`. A few hidden networks are drawn and their weights tested: mean, variance of every layer, form of the
distribution, independence. A right function is refused with a probability below `FALSE_ALARM_OF_CHECK`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.checks.statistics import (
    FALSE_ALARM,
    are_independent,
    has_mean_zero,
    has_variance,
    is_distributed,
    normal,
    uniform,
)
from grader.numeric.checks.variances import RULES, SLIPS, Layer
from grader.numeric.child.wire import Ref, Value
from grader.numeric.compare import Numbers, as_numbers, problem_of_parts, read_array
from grader.numeric.outcome import NoAnswerError, Outcome
from grader.result import Finding, Status
from reference.activations import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.numeric.checks.variances import Rule, Variances
    from grader.numeric.subject import Subject

CALLS = 2
SMALLEST = (36, 105, 56, 26, 76)
LARGEST = (44, 120, 64, 32, 90)
"""Bounds of the layer sizes, far apart, so that numbers of inputs and of outputs cannot be taken for each other."""

# Of each of four layers: mean, variance, neighbours across and down, the layer before; and the distribution.
# All of it twice, where a flag asks for the uniform distribution.
FALSE_ALARM_OF_CHECK = 2 * (4 * 5 + 1) * FALSE_ALARM
METHOD = f"{CALLS} networks drawn: means, variances, distribution, independence; false alarms below {FALSE_ALARM_OF_CHECK:.0e}"


@dataclass(frozen=True)
class Drawn:
    """Several networks: for every layer its weights (calls, fan in, fan out) and biases (calls, 1, fan out)."""

    layers: tuple[Layer, ...]
    weights: tuple[Numbers, ...]
    biases: tuple[Numbers, ...]


def check_initialiser(rule: Rule) -> Callable[[Subject, np.random.Generator], Outcome]:
    """The check of an initialiser that should draw by this rule."""

    def check(subject: Subject, rng: np.random.Generator) -> Outcome:
        L = [int(size) for size in rng.integers(SMALLEST, LARGEST)]
        names = [str(name) for name in rng.permutation(list(ACTIVATIONS))]
        layers = tuple(map(Layer, L[:-1], L[1:], names))
        args: list[Value] = [L, [Ref(name) for name in names]] if rule.takes_activations else [L]
        try:
            outcome = _judge_answers(subject, args, layers, rule)
        except NoAnswerError as error:
            if error.fatal:
                raise
            if error.finding.code == "not_defined":
                cause = "The notebook lacks an activation function that the sheet gives; a person looks."
                return Outcome(Status.REVIEW, METHOD, (error.finding,), cause=cause)
            return Outcome(Status.WRONG, METHOD, (error.finding,))
        if rule.takes_activations and outcome.status is Status.CORRECT:
            return _with_flag(subject, args, layers, rule, outcome)
        return outcome

    return check


INITIALISERS = {name: check_initialiser(rule) for name, rule in RULES.items()}
"""The checks by the names that `assignment.toml` uses."""


def _with_flag(
    subject: Subject, args: Sequence[Value], layers: tuple[Layer, ...], rule: Rule, outcome: Outcome
) -> Outcome:
    """Other years have a flag `uniform`: where a third argument is taken, True must mean that."""
    try:
        flagged = _judge_answers(subject, [*args, True], layers, rule)
    except NoAnswerError as error:
        if error.finding.code == "wrong_signature":
            return outcome
        flagged = Outcome(Status.REVIEW, findings=(error.finding,))
    if flagged.status is Status.CORRECT and any(
        f.evidence.get("reason") == "uniform" for f in flagged.findings
    ):
        return outcome
    cause = (
        f"`{subject.name}` is right as the sheet calls it, and takes a third argument; with True its weights are not the uniform ones of "
        "the same variance. A person looks what the argument means."
    )
    return Outcome(Status.REVIEW, outcome.method, outcome.findings, cause=cause)


def _judge_answers(subject: Subject, args: Sequence[Value], layers: tuple[Layer, ...], rule: Rule) -> Outcome:
    networks = []
    for _ in range(CALLS):
        network = _read(subject.ask(*args), layers, subject.name)
        if isinstance(network, Finding):
            return Outcome(Status.WRONG, METHOD, (network,))
        networks.append(network)
    weights, biases = (
        tuple(np.stack(arrays) for arrays in zip(*lists, strict=True))
        for lists in zip(*networks, strict=True)
    )
    return judge(Drawn(layers, weights, biases), rule)


def _read(value: Value, layers: Sequence[Layer], name: str) -> tuple[list[Numbers], list[Numbers]] | Finding:
    """Weights and biases of every layer, in their shapes; biases (n,) are as good as (1, n)."""
    if (problem := problem_of_parts(value, name)) is not None:
        return problem
    lists = list(value) if isinstance(value, list | tuple) else []
    if [len(part) if isinstance(part, list | tuple) else 0 for part in lists] != [len(layers)] * 2:
        return Finding(
            code="wrong_shape",
            message=f"`{name}` should return a pair (weights, biases) of two lists with one array per layer.",
            hint="Print the type and the length of what you return, and of both parts of it.",
        )
    weights, biases = list[Numbers](), list[Numbers]()
    for place, layer in enumerate(layers):
        for found, kind, part, rows in (
            (weights, "weights", lists[0], layer.fan_in),
            (biases, "biases", lists[1], 1),
        ):
            flat = as_numbers(part[place])
            one_row = kind == "biases" and flat is not None and flat.shape == (layer.fan_out,)
            shape = (layer.fan_out,) if one_row else (rows, layer.fan_out)
            numbers = read_array(part[place], shape, f"`{kind}[{place}]` of `{name}`")
            if isinstance(numbers, Finding):
                return numbers
            found.append(numbers.astype(np.float64).reshape(rows, layer.fan_out))
    return weights, biases


def judge(drawn: Drawn, rule: Rule) -> Outcome:
    """What the numbers say about the function that drew them."""
    repeated = all((weights == weights[0]).all() for weights in drawn.weights)
    if repeated:
        drawn = Drawn(drawn.layers, tuple(w[:1] for w in drawn.weights), tuple(b[:1] for b in drawn.biases))
    if any(np.ptp(weights) == 0.0 for weights in drawn.weights):
        return Outcome(Status.WRONG, METHOD, (_finding("not_random"),))
    found = ["bias_not_zero"] if any(biases.any() for biases in drawn.biases) else []
    variances = _fitting(drawn, rule.variances)
    if variances is None or not _are_centred(drawn, variances):
        if (slip := _slip(drawn, rule)) is None:
            return _unexplained(drawn, rule, found)
        return Outcome(Status.PARTIAL, METHOD, tuple(map(_finding, [*found, slip])))
    scaled = [weights / np.sqrt(v) for weights, v in zip(drawn.weights, variances, strict=True)]
    if _are_dependent(scaled):
        return Outcome(Status.PARTIAL, METHOD, tuple(map(_finding, [*found, "dependent"])))
    return _judge_form(scaled, rule, found, repeated=repeated)


def _slip(drawn: Drawn, rule: Rule) -> str | None:
    """What explains weights of the wrong mean or variance."""
    deviations = [float(weights.std()) for weights in drawn.weights]
    if _are_dependent([(w - w.mean()) / s for w, s in zip(drawn.weights, deviations, strict=True)]):
        return "dependent"
    if not _are_centred(drawn, [deviation**2 for deviation in deviations]):
        return "not_centred"
    return next((name for name in rule.slips if _fitting(drawn, partial(SLIPS[name].variances, rule))), None)


def _judge_form(scaled: Sequence[Numbers], rule: Rule, found: Sequence[str], *, repeated: bool) -> Outcome:
    """The verdict on weights of the right variance: by the form of their distribution."""
    everything = np.concatenate([weights.ravel() for weights in scaled])
    findings = [_finding(name) for name in found]
    cause = None
    if not is_distributed(everything, normal):
        if not is_distributed(everything, uniform):
            cause = "The weights have the right variance, and are neither normal nor uniform; a person looks."
        elif rule.takes_activations:
            findings.append(UNIFORM_ACCEPTED)
        else:
            findings.append(_finding("uniform"))
    if repeated:
        cause = "Every call returns the same numbers: the function sets the seed itself; a person looks whether that matters."
    if cause is not None:
        return Outcome(Status.REVIEW, METHOD, tuple(findings), cause=cause)
    slips = [finding for finding in findings if finding is not UNIFORM_ACCEPTED]
    return Outcome(Status.PARTIAL if slips else Status.CORRECT, METHOD, tuple(findings))


def _fitting(drawn: Drawn, variances: Variances) -> list[float] | None:
    """A variance for every layer that its weights can have; None where one layer has none."""
    fitting = [
        next((v for v in variances(layer) if has_variance(weights, v)), None)
        for layer, weights in zip(drawn.layers, drawn.weights, strict=True)
    ]
    known = [variance for variance in fitting if variance is not None]
    return known if len(known) == len(fitting) else None


def _are_centred(drawn: Drawn, variances: Sequence[float]) -> bool:
    return all(map(has_mean_zero, drawn.weights, variances))


def _are_dependent(scaled: Sequence[Numbers]) -> bool:
    """Whether weights repeat or follow each other: across, down, or from one layer to the next."""
    pairs = [
        *((weights[:, 0:-1:2], weights[:, 1::2]) for weights in scaled),
        *((weights[:, :, 0:-1:2], weights[:, :, 1::2]) for weights in scaled),
        *(
            (first.reshape(len(first), -1), second.reshape(len(second), -1))
            for first, second in pairwise(scaled)
        ),
    ]
    return not all(are_independent(*_cut(first, second)) for first, second in pairs)


def _cut(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    """The part of two arrays that stands at places which both have."""
    places = tuple(slice(min(sizes)) for sizes in zip(first.shape, second.shape, strict=True))
    return first[places], second[places]


def _unexplained(drawn: Drawn, rule: Rule, found: Sequence[str]) -> Outcome:
    """A variance that no slip explains; where the student chooses the factors, for a person."""
    ratios = [
        min(
            (float((weights**2).mean()) / v for v in rule.variances(layer)),
            key=lambda ratio: abs(np.log(ratio)),
        )
        for layer, weights in zip(drawn.layers, drawn.weights, strict=True)
    ]
    listed = ", ".join(f"{ratio:.3g}" for ratio in ratios)
    message = f"The variance of the weights is, layer by layer, {listed} times what was expected."
    evidence = {"activations": [layer.activation for layer in drawn.layers], "ratios": ratios}
    finding = Finding(
        code="wrong_value",
        message=message,
        hint="Compute by hand the deviation for a layer with 2 inputs and 6 outputs, and compare with your code.",
        evidence=evidence if rule.takes_activations else {"ratios": ratios},
    )
    findings = (*map(_finding, found), finding)
    if rule.takes_activations:
        cause = "The factors of the activation functions are none that books recommend; a person reads how they were chosen."
        return Outcome(Status.REVIEW, METHOD, findings, cause=cause)
    return Outcome(Status.WRONG, METHOD, findings)


def _finding(name: str) -> Finding:
    message, hint = _SENTENCES[name] if name in _SENTENCES else (SLIPS[name].message, SLIPS[name].hint)
    return Finding(code="wrong_value", message=message, hint=hint, evidence={"reason": name})


_SENTENCES = {
    "bias_not_zero": (
        "The biases are not zero.",
        "The weights differ already; do the biases have to?",
    ),
    "not_random": (
        "All weights of a layer are equal.",
        "What becomes of two units of a layer that start with the same weights?",
    ),
    "not_centred": (
        "The weights are not spread around zero.",
        "Print the mean of the weights of a large layer.",
    ),
    "dependent": (
        "Weights of one place are repeated or copied to another: they are not drawn independently.",
        "How often is the random number generator asked, and how often is its seed set?",
    ),
    "uniform": (
        "The weights have the right variance, but a uniform distribution, where the sheet asks for a normal one.",
        "Draw a histogram of the weights of a large layer.",
    ),
}

UNIFORM_ACCEPTED = Finding(
    code="convention",
    message="The weights are uniform, with the right variance; accepted.",
    evidence={"reason": "uniform"},
)
