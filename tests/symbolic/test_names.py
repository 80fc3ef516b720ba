r"""Names that students give, and how else they write what the sheet has: each is read, and what is wrong under it stays wrong."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from grader.result import Status
from tests.symbolic.helpers import codes, verdict


class Answer(NamedTuple):
    """A right derivation, and edits of it that each make it wrong."""

    exercise: str
    text: str
    slips: tuple[tuple[str, str], ...]


ONE_POINT = r"""$$\ell_n := -\log \mathcal{N}(\mathbf{t}_n|\mathbf{y}(\mathbf{x}_n),\sigma^2\mathbf{I})
= \frac{D}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2}\|\mathbf{y}(\mathbf{x}_n)-\mathbf{t}_n\|^2$$
$$\text{LOSS} = -\log \prod_{n=1}^N p(\mathbf{t}_n|\mathbf{x}_n,w) = \sum_{n=1}^N \ell_n = \frac{ND}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2}E(w)$$"""
LOG_LIKELIHOOD = r"""$$NAME = \log \prod_{n,k} y_k(\mathbf{x}_n)^{t_{nk}} = \sum_{n,k} t_{nk}\log y_k(\mathbf{x}_n)$$
and so $$E(w) = -NAME = -\sum_{n,k} t_{nk} \log y_k(\mathbf{x}_n)$$"""
_OF_ALL = (
    ("E(w) = -", "E(w) = "),
    ("= -\\sum", "= \\sum"),
    ("^{t_{nk}} = \\sum", "^{t_{nk}} = -\\sum"),
)
OF_ALL_DATA = r"""$$P = \prod_{n=1}^N \prod_{k=1}^K y_k(\mathbf{x}_n)^{t_{nk}}$$
$$-\log P = -\sum_{n=1}^N\sum_{k=1}^K t_{nk}\log y_k(\mathbf{x}_n) = E(w)$$"""
_OF_PRODUCT = (
    ("-\\log", "\\log"),
    ("= \\prod_{n=1}^N", "="),
    ("= -\\sum_{n=1}^N", "= -"),
    ("P = \\prod", "P = -\\prod"),
    ("-\\log ", ""),
)
LIKELIHOODS = (
    r"p(\mathbf T|\mathbf X,w)",
    "p(T|X,w)",
    r"p(\mathbf{T}|\mathbf{X},\mathbf{w})",
    r"p(\mathbf t_{1:N}|\mathbf x_{1:N},w)",
    r"p(\mathbf{t}_{1,\ldots,N}|\mathbf{x}_{1,\ldots,N},w)",
    r"p(\mathcal{D}|w)",
    "p(D|w)",
)
POINT_BEHIND = r"""$$\frac{\partial E}{\partial w_{ji}^{(l)}} = \sum_{n=1}^N \delta_j^{(l)}(n)\, z_i^{(l-1)}(n)$$
$$\delta_j^{(l)}(n) = h_l'(a_j^{(l)}(n)) \sum_k w_{kj}^{(l+1)} \delta_k^{(l+1)}(n), \qquad \delta_j^{(L)}(n) = y_j(\mathbf{x}_n) - t_j(n)$$"""
_OF_POINTS = (
    ("\\sum_{n=1}^N", ""),
    ("z_i^{(l-1)}(n)", "z_i^{(l-1)}"),
    ("\\delta_j^{(l)}(n)", "\\delta_j^{(l)}"),
    ("a_j^{(l)}(n)", "a_j^{(l)}"),
    ("\\delta_k^{(l+1)}(n)", "\\delta_k^{(l+1)}"),
    ("t_j(n)", "t_j(k)"),
    ("\\sum_k", "\\sum_n"),
    ("z_i^{(l-1)}(n)", "z_i^{(l-1)}(i)"),
    ("\\delta_k^{(l+1)}(n)", "\\delta_k^{(l+1)}(m)"),
    ("= \\sum_{n", "= \\frac{1}{N} \\sum_{n"),
    ("= \\sum_{n", "= -\\sum_{n"),
    ("- t_j", "+ t_j"),
)


def behind(shape: str) -> Answer:
    """The rule for many points with the letter of the point written in another shape."""

    def changed(text: str) -> str:
        return text.replace("(n)", shape)

    return Answer("l", changed(POINT_BEHIND), tuple((changed(a), changed(b)) for a, b in _OF_POINTS))


RIGHT = {
    "the point in brackets": behind("(n)"),
    "the point in square brackets": behind("[n]"),
    "the point in large brackets": behind("\\big[n\\big]"),
    **{text: Answer("g", OF_ALL_DATA.replace("P", text), tuple((a.replace("P", text), b.replace("P", text)) for a, b in _OF_PRODUCT)) for text in LIKELIHOODS},
    "l of one point": Answer("e", ONE_POINT, ((":= -", ":= "), ("= \\sum_{n=1}^N \\ell", "= -\\sum_{n=1}^N \\ell"), ("= \\sum_{n=1}^N \\ell_n", "= \\ell_n"), ("\\frac{ND}{2}", "\\frac{D}{2}"))),
    "l of one point and l of all": Answer("e", ONE_POINT.replace("\\sum_{n=1}^N \\ell_n", "\\ell") + r" where $\ell = \sum_n \ell_n$", (("$\\ell = \\sum_n", "$\\ell = -\\sum_n"), ("\\frac{ND}{2}", "\\frac{D}{2}"))),
    "l, a log likelihood": Answer("g", LOG_LIKELIHOOD.replace("NAME", r"\ell"), _OF_ALL),
    "l of the weights": Answer("g", LOG_LIKELIHOOD.replace("NAME", r"\ell(w)"), _OF_ALL),
    "LL": Answer("g", LOG_LIKELIHOOD.replace("NAME", "LL"), _OF_ALL),
    "LL upright": Answer("g", LOG_LIKELIHOOD.replace("NAME", r"\text{LL}"), _OF_ALL),
    "a round L": Answer("g", LOG_LIKELIHOOD.replace("NAME", r"\mathcal{L}(w)"), _OF_ALL),
    "the log of L": Answer("g", LOG_LIKELIHOOD.replace("NAME", r"\log L"), _OF_ALL),
}  # fmt: skip


@pytest.mark.parametrize("answer", RIGHT.values(), ids=RIGHT)
def test_it_is_read(answer: Answer) -> None:
    found = verdict(answer.exercise, answer.text)
    assert (found.status, codes(found), found.cause) == (Status.CORRECT, [], None)


@pytest.mark.parametrize("answer", RIGHT.values(), ids=RIGHT)
def test_what_is_wrong_under_it_is_never_correct(answer: Answer) -> None:
    for right, wrong in answer.slips:
        text = answer.text.replace(right, wrong, 1)
        assert text != answer.text, right
        assert verdict(answer.exercise, text).status is not Status.CORRECT, text


def test_l_is_the_layer_where_nothing_defines_it() -> None:
    rule = r"""$$\frac{\partial E}{\partial w_{ji}^{(\ell)}} = \sum_{n=1}^N \delta_{nj}^{(\ell)} z_{ni}^{(\ell-1)}$$"""
    assert verdict("l", rule).status is Status.CORRECT
    assert verdict("l", rule + r" with $\ell = L - 1$").status is Status.CORRECT
    assert verdict("l", rule.replace("\\ell-1", "\\ell")).status is Status.WRONG
    used = verdict("g", r"$$E(w) = -\ell = -\sum_{n,k} t_{nk} \log y_k(\mathbf{x}_n)$$")
    assert used.status is not Status.CORRECT


def test_a_name_of_everything_is_not_the_name_of_one_point() -> None:
    text = LOG_LIKELIHOOD.replace("NAME", r"\ell") + r" as $\ell = \ell_n$."
    assert verdict("g", text).status is Status.REVIEW


@pytest.mark.parametrize(
    "likelihood",
    [
        r"p(\mathbf{T}|\mathbf{x}_n,w)",
        r"p(\mathbf{T}_n|\mathbf{x}_n,w)",
        r"p(\mathbf{t}_{2:N}|\mathbf{x}_{2:N},w)",
        r"p(\mathbf{t}_{1:K}|\mathbf{x}_{1:K},w)",
        r"p(\mathcal{D})",
        r"p(w|\mathcal{D})",
        r"p(Y|X,w)",
    ],
)
def test_a_likelihood_that_may_be_of_something_else_goes_to_a_person(likelihood: str) -> None:
    assert verdict("g", OF_ALL_DATA.replace("P", likelihood)).status is Status.REVIEW
