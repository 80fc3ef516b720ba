"""The reference is proved by the complex-step derivative, which knows nothing of backpropagation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reference.activations import ACTIVATIONS, Activation, Linear, ReLU, Sigmoid
from reference.complex_step import complex_step, complex_step_gradients
from reference.losses import LOSSES, Loss, log_softmax, softmax, softmax_cross_entropy
from reference.network import Network, backward_pass, batch_loss, forward_pass

TOLERANCE = 1e-10
KINK = 1e-3


def draw_network(rng: np.random.Generator, sizes: list[int]) -> Network:
    return Network(
        tuple(rng.normal(0, 1, shape) / np.sqrt(shape[0]) for shape in itertools.pairwise(sizes)),
        tuple(rng.normal(0, 0.5, (1, size)) for size in sizes[1:]),
    )


def draw_targets(rng: np.random.Generator, loss: Loss, shape: tuple[int, int]) -> np.ndarray:
    if "cross_entropy" in loss.name:
        return np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]
    return rng.normal(0, 1, shape)


def assert_backpropagation_is_right(
    rng: np.random.Generator, sizes: list[int], batch: int, activations: list[Activation], loss: Loss
) -> None:
    while True:
        network = draw_network(rng, sizes)
        x = rng.normal(0, 1, (batch, sizes[0]))
        a, z = forward_pass(x, network, activations)
        if min(float(np.abs(layer).min()) for layer in a) > KINK:
            break
    t = draw_targets(rng, loss, (batch, sizes[-1]))
    found = backward_pass(t, z, a, network, activations, loss)
    true = complex_step_gradients(lambda moved: batch_loss(x, t, moved, activations, loss), network)
    for got, expected in zip(found.weights + found.biases, true.weights + true.biases, strict=True):
        assert got.shape == expected.shape
        assert np.abs(got - expected).max() < TOLERANCE * max(1.0, np.abs(expected).max())


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("layers", range(1, 6))
def test_gradients_equal_the_complex_step(layers: int, name: str, loss: Loss) -> None:
    rng = np.random.default_rng([layers, list(ACTIVATIONS).index(name), list(LOSSES).index(loss.name)])
    # The logarithm of cross entropy needs outputs above 0.
    output = Sigmoid if loss.name == "cross_entropy" else ACTIVATIONS[name]
    sizes = [int(size) for size in rng.integers(1, 5, layers + 1)]
    batch = int(rng.integers(1, 18))
    assert_backpropagation_is_right(rng, sizes, batch, [ACTIVATIONS[name]] * (layers - 1) + [output], loss)


@pytest.mark.parametrize("batch", range(1, 18))
def test_gradients_are_averaged_for_every_batch_size(batch: int) -> None:
    rng = np.random.default_rng(batch)
    activations = [ACTIVATIONS["Tanh"], ReLU, Linear]
    assert_backpropagation_is_right(rng, [3, 4, 2, 3], batch, activations, softmax_cross_entropy)


@settings(deadline=None)
@given(
    st.sampled_from(list(ACTIVATIONS.values())),
    arrays(np.float64, (2, 3), elements=st.floats(-20, 20).filter(lambda a: abs(a) > KINK)),
)
def test_derivative_of_activation(activation: Activation, a: np.ndarray) -> None:
    stepped = complex_step(lambda moved: activation.value(moved).sum(axis=(-2, -1)), a)
    np.testing.assert_allclose(activation.derivative(a), stepped, rtol=1e-10, atol=1e-10)


@settings(deadline=None)
@given(arrays(np.float64, (2, 3), elements=st.floats(-1e4, 1e4)))
def test_softmax_is_a_distribution_and_finite_for_huge_logits(logits: np.ndarray) -> None:
    np.testing.assert_allclose(softmax(logits).sum(axis=1), 1.0, rtol=1e-12)
    assert np.isfinite(log_softmax(logits)).all()


@settings(deadline=None)
@given(arrays(np.float64, (2, 3), elements=st.floats(-30, 30)), st.floats(-1e3, 1e3))
def test_softmax_ignores_a_common_shift(logits: np.ndarray, shift: float) -> None:
    np.testing.assert_allclose(softmax(logits + shift), softmax(logits), rtol=1e-9, atol=1e-12)


def test_output_delta_of_softmax_cross_entropy_is_probability_minus_target() -> None:
    logits, t = np.array([[1.0, 2.0, -1.0]]), np.array([[0.0, 1.0, 0.0]])
    expected = np.exp(logits) / np.exp(logits).sum() - t
    np.testing.assert_allclose(softmax_cross_entropy.derivative(t, logits), expected, rtol=1e-14)


def test_sigmoid_of_large_arguments_does_not_overflow() -> None:
    np.testing.assert_array_equal(Sigmoid.value(np.array([-1e4, 0.0, 1e4])), [0.0, 0.5, 1.0])
