"""Comparison of what came back with what should have: kind, then shape, then finite, then value."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.numeric.child.wire import Opaque, Value
from grader.result import Finding

Numbers: TypeAlias = NDArray[np.float64]

# Half of the digits of the arithmetic: far above the rounding of any right formula on a small network,
# far below the effect of any wrong one on random inputs.
_TOLERANCES = {np.dtype(kind): float(np.sqrt(np.finfo(kind).eps)) for kind in (np.float32, np.float64)}


def as_numbers(value: Value) -> NDArray[Any] | None:
    """The real numbers that a value holds, as an array: an array itself, a number, or nested lists; None when it is something else."""
    if isinstance(value, list | tuple):
        items = [as_numbers(item) for item in value]
        known = [item for item in items if item is not None]
        if len(known) < len(items) or len({item.shape for item in known}) > 1:
            return None
        return np.array(known, dtype=np.float64)
    if isinstance(value, bool | int | float):
        return np.array(value, dtype=np.float64)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return value
    return None


def tolerance(numbers: NDArray[Any], expected: Numbers) -> float:
    """Deviation that the arithmetic explains, absolute, for values of the size of `expected`."""
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return _TOLERANCES.get(numbers.dtype, _TOLERANCES[np.dtype(np.float64)]) * scale


def is_equal(value: Value, expected: Numbers) -> bool:
    """Same shape, and the same values up to rounding."""
    numbers = as_numbers(value)
    if numbers is None or numbers.shape != expected.shape or not np.isfinite(numbers).all():
        return False
    return bool((np.abs(numbers.astype(np.float64) - expected) <= tolerance(numbers, expected)).all())


def compare(value: Value, expected: Numbers, what: str, *, code: str = "wrong_value") -> Finding | None:
    """The first thing that is wrong with a value, or None.

    Args:
        value: what the student's function returned.
        expected: real numbers.
        what: names it at the start of a sentence.
        code: of the finding, when only the values differ.

    """
    if (problem := problem_of_kind(value, what)) is not None:
        return problem
    numbers = as_numbers(value)
    assert numbers is not None, "its kind was just found to be right"  # noqa: S101
    if numbers.shape != expected.shape:
        return Finding(
            code="wrong_shape",
            message=f"{what} has shape {numbers.shape}; its shape should be {expected.shape}.",
            hint="Print the shapes on the way there, for layers of different sizes and more than one data point.",
            evidence={"shape": list(numbers.shape), "expected_shape": list(expected.shape)},
        )
    if not np.isfinite(numbers).all():
        hint = "Evaluate it piece by piece: which division, power or logarithm is the first that fails?"
        return Finding(code="not_finite", message=f"{what} contains NaN or infinite numbers.", hint=hint)
    if is_equal(value, expected):
        return None
    deviation = np.abs(numbers.astype(np.float64) - expected)
    wrong = int((deviation > tolerance(numbers, expected)).sum())
    largest, size = float(deviation.max()), float(np.abs(expected).max())
    return Finding(
        code=code,
        message=f"{what} is wrong in {wrong} of {deviation.size} entries; "
        f"the largest deviation is {largest:.2g}, where the right values go up to {size:.2g}.",
        hint="Work it out by hand for one data point and compare number by number.",
        evidence={"wrong": wrong, "of": int(deviation.size), "deviation": largest},
    )


def problem_of_kind(value: Value, what: str) -> Finding | None:
    """A finding, where a value does not consist of real numbers."""
    if as_numbers(value) is not None:
        return None
    if value is None:
        return Finding(
            code="wrong_dtype",
            message=f"{what} is None.",
            hint="Is a `return` missing, or one without a value?",
        )
    if isinstance(value, Opaque):
        is_what = value.description
    elif isinstance(value, np.ndarray):
        is_what = f"an array of dtype {value.dtype}"
    elif isinstance(value, list | tuple):
        is_what = "a list of parts that do not fit together in one array"
    else:
        is_what = f"of type {type(value).__name__}"
    return Finding(
        code="wrong_dtype",
        message=f"{what} is {is_what}, where an array of real numbers is expected.",
        hint="Print the type and the dtype of what you return.",
    )
