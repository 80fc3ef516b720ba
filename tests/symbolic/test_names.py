r"""Names that students give, and how else they write what the sheet has: each is read, and what is wrong under it stays wrong."""

from __future__ import annotations

import itertools
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


BEST_NOISE = r"""$$\arg\min_w \text{LOSS} = \arg\min_w E(w)$$ We set $NAME$ and get
$$\frac{\partial \text{LOSS}}{\partial VARIABLE} = SLOPE = 0$$ so that $$\sigma^2 = \frac{E(w)}{ND}$$"""
_PRECISION_SLIPS = (
    ("= \\frac{E(w)}{2} - ", "= \\frac{E(w)}{2} + "),
    ("= \\frac{E(w)}{2} - ", "= -\\frac{E(w)}{2} - "),
    ("ND}{2\\b", "ND}{\\b"),
    ("ND}{2\\b", "N}{2\\b"),
    ("{2\\beta}", "{2\\beta^2}"),
    ("1/\\sigma^2", "\\sigma^2"),
    ("1/\\sigma^2", "1/\\sigma"),
)
_VARIANCE_SLIPS = (
    ("{2V}", "{V}"),
    ("2V^2", "2V"),
    (" - ", " + "),
    ("ND}{2V", "D}{2V"),
    ("\\sigma^2$", "\\sigma$"),
)


FUNCTION = r"""$$\arg\min_w \text{LOSS} = \arg\min_w E(w)$$ With $v = \sigma^2$ let
$$J(v) = \frac{ND}{2}\log 2\pi v + \frac{E(w)}{2v}$$
$$J'(v) = \frac{ND}{2v} - \frac{E(w)}{2v^2} = 0 \Rightarrow v = \frac{E(w)}{ND}$$"""


def best_noise(name: str, variable: str, slope: str, slips: tuple[tuple[str, str], ...]) -> Answer:
    """The best variance by way of another variable."""
    text = BEST_NOISE.replace("NAME", name).replace("VARIABLE", variable).replace("SLOPE", slope)
    return Answer("f", text, slips)


def variance(name: str, letter: str) -> Answer:
    """The best variance under another name."""
    slips = tuple((a.replace("V", letter), b.replace("V", letter)) for a, b in _VARIANCE_SLIPS)
    slope = r"\frac{ND}{2V} - \frac{E(w)}{2V^2}".replace("V", letter)
    return best_noise(name, letter, slope, slips)


AFTERWARDS = r"""The loss is $c_1 + c_2 E(w)$ with $c_1 = \frac{ND}{2}\log 2\pi\sigma^2$ and $c_2 = \frac{1}{2\sigma^2} > 0$, and so
$$\arg\min_w \{c_1 + c_2 E(w)\} = \arg\min_w E(w)$$
$$\frac{\partial \text{LOSS}}{\partial \sigma^2} = \frac{ND}{2\sigma^2} - \frac{E(w)}{2\sigma^4} = 0 \Rightarrow \sigma^2 = \frac{E(w)}{ND}$$"""
BEFORE = AFTERWARDS.replace("The loss is $c_1 + c_2 E(w)$ with", "Let").replace(", and so", ".")
_SIGNED = (
    ("c_2 = \\frac", "c_2 = -\\frac"),
    ("> 0", "< 0"),
    ("c_1 + c_2 E(w)\\}", "c_1 - c_2 E(w)\\}"),
    ("c_2 = \\frac{1}{2\\sigma^2}", "c_2 = \\sigma^2 - 1"),
)
GAUSSIANS = r"""With $\beta \equiv 1/\sigma^2$ and $G = (\beta/2\pi)^{D/2} e^{-\frac{\beta}{2}\|\mathbf{y}(\mathbf{x}_n)-\mathbf{t}_n\|^2}$ we get
$$-\log\prod_{n=1}^N G = -\frac{ND}{2}\log\frac{\beta}{2\pi} + \frac{\beta}{2}\sum_{n=1}^N \|\mathbf{y}(\mathbf{x}_n)-\mathbf{t}_n\|^2$$
$$= \frac{ND}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2} E(w)$$"""
_GAUSSIAN_SLIPS = (
    ("/2\\pi)^{D/2}", "/2\\pi)^{D}"),
    ("/2\\pi)^{D/2}", "/2\\pi)^{-D/2}"),
    ("e^{-", "e^{"),
    ("$$-\\log", "$$\\log"),
    ("= -\\frac{ND}{2}", "= -\\frac{D}{2}"),
    ("+ \\frac{\\beta}{2}", "+ \\beta"),
    ("= \\frac{ND}{2}", "= \\frac{N}{2}"),
    ("1/\\sigma^2", "\\sigma^2"),
    ("1/\\sigma^2", "1/\\sigma"),
)


def gaussians(name: str) -> Answer:
    """The loss by way of Gaussians of one point under a name."""
    return Answer("e", GAUSSIANS.replace("G", name), _GAUSSIAN_SLIPS)


AT_BRACE = r"""$$E(w) = -\sum_k t_k \log \frac{e^{a_k}}{\sum_m e^{a_m}} = -\sum_k t_k a_k + \log \sum_k e^{a_k}$$
$$\frac{\partial}{\partial a_j} \log \underbrace{\sum_k e^{a_k}}_{u} = \frac{1}{u} \frac{\partial u}{\partial a_j} = \frac{e^{a_j}}{u} = y_j$$
$$\delta_j^{(L)} = y_j - t_j$$"""
_AT_BRACE = (
    ("\\frac{1}{u} \\frac", "-\\frac{1}{u} \\frac"),
    ("\\frac{1}{u} \\frac", "\\frac"),
    ("\\frac{e^{a_j}}{u}", "\\frac{e^{a_j}}{u^2}"),
    ("\\frac{e^{a_j}}{u}", "\\frac{u}{e^{a_j}}"),
    ("{\\sum_k e^{a_k}}_{u}", "{\\sum_k a_k}_{u}"),
)
RIGHT = {
    "a name at a brace": Answer("i", AT_BRACE, _AT_BRACE),
    "a name at a brace without braces": Answer("i", AT_BRACE.replace("_{u}", "_u"), ()),
    "a round name at a brace": Answer("i", AT_BRACE.replace("u}", "Z}").replace(" u}", " Z}"), ()),
    "a Gaussian of one point": gaussians(r"\mathcal N_n"),
    "a p of one point": gaussians("p_n"),
    "a name of one point": gaussians("g_n"),
    "Gaussians that nothing defines": Answer("e", r"""$$LL = \sum_n \log \mathcal{N}_n = -\sum_n \left[\frac{D}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2}\|\mathbf{y}(\mathbf{x}_n)-\mathbf{t}_n\|^2\right]$$
$$-LL = \frac{ND}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2} E(w)$$""", (("= -\\sum", "= \\sum"), ("$$-LL", "$$LL"), ("\\frac{1}{2\\sigma^2}\\|", "\\frac{1}{\\sigma^2}\\|"), ("\\sum_n \\log", "\\log"))),
    "names that come afterwards": Answer("f", AFTERWARDS, (*_SIGNED, ("c_1 + c_2", "c_1 - c_2"), ("\\frac{ND}{2}", "\\frac{N}{2}"), ("\\frac{1}{2\\sigma^2}", "\\frac{1}{\\sigma^2}"))),
    "names with numbers": Answer("f", BEFORE, _SIGNED),
    "a sign in another way": Answer("f", BEFORE.replace("> 0", r"\geq 0"), ((r"\geq 0", r"\leq 0"), (r"\geq 0", r"\lt 0"))),
    "a sign behind an equality": Answer("f", BEFORE.replace("ND}$$", "ND} > 0$$"), (("ND} > 0", "ND} < 0"),)),
    "the precision": best_noise(r"\beta = 1/\sigma^2", r"\beta", r"\frac{E(w)}{2} - \frac{ND}{2\beta}", _PRECISION_SLIPS),
    "the precision by its symbol": best_noise(r"\beta\equiv1/\sigma^2", r"\beta", r"\frac{E(w)}{2} - \frac{ND}{2\beta}", _PRECISION_SLIPS),
    "the precision, a power": best_noise(r"\tau = \sigma^{-2}", r"\tau", r"\frac{E(w)}{2} - \frac{ND}{2\tau}", ((" - ", " + "), ("2\\tau", "\\tau"), ("^{-2}", "^{-1}"))),
    "the log of the noise": best_noise(r"u = \log\sigma", "u", r"ND - \frac{E(w)}{\sigma^2}", ((" - ", " + "), ("E(w)}{\\sigma^2} =", "E(w)}{\\sigma} ="), ("= ND - ", "= N - "), ("\\log\\sigma", "\\sigma"))),
    "a prime": Answer("f", FUNCTION, tuple((a.replace("V", "v"), b.replace("V", "v")) for a, b in _VARIANCE_SLIPS[:4])),
    "a prime on l": Answer("f", FUNCTION.replace("J", r"\ell"), (("\\ell'(v) = ", "\\ell'(v) = -"), ("E(w)}{2v^2}", "E(w)}{v^2}"))),
    "the variance v": variance(r"v \equiv \sigma^2", "v"),
    "the variance s": variance(r"s = \sigma^2", "s"),
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


@pytest.mark.parametrize(
    ("exercise", "text"),
    [
        ("i", r"$$u_j = v_j$$ $$v_j = u_j$$ $$\frac{\partial E}{\partial u_j} = u_j$$"),
        (
            "f",
            r"$\beta = 1/\gamma$ and $\gamma = 1/\beta$ $$\frac{\partial \text{LOSS}}{\partial \beta} = 1$$",
        ),
        ("f", r"$u_1 = u_2$ and $u_2 = u_1$ $$\frac{\partial \text{LOSS}}{\partial u_1} = u_2$$"),
    ],
)
def test_names_in_a_circle_say_nothing(exercise: str, text: str) -> None:
    assert verdict(exercise, text).status is Status.REVIEW


def test_what_a_derivative_is_taken_by_follows_what_it_is_a_function_of() -> None:
    mixed = r"\frac{\partial}{\partial\beta}\left(\frac{\beta}{2} E(w) + \frac{ND}{2}\log\sigma^2\right)"
    text = best_noise(
        r"\beta = 1/\sigma^2", r"\beta", mixed + r"= \frac{E(w)}{2} - \frac{ND}{2\beta}", ()
    ).text
    assert verdict("f", text).status is Status.CORRECT
    forgotten = text.replace(r" - \frac{ND}{2\beta}", "")
    assert verdict("f", forgotten).status is Status.WRONG


RULE = ONE_POINT + r" since $\arg\max_w f(w) = \arg\min_w (-f(w))$."


def test_a_rule_may_be_about_any_function_of_the_weights() -> None:
    assert verdict("e", RULE).status is Status.CORRECT
    for wrong in (r"f(w)", r"(f(w))^2", r"(-g(w))", r"E(w)"):
        assert verdict("e", RULE.replace("(-f(w))", wrong)).status is Status.REVIEW


def test_a_letter_at_two_braces_says_nothing() -> None:
    other = r" $$\underbrace{\sum_k t_k}_{u} = 1$$"
    assert verdict("i", AT_BRACE + other).status is Status.REVIEW
    assert verdict("i", AT_BRACE + other.replace("{u}", "{v}")).status is Status.CORRECT


def test_names_of_names_are_left_to_a_person() -> None:
    # Each doubles the one before: worked out anew wherever it stands, this would never end.
    names = "ABCFGHJOPQRSUVYZ"
    chain = "".join(f"$${one}_j = {other}_j + {other}_j$$" for one, other in itertools.pairwise(names))
    found = verdict("i", rf"$$Z_j = \log y_j$$ {chain} $$\delta_j^{{(L)}} = A_j$$")
    assert found.status is Status.REVIEW
    assert verdict("i", "$$" + r"\underbrace{" * 9000 + "$$").status is not Status.CORRECT


def test_a_letter_at_a_brace_that_means_something_is_no_name() -> None:
    text = ONE_POINT.replace(
        r"\frac{D}{2}\log 2\pi\sigma^2 +", r"\underbrace{\frac{D}{2}\log 2\pi\sigma^2}_{I} +"
    )
    assert text != ONE_POINT
    assert verdict("e", text).status is Status.CORRECT
