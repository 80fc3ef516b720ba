"""The cases with the notebook's own functions leave every right loss its digits."""

from __future__ import annotations

import numpy as np
import pytest

from grader.numeric.checks.own_functions import draw_own_cases
from reference.activations import Sigmoid


@pytest.mark.parametrize("seed", range(50))
def test_two_ways_of_writing_a_sigmoid_agree_to_all_digits_in_a_loss_that_divides_by_it(seed: int) -> None:
    for own in draw_own_cases(np.random.default_rng(seed)):
        case, a = own.case, own.case.a[-1]
        usual = 1 / (1 + np.exp(-a))
        one, other = (
            -case.t / (case.y + 1e-9) * slope for slope in (Sigmoid.derivative(a), usual * (1 - usual))
        )
        assert np.allclose(one, other, rtol=1e-12, atol=1e-12)
