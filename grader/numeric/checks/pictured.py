"""What the student page draws of wrong derivatives: where gradients are wrong, and how the error goes with the step size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.evidence import Convergence, Deviation, Deviations, with_evidence
from grader.numeric.checks.quotients import QUOTIENTS
from grader.numeric.compare import as_numbers, tolerance
from reference.network import batch_loss

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.numeric.checks.cases import Case
    from grader.numeric.child.wire import Value
    from grader.numeric.compare import Numbers
    from grader.result import Finding
    from reference.network import Network

STEPS = tuple(10.0**-n for n in range(13))
"""From far too large to far too small."""
FEW_STEPS = STEPS[::2]
"""For what a student's process has to compute: its time is limited, and other functions need it too."""
DIGITS = 3
"""Significant ones of what is kept."""


def pictured_gradients(finding: Finding, answer: Sequence[Value], true: Network, case: Case) -> Finding:
    """A finding about gradients (of all weights, then of all biases) with what its pictures need."""
    names = [f"g_{kind}[{layer}]" for kind in "wb" for layer in range(len(true.weights))]
    off = [_off(value, model) for value, model in zip(answer, true.arrays, strict=True)]
    worst = max((float(part.max()) for part in off if part is not None), default=0.0)
    arrays = tuple(
        Deviation(
            name=name,
            shape=_shape(value),
            expected_shape=model.shape,
            rows=() if part is None else tuple(_digits(row, worst) for row in part),
        )
        for name, value, model, part in zip(names, answer, true.arrays, off, strict=True)
    )
    for place, part in enumerate(off):
        if worst > 0.0 and part is not None and float(part.max()) == worst:
            entry = tuple(int(n) for n in np.unravel_index(int(part.argmax()), part.shape))
            step_errors = _against_quotient(
                names[place], np.asarray(as_numbers(answer[place])), entry, place, true, case
            )
            return with_evidence(finding, Deviations(arrays=arrays), step_errors)
    return with_evidence(finding, Deviations(arrays=arrays))


def convergence(
    about: str,
    errors: Callable[[float], float],
    right: Callable[[float], float],
    steps: Sequence[float] = STEPS,
) -> Convergence | None:
    """The errors at every step size; None where one of them is no number."""
    found = [[float(f"{abs(error(step)):.{DIGITS}g}") for step in steps] for error in (errors, right)]
    if not np.isfinite(found).all():
        return None
    return Convergence(about=about, steps=tuple(steps), errors=tuple(found[0]), right=tuple(found[1]))


def _against_quotient(
    name: str, numbers: Numbers, entry: tuple[int, ...], place: int, true: Network, case: Case
) -> Convergence | None:
    """One entry of a gradient against the central quotient of the loss."""
    direction = np.zeros(numbers.shape)
    direction[entry] = 1.0

    def loss(change: float) -> Numbers:
        moved = case.network.moved(place, change * direction)
        return batch_loss(case.x, case.t, moved, case.activations, case.loss)

    def apart(derivative: float) -> Callable[[float], float]:
        return lambda step: float(derivative - QUOTIENTS["central"](loss, step))

    about = f"{name}[{', '.join(map(str, entry))}]"
    return convergence(about, apart(float(numbers[entry])), apart(float(true.arrays[place][entry])))


def _off(value: Value, model: Numbers) -> Numbers | None:
    """How far every entry is off, 0 for what is right; None where that cannot be said."""
    numbers = as_numbers(value)
    if numbers is None or numbers.shape != model.shape:
        return None
    with np.errstate(all="ignore"):
        off = np.abs(numbers.astype(np.float64) - model)
    return np.where(off > tolerance(numbers, model), off, 0.0) if np.isfinite(off).all() else None


def _shape(value: Value) -> tuple[int, ...] | None:
    numbers = as_numbers(value)
    return None if numbers is None else tuple(numbers.shape)


def _digits(row: Numbers, worst: float) -> str:
    return "".join(str(int(np.ceil(9 * off / worst))) if off else "0" for off in row)
