"""Tests of random numbers whose false-alarm rate is proved, by exponential bounds, for every sample size.

Each function refuses numbers that were drawn as it says with a probability of at most `FALSE_ALARM`. What it sees, for n numbers:
a variance that is off by about 2 sqrt(ln(2 / FALSE_ALARM) / n), relative, or more; a distribution function that is off by half of
the square root of 2 ln(2 / FALSE_ALARM) / n.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

FALSE_ALARM = 1e-9
"""Of one test; a check asks a few dozen of them."""

_EXPONENT = math.log(2.0 / FALSE_ALARM)
# Where distribution functions are compared; fewer places can only lower the number of false alarms.
_EDGE, _PLACES_PER_UNIT = 4, 20
_PLACES = np.linspace(-_EDGE, _EDGE, 2 * _EDGE * _PLACES_PER_UNIT + 1)

Sample: TypeAlias = "NDArray[np.float64]"


def has_mean_zero(sample: Sample, variance: float) -> bool:
    """Whether independent numbers of this variance, normal or uniform, can have been drawn around 0 (Hoeffding's bound)."""
    return abs(float(sample.mean())) <= math.sqrt(2.0 * _EXPONENT * variance / sample.size)


def has_variance(sample: Sample, variance: float) -> bool:
    """Whether independent numbers around 0, normal or uniform, can have this variance (the bound of Laurent and Massart)."""
    ratio = float((sample**2).mean()) / variance
    spread = math.sqrt(_EXPONENT / sample.size)
    return 1.0 - 2.0 * spread <= ratio <= 1.0 + 2.0 * spread + 2.0 * spread**2


def is_distributed(sample: Sample, distribution: Callable[[float], float]) -> bool:
    """Whether independent numbers of variance 1 can have this distribution function (the bound of Dvoretzky, Kiefer, Wolfowitz, Massart)."""
    first_at_or_above = np.ceil((sample.ravel() + _EDGE) * _PLACES_PER_UNIT).clip(0, _PLACES.size)
    counts = np.bincount(first_at_or_above.astype(np.intp), minlength=_PLACES.size + 1)
    below = counts[:-1].cumsum() / sample.size
    distance = float(np.abs(below - _at_places(distribution)).max())
    return distance <= math.sqrt(_EXPONENT / (2.0 * sample.size))


@cache
def _at_places(distribution: Callable[[float], float]) -> Sample:
    return np.array([distribution(place) for place in _PLACES])


def are_independent(first: Sample, second: Sample) -> bool:
    """Whether two samples of variance 1 around 0, normal or uniform, can be independent: their products have mean 0 (Bernstein's bound)."""
    spread = math.sqrt(2.0 * _EXPONENT / first.size)
    return abs(float((first * second).mean())) <= spread + _EXPONENT / first.size


def normal(x: float) -> float:
    """Distribution function of the standard normal distribution."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def uniform(x: float) -> float:
    """Distribution function of the uniform distribution of mean 0 and variance 1."""
    return min(max(0.5 + x / math.sqrt(12.0), 0.0), 1.0)
