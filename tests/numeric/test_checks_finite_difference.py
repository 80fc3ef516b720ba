"""Finite differences: which quotient was taken is proved by a large step."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from grader.numeric.checks.quotients import QUOTIENTS, draw_probes
from grader.result import Status, Verdict
from tests.numeric.solutions import FINITE_DIFFERENCE, GIVEN, edited, judge

QUOTIENT = "(E(dw) - E(-dw)) / (2 * dw)"
LOSS = "squared_error(t, forward_pass(x, moved, activations)[1][-1]).sum() / len(x)"
OUTPUT = "forward_pass(x, moved, activations)[1][-1]"


def judge_f(*changes: tuple[str, str], given: str = GIVEN) -> Verdict:
    return judge("f", given + edited(FINITE_DIFFERENCE, *changes))


def reasons(verdict: Verdict) -> list[object]:
    return [finding.evidence.get("reason") for finding in verdict.findings]


@pytest.mark.parametrize(
    ("quotient", "kind", "codes"),
    [
        (QUOTIENT, "central", []),
        ("(E(dw / 2) - E(-dw / 2)) / dw", "half of the step", []),
        ("(E(dw) - E(0)) / dw", "forward", ["convention"]),
        ("(E(0) - E(-dw)) / dw", "backward", ["convention"]),
        ("np.array([(E(dw) - E(-dw)) / (2 * dw)])", "central", []),
    ],
)
def test_every_quotient_is_accepted_and_told(quotient: str, kind: str, codes: list[str]) -> None:
    verdict = judge_f((QUOTIENT, quotient))
    assert verdict.status is Status.CORRECT, verdict
    assert [finding.code for finding in verdict.findings] == codes
    assert verdict.method is not None
    assert kind in verdict.method


IN_PLACE = """
def finite_difference(x, t, NN, activations, indexes, dw):
    l, i, j = indexes
    E = lambda: np.sum(squared_error(t, forward_pass(x, NN, activations)[1][-1])) / x.shape[0]
    before = E()
    NN[0][l][i, j] += dw
    after = E()
    NN[0][l][i, j] -= dw
    return (after - before) / dw
"""


def test_a_weight_that_is_changed_and_put_back_counts_as_unchanged() -> None:
    verdict = judge("f", GIVEN + IN_PLACE)
    assert (verdict.status, [f.code for f in verdict.findings]) == (Status.CORRECT, ["convention"])


def test_a_weight_that_stays_changed_is_noticed() -> None:
    verdict = judge("f", GIVEN + edited(IN_PLACE, ("    NN[0][l][i, j] -= dw\n", "")))
    assert verdict.status is Status.PARTIAL
    assert [f.code for f in verdict.findings] == ["convention", "mutates_input"]


@pytest.mark.parametrize("order", ["i, j, l", "l, i, j", "j, i, l"])
def test_three_numbers_for_the_weight_are_the_signature_of_other_years(order: str) -> None:
    verdict = judge_f(("indexes", order), (f"    l, i, j = {order}\n", ""))
    assert verdict.status is Status.CORRECT
    assert "other years" in verdict.findings[0].message
    wrong = judge_f(("indexes", order), (f"    l, i, j = {order}\n", ""), (QUOTIENT, "E(dw) - E(-dw)"))
    assert (wrong.status, wrong.findings[0].code) == (Status.WRONG, "wrong_signature")


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("batch_average", [(" / len(x)", "")]),
        ("output_average", [(".sum() / len(x)", ".mean()")]),
        ("factor_two", [("(2 * dw)", "dw")]),
        ("factor_two", [("squared_error(t, ", "np.square(t - ")]),
        ("factor_half", [("E(-dw)", "E(0)")]),
        ("sign", [("E(dw) - E(-dw)", "E(-dw) - E(dw)")]),
        ("not_divided", [(QUOTIENT, "E(dw) - E(0)")]),
        ("not_divided_central", [(" / (2 * dw)", "")]),
        ("multiplied", [("/ (2 * dw)", "/ 2 * dw")]),
        ("multiplied_central", [("/ (2 * dw)", "* (2 * dw)")]),
        ("one_loss", [(QUOTIENT, "E(dw) / dw")]),
        ("one_loss", [(QUOTIENT, "E(dw) / (2 * dw)")]),
        ("first_layer", [("moved[0][l]", "moved[0][0]")]),
        ("last_layer", [("moved[0][l]", "moved[0][-1]")]),
        ("layer_before", [("moved[0][l]", "moved[0][l - 1]")]),
        ("output_not_loss", [(LOSS, OUTPUT)]),
        ("output_sum_not_loss", [(LOSS, OUTPUT + ".sum()")]),
        ("output_mean_not_loss", [(LOSS, OUTPUT + ".mean()")]),
        ("loss_per_entry", [(".sum() / len(x)", "")]),
        ("indexes_swapped", [("[i, j]", "[j, i]")]),
        ("whole_layer", [("[i, j] +=", "[...] +=")]),
        ("bias", [("moved[0][l][i, j]", "moved[1][l][0, j]")]),
    ],
)
def test_a_slip_in_the_quotient_is_named(reason: str, changes: list[tuple[str, str]]) -> None:
    verdict = judge_f(*changes)
    assert verdict.status is Status.PARTIAL, verdict
    assert reasons(verdict) == [reason]
    assert verdict.findings[0].hint
    assert verdict.share is None


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ([("    return (E", "    dw = 1e-5\n    return (E")], "wrong_value", "does not depend on `dw`"),
        ([("[i, j] +=", "[0, 0] +=")], "wrong_value", "no difference quotient"),
        ([("return (E", "print((E"), ("(2 * dw)", "(2 * dw))")], "wrong_dtype", "None"),
        ([("return (E", "return np.ones(3) * (E")], "wrong_shape", "(3,)"),
        ([("return (E", "return np.nan * (E")], "not_finite", "NaN"),
        ([("moved[0][l]", "moved[l][0]")], "raised", ""),
        ([("dw):", "dw, i):")], "wrong_signature", "cannot be called"),
        ([("return (E", "return 0 * (E")], "wrong_value", "both losses"),
        ([("E(-dw)", "E(dw)")], "wrong_value", "both losses"),
    ],
)
def test_what_no_slip_explains_is_wrong(changes: list[tuple[str, str]], code: str, words: str) -> None:
    verdict = judge_f(*changes)
    assert (verdict.status, verdict.findings[0].code) == (Status.WRONG, code)
    assert words in verdict.findings[0].message


@pytest.mark.parametrize("returned", ["({}), 0.5", "[1.5, ({})]"])
def test_several_numbers_of_which_one_is_right_are_for_a_person(returned: str) -> None:
    assert judge_f((QUOTIENT, returned.format(QUOTIENT))).status is Status.REVIEW
    assert judge_f((QUOTIENT, returned.format("E(dw)"))).status is Status.WRONG


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("0.5 * (y - t) ** 2", "(y - t) ** 2"), "2 times"),
        (("@ w + b", "@ w"), "leaves the biases out"),
        (("@ w + b", "@ w - b"), "subtracts the biases"),
        (("z.append(h(a[-1]))", "z.append(activations[0](a[-1]))"), "the first activation function"),
        (("z.append(h(a[-1]))", "z.append(a[-1] if w is NN[0][-1] else h(a[-1]))"), "output layer"),
    ],
)
def test_what_follows_from_a_known_mistake_elsewhere_is_right(change: tuple[str, str], words: str) -> None:
    verdict = judge_f(given=edited(GIVEN, change))
    assert verdict.status is Status.CORRECT
    assert [finding.code for finding in verdict.findings] == ["follow_through"]
    assert words in verdict.findings[0].message


def test_a_slip_over_a_mistake_elsewhere_does_not_follow_from_it() -> None:
    verdict = judge_f((" / len(x)", ""), given=edited(GIVEN, ("@ w + b", "@ w")))
    assert verdict.status is Status.WRONG


def test_what_follows_from_an_unknown_mistake_is_for_a_person() -> None:
    verdict = judge_f(given=edited(GIVEN, ("0.5 * (y - t) ** 2", "np.abs(y - t) ** 3")))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "own forward pass and loss" in verdict.cause


def test_a_notebook_whose_functions_all_answer_zero_earns_nothing() -> None:
    zeros = """
import numpy as np
def forward_pass(x, NN, activations):
    return [0 * x for _ in NN[0]], [0 * x for _ in range(len(NN[0]) + 1)]
def squared_error(t, y, derivative=False):
    return 0 * t
def finite_difference(x, t, NN, activations, indexes, dw):
    return 0.0
"""
    verdict = judge("f", zeros)
    assert verdict.status is Status.WRONG


@pytest.mark.parametrize("seed", range(40))
def test_what_is_asked_tells_quotients_and_places_apart_whatever_is_drawn(seed: int) -> None:
    probes = draw_probes(np.random.default_rng(seed))
    assert [probe.layer for probe in probes] == [0, 1, 0, 1, 0, 1, 2, 0, 1, 2]
    places = [(probe.layer, probe.i, probe.j) for probe in probes]
    for wrong in ((1, 1, 2), (2, 1, 2), (0, 0, 2), (0, 1, 0), (0, 2, 1)):
        assert places != [tuple(place[n] for n in wrong) for place in places]
    assert all(len(set(column)) > 1 for column in zip(*places, strict=True))
    for probe in probes:
        values = [float(quotient(probe.loss, probe.step)) for quotient in QUOTIENTS.values()]
        values.append(probe.derivative())
        assert min(abs(a - b) for a, b in itertools.combinations(values, 2)) > 1e-3
