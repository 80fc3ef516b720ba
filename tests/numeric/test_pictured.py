"""What the student page draws of wrong derivatives is in the finding, and small."""

from __future__ import annotations

import json
import math

import pytest

from grader.evidence import Convergence, Deviations, evidence_of
from grader.result import Finding, Status, Verdict
from tests.numeric.solutions import BACKWARD, FINITE_DIFFERENCE, GIVEN, edited, judge

WEIGHTS = "g_w[l] = z[l].T @ delta / len(x)"
QUOTIENT = "(E(dw) - E(-dw)) / (2 * dw)"


def only(verdict: Verdict) -> Finding:
    (finding,) = verdict.findings
    return finding


def backward(*changes: tuple[str, str]) -> Finding:
    return only(judge("e", edited(BACKWARD, *changes)))


def deviations(finding: Finding) -> Deviations:
    found = evidence_of(finding, Deviations)
    assert found is not None
    return found


def convergence(finding: Finding) -> Convergence:
    found = evidence_of(finding, Convergence)
    assert found is not None
    assert len(found.steps) == len(found.errors) == len(found.right)
    return found


def test_one_wrong_entry_is_the_only_one_on_the_map() -> None:
    finding = backward((WEIGHTS, WEIGHTS + "\n        if l == 1: g_w[l][0, 2] += 0.25"))
    rows = {array.name: array.rows for array in deviations(finding).arrays}
    assert list(rows) == ["g_w[0]", "g_w[1]", "g_w[2]", "g_b[0]", "g_b[1]", "g_b[2]"]
    assert rows.pop("g_w[1]") == ("009", "000", "000", "000", "000")
    assert set("".join("".join(parts) for parts in rows.values())) == {"0"}


def test_the_error_of_a_wrong_gradient_stays_and_that_of_a_right_one_is_a_v() -> None:
    seen = convergence(backward((WEIGHTS, WEIGHTS + "\n        if l == 1: g_w[l][0, 2] += 0.25")))
    assert seen.about == "g_w[1][0, 2]"
    assert seen.errors[4:9] == pytest.approx([0.25] * 5, rel=1e-3)
    best = seen.right.index(min(seen.right))
    assert 0 < best < len(seen.right) - 1
    assert seen.right[best] < 1e-8 < seen.right[0]
    assert seen.right[best] < seen.right[-1]


def test_a_slip_is_drawn_in_the_deepest_network() -> None:
    finding = backward(("delta = loss_f", "delta = -loss_f"))
    assert finding.evidence["reason"] == "sign"
    assert len(deviations(finding).arrays) == 6
    assert len(json.dumps(finding.evidence)) < 2_000


def test_of_arrays_of_the_wrong_shape_both_shapes_are_kept_and_nothing_is_drawn() -> None:
    finding = backward((WEIGHTS, WEIGHTS + "\n        g_w[l] = g_w[l].T"))
    arrays = {array.name: array for array in deviations(finding).arrays}
    assert (arrays["g_w[0]"].shape, arrays["g_w[0]"].expected_shape) == ((5, 4), (4, 5))
    assert arrays["g_w[0]"].rows == ()
    assert arrays["g_b[0]"].rows == ("00000",)
    assert evidence_of(finding, Convergence) is None


def test_numbers_that_are_none_are_not_drawn() -> None:
    verdict = judge("e", edited(BACKWARD, (WEIGHTS, WEIGHTS + "\n        g_w[l] = g_w[l] * np.nan")))
    assert {array.rows for array in deviations(verdict.findings[0]).arrays if "w" in array.name} == {()}


def test_a_right_gradient_keeps_no_numbers() -> None:
    assert judge("e", BACKWARD).findings == ()


def test_a_wrong_quotient_is_asked_at_all_step_sizes() -> None:
    verdict = judge("f", GIVEN + edited(FINITE_DIFFERENCE, (QUOTIENT, "(E(dw) - E(-dw)) / dw")))
    assert verdict.status is not Status.CORRECT
    seen = convergence(verdict.findings[0])
    assert seen.about == "finite_difference"
    assert seen.errors[3] == pytest.approx(seen.errors[2], rel=1e-3)
    assert seen.errors[3] > 1e-3
    assert min(seen.right) < 1e-7


@pytest.mark.parametrize("small", ["None", "1 / 0", "float('nan')"])
def test_a_quotient_that_fails_at_small_steps_is_judged_all_the_same(small: str) -> None:
    change = f"({small}) if dw < 0.5 else (E(dw) - E(-dw)) / dw"
    verdict = judge("f", GIVEN + edited(FINITE_DIFFERENCE, (QUOTIENT, change)))
    whole = judge("f", GIVEN + edited(FINITE_DIFFERENCE, (QUOTIENT, "(E(dw) - E(-dw)) / dw")))
    assert verdict.status is whole.status
    assert [f.message for f in verdict.findings] == [f.message for f in whole.findings]
    assert evidence_of(verdict.findings[0], Convergence) is None


def test_steps_fall_by_powers_of_ten() -> None:
    steps = convergence(backward(("delta = loss_f", "delta = -loss_f"))).steps
    assert [round(math.log10(step)) for step in steps] == list(range(0, -13, -1))
