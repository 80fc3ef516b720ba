"""Stochastic gradient descent."""

from __future__ import annotations

from reference.network import Network


def sgd_step(network: Network, gradients: Network, learning_rate: float) -> Network:
    """One step against the gradient (Bishop 5.43); the network passed in stays as it is."""
    return Network(
        tuple(w - learning_rate * g for w, g in zip(network.weights, gradients.weights, strict=True)),
        tuple(b - learning_rate * g for b, g in zip(network.biases, gradients.biases, strict=True)),
    )
