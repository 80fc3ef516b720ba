from __future__ import annotations

from itertools import pairwise

import matplotlib as mpl
from hypothesis import given
from hypothesis import strategies as st

from grader.report.plots import bins, histogram, verdicts
from grader.result import Status


@given(
    st.lists(st.floats(0, 100, width=32).map(lambda x: round(x, 2)), min_size=1),
    st.floats(0.5, 100).map(lambda x: round(x, 2)),
)
def test_bins_hold_every_total_and_end_at_the_maximum(totals: list[float], max_points: float) -> None:
    edges = bins(totals, max_points)
    assert edges[0] <= min(totals)
    assert max(totals) <= edges[-1]
    assert max_points in edges
    assert 2 <= len(edges) <= 23
    widths = {round(high - low, 4) for low, high in pairwise(edges)}
    assert len(widths) == 1


def test_full_marks_are_in_the_last_bin() -> None:
    assert "14 to 15 points: 2" in histogram([15.0, 14.2, 3.0], 15.0)


def test_the_maximum_has_a_label() -> None:
    assert ">12.5</text>" in histogram([1.0, 2.0], 12.5)


def test_a_users_own_style_changes_nothing() -> None:
    before = verdicts({"a": {Status.CORRECT: 3}})
    with mpl.rc_context({"svg.fonttype": "path", "text.color": "red", "font.size": 30}):
        assert verdicts({"a": {Status.CORRECT: 3}}) == before


def test_an_id_with_dollars_is_no_mathematics() -> None:
    assert ">$a_b$ &lt;</text>" in verdicts({"$a_b$ <": {Status.WRONG: 1}})
