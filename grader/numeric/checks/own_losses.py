"""The losses that the notebook itself defines, as something to differentiate through.

A function that is right for every loss of ours may still do something else for the notebook's own, which it can
tell by name. Its gradients are compared with those that the reference builds on the derivative which that loss returns, right
or wrong: what is judged is the function, and not the loss.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.checks.cases import draw_case
from grader.numeric.compare import read_array
from grader.result import Finding
from reference.activations import Sigmoid, Tanh
from reference.losses import Loss, squared_error

if TYPE_CHECKING:
    from grader.numeric.checks.cases import Case
    from grader.numeric.subject import Subject
    from reference.activations import Array

OWN_LOSSES = ("squared_error", "cross_entropy_loss")


def draw_own_loss_case(rng: np.random.Generator, name: str) -> Case:
    """A network on one-hot targets with outputs between 0 and 1, which any loss takes; its loss has only a name."""
    case = draw_case(rng, (3, 4, 3), 6, (Tanh, Sigmoid), squared_error)
    t = np.eye(3)[rng.permutation(np.arange(6) % 3)]
    return replace(case, t=t, loss=Loss(name, _unknown, _unknown))


def with_own_derivative(subject: Subject, case: Case) -> Case | None:
    """The case with the derivative that the notebook's loss returns; None where that is no array (N, K).

    Raises:
        NoAnswerError: the notebook's loss has no derivative.
        SandboxError: the child process did not come up.

    """
    value = subject.ask_other(case.loss.name, case.t, case.y, True)
    numbers = read_array(value, case.y.shape, "")
    if isinstance(numbers, Finding):
        return None
    return replace(case, loss=replace(case.loss, derivative=lambda *_: np.asarray(numbers)))


def _unknown(t: Array, y: Array) -> Array:
    raise NotImplementedError
