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
    """Gradient of a real scalar function, analytic around `at`, in the shape of `at`."""
    gradient = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        stepped = at.astype(np.complex128)
        stepped[index] += 1j * STEP
        gradient[index] = function(stepped).imag / STEP
    return gradient


def complex_step_gradients(loss: Callable[[Network], Array], network: Network) -> Network:
    """Gradients of a scalar loss with respect to every parameter of a network."""
    parameters = (*network.weights, *network.biases)
    layers = len(network.weights)

    def gradient(place: int) -> Array:
        def moved(part: Array) -> Array:
            parts = (*parameters[:place], part, *parameters[place + 1 :])
            return loss(Network(parts[:layers], parts[layers:]))

        return complex_step(moved, parameters[place])

    gradients = tuple(gradient(place) for place in range(len(parameters)))
    return Network(gradients[:layers], gradients[layers:])
