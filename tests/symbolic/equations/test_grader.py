"""What the grader says about single equations, against the oracle."""

from __future__ import annotations

import pytest

from tests.symbolic.equations.catalogue import EQUATIONS
from tests.symbolic.equations.examples import PER_SHARD, SHARDS, refuted, true_variants
from tests.symbolic.equations.interface import outcome


@pytest.mark.parametrize("name", EQUATIONS)
def test_a_true_equation_is_true_in_every_spelling(name: str) -> None:
    refused = [
        (found, example.latex)
        for example in true_variants(name, 12)
        if (found := outcome(example.setting, example.latex)) != "true"
    ]
    assert not refused


@pytest.mark.parametrize("shard", SHARDS)
def test_no_refuted_edit_is_true_and_few_are_unread(shard: int) -> None:
    unread = []
    for example in refuted(shard):
        found = outcome(example.setting, example.latex)
        assert found != "true", example
        if found == "unread":
            unread.append((example.name, example.kind, example.latex))
    assert len(unread) < PER_SHARD // 10, unread
