"""Mistakes by name: what the worlds refute is traced to the slip behind it, and priced by the rubric of week 1."""

from __future__ import annotations

import pytest

from grader.result import FINDING_CODES, Status, Verdict
from grader.scoring import Score, score
from tests.symbolic.helpers import codes, verdict, week1

CORRECT, PARTIAL, WRONG, REVIEW = Status.CORRECT, Status.PARTIAL, Status.WRONG, Status.REVIEW

A = r"y_j = h_2(\sum_{i=0}^M w^{(2)}_{ji} h_1(\sum_{k=0}^D w^{(1)}_{ik} x_k))"
B = r"y_j = h_3(\sum_{m=0}^M w^{(3)}_{jm} h_2(\sum_{i=0}^M w^{(2)}_{mi} h_1(\sum_{k=0}^D w^{(1)}_{ik} x_k)))"
C = r"""\begin{align}
y_j &= z_j^{(L)} \\
z_j^{(l)} &= h_l(a_j^{(l)}) \\
a_j^{(l)} &= \sum_{i=0}^M w_{ji}^{(l)} z_i^{(l-1)} \\
a_j^{(1)} &= \sum_{i=0}^D w_{ji}^{(1)} x_i
\end{align}"""
I = r"\delta_j^{(L)} = y_j - t_j"  # noqa: E741 - the exercise's letter

RIGHT = {"a": A, "b": B, "c": C, "i": I}

Edits = tuple[tuple[str, str], ...]

SLIPS: dict[str, tuple[str, Edits, str, Status]] = {
    # exercise a
    "a: D and M swapped": ("a", (("^M", "^Q"), ("^D", "^M"), ("^Q", "^D")), "wrong_limits", PARTIAL),
    "a: K above the hidden units": ("a", (("^M", "^K"),), "wrong_limits", PARTIAL),
    "a: one letter for both sums": ("a", (("k=0", "i=0"), ("_{ik} x_k", "_{ii} x_i")), "index_reuse", PARTIAL),
    "a: inner weight keeps the outer index": ("a", (("_{ik}", "_{jk}"),), "wrong_index", PARTIAL),
    "a: outer weight transposed": ("a", (("{ji}", "{ij}"),), "transposed_weight", PARTIAL),
    "a: both weights transposed": ("a", (("{ji}", "{ij}"), ("{ik}", "{ki}")), "transposed_weight", PARTIAL),
    "a: another letter on the left": ("a", (("y_j", "y_n"),), "free_index_mismatch", PARTIAL),
    "a: sums from one": ("a", (("i=0", "i=1"), ("k=0", "k=1")), "bias_missing", PARTIAL),
    "a: one sum from one": ("a", (("k=0", "k=1"),), "bias_missing", PARTIAL),
    "a: bias twice": ("a", ((" x_k", " x_k + w^{(1)}_{i0}"),), "bias_double", PARTIAL),
    "a: no inner activation": ("a", (("h_1(", "("),), "missing_activation", PARTIAL),
    "a: layer labels the same": ("a", (("^{(2)}", "^{(1)}"),), "wrong_layer", PARTIAL),
    "a: hidden units are left": ("a", (("h_1(\\sum_{k=0}^D w^{(1)}_{ik} x_k)", "z^{(1)}_i"),), "wrong_symbol", WRONG),
    "a: z for x": ("a", (("x_k", "z^{(1)}_k"),), "wrong_symbol", PARTIAL),
    "a: minus": ("a", (("h_2(", "-h_2("),), "sign_error", PARTIAL),
    "a: no inputs": ("a", ((" x_k", ""),), "missing_factor", PARTIAL),
    "a: the other layer's activation": ("a", (("h_1(", "h_2("),), "missing_activation", PARTIAL),
    # exercise b
    "b: inner weight carries another sum's index": ("b", (("_{ik}", "_{mk}"),), "wrong_index", PARTIAL),
    "b: one letter for two sums": ("b", (("\\sum_{i=0}", "\\sum_{m=0}"), ("{mi}", "{mm}"), ("{ik}", "{mk}")), "index_reuse", PARTIAL),
    "b: w of layer 2 twice": ("b", (("^{(3)}", "^{(2)}"),), "wrong_layer", PARTIAL),
    "b: bias twice": ("b", ((" x_k", " x_k + w^{(1)}_{i0}"),), "bias_double", PARTIAL),
    "b: D and M swapped": ("b", (("^M", "^Q"), ("^D", "^M"), ("^Q", "^D")), "wrong_limits", PARTIAL),
    "b: no activation in the middle": ("b", (("h_2(", "("),), "missing_activation", PARTIAL),
    # exercise c
    "c: a for z in the sum": ("c", (("z_i^{(l-1)}", "a_i^{(l-1)}"),), "wrong_symbol", PARTIAL),
    "c: a for z in the output": ("c", (("= z_j^{(L)}", "= a_j^{(L)}"),), "wrong_symbol", PARTIAL),
    "c: L+1": ("c", (("= z_j^{(L)}", "= z_j^{(L+1)}"),), "wrong_layer", PARTIAL),
    "c: the same layer below": ("c", (("z_i^{(l-1)}", "z_i^{(l)}"),), "wrong_layer", PARTIAL),
    "c: weights of the layer below": ("c", (("w_{ji}^{(l)}", "w_{ji}^{(l-1)}"),), "wrong_layer", PARTIAL),
    "c: D above hidden units": ("c", (("}^M", "}^D"),), "wrong_limits", PARTIAL),
    "c: M above the inputs": ("c", (("}^D", "}^M"),), "wrong_limits", PARTIAL),
    "c: transposed": ("c", (("w_{ji}^{(l)}", "w_{ij}^{(l)}"),), "transposed_weight", PARTIAL),
    # exercise i
}  # fmt: skip


def edited(exercise: str, edits: Edits) -> str:
    text = RIGHT[exercise]
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text if exercise == "c" else f"$$ {text} $$"


def priced(exercise_id: str, found: Verdict) -> Score:
    exercise = week1().exercise(exercise_id)
    return score(found, week1().costs(exercise), exercise.points)


@pytest.mark.parametrize("exercise", "abc")
def test_without_a_slip_it_is_right(exercise: str) -> None:
    found = verdict(exercise, edited(exercise, ()))
    assert (codes(found), priced(exercise, found)) == ([], Score(CORRECT, 2.0))


@pytest.mark.parametrize(("exercise", "edits", "code", "status"), SLIPS.values(), ids=SLIPS)
def test_a_slip_has_its_name_and_its_price(exercise: str, edits: Edits, code: str, status: Status) -> None:
    found = verdict(exercise, edited(exercise, edits))
    assert codes(found) == [code], found
    result = priced(exercise, found)
    assert result.status is status
    if status is PARTIAL:
        assert result.points == pytest.approx(2.0 * (1 - week1().spec.rubric[code]))


@pytest.mark.parametrize(("exercise", "edits", "code", "_status"), SLIPS.values(), ids=SLIPS)
def test_a_finding_says_what_where_and_how_to_go_on(
    exercise: str, edits: Edits, code: str, _status: Status
) -> None:
    text = edited(exercise, edits)
    (finding,) = verdict(exercise, text).findings
    assert finding.code == code
    assert code in FINDING_CODES
    assert finding.cell == 0
    assert finding.text
    assert finding.text in text
    assert finding.message.endswith(".")
    assert finding.hint is None or finding.hint.endswith(("?", "."))


TOGETHER: dict[str, tuple[str, Edits, list[str]]] = {
    "a: limits and a transposed weight": (
        "a", (("^M", "^Q"), ("^D", "^M"), ("^Q", "^D"), ("{ji}", "{ij}")), ["transposed_weight", "wrong_limits"]),
    "a: bias and activation": ("a", (("k=0", "k=1"), ("h_1(", "(")), ["bias_missing", "missing_activation"]),
    "c: a for z and L+1": (
        "c", (("z_i^{(l-1)}", "a_i^{(l-1)}"), ("= z_j^{(L)}", "= z_j^{(L+1)}")), ["wrong_layer", "wrong_symbol"]),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "edits", "expected"), TOGETHER.values(), ids=TOGETHER)
def test_several_slips_are_all_named(exercise: str, edits: Edits, expected: list[str]) -> None:
    found = verdict(exercise, edited(exercise, edits))
    assert codes(found) == expected
    shares = sum(week1().spec.rubric[code] for code in expected)
    assert priced(exercise, found).points == pytest.approx(2.0 * max(0.0, 1 - shares))


def test_a_slip_that_is_repeated_counts_once() -> None:
    found = verdict("c", edited("c", (("}^M", "}^D"), ("}^D w_{ji}^{(1)}", "}^M w_{ji}^{(1)}"))))
    assert codes(found) == ["wrong_limits"]


LIMITS: dict[str, tuple[str, Edits]] = {
    "a letter that the sheet leaves open": ("a", (("^M", "^Q"), ("^D", "^P"))),
    "no letters": ("a", (("^M", ""), ("^D", ""))),
    "a letter for each layer": ("b", (("m=0}^M", "m=0}^{M_2}"), ("i=0}^M", "i=0}^{M_1}"))),
    "the letters of its own layers": ("c", (("^M", "^{M_{l-1}}"), ("^D", "^{M_0}"))),
    "a number of units with a label": ("b", (("m=0}^M", "m=0}^{M^{(2)}}"), ("i=0}^M", "i=0}^{M^{(1)}}"))),
}


@pytest.mark.parametrize(("exercise", "edits"), LIMITS.values(), ids=LIMITS)
def test_a_limit_that_may_be_meant_rightly_is_right(exercise: str, edits: Edits) -> None:
    found = verdict(exercise, edited(exercise, edits))
    assert (found.status, codes(found)) == (CORRECT, [])


def test_what_is_far_off_is_wrong_without_a_name_or_points() -> None:
    found = verdict("a", "$$y_j = t_j$$")
    assert priced("a", found) == Score(WRONG, 0.0)


def test_the_same_answer_gets_the_same_verdict() -> None:
    text = edited("b", (("_{ik}", "_{mk}"), ("h_2(", "(")))
    assert verdict("b", text) == verdict("b", text)
