"""A fully connected network: forward pass and backward pass, vectorised over the batch.

Shapes: N data points, layer i has L[i] units. Weights are (L[i], L[i+1]), biases (1, L[i+1]), inputs (N, L[0]). Any
array of parameters may be a stack of such arrays, along a first axis: the forward pass then gives one result for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reference.activations import Activation, Array
    from reference.losses import Loss


@dataclass(frozen=True)
class Network:
    """Parameters of every layer, or the gradients with respect to them."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]

    @property
    def arrays(self) -> tuple[Array, ...]:
        """All parameters: the weights of every layer, then the biases of every layer."""
        return self.weights + self.biases

    def moved(self, place: int, change: Array) -> Network:
        """The network with something added to one of its `arrays`; this one stays as it is."""
        arrays = [array + change if n == place else array for n, array in enumerate(self.arrays)]
        layers = len(self.weights)
        return Network(tuple(arrays[:layers]), tuple(arrays[layers:]))


def forward_pass(
    x: Array, network: Network, activations: Sequence[Activation]
) -> tuple[list[Array], list[Array]]:
    """Pre-activations a and activations z of every layer (Bishop 5.48, 5.49).

    Returns:
        `(a, z)`: a[i] is (N, L[i+1]) for every layer of weights; z has one more, for it starts with x.

    """
    a: list[Array] = []
    z = [x]
    for weights, biases, activation in zip(network.weights, network.biases, activations, strict=True):
        a.append(z[-1] @ weights + biases)
        z.append(activation.value(a[-1]))
    return a, z


def batch_loss(x: Array, t: Array, network: Network, activations: Sequence[Activation], loss: Loss) -> Array:
    """Mean over the batch of the loss summed over outputs: a scalar array, or one value for each of a stack of networks."""
    _, z = forward_pass(x, network, activations)
    return np.asarray(loss.value(t, z[-1]).sum(axis=(-2, -1)) / len(x))


def backward_pass(
    t: Array,
    z: Sequence[Array],
    a: Sequence[Array],
    network: Network,
    activations: Sequence[Activation],
    loss: Loss,
) -> Network:
    """Gradients of `batch_loss` by backpropagation (Bishop 5.53, 5.54, 5.56), in the shapes of the parameters."""
    g_w: list[Array] = []
    g_b: list[Array] = []
    delta = loss.derivative(t, z[-1]) * activations[-1].derivative(a[-1])
    for layer in reversed(range(len(a))):
        g_w.insert(0, z[layer].T @ delta / len(t))
        g_b.insert(0, delta.mean(axis=0, keepdims=True))
        if layer > 0:
            delta = (delta @ network.weights[layer].T) * activations[layer - 1].derivative(a[layer - 1])
    return Network(tuple(g_w), tuple(g_b))
