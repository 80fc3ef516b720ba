"""False alarms and power of the tests of random weights: python benchmarks/initialisers.py [NETWORKS]."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from grader.numeric.checks.initialisers import CALLS, LARGEST, SMALLEST, Drawn, judge
from grader.numeric.checks.variances import RULES, Layer, Rule
from grader.result import Status
from reference.activations import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Draw: TypeAlias = "Callable[[np.random.Generator, float, tuple[int, ...]], NDArray[np.float64]]"
"""Weights of a variance and a shape."""


def normal(rng: np.random.Generator, variance: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """As the sheet asks."""
    return rng.normal(0.0, np.sqrt(variance), shape)


def uniform(rng: np.random.Generator, variance: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Another distribution of the same variance."""
    bound = np.sqrt(3.0 * variance)
    return rng.uniform(-bound, bound, shape)


DRAWS: dict[str, Draw] = {
    "right": normal,
    "deviation times root of 2": lambda rng, variance, shape: normal(rng, 2.0 * variance, shape),
    "deviation over root of 2": lambda rng, variance, shape: normal(rng, variance / 2.0, shape),
    "deviation off by a tenth": lambda rng, variance, shape: normal(rng, 1.21 * variance, shape),
    "variance as deviation": lambda rng, variance, shape: normal(rng, variance**2, shape),
    "uniform for normal": uniform,
}


def outcome(rule: Rule, name: str, rng: np.random.Generator) -> Status:
    """Verdict on one simulated function."""
    L = [int(size) for size in rng.integers(SMALLEST, LARGEST)]
    layers = tuple(map(Layer, L[:-1], L[1:], map(str, rng.permutation(list(ACTIVATIONS)))))
    weights = tuple(
        DRAWS[name](rng, rule.variances(layer)[0], (CALLS, layer.fan_in, layer.fan_out)) for layer in layers
    )
    return judge(
        Drawn(layers, weights, tuple(np.zeros((CALLS, 1, layer.fan_out)) for layer in layers)), rule
    ).status


def main() -> None:
    """Print for every rule how many of the simulated functions were not called right."""
    networks = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for rule_name, rule in RULES.items():
        for number, name in enumerate(DRAWS):
            rng = np.random.default_rng(number)
            refused = sum(outcome(rule, name, rng) is not Status.CORRECT for _ in range(networks))
            print(f"{rule_name:18} {name:26} not called right: {refused} of {networks}")


if __name__ == "__main__":
    main()
