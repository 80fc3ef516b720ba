"""A formula is right when it is true in every network: the sheet's own equations, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from grader.result import Status
from tests.symbolic.helpers import codes, fact, verdict
from tests.symbolic.strategies import latex_like

A = r"h_2(\sum_{i=0}^M w^{(2)}_{ji} h_1(\sum_{k=0}^D w^{(1)}_{ik} x_k))"

RIGHT_A: dict[str, str] = {
    "as the key has it": f"$$y_j = {A}$$",
    "other dummies": r"$$y_j = h_2(\sum_{m=0}^M w^{(2)}_{jm} h_1(\sum_{n=0}^D w^{(1)}_{mn} x_n))$$",
    "dummies with numbers": r"$$y_j = h_2(\sum_{i_2}^M w^{(2)}_{ji_2} h_1(\sum_{i_1}^D w^{(1)}_{i_2i_1} x_{i_1}))$$",
    "dummies with primes": r"$$y_j = h_2(\sum_{j'}^M w^{(2)}_{jj'} h_1(\sum_{i}^D w^{(1)}_{j'i} x_i))$$",
    "another free index": r"$$y_k = h_2(\sum_{j=0}^M w^{(2)}_{kj} h_1(\sum_{i=0}^D w^{(1)}_{ji} x_i))$$",
    "biases written out": r"$$y_j = h_2(\sum_{i=1}^M w^{(2)}_{ji} h_1(\sum_{k=1}^D w^{(1)}_{ik} x_k + w^{(1)}_{i0}) + w^{(2)}_{j0})$$",
    "one bias written out": r"$$y_j = h_2(w^{(2)}_{j0} + \sum_{i=1}^M w^{(2)}_{ji} h_1(\sum_{k=0}^D w^{(1)}_{ik} x_k))$$",
    "no limits": r"$$y_j = h_2(\sum_i w^{(2)}_{ji} h_1(\sum_k w^{(1)}_{ik} x_k))$$",
    "factors the other way round": r"$$y_j = h_2(\sum_{i=0}^M h_1(\sum_{k=0}^D x_k w^{(1)}_{ik}) w^{(2)}_{ji})$$",
    "in two steps": rf"$$y_j = h_2(a_j^{{(2)}}) = {A}$$",
    "in two displays": rf"$$y_j = h_2(a_j^{{(2)}})$$ and with the rest $$y_j = {A}$$",
    "inside a sentence": rf"So $y_j = {A}$ is the answer.",
    "with arguments": rf"$$y_j(\mathbf{{x}}) = {A}$$",
    "broken over rows": r"$$\begin{aligned} y_j = h_2 \Big( & \sum_{i=0}^M w^{(2)}_{ji} \\ & \cdot h_1 \big( \sum_{k=0}^D w^{(1)}_{ik} x_k \big) \Big) \end{aligned}$$",
    "dummies that are letters of quantities": r"$$y_j = h_2(\sum_{b=0}^M w^{(2)}_{jb} h_1(\sum_{a=0}^D w^{(1)}_{ba} x_a))$$",
    "the other parts beside it": rf"$$a_j^{{(1)}} = \sum_i w_{{ji}}^{{(1)}} x_i$$ $$y_j = {A}$$",
}  # fmt: skip


@pytest.mark.parametrize("text", RIGHT_A.values(), ids=RIGHT_A)
def test_a_right_answer_to_a_is_correct(text: str) -> None:
    found = verdict("a", text)
    assert (found.status, codes(found), found.cause) == (Status.CORRECT, [], None)
    assert found.read_as is not None


def test_an_answer_may_be_spread_over_cells() -> None:
    found = verdict("a", "$$y_j = h_2(a_j^{(2)})$$", f"Hence\n$$y_j = {A}$$")
    assert found.status is Status.CORRECT


def test_three_layers_of_weights_are_no_two_layers() -> None:
    b = r"$$y_j = h_3(\sum_m w^{(3)}_{jm} h_2(\sum_i w^{(2)}_{mi} h_1(\sum_k w^{(1)}_{ik} x_k)))$$"
    assert verdict("b", b).status is Status.CORRECT
    assert verdict("b", f"$$y_j = {A}$$").status is Status.WRONG
    assert verdict("a", b).status is not Status.CORRECT


ROWS = (
    "y_j &= z_j^{(L)}",
    r"z_j^{(l)} &= h_l(a_j^{(l)}) & l=1,\ldots,L",
    r"a_j^{(l)} &= \sum_{i=0}^M w_{ji}^{(l)} z_i^{(l-1)} & l=2,\ldots,L",
    r"a_j^{(1)} &= \sum_{i=0}^D w_{ji}^{(1)} x_i",
)


def align(*rows: str) -> str:
    return "\\begin{align}\n" + " \\\\\n".join(rows) + "\n\\end{align}"


RIGHT_C: dict[str, str] = {
    "as the key has it": align(*ROWS),
    "in another order": align(*reversed(ROWS)),
    "without conditions": align(*(row.partition(" & l")[0] for row in ROWS)),
    "y from the last sum": align(r"y_j &= h_L(a_j^{(L)})", *ROWS[1:]),
    "other free indices": align(
        "y_k &= z_k^{(L)}",
        r"z_i^{(l)} &= h_l(a_i^{(l)})",
        r"a_i^{(l)} &= \sum_j w_{ij}^{(l)} z_j^{(l-1)}",
        r"a_k^{(1)} &= \sum_n w_{kn}^{(1)} x_n",
    ),
    "biases written out": align(
        *ROWS[:2],
        r"a_j^{(l)} &= \sum_{i=1}^M w_{ji}^{(l)} z_i^{(l-1)} + w_{j0}^{(l)}",
        r"a_j^{(1)} &= w_{j0}^{(1)} + \sum_{i=1}^D w_{ji}^{(1)} x_i",
    ),
    "the sum of the layer above": align(
        *ROWS[:2], r"a_j^{(l)} &= \sum_i w_{ji}^{(l)} h_{l-1}(a_i^{(l-1)})", ROWS[3]
    ),
    "one display each": "\n\n".join(f"$${row.replace('&', '')}$$" for row in (ROWS[0], ROWS[3]))
    + "\n\n".join(f"\\[{row.partition(' & l')[0].replace('&', '')}\\]" for row in ROWS[1:3]),
}


@pytest.mark.parametrize("text", RIGHT_C.values(), ids=RIGHT_C)
def test_a_right_answer_to_c_is_correct(text: str) -> None:
    found = verdict("c", text)
    assert (found.status, codes(found), found.cause) == (Status.CORRECT, [], None)


@pytest.mark.parametrize("left_out", range(4))
def test_an_equation_that_is_not_there_is_for_a_person(left_out: int) -> None:
    found = verdict("c", align(*ROWS[:left_out], *ROWS[left_out + 1 :]))
    assert found.status is Status.REVIEW
    assert found.cause is not None
    assert "no equation for" in found.cause


def test_a_layer_that_the_sheet_does_not_define_is_for_a_person() -> None:
    rows = (*ROWS[:2], ROWS[2].replace("l=2", "l=1"), ROWS[3])
    found = verdict("c", align(*rows))
    assert found.status is Status.REVIEW
    assert found.cause is not None
    assert "layer" in found.cause


@pytest.mark.parametrize("wide", [r"l=0,\ldots,L", r"l=1,\ldots,L+1"])
def test_a_range_beyond_the_network_is_for_a_person(wide: str) -> None:
    rows = (ROWS[0], ROWS[1].replace(r"l=1,\ldots,L", wide), *ROWS[2:])
    assert verdict("c", align(*rows)).status is Status.REVIEW


def test_the_inputs_may_be_called_layer_0_where_the_answer_says_so() -> None:
    rows = (*ROWS[:2], ROWS[2].replace("l=2", "l=1"), ROWS[3])
    assert verdict("c", "With $z_i^{(0)} = x_i$:\n\n" + align(*rows)).status is Status.CORRECT
    slip = verdict("c", "With $z_i^{(0)} = x_j$:\n\n" + align(*rows))
    assert slip.status is Status.REVIEW


FACTS: dict[str, tuple[str, str, str]] = {
    "delta of a hidden layer": (
        r"\delta_j^{(l)}", r"\sum_{k=1}^K \delta_k^{(l+1)} w_{kj}^{(l+1)} h_l'(a_j^{(l)})", "deep"),
    "with the derivative in front": (
        r"\delta_j^{(l)}", r"h_l'(a_j^{(l)}) \sum_k w_{kj}^{(l+1)} \delta_k^{(l+1)}", "classification"),
    "delta of the layer before the last": (
        r"\delta_j^{(L-1)}", r"\sum_{k=1}^K \delta_k^{(L)} w_{kj}^{(L)} h_{L-1}'(a_j^{(L-1)})", "deep"),
    "softmax and cross entropy": (r"\delta_j^{(L)}", "y_j - t_j", "classification"),
    "softmax written out": (
        r"\delta_j^{(L)}", r"\frac{\exp(a_j^{(L)})}{\sum_{k=1}^K \exp(a_k^{(L)})} - t_j", "classification"),
    "softmax": ("y_k", r"\frac{e^{a_k}}{\sum_j e^{a_j}}", "classification"),
    "squared error": (r"\delta_j^{(L)}", "2 (y_j - t_j) h_L'(a_j^{(L)})", "deep"),
    "two layers at once": (
        "a_j^{(l+1)}", r"\sum_i w_{ji}^{(l+1)} h_l(\sum_m w_{im}^{(l)} z_m^{(l-1)})", "deep"),
}  # fmt: skip


@pytest.mark.parametrize(("asks", "text", "world"), FACTS.values(), ids=FACTS)
def test_the_facts_of_backpropagation_hold_without_a_key(asks: str, text: str, world: str) -> None:
    assert fact(asks, text, world).status is Status.CORRECT


FALSE: dict[str, tuple[str, str, str]] = {
    "the sum over the other index": (
        r"\delta_j^{(l)}", r"\sum_k \delta_k^{(l+1)} w_{jk}^{(l+1)} h_l'(a_j^{(l)})", "deep"),
    "the weights of this layer": (
        r"\delta_j^{(l)}", r"\sum_k \delta_k^{(l+1)} w_{kj}^{(l)} h_l'(a_j^{(l)})", "deep"),
    "no prime": (r"\delta_j^{(l)}", r"\sum_k \delta_k^{(l+1)} w_{kj}^{(l+1)} h_l(a_j^{(l)})", "deep"),
    "from the layer below": (
        r"\delta_j^{(l)}", r"\sum_k \delta_k^{(l-1)} w_{kj}^{(l+1)} h_l'(a_j^{(l)})", "deep"),
    "the sign": (r"\delta_j^{(L)}", "t_j - y_j", "classification"),
    "softmax's rule for the squared error": (r"\delta_j^{(L)}", "y_j - t_j", "deep"),
    "the two of the square forgotten": (r"\delta_j^{(L)}", "(y_j - t_j) h_L'(a_j^{(L)})", "deep"),
}  # fmt: skip


@pytest.mark.parametrize(("asks", "text", "world"), FALSE.values(), ids=FALSE)
def test_what_is_false_in_a_network_is_wrong(asks: str, text: str, world: str) -> None:
    assert fact(asks, text, world).status is Status.WRONG


UNDECIDED: dict[str, str] = {
    "it cannot be read": r"$$y_j = h_2(\foo)$$",
    "a bracket was mended and it is not right": r"$$y_j = h_2(\sum_i w^{(2)}_{ji} h_1(\sum_k w^{(1)}_{ki} x_k)$$",
    "matrices": r"$$\mathbf{y} = h_2(W^{(2)} h_1(W^{(1)} \mathbf{x}))$$",
    "only words": "The inputs go through both layers.",
    "only a part": r"$$a_j^{(1)} = \sum_i w^{(1)}_{ji} x_i$$",
    "another quantity": f"$$f_j = {A}$$",
    "no value": "$$y_j = 1/0$$",
    "a symbol of its own": r"$$y_j = h_2(\sum_i v_{ji} x_i)$$",
    "a bias beside a sum without limit": (
        r"$$y_j = h_2(\sum_i^M w^{(2)}_{ji} h_1(\sum_k^D w^{(1)}_{ik} x_k + w^{(1)}_{i0}) + w^{(2)}_{j0})$$"
    ),
}


@pytest.mark.parametrize("text", UNDECIDED.values(), ids=UNDECIDED)
def test_what_is_not_certainly_wrong_is_for_a_person(text: str) -> None:
    found = verdict("a", text)
    assert found.status is Status.REVIEW
    assert found.cause


@pytest.mark.parametrize("text", ["", "  \n", r"$$y_j = h_2(\ldots)$$", r"$$y_j = \ldots$$", "$$ $$"])
def test_dots_are_no_answer(text: str) -> None:
    assert verdict("a", text).status is Status.MISSING


def test_a_bracket_that_is_missing_is_forgiven_where_the_rest_is_right() -> None:
    found = verdict("a", f"$$y_j = {A[:-1]}$$")
    assert (found.status, codes(found)) == (Status.CORRECT, ["unbalanced"])


def test_the_last_finished_statement_counts() -> None:
    wrong = A.replace("x_k", "x_i")
    assert verdict("a", f"$$y_j = {wrong}$$ No: $$y_j = {A}$$").status is Status.CORRECT
    assert verdict("a", f"$$y_j = {A}$$ No: $$y_j = {wrong}$$").status is not Status.CORRECT


def test_steps_on_the_way_are_looked_at() -> None:
    found = verdict("a", rf"$$y_j = h_2(a_j^{{(2)}}) = h_1(a_j^{{(2)}}) = {A}$$")
    assert [step.status for step in found.steps] == ["true", "false"]
    assert codes(found) == ["invalid_step"]


def test_a_true_equation_that_is_not_what_was_asked_for_is_not_right() -> None:
    found = verdict("a", "$$y_j = h_2(a_j^{(2)})$$")
    assert (found.status, codes(found)) == (Status.WRONG, ["wrong_symbol"])
    assert "a should have been eliminated" in found.findings[0].message


@settings(max_examples=150, deadline=None, derandomize=True)
@given(latex_like)
def test_whatever_is_typed_gets_a_verdict(text: str) -> None:
    for answer in (f"$$y_j = {text}$$", text):
        assert verdict("a", answer).status is not Status.ERROR
        assert verdict("a", answer) == verdict("a", answer)
