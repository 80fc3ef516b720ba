from __future__ import annotations

from math import isnan, nan
from statistics import correlation

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.item_analysis import FEWEST, Flag, item_analysis

RISING = [float(i % 5) for i in range(40)]


def test_difficulty_is_the_mean_share_of_the_points() -> None:
    seen = item_analysis({"a": [4.0, 2.0, 0.0]}, {"a": 4.0})
    assert seen.items["a"].difficulty == 0.5


def test_discrimination_is_with_the_rest_and_not_with_the_total() -> None:
    a, b, c = [0.0, 1.0, 2.0, 1.0], [1.0, 0.0, 2.0, 2.0], [0.0, 2.0, 1.0, 2.0]
    seen = item_analysis({"a": a, "b": b, "c": c}, dict.fromkeys("abc", 2.0))
    rest = [x + y for x, y in zip(b, c, strict=True)]
    assert seen.items["a"].discrimination == pytest.approx(correlation(a, rest))


def test_alpha_of_a_textbook() -> None:
    """By hand: variances 1 and 1, of the total 3, so 2 (1 - 2/3)."""
    seen = item_analysis({"a": [0.0, 1.0, 2.0], "b": [1.0, 0.0, 2.0]}, {"a": 2.0, "b": 2.0})
    assert seen.alpha == pytest.approx(2 / 3)


@given(st.lists(st.floats(0, 5, width=16), min_size=3, max_size=30), st.integers(2, 5))
def test_exercises_that_say_the_same_have_alpha_one(scores: list[float], exercises: int) -> None:
    names = "abcde"[:exercises]
    seen = item_analysis(dict.fromkeys(names, scores), dict.fromkeys(names, 5.0))
    if np.std(scores) > 1e-6:
        assert seen.alpha == pytest.approx(1.0)
        assert seen.items["a"].discrimination == pytest.approx(1.0)
    else:
        assert isnan(seen.items["a"].discrimination) or seen.alpha == pytest.approx(1.0)


def test_where_all_agree_there_is_no_correlation() -> None:
    third = 1 / 3 + 1 / 3 + 1 / 3 - 1e-16
    seen = item_analysis({"a": [1.0, third, 1.0, 1.0], "b": [0.0, 1.0, 1.0, 0.0]}, {"a": 1.0, "b": 1.0})
    assert isnan(seen.items["a"].discrimination)
    assert isnan(seen.items["b"].discrimination)
    assert Flag.NEGATIVE not in seen.items["a"].flags


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_few_submissions_have_no_correlation(count: int) -> None:
    seen = item_analysis({"a": [0.0, 1.0][:count], "b": [1.0, 0.0][:count]}, {"a": 1.0, "b": 1.0})
    assert isnan(seen.items["a"].discrimination)
    assert isnan(seen.alpha)


def test_a_negative_discrimination_is_the_first_flag() -> None:
    falling = [4.0 - x for x in RISING]
    seen = item_analysis({"a": RISING, "b": RISING, "c": falling}, {"a": 4.0, "b": 4.0, "c": 20.0})
    assert seen.items["c"].flags == (Flag.NEGATIVE, Flag.HARD)
    assert seen.items["a"].flags == ()


@pytest.mark.parametrize(
    ("share", "flags"), [(0.29, {Flag.HARD}), (0.31, set()), (0.79, set()), (0.81, {Flag.EASY})]
)
def test_the_limits_of_difficulty(share: float, flags: set[Flag]) -> None:
    seen = item_analysis({"a": [share * 2.0] * FEWEST}, {"a": 2.0})
    assert set(seen.items["a"].flags) == flags


def test_an_exercise_that_tells_nothing_is_poor() -> None:
    apart = [float(i % 2) for i in range(40)]
    together = [float(i // 2 % 2) for i in range(40)]
    seen = item_analysis({"a": apart, "b": together}, {"a": 1.0, "b": 1.0})
    assert seen.items["a"].discrimination == pytest.approx(0.0)
    assert seen.items["a"].flags in {(Flag.POOR,), (Flag.NEGATIVE,)}


def test_of_too_few_nothing_is_flagged() -> None:
    rising = [float(i) for i in range(FEWEST - 1)]
    few = item_analysis({"a": rising, "b": rising[::-1]}, {"a": 100.0, "b": 100.0})
    assert few.items["a"].discrimination == pytest.approx(-1.0)
    assert few.items["a"].flags == ()
    assert not few.conclusive
    enough = [*rising, 19.0]
    many = item_analysis({"a": enough, "b": enough[::-1]}, {"a": 100.0, "b": 100.0})
    assert many.items["a"].flags == (Flag.NEGATIVE, Flag.HARD)
    assert many.conclusive


def test_an_exercise_that_mostly_waits_is_left_out() -> None:
    """Those who wrote nothing are decided at once: their zeros say nothing about the exercise."""
    waits = [nan] * 30 + [0.0] * 10
    seen = item_analysis({"a": RISING, "b": RISING, "c": waits}, dict.fromkeys("abc", 4.0))
    assert seen.left_out == ("c",)
    assert seen.complete == 40
    assert seen.items["c"].decided == 10
    assert isnan(seen.items["c"].difficulty)
    assert seen.items["c"].flags == ()


def test_half_decided_is_enough() -> None:
    half = [nan] * 20 + RISING[:20]
    seen = item_analysis({"a": RISING, "b": half}, {"a": 4.0, "b": 4.0})
    assert seen.left_out == ()
    assert seen.complete == 20
