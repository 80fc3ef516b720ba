"""The checks of functions by the names that `assignment.toml` uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from grader.numeric.checks.backward import check_backward_pass
from grader.numeric.checks.cross_entropy import check_cross_entropy_loss
from grader.numeric.checks.finite_difference import check_finite_difference
from grader.numeric.checks.given import check_activation, check_forward_pass, check_squared_error
from grader.numeric.checks.initialisers import INITIALISERS
from grader.numeric.checks.printing import check_printing
from grader.numeric.outcome import Outcome
from grader.numeric.subject import Subject

Check: TypeAlias = Callable[[Subject, np.random.Generator], Outcome]
"""Asks one function of a student and judges its answers; inputs come from the generator alone."""

CHECKS: Mapping[str, Check] = {
    "print_parameters": check_printing,
    "activation": check_activation,
    "forward_pass": check_forward_pass,
    "squared_error": check_squared_error,
    "cross_entropy_loss": check_cross_entropy_loss,
    "backward_pass": check_backward_pass,
    "finite_difference": check_finite_difference,
    **INITIALISERS,
}
