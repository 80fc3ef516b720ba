"""Gradients in forward mode are those of backpropagation, which the checks do without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.numeric.checks.cases import Case, draw_cases, draw_square_cases, draw_two_layer_cases
from grader.numeric.checks.tangents import gradients
from reference.backward_pass import backward_pass

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWS = (draw_cases, draw_square_cases, draw_two_layer_cases)


def backpropagated(case: Case) -> tuple[np.ndarray, ...]:
    return backward_pass(case.t, case.z, case.a, case.network, case.activations, case.loss).arrays


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("seed", range(5))
def test_both_ways_to_the_gradients_agree(
    draw: Callable[[np.random.Generator], list[Case]], seed: int
) -> None:
    for case in draw(np.random.default_rng(seed)):
        for true in (case.true_gradients(), gradients(case)):
            for found, expected in zip(true.arrays, backpropagated(case), strict=True):
                assert found.shape == expected.shape
                np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)


def test_they_agree_for_derivatives_that_are_none() -> None:
    """As where a notebook's own functions return wrong ones."""
    rng = np.random.default_rng(0)
    for case in draw_cases(rng):
        wrong = replace(
            case,
            activations=tuple(replace(h, derivative=lambda a: a**2) for h in case.activations),
            loss=replace(case.loss, derivative=lambda t, y: t * y),
        )
        for found, expected in zip(gradients(wrong).arrays, backpropagated(wrong), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)
