"""Right initialisers are right in every way of writing them; the commonest slips are named."""

from __future__ import annotations

import numpy as np
import pytest

from grader.numeric.checks import statistics
from grader.numeric.checks.initialisers import (
    CALLS,
    FALSE_ALARM_OF_CHECK,
    LARGEST,
    SMALLEST,
    Drawn,
)
from grader.numeric.checks.initialisers import (
    judge as judge_drawn,
)
from grader.numeric.checks.variances import RULES, Layer
from grader.result import Status, Verdict
from reference.activations import ACTIVATIONS
from tests.numeric.solutions import GIVEN, GLOROT, GLOROT_TANH, HE_RELU, edited, judge

GLOROT_DRAW = "np.random.normal(0, np.sqrt(2 / (n + m)), (n, m))"
HE_DRAW = "np.random.normal(0, np.sqrt(2 / n), (n, m))"
BIASES = "[np.zeros((1, m)) for m in L[1:]]"


def reasons(verdict: Verdict) -> list[object]:
    return [finding.evidence.get("reason") for finding in verdict.findings]


@pytest.mark.parametrize(
    ("exercise", "source"),
    [
        ("b-glorot", GLOROT_TANH),
        ("b-glorot", edited(GLOROT_TANH, (GLOROT_DRAW, "np.sqrt(2 / (n + m)) * np.random.randn(n, m)"))),
        ("b-glorot", edited(GLOROT_TANH, (GLOROT_DRAW, "np.random.default_rng().normal(0, (2 / (n + m)) ** 0.5, (n, m))"))),
        ("b-glorot", edited(GLOROT_TANH, ("return weights,", "return tuple(w.tolist() for w in weights),"))),
        ("b-glorot", edited(GLOROT_TANH, (BIASES, "[np.zeros(m) for m in L[1:]]"))),
        ("b-he", HE_RELU),
        ("b-he", edited(HE_RELU, (HE_DRAW, "np.array([[np.random.normal(0, (2 / n) ** 0.5) for _ in range(m)] for _ in range(n)])"))),
        ("c", GLOROT),
        ("c", edited(GLOROT, ("Tanh: 1,", "Tanh: (5 / 3) ** 2,"))),
        ("c", edited(GLOROT, ("2 * factor[h] / (n + m)", "2 / n if h == ReLU else 2 * factor[h] / (n + m)"))),
        ("c", edited(GLOROT, ("{Linear: 1, Tanh: 1, Sigmoid: 16, ReLU: 2}", "dict(Linear=1, Tanh=1, Sigmoid=16, ReLU=2)"), ("factor[h]", "factor[h.__name__]"))),
    ],
)  # fmt: skip
def test_a_right_initialiser_is_right(exercise: str, source: str) -> None:
    verdict = judge(exercise, GIVEN + source)
    assert verdict.status is Status.CORRECT, verdict
    assert verdict.findings == ()


def test_the_given_initialiser_is_checked() -> None:
    assert judge("given", GIVEN).status is Status.CORRECT
    verdict = judge("given", edited(GIVEN, ("0.1 * np", "np")))
    assert verdict.status is Status.PARTIAL
    assert "times what was expected" in verdict.findings[0].message


@pytest.mark.parametrize(
    ("exercise", "source", "draw", "reason"),
    [
        ("b-glorot", GLOROT_TANH, "np.random.normal(0, 2 / (n + m), (n, m))", "variance_as_deviation"),
        ("b-he", HE_RELU, "np.random.normal(0, 2 / n, (n, m))", "variance_as_deviation"),
        ("b-he", HE_RELU, "np.random.normal(0, (2 / n) ** 0.25, (n, m))", "deviation_as_variance"),
        ("b-glorot", GLOROT_TANH, "np.random.normal(0, np.sqrt(1 / (n + m)), (n, m))", "root_two_small"),
        ("b-glorot", GLOROT_TANH, "np.random.normal(0, np.sqrt(4 / (n + m)), (n, m))", "root_two_large"),
        ("b-he", HE_RELU, "np.random.normal(0, np.sqrt(1 / n), (n, m))", "root_two_small"),
        ("b-glorot", GLOROT_TANH, HE_DRAW, "inputs_only"),
        ("b-he", HE_RELU, GLOROT_DRAW, "both_sides"),
        ("b-he", HE_RELU, "np.random.normal(0, np.sqrt(2 / m), (n, m))", "outputs_only"),
        ("b-glorot", GLOROT_TANH, "0.1 * np.random.randn(n, m)", "same_everywhere"),
        ("b-glorot", GLOROT_TANH, "np.random.rand(n, m) * np.sqrt(2 / (n + m))", "not_centred"),
        ("b-he", HE_RELU, "np.random.normal(0.01, np.sqrt(2 / n), (n, m))", "not_centred"),
        (
            "b-glorot",
            GLOROT_TANH,
            "np.random.uniform(-1, 1, (n, m)) * np.sqrt(2 / (n + m))",
            "deviation_as_bound",
        ),
        ("b-glorot", GLOROT_TANH, "np.random.uniform(-1, 1, (n, m)) * np.sqrt(6 / (n + m))", "uniform"),
        ("b-he", HE_RELU, "np.random.uniform(-1, 1, (n, m)) * np.sqrt(6 / n)", "uniform"),
        ("b-he", HE_RELU, "np.tile(np.random.normal(0, np.sqrt(2 / n), (1, m)), (n, 1))", "dependent"),
        ("b-he", HE_RELU, "np.tile(np.random.normal(0, np.sqrt(2 / n), (n, 1)), (1, m))", "dependent"),
        ("c", GLOROT, GLOROT_DRAW, "activations_ignored"),
        (
            "c",
            GLOROT,
            "np.random.normal(0, np.sqrt(2 * factor[h] ** 0.5 / (n + m)), (n, m))",
            "gain_not_squared",
        ),
        ("c", GLOROT, "np.random.normal(0, 2 * factor[h] / (n + m), (n, m))", "variance_as_deviation"),
    ],
)
def test_a_slip_in_an_initialiser_is_named(exercise: str, source: str, draw: str, reason: str) -> None:
    old = next(line for line in source.splitlines() if "weights = " in line)
    right = old[old.index("np.random") : old.index(" for n")]
    verdict = judge(exercise, GIVEN + edited(source, (right, draw)))
    assert verdict.status is Status.PARTIAL, verdict
    assert reasons(verdict) == [reason]
    assert verdict.share is None
    assert all(finding.hint for finding in verdict.findings)


def test_biases_that_are_not_zero_are_a_slip() -> None:
    verdict = judge("b-he", edited(HE_RELU, ("np.zeros", "np.ones")))
    assert (verdict.status, reasons(verdict)) == (Status.PARTIAL, ["bias_not_zero"])


def test_the_same_seed_in_every_layer_makes_layers_dependent() -> None:
    seeded = edited(HE_RELU, ("    weights = [", "    draw = lambda *a: (np.random.seed(1), np.random.normal(*a))[1]\n    weights = ["), ("[np.random.normal", "[draw"))  # fmt: skip
    verdict = judge("b-he", seeded)
    assert (verdict.status, reasons(verdict)) == (Status.PARTIAL, ["dependent"])


def test_a_seed_of_its_own_is_for_a_person() -> None:
    verdict = judge("b-he", edited(HE_RELU, ("    weights", "    np.random.seed(7)\n    weights")))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "seed" in verdict.cause


def test_another_distribution_of_the_right_variance_is_for_a_person() -> None:
    signs = edited(HE_RELU, (HE_DRAW, "np.random.choice([-1.0, 1.0], (n, m)) * np.sqrt(2 / n)"))
    assert judge("b-he", signs).status is Status.REVIEW


def test_factors_that_no_book_recommends_are_for_a_person() -> None:
    verdict = judge("c", GIVEN + edited(GLOROT, ("Sigmoid: 16", "Sigmoid: 1")))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "factors" in verdict.cause
    assert len(verdict.findings[0].evidence["ratios"]) == 4


def test_a_variance_that_no_slip_explains_is_wrong() -> None:
    verdict = judge("b-he", edited(HE_RELU, (HE_DRAW, "np.random.normal(0, 0.7 / n, (n, m))")))
    assert (verdict.status, verdict.share) == (Status.WRONG, 0.0)
    assert "times what was expected" in verdict.findings[0].message


def test_a_notebook_without_the_given_functions_is_for_a_person() -> None:
    verdict = judge("c", edited(GLOROT, ("{Linear: 1, Tanh: 1, Sigmoid: 16, ReLU: 2}", "{}")))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "lacks an activation function" in verdict.cause


UNIFORM_FLAG = """
import numpy as np

def init_NN_Glorot(L, activations, uniform=False):
    factor = {Linear: 1, Tanh: 1, Sigmoid: 16, ReLU: 2}
    weights = []
    for n, m, h in zip(L, L[1:], activations):
        s = np.sqrt(2 * factor[h] / (n + m))
        weights.append(np.sqrt(3) * s * np.random.uniform(-1, 1, (n, m)) if uniform else s * np.random.randn(n, m))
    return weights, [np.zeros((1, m)) for m in L[1:]]
"""


def test_the_flag_uniform_of_other_years_is_accepted_where_it_does_what_it_says() -> None:
    verdict = judge("c", GIVEN + UNIFORM_FLAG)
    assert (verdict.status, verdict.findings) == (Status.CORRECT, ())
    for wrong in (("np.sqrt(3) * s", "s"), (" if uniform else s * np.random.randn(n, m)", "")):
        assert judge("c", GIVEN + edited(UNIFORM_FLAG, wrong)).status is not Status.WRONG
    verdict = judge("c", GIVEN + edited(UNIFORM_FLAG, ("np.sqrt(3) * s", "s")))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "third argument" in verdict.cause


def test_uniform_weights_of_the_right_variance_will_do_where_the_student_chooses() -> None:
    source = edited(UNIFORM_FLAG, (", uniform=False", ""), (" if uniform else s * np.random.randn(n, m)", ""))
    verdict = judge("c", GIVEN + source)
    assert verdict.status is Status.CORRECT
    assert [finding.code for finding in verdict.findings] == ["convention"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("return weights, " + BIASES, "return weights"), "wrong_shape"),
        (("return weights, " + BIASES, "return " + BIASES + ", weights"), "wrong_shape"),
        (("return weights, ", "return [w.T for w in weights], "), "wrong_shape"),
        (("return weights, " + BIASES, "return None"), "wrong_dtype"),
        (("return weights, ", "return np.array([*weights, 0], dtype=object), "), "wrong_dtype"),
        (("return weights, ", "return [w * np.nan for w in weights], "), "not_finite"),
        (("return weights, ", "return [0 * w for w in weights], "), "wrong_value"),
        (("import numpy as np", "import numpy as np\nL = [1]"), None),
        (("(L):", "():"), "wrong_signature"),
    ],
)
def test_answers_of_the_wrong_kind(change: tuple[str, str], code: str | None) -> None:
    verdict = judge("b-he", edited(HE_RELU, change))
    if code is None:
        assert verdict.status is Status.CORRECT
    else:
        assert (verdict.status, verdict.findings[0].code) == (Status.WRONG, code)


SIMULATED = 60


def simulate(rule_name: str, spread: float, *, uniform: bool, seed: int) -> list[Status]:
    """Verdicts on simulated functions whose deviation is off by a factor."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(SIMULATED):
        L = [int(size) for size in rng.integers(SMALLEST, LARGEST)]
        layers = tuple(map(Layer, L[:-1], L[1:], map(str, rng.permutation(list(ACTIVATIONS)))))
        weights = []
        for layer in layers:
            deviation = spread * np.sqrt(RULES[rule_name].variances(layer)[0])
            shape = (CALLS, layer.fan_in, layer.fan_out)
            bound = np.sqrt(3.0) * deviation
            weights.append(
                rng.uniform(-bound, bound, shape) if uniform else rng.normal(0.0, deviation, shape)
            )
        biases = tuple(np.zeros((CALLS, 1, layer.fan_out)) for layer in layers)
        found.append(judge_drawn(Drawn(layers, tuple(weights), biases), RULES[rule_name]).status)
    return found


@pytest.mark.parametrize("rule", ["init_glorot_tanh", "init_he_relu"])
def test_right_draws_are_right_and_wrong_ones_are_found(rule: str) -> None:
    assert FALSE_ALARM_OF_CHECK < 1e-6
    assert set(simulate(rule, 1.0, uniform=False, seed=1)) == {Status.CORRECT}
    assert Status.CORRECT not in simulate(rule, np.sqrt(2.0), uniform=False, seed=2)
    assert Status.CORRECT not in simulate(rule, np.sqrt(0.5), uniform=False, seed=3)
    assert Status.CORRECT not in simulate(rule, 1.0, uniform=True, seed=4)


def test_bounds_hold_where_they_are_made_easy_to_break(monkeypatch: pytest.MonkeyPatch) -> None:
    # With one false alarm allowed in fifty, the proved bounds must not raise more in 2,000 samples, but for sampling (3 deviations).
    monkeypatch.setattr(statistics, "_EXPONENT", np.log(2.0 / 0.02))
    rng = np.random.default_rng(5)
    samples = [rng.normal(0.0, 1.0, 300) for _ in range(2000)]
    flat = [rng.uniform(-np.sqrt(3.0), np.sqrt(3.0), 300) for _ in range(2000)]
    for drawn, distribution in ((samples, statistics.normal), (flat, statistics.uniform)):
        alarms = [
            sum(not statistics.has_mean_zero(sample, 1.0) for sample in drawn),
            sum(not statistics.has_variance(sample, 1.0) for sample in drawn),
            sum(not statistics.is_distributed(sample, distribution) for sample in drawn),
            sum(not statistics.are_independent(*pair) for pair in zip(drawn[::2], drawn[1::2], strict=True)),
        ]
        assert max(alarms) <= 40 + 3 * np.sqrt(40)
