"""The oracle itself: it holds the sheet for true, however it is written, and refutes slips of every kind."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from tests.symbolic.equations import catalogue as c
from tests.symbolic.equations.catalogue import EQUATIONS
from tests.symbolic.equations.examples import edited, true_variants
from tests.symbolic.equations.network import POINTS, STEP, networks
from tests.symbolic.equations.oracle import verdict
from tests.symbolic.equations.trees import BELOW, HERE, LAST, Tree


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_sheet_is_true(name: str) -> None:
    equation = EQUATIONS[name]
    assert verdict(equation.setting, equation.left, equation.right) == "true"


@pytest.mark.parametrize("name", EQUATIONS)
def test_every_variant_is_true(name: str) -> None:
    assert {example.verdict for example in true_variants(name, 25)} == {"true"}


def test_slips_of_many_kinds_are_refuted() -> None:
    refuted = Counter(example.kind for example in islice(edited(1_000), 6_000) if example.verdict == "false")
    assert set(refuted) >= {
        "a and z",
        "activation dropped",
        "bias lost",
        "data index doubled",
        "data index dropped",
        "exp dropped",
        "factor 2",
        "factor dropped",
        "index replaced",
        "l and L",
        "layer changed",
        "letter of the sum",
        "log dropped",
        "power dropped",
        "prime",
        "sign",
        "sum and product",
        "sum dropped",
        "sum over n inserted",
        "sum over n twice",
        "t and y",
        "term dropped",
        "transposed",
        "turned over",
    }
    assert min(refuted.values()) >= 5


def test_few_slips_leave_an_equation_true() -> None:
    kinds = Counter(example.kind for example in islice(edited(1_001), 4_000) if example.verdict != "false")
    always_wrong = {
        "sign",
        "transposed",
        "layer changed",
        "l and L",
        "a and z",
        "t and y",
        "prime",
    }
    assert not always_wrong & set(kinds), kinds


@pytest.mark.parametrize("softmax", [True, False])
def test_complex_steps_agree_with_central_differences(*, softmax: bool) -> None:
    for network in networks(softmax=softmax):
        step = 1e-6
        for layer in range(1, network.layers + 1):
            exact = network.run(("w", layer, 1, 2)).loss(0).imag / STEP
            weight = network.w[layer - 1][1][2]
            moved = []
            for change in (step, -step):
                network.w[layer - 1][1][2] = weight + change
                network.forget()
                moved.append(network.run().loss(0).real)
            network.w[layer - 1][1][2] = weight
            network.forget()
            assert exact == pytest.approx((moved[0] - moved[1]) / (2 * step), abs=1e-7)


def test_points_units_and_layers_are_never_of_one_size() -> None:
    for network in networks(softmax=True):
        assert len(set(network.sizes)) == len(network.sizes)
        assert network.layers >= 5
        assert POINTS >= 3


FALSE: dict[str, tuple[str, Tree, Tree]] = {
    "index of the target": ("i", c.delta(LAST, "j"), c.add(c.y("j"), c.neg(c.t("k")))),
    "k is not j": ("j", c.der(c.a(HERE, "k"), c.w(HERE, "j", "i")), c.z(BELOW, "i")),
    "no sum over n": ("l", c.der(c.loss(), c.W), c.mul(c.delta(HERE, "j", "n"), c.z(BELOW, "i", "n"))),
    "no n": ("l", c.delta(LAST, "j"), c.add(c.y("j"), c.neg(c.t("j")))),
    "one half": ("k", c.delta(LAST, "j"), c.mul(c.APART, c.slope(LAST, c.A_J))),
    "the mean": ("e", c.loss(), c.mul(c.div(c.num(1), c.N), c.points(c.DISTANCE))),
    "log of the density": ("e", c.log(c.P), c.EXPONENT),
    "one point for all": ("g", c.loss("n"), c.neg(c.points(c.outputs("k", c.TERM)))),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_false(name: str) -> None:
    setting, left, right = FALSE[name]
    assert verdict(setting, left, right) == "false"


OPEN: dict[str, tuple[str, Tree, Tree]] = {
    "the loss of one point": ("g", c.loss(), c.neg(c.outputs("k", c.TERM))),
    "n understood in a sum": (
        "g", c.loss(), c.neg(c.points(c.outputs("k", c.mul(c.t("k", "n"), c.log(c.y("k"))))))
    ),
    "E without n in a sum": ("g", c.neg(c.log(c.points_product(c.P))), c.points(c.loss())),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_what_the_sheet_leaves_open_is_not_refuted(name: str) -> None:
    setting, left, right = OPEN[name]
    assert verdict(setting, left, right) == "true"
    assert verdict("l", left, right) == "false"


def test_what_is_true_for_one_hot_targets_only_is_told_apart() -> None:
    likely = c.log(c.outputs("k", c.mul(c.t("k"), c.y("k"))))
    assert verdict("i", c.loss(), c.neg(likely)) == "one-hot"
