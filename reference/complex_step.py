"""The complex-step derivative: exact to rounding, and independent of every derivative written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reference.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from reference.activations import Array

# No difference is taken, so the step may be so small that its square vanishes.
STEP = 1e-30


def complex_step(function: Callable[[Array], Array], at: Array) -> NDArray[np.float64]:
    """Gradient of a real scalar function, analytic around `at`, in the shape of `at`.

    The function is given a stack of arrays like `at`, one for each step, and returns as many values.
    """
    directions = np.eye(at.size).reshape(at.size, *at.shape)
    return (function(at + 1j * STEP * directions).imag / STEP).reshape(at.shape)


def complex_step_gradients(loss: Callable[[Network], Array], network: Network) -> Network:
    """Gradients with respect to every parameter of a network, of a loss that gives one value for each of a stack of networks."""
    gradients = [
        complex_step(lambda change, place=place: loss(network.moved(place, change)), np.zeros(part.shape))  # type: ignore[misc]
        for place, part in enumerate(network.arrays)
    ]
    layers = len(network.weights)
    return Network(tuple(gradients[:layers]), tuple(gradients[layers:]))
