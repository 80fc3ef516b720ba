"""What the grader says about single equations, against the oracle."""

from __future__ import annotations

import pytest

from tests.symbolic.equations.catalogue import EQUATIONS
from tests.symbolic.equations.examples import PER_SHARD, SHARDS, refuted, true_variants
from tests.symbolic.equations.interface import name_of_slip, outcome


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


NAMES: dict[str, set[str]] = {
    "index replaced": {"wrong_index", "index_reuse", "free_index_mismatch", "transposed_weight"},
    "letter of the sum": {"wrong_index", "index_reuse", "free_index_mismatch"},
    "data index dropped": {"wrong_index", "extra_term"},
    "data index doubled": {"wrong_index"},
    "layer changed": {"wrong_layer", "missing_activation"},
    "l and L": {"wrong_layer", "missing_activation"},
    "transposed": {"transposed_weight", "wrong_index"},
    "a and z": {"wrong_symbol", "missing_activation"},
    "t and y": {"wrong_symbol"},
    "prime": {"missing_activation"},
    "activation dropped": {"missing_activation", "wrong_symbol"},
    "sign": {"sign_error"},
    "factor 2": {"wrong_factor"},
    "factor dropped": {"missing_factor", "missing_term", "missing_activation"},
    "denominator dropped": {"missing_factor", "wrong_factor"},
    "power dropped": {"missing_factor", "wrong_factor"},
    "term dropped": {"missing_term"},
    "sum dropped": {"missing_term", "missing_factor", "wrong_index"},
    "sum and product": {"wrong_factor"},
    "sum over n inserted": {"extra_term", "wrong_factor"},
    "sum over n twice": {"extra_term", "wrong_factor"},
    "bias lost": {"bias_missing"},
    "turned over": {"wrong_factor", "sign_error"},
    "log dropped": {"missing_term"},
    "exp dropped": {"missing_term"},
    "sqrt dropped": {"missing_term", "wrong_factor"},
}
"""What an edit may be called: the first correction found counts, and several often mend the same slip."""


@pytest.mark.parametrize("shard", SHARDS[:3])
def test_the_finding_names_the_edit(shard: int) -> None:
    examples = [example for example in refuted(shard) if example.before is not None]
    named = {
        example: name_of_slip(example.setting, str(example.before), example.latex.partition(" = ")[2])
        for example in examples
    }
    read_ones = {example: names for example, names in named.items() if names is not None}
    misnamed = [
        (names, example)
        for example, names in read_ones.items()
        if not NAMES[example.kind].intersection(names)
    ]
    assert len(read_ones) > 0.95 * len(examples)
    assert len(misnamed) <= 0.02 * len(examples), misnamed
