from __future__ import annotations

import numpy as np
import pytest

from reference.activations import Linear, ReLU, Sigmoid, Tanh
from reference.backward_pass import backward_pass
from reference.descent import sgd_step
from reference.initialisation import glorot, he
from reference.losses import squared_error
from reference.network import Network, batch_loss, forward_pass

SIZES = [300, 200, 400]


@pytest.mark.parametrize("uniform", [False, True])
def test_glorot_has_the_variance_of_the_paper_times_the_gain(uniform: bool) -> None:
    network = glorot(SIZES, [Tanh, Sigmoid], np.random.default_rng(1), uniform=uniform)
    assert network.weights[0].var() == pytest.approx(2 / 500, rel=0.03)
    assert network.weights[1].var() == pytest.approx(16 * 2 / 600, rel=0.03)


@pytest.mark.parametrize("uniform", [False, True])
def test_he_has_twice_the_inverse_of_fan_in(uniform: bool) -> None:
    network = he(SIZES, np.random.default_rng(2), uniform=uniform)
    assert network.weights[0].var() == pytest.approx(2 / 300, rel=0.03)
    assert network.weights[1].var() == pytest.approx(2 / 200, rel=0.03)


def test_uniform_draws_are_bounded_and_normal_draws_are_not() -> None:
    bound = np.sqrt(3 * 2 / 300)
    assert np.abs(he(SIZES, np.random.default_rng(3), uniform=True).weights[0]).max() <= bound
    assert np.abs(he(SIZES, np.random.default_rng(3)).weights[0]).max() > bound


def test_shapes_and_zero_biases() -> None:
    network = glorot([3, 4, 2], [ReLU, Linear], np.random.default_rng(4))
    assert [w.shape for w in network.weights] == [(3, 4), (4, 2)]
    assert [b.shape for b in network.biases] == [(1, 4), (1, 2)]
    assert not any(b.any() for b in network.biases)


def test_variance_survives_ten_layers_of_relu_under_he() -> None:
    rng = np.random.default_rng(5)
    network = he([400] * 11, rng)
    a, _ = forward_pass(rng.normal(0, 1, (200, 400)), network, [ReLU] * 10)
    assert 0.5 < a[-1].var() / a[0].var() < 2.0


def test_descent_fits_a_line_and_leaves_its_argument_alone() -> None:
    rng = np.random.default_rng(6)
    x = rng.normal(0, 1, (50, 1))
    t = 3.0 * x - 1.0
    start = network = Network((np.zeros((1, 1)),), (np.zeros((1, 1)),))
    for _ in range(200):
        a, z = forward_pass(x, network, [Linear])
        network = sgd_step(network, backward_pass(t, z, a, network, [Linear], squared_error), 0.2)
    assert batch_loss(x, t, network, [Linear], squared_error) < 1e-12
    assert not start.weights[0].any()
