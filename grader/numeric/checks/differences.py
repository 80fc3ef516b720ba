"""Derivatives of a function of which only values can be asked: how a gradient is checked against the student's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reference.activations import Array
    from reference.network import Network

DIRECTIONS = 2
"""Random ones for every array of parameters: a wrong gradient is orthogonal to none of its errors in both."""

FIRST_STEP = 1e-2
HALVINGS = 8
RELATIVE_ERROR = 1e-5
"""Of a slope that decides; a larger one means that something was in the way, such as a kink."""


def slope(function: Callable[[float], float]) -> tuple[float, float]:
    """Derivative at 0, and an estimate of its error: central differences, extrapolated to step 0 as Ridders does.

    The step is halved as long as the estimates come closer to each other, so that a kink near 0 is left behind.
    """
    best, error = np.nan, np.inf
    before: list[float] = []
    step = FIRST_STEP
    for _ in range(HALVINGS):
        row = [(function(step) - function(-step)) / (2.0 * step)]
        for order, coarser in enumerate(before, start=1):
            row.append(row[-1] + (row[-1] - coarser) / (4.0**order - 1.0))
            apart = max(abs(row[-1] - row[-2]), abs(row[-1] - coarser))
            if apart < error:
                best, error = row[-1], apart
        before = row
        step /= 2.0
    return best, error


def is_gradient(
    gradients: Sequence[Array], network: Network, loss: Callable[[Network], float], rng: np.random.Generator
) -> bool:
    """Whether these arrays (weights, then biases) are the gradient of a loss, by its slopes along random directions.

    False also where the slopes say too little: no array may leave the loss as it is, and all must be known well.
    """
    for place, gradient in enumerate(gradients):
        for _ in range(DIRECTIONS):
            direction = rng.normal(0.0, 1.0, gradient.shape)

            def along(change: float, place: int = place, direction: Array = direction) -> float:
                return loss(network.moved(place, change * direction))

            found, error = slope(along)
            size = float(np.abs(gradient).max() * np.abs(direction).max())
            known = error < RELATIVE_ERROR * abs(found)
            if not known or abs(float((gradient * direction).sum()) - found) > error + RELATIVE_ERROR * size:
                return False
    return True
