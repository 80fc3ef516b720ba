"""What leans on the student's own forward pass, and how a gradient is checked of which only losses can be asked."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from grader.numeric.checks.differences import is_gradient, slope
from grader.result import Status
from reference.activations import ReLU, Sigmoid, Tanh
from reference.backward_pass import backward_pass
from reference.losses import squared_error
from reference.network import Network, batch_loss, forward_pass
from tests.numeric.solutions import BACKWARD, GIVEN, edited, judge

NO_OUTPUT_ACTIVATION = edited(
    GIVEN, ("z.append(h(a[-1]))", "z.append(a[-1] if len(a) == len(NN[0]) else h(a[-1]))")
)
NO_OUTPUT_SLOPE = edited(BACKWARD, (" * activations[-1](a[-1], derivative=True)", ""))


def test_a_slip_that_repeats_a_known_mistake_of_the_forward_pass_follows_from_it() -> None:
    verdict = judge("e", NO_OUTPUT_ACTIVATION + NO_OUTPUT_SLOPE)
    assert verdict.status is Status.CORRECT
    (finding,) = verdict.findings
    assert finding.code == "follow_through"
    assert "output layer" in finding.message


def test_without_that_mistake_it_is_a_slip() -> None:
    verdict = judge("e", GIVEN + NO_OUTPUT_SLOPE)
    assert verdict.status is Status.PARTIAL
    assert verdict.findings[0].evidence["reason"] == "slope_missing_output"


def test_a_right_backward_pass_is_right_whatever_the_forward_pass_does() -> None:
    for change in (("@ w + b", "@ w"), ("return a, z", "return z"), ("a, z = [], [x]", "a, z = [], 1 / 0")):
        verdict = judge("e", edited(GIVEN, change) + BACKWARD)
        assert (verdict.status, verdict.findings) == (Status.CORRECT, ())


OWN_SCALE = (("z.append(h(a[-1]))", "z.append(3 * h(a[-1]))"), " * 3")
"""A mistake in the forward pass that we do not know, and the backward pass that fits."""


def with_own_scale(factor: str) -> str:
    forward, _ = OWN_SCALE
    changes = [
        (f"{call}, derivative=True)", f"{call}, derivative=True){factor}") for call in ("(a[-1]", "(a[l - 1]")
    ]
    return edited(GIVEN, forward) + edited(BACKWARD, *changes)


def test_the_gradient_of_an_unknown_forward_pass_is_for_a_person() -> None:
    verdict = judge("e", with_own_scale(OWN_SCALE[1]))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "finite differences" in verdict.cause


def test_what_is_not_the_gradient_of_the_own_forward_pass_is_wrong() -> None:
    assert judge("e", with_own_scale(" * 3.001")).status is Status.WRONG


def test_a_notebook_whose_functions_all_answer_zero_earns_nothing() -> None:
    zeros = """
import numpy as np
def forward_pass(x, NN, activations):
    zero = [np.zeros((len(x), b.shape[1])) for b in NN[1]]
    return zero, [x, *zero]
def backward_pass(x, t, y, z, a, NN, activations, loss_f):
    return [0 * b for b in NN[1]], [0 * w for w in NN[0]]
"""
    assert judge("e", zeros).status is Status.WRONG


@pytest.mark.parametrize("kink", [1e-1, 3e-3, 2e-4])
def test_a_kink_near_the_place_is_stepped_around(kink: float) -> None:
    found, error = slope(lambda h: float(np.sin(0.3 + h) + max(0.0, h - kink)))
    assert abs(found - np.cos(0.3)) <= max(error, 1e-12) * 10
    assert error < 1e-8


def test_a_kink_at_the_place_leaves_a_large_error() -> None:
    _, error = slope(lambda h: float(np.sqrt(abs(h))) * (1.0 if h > 0 else 2.0))
    assert error > 1e-3


def network_and_gradient(seed: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray, Network, Network]:
    rng = np.random.default_rng(seed)
    sizes = [3, 5, 4, 2]
    network = Network(
        tuple(rng.normal(0, 1, shape) for shape in itertools.pairwise(sizes)),
        tuple(rng.normal(0, 1, (1, size)) for size in sizes[1:]),
    )
    x, t = rng.normal(0, 1, (6, 3)), rng.normal(0, 1, (6, 2))
    a, z = forward_pass(x, network, ACTIVATIONS)
    return rng, x, t, network, backward_pass(t, z, a, network, ACTIVATIONS, squared_error)


ACTIVATIONS = (ReLU, Tanh, Sigmoid)


@pytest.mark.parametrize("seed", range(8))
def test_slopes_along_random_directions_tell_a_gradient_from_what_is_nearly_one(seed: int) -> None:
    rng, x, t, network, true = network_and_gradient(seed)

    def loss(moved: Network) -> float:
        return float(batch_loss(x, t, moved, ACTIVATIONS, squared_error))

    assert is_gradient(true.arrays, network, loss, rng)
    for place, part in enumerate(true.arrays):
        changed = part.copy()
        changed.flat[-1] += 1e-3 * np.abs(part).max()
        arrays = [*true.arrays[:place], changed, *true.arrays[place + 1 :]]
        assert not is_gradient(arrays, network, loss, rng)
    assert not is_gradient([0 * part for part in true.arrays], network, lambda _: 0.0, rng)
