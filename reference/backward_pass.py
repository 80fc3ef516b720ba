"""Backpropagation, vectorised over the batch: proved by complex-step derivatives, and what tests hold the checks against.

The checks themselves differentiate forward, so that the copy of the grader that students get holds no backward pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.network import Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reference.activations import Activation, Array
    from reference.losses import Loss


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
