"""Functions that are passed to a student's `backward_pass` or `forward_pass`: the ones that every student was given.

Public, and the same as in the sheet; nothing here is secret and nothing is graded by it.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def Linear(x: Any, derivative: bool = False) -> Any:  # noqa: N802
    return np.ones_like(x) if derivative else x


def Sigmoid(x: Any, derivative: bool = False) -> Any:  # noqa: N802
    f = 1.0 / (1.0 + np.exp(-x))
    return f * (1.0 - f) if derivative else f


def Tanh(x: Any, derivative: bool = False) -> Any:  # noqa: N802
    f = np.tanh(x)
    return 1.0 - f**2 if derivative else f


def ReLU(x: Any, derivative: bool = False) -> Any:  # noqa: N802
    return np.where(x > 0.0, 1.0, 0.0) if derivative else np.where(x > 0.0, x, 0.0)


def squared_error(t: Any, y: Any, derivative: bool = False) -> Any:
    return y - t if derivative else 0.5 * (y - t) ** 2


def quartic_error(t: Any, y: Any, derivative: bool = False) -> Any:
    return (y - t) ** 3 if derivative else 0.25 * (y - t) ** 4
