"""Comparison of what came back with what should have: kind, then shape, then finite, then value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.numeric.child.wire import Opaque, Value
from grader.result import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

Numbers: TypeAlias = NDArray[np.float64]

# Half of the digits of the arithmetic: far above the rounding of any right formula on a small network,
# far below the effect of any wrong one on random inputs.
_TOLERANCES = {np.dtype(kind): float(np.sqrt(np.finfo(kind).eps)) for kind in (np.float32, np.float64)}

# A smaller one cannot be told from an answer of zeros.
SMALLEST_FACTOR = 1e-3


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
    numbers = read_array(value, expected.shape, what)
    if isinstance(numbers, Finding):
        return numbers
    if is_equal(value, expected):
        return None
    deviation = np.abs(numbers.astype(np.float64) - expected)
    outside = deviation > tolerance(numbers, expected)
    wrong = int(outside.sum())
    evidence: dict[str, object] = {
        "wrong": wrong,
        "of": int(deviation.size),
        "deviation": float(deviation.max()),
    }
    if wrong > 1 and (factor := common_factor([numbers], [expected])) is not None:
        return Finding(
            code=code,
            message=f"{what} is {factor:.3g} times what it should be, in every entry.",
            hint="Which factor is missing, or there once too often?",
            evidence={**evidence, "factor": factor},
        )
    first = [int(place) for place in np.argwhere(outside)[0]]
    where = f", the first at {first}" if 0 < wrong < deviation.size and first else ""
    return Finding(
        code=code,
        message=f"{what} is wrong in {wrong} of {deviation.size} entries{where}; "
        f"the largest deviation is {deviation.max():.2g}, where the right values go up to {np.abs(expected).max():.2g}.",
        hint="Work it out by hand for one data point and compare number by number.",
        evidence=evidence,
    )


def read_array(value: Value, shape: tuple[int, ...], what: str) -> NDArray[Any] | Finding:
    """The finite real numbers that a value of this shape holds; a finding, where it is something else."""
    numbers = as_numbers(value)
    if numbers is None:
        return _no_numbers(value, what)
    if numbers.shape != shape:
        return Finding(
            code="wrong_shape",
            message=f"{what} has shape {numbers.shape}; its shape should be {shape}.",
            hint="Print the shapes on the way there, for layers of different sizes and more than one data point.",
            evidence={"shape": list(numbers.shape), "expected_shape": list(shape)},
        )
    if not np.isfinite(numbers).all():
        hint = "Evaluate it piece by piece: which division, power or logarithm is the first that fails?"
        return Finding(code="not_finite", message=f"{what} contains NaN or infinite numbers.", hint=hint)
    return numbers


def common_factor(values: Sequence[Value], expected: Sequence[Numbers]) -> float | None:
    """The one number, not 0, by which all values differ from what is expected; None where there is none."""
    arrays = [as_numbers(value) for value in values]
    parts = [
        (array.astype(np.float64), model)
        for array, model in zip(arrays, expected, strict=True)
        if array is not None and array.shape == model.shape and np.isfinite(array).all()
    ]
    size = sum(float((model**2).sum()) for _, model in parts)
    if len(parts) < len(arrays) or size == 0.0:
        return None
    factor = sum(float((array * model).sum()) for array, model in parts) / size
    fits = all(is_equal(value, factor * model) for value, model in zip(values, expected, strict=True))
    return factor if fits and abs(factor) > SMALLEST_FACTOR else None


def problem_of_kind(value: Value, what: str) -> Finding | None:
    """A finding, where a value does not consist of real numbers."""
    return None if as_numbers(value) is not None else _no_numbers(value, what)


_OBJECTS = (
    "An array of dtype object holds things, not numbers: NumPy makes one of arrays of different shapes, or where you ask for "
    "`dtype=object`. In what else can several arrays of different shapes be kept together?"
)


def problem_of_parts(value: Value, name: str) -> Finding | None:
    """A finding, where a function that should return lists returns nothing, or something of which the length says nothing, also as a part.

    Args:
        value: what was returned.
        name: of the function.

    """
    if value is None or isinstance(value, Opaque):
        return _no_numbers(value, f"What `{name}` returns")
    parts = value if isinstance(value, list | tuple) else ()
    return next(
        (_no_numbers(part, f"A part of what `{name}` returns") for part in parts if isinstance(part, Opaque)),
        None,
    )


def _no_numbers(value: Value, what: str) -> Finding:
    if value is None:
        return Finding(
            code="wrong_dtype",
            message=f"{what} is None.",
            hint="Does every way through the function end in a `return` with a value, and was every entry of a list filled?",
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
        hint=_OBJECTS if "dtype object" in is_what else "Print the type and the dtype of what you return.",
    )
