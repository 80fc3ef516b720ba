"""Random small networks with everything that a check feeds to a student's function, and the true gradients."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from grader.numeric.checks.tangents import gradients
from grader.numeric.child.wire import Helper, Ref, Value
from grader.numeric.compare import Numbers, is_equal
from reference.activations import Activation, Array, Linear, ReLU, Sigmoid, Tanh
from reference.complex_step import complex_step_gradients
from reference.losses import Loss, quartic_error, squared_error
from reference.network import Network, batch_loss, forward_pass

if TYPE_CHECKING:
    from collections.abc import Sequence

# Derivatives of ReLU at 0 are a matter of convention, so that no pre-activation may lie close to it.
KINK = 1e-2


class ContradictionError(Exception):
    """The reference contradicts its own gradient check: our fault."""


@dataclass(frozen=True)
class Case:
    """One network on one batch of N data points. Layer sizes differ and exceed 1, so that no transposition hides."""

    x: Numbers
    t: Numbers
    network: Network
    activations: tuple[Activation, ...]
    loss: Loss
    a: tuple[Array, ...]
    z: tuple[Array, ...]

    @property
    def y(self) -> Array:
        """Outputs (N, K)."""
        return self.z[-1]

    @property
    def parameters(self) -> Value:
        """The network as the lab writes it: `(weights, biases)`, two lists."""
        return (list(self.network.weights), list(self.network.biases))

    def functions(self, *, own: bool) -> list[Helper | Ref]:
        """The activations as the lab writes them, functions with a flag `derivative`: ours or the notebook's `own`."""
        return [Ref(activation.name) if own else Helper(activation.name) for activation in self.activations]

    def loss_function(self, *, own: bool) -> Helper | Ref:
        """The loss in the same form: ours or the notebook's own."""
        return Ref(self.loss.name) if own else Helper(self.loss.name)

    def gradients(self) -> Network:
        """Gradients of the loss averaged over the batch, from the derivatives of the loss and of the activation functions."""
        return gradients(self)

    def true_gradients(self) -> Network:
        """The same by the complex-step derivative of the loss, which needs no derivative written by hand.

        Raises:
            ContradictionError: both differ.

        """
        true = complex_step_gradients(
            lambda moved: batch_loss(self.x, self.t, moved, self.activations, self.loss), self.network
        )
        if not all(map(is_equal, self.gradients().arrays, true.arrays)):
            raise ContradictionError("the reference's derivatives fail their own gradient check")
        return true


Recipe: TypeAlias = tuple[tuple[int, ...], int, tuple[Activation, ...], Loss]
"""Layer sizes, number of data points, activations, loss."""

_RECIPES: tuple[Recipe, ...] = (
    ((3, 2), 5, (Linear,), squared_error),
    ((4, 5, 3, 2), 6, (Tanh, ReLU, Sigmoid), squared_error),
    ((2, 4, 3), 7, (Sigmoid, Tanh), quartic_error),
)
_SQUARE_RECIPES: tuple[Recipe, ...] = (
    ((3, 3, 3, 3), 5, (Tanh, Sigmoid, Linear), squared_error),
    ((2, 2, 2, 2), 4, (Sigmoid, Linear, Tanh), quartic_error),
)
_TWO_LAYER_RECIPES: tuple[Recipe, ...] = (
    ((3, 5, 2), 6, (ReLU, Linear), squared_error),
    ((4, 3, 5), 5, (Tanh, Sigmoid), quartic_error),
    ((2, 4, 3), 7, (Sigmoid, Tanh), squared_error),
)


def draw_cases(rng: np.random.Generator) -> list[Case]:
    """One layer; several layers with all activations; and a loss whose derivative is not y - t."""
    return [draw_case(rng, *recipe) for recipe in _RECIPES]


def draw_square_cases(rng: np.random.Generator) -> list[Case]:
    """Networks with layers of one size, in which a mix-up of layers or a missing transposition gives numbers instead of an exception."""
    return [draw_case(rng, *recipe) for recipe in _SQUARE_RECIPES]


def draw_two_layer_cases(rng: np.random.Generator) -> list[Case]:
    """Networks with one hidden layer, for which a function may have been written that counts on it."""
    return [draw_case(rng, *recipe) for recipe in _TWO_LAYER_RECIPES]


def draw_case(
    rng: np.random.Generator,
    sizes: Sequence[int],
    batch: int,
    activations: tuple[Activation, ...],
    loss: Loss,
) -> Case:
    """A random network of these sizes on a batch, with no pre-activation close to the kink of ReLU."""
    while True:
        network = Network(
            tuple(rng.normal(0.0, 1.0, shape) for shape in itertools.pairwise(sizes)),
            tuple(rng.normal(0.0, 0.5, (1, size)) for size in sizes[1:]),
        )
        x = rng.normal(0.0, 1.0, (batch, sizes[0]))
        a, z = forward_pass(x, network, activations)
        if min(float(np.abs(layer).min()) for layer in a) > KINK:
            break
    t = rng.normal(0.0, 1.0, (batch, sizes[-1]))
    return Case(x, t, network, activations, loss, tuple(a), tuple(z))
