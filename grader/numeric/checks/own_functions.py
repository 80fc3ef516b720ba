"""The functions that the notebook itself defines, as something to differentiate through.

A backward pass that is right for every function of ours may still do something else for the notebook's own, which it
can tell by name. Its gradients are compared with those that the reference builds on the derivatives which those return, right
or wrong: what is judged is the backward pass, and not what goes into it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.checks.cases import draw_case
from grader.numeric.compare import read_array
from grader.result import Finding
from reference.activations import Linear, ReLU, Sigmoid, Tanh
from reference.losses import Loss, squared_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.numeric.checks.cases import Case
    from grader.numeric.subject import Subject
    from reference.activations import Array

NEAREST = 1e-3
"""To 0 and 1 outputs come no nearer than this: a loss that divides by them takes what two ways of writing a sigmoid differ in for more than rounding."""


@dataclass(frozen=True)
class OwnCase:
    """A case in which some functions are the notebook's own; `what` says which.

    Attributes:
        what: names them, as part of a sentence.
        case: with outputs between 0 and 1 and one-hot targets, which any loss takes.
        own_activations: whether the activation functions are the notebook's own.
        own_loss: whether the loss is.

    """

    what: str
    case: Case
    own_activations: bool = False
    own_loss: bool = False

    def with_derivatives(self, subject: Subject) -> Case | None:
        """The case with the derivatives that the notebook's functions return; None where one is no array in the shape of its input.

        Raises:
            NoAnswerError: one of them has no derivative.
            SandboxError: the child process did not come up.

        """
        case = self.case
        if self.own_loss:
            derivative = _constant(subject.ask_other(case.loss.name, case.t, case.y, True), case.y)
            if derivative is None:
                return None
            return replace(case, loss=replace(case.loss, derivative=derivative))
        slopes = [
            _constant(subject.ask_other(h.name, a, True), a)
            for h, a in zip(case.activations, case.a, strict=True)
        ]
        activations = tuple(
            replace(h, derivative=slope)
            for h, slope in zip(case.activations, slopes, strict=True)
            if slope is not None
        )
        return replace(case, activations=activations) if len(activations) == len(slopes) else None


def draw_own_cases(rng: np.random.Generator) -> list[OwnCase]:
    """Each of the losses that a notebook defines, and all of its activation functions."""
    while True:
        case = draw_case(rng, (3, 4, 5, 4, 3), 6, (Tanh, ReLU, Linear, Sigmoid), squared_error)
        if case.y.min() > NEAREST and case.y.max() < 1 - NEAREST:
            break
    case = replace(case, t=np.eye(3)[rng.permutation(np.arange(6) % 3)])
    return [
        *(
            OwnCase(f"`{name}`", replace(case, loss=Loss(name, _unknown, _unknown)), own_loss=True)
            for name in ("squared_error", "cross_entropy_loss")
        ),
        OwnCase("activation functions", case, own_activations=True),
    ]


def _constant(value: object, model: Array) -> Callable[..., Array] | None:
    """A function that returns this value, whatever it is asked; None where it is no array in the shape of the model."""
    numbers = read_array(value, model.shape, "")
    return None if isinstance(numbers, Finding) else lambda *_: np.asarray(numbers)


def _unknown(t: Array, y: Array) -> Array:
    raise NotImplementedError
