"""Single steps of derivations, in all the notations of vectors, indicators, gradients and optima: true, false, not read."""

from __future__ import annotations

import pytest

from grader.symbolic.derivations.check import grounds_of, names_of
from grader.symbolic.derivations.equation import judge
from tests.symbolic.helpers import week1

NORM = r"||\mathbf{y}(\mathbf{x}_n)-\mathbf{t}_n||^2"
DIFFERENCE = r"(\mathbf{t}_n-\mathbf{y}(\mathbf{x}_n))"
DENSITY = r"\mathcal{N}(\mathbf{t}_n|\mathbf{y}(\mathbf{x}_n),\sigma^2\mathbf{I})"
LIKELIHOOD = r"\prod_{n=1}^N p(\mathbf{t}_n|\mathbf{x}_n,w)"
GRADIENT = r"\frac{\partial E}{\partial w_{ji}^{(l)}}"
SUM_OF_EXP = r"\sum_k e^{a_k}"

TRUE: dict[str, tuple[str, str, str]] = {
    "the square of a vector": ("e", NORM, DIFFERENCE + "^2"),
    "a row times a column": ("e", NORM, DIFFERENCE + "^T" + DIFFERENCE),
    "single bars": ("e", NORM, "|" + DIFFERENCE + "|^2"),
    "outputs one by one": (
        "e", LIKELIHOOD, r"\prod_{n=1}^N \prod_{k=1}^D \mathcal{N}(t_{nk}|y_k(\mathbf{x}_n),\sigma^2)"),
    "a determinant and an inverse": (
        "e", DENSITY, rf"\frac{{1}}{{(2\pi)^{{D/2}}|\sigma^2 I|^{{1/2}}}} e^{{-\frac12 {DIFFERENCE}^T (\sigma^2 I)^{{-1}} {DIFFERENCE}}}"),
    "det": ("e", r"\det(\sigma^2 \mathbf{I})", r"\sigma^{2D}"),
    "the best weights": ("e", rf"\arg\max_w {LIKELIHOOD}", rf"\arg\min_w -\log {LIKELIHOOD}"),
    "the best weights of the sum of squares": ("e", rf"\arg\max_w {LIKELIHOOD}", r"\arg\min_w E(w)"),
    "the point above the line": ("g", "E", r"-\sum_{n=1}^N\sum_{k=1}^K t_k^{(n)} \log y_k(\mathbf{x}^{(n)})"),
    "the point as an exponent": ("g", "E", r"-\sum_{n=1}^N\sum_{k=1}^K t_k^n \log y_k(x^n)"),
    "one sum for two": ("g", r"\log \prod_{n,k} y_{nk}^{t_{nk}}", r"\sum_{n,k} t_{nk} \log y_{nk}"),
    "a product written out": ("i", r"-\log(y_1^{t_1} y_2^{t_2} \cdots y_K^{t_K})", r"-\sum_k t_k \log y_k"),
    "a sum written out": ("i", r"\sum_k t_k a_k", r"t_1 a_1 + \ldots + t_j a_j + \ldots + t_K a_K"),
    "a sum without its index": ("i", r"\frac{\partial}{\partial a_j}\log\sum \exp(a_k)", r"\frac{e^{a_j}}{\sum e^{a_k}}"),
    "an indicator": ("i", r"\frac{\partial y_k}{\partial a_j}", r"y_k(\mathbb{1}_{k=j} - y_j)"),
    "an entry of the identity": ("i", r"\frac{\partial a_k}{\partial a_j}", "I_{kj}"),
    "a gradient": ("i", r"\nabla_{\mathbf{a}^{(L)}} E", r"\mathbf{y} - \mathbf{t}"),
    "a derivative by a vector": ("i", r"\frac{\partial E}{\partial \mathbf{a}}", r"\mathbf{y} - \mathbf{t}"),
    "evaluated at": (
        "i", rf"\left. \frac{{\partial \log u}}{{\partial u}} \right|_{{u = {SUM_OF_EXP}}}", rf"\frac{{1}}{{{SUM_OF_EXP}}}"),
    "a factor before the differential": ("j", GRADIENT, r"\frac{\delta_j^{(l)} \partial a_j^{(l)}}{\partial w_{ji}^{(l)}}"),
    "matrices": ("j", r"\boldsymbol{\delta}^{(l)}", r"h_l'(\mathbf{a}^{(l)}) \odot (W^{(l+1)})^T \boldsymbol{\delta}^{(l+1)}"),
    "h without its layer": ("j", r"\frac{\partial z_j^{(l)}}{\partial a_j^{(l)}}", r"h'(a_j^{(l)})"),
    "the last layer without its label": ("k", r"\delta_j^{(L)}", r"2 (y_j - t_j) h_L'(a_j)"),
    "labels with L": ("e", r"\mathbf{y}(\mathbf{x}_n)", r"h_L(\mathbf{a}^{(L)}_n)"),
    "the point in the label": ("l", GRADIENT, r"\sum_{n=1}^N \delta_j^{(l,n)} z_i^{(l-1,n)}"),
    "a loss per point": ("l", GRADIENT, r"\sum_{n=1}^N \frac{\partial E^{(n)}}{\partial w_{ji}^{(l)}}"),
    "by the variance": ("f", r"\frac{\partial \text{LOSS}}{\partial \sigma^2}", r"\frac{ND}{2\sigma^2} - \frac{E(w)}{2\sigma^4}"),
    "by sigma": ("f", r"\frac{\partial \text{LOSS}}{\partial \sigma}", r"\frac{ND}{\sigma} - \frac{E(w)}{\sigma^3}"),
    "by one weight": (
        "f", r"\frac{\partial \text{LOSS}}{\partial w_{ji}^{(l)}}", r"\frac{1}{2\sigma^2} \frac{\partial E(w)}{\partial w_{ji}^{(l)}}"),
    "set to zero": ("f", r"\frac{ND}{2\sigma^2} - \frac{E(w)}{2\sigma^4}", "0"),
    "the best variance": ("f", r"\sigma^2", r"\frac{E(w)}{ND}"),
    "by all weights": ("f", r"\frac{\partial \text{LOSS}}{\partial w}", r"\frac{1}{2\sigma^2} \frac{\partial E(w)}{\partial w}"),
    "products side by side": ("g", r"\prod_n y_{n1} \cdot \prod_n y_{n2}", r"\prod_n y_{n1} y_{n2}"),
    "the probability of a point": ("g", r"\log p_n", r"\sum_k t_{nk} \log y_{nk}"),
    "the class of a point": ("g", r"p(\mathbf{t}_n|\mathbf{x}_n,w)", r"y_{c_n}(\mathbf{x}_n)"),
    "cases of a target": (
        "g", "y_{nk}^{t_{nk}}", r"\begin{cases} y_{nk} & \text{if } t_{nk} = 1 \\ 1 & \text{if } t_{nk} = 0 \end{cases}"),
    "the layer of the inputs": ("l", "z_{ni}^{(0)}", "x_{ni}"),
    "a word below sigma": ("f", r"\sigma_{opt}^2", r"\frac{E(w)}{ND}"),
    "the operator of a derivative": ("i", r"\partial_{a_j} E", "y_j - t_j"),
    "a derivative in one line": ("j", r"\partial E / \partial a_j^{(l)}", r"\delta_j^{(l)}"),
    "a derivative over a number": ("i", r"\frac{\partial_{a_j} E}{2}", r"\frac{y_j - t_j}{2}"),
    "terms under braces": ("i", "E", r"\underbrace{\log \sum_k e^{a_k}}_{A} \underbrace{- \sum_k t_k a_k}_{B}"),
    "dots behind a term": ("i", r"\sum_k t_k a_k", r"t_1 a_1 + t_2 a_2 \ldots + t_K a_K"),
    "a bracket missing before a sign": ("i", r"\log(\sum_k e^{a_k} - t_j", r"\log(\sum_k e^{a_k}) - t_j"),
}  # fmt: skip


def outcome(exercise_id: str, left: str, right: str) -> str:
    exercise = week1().exercise(exercise_id)
    world = week1().spec.worlds[str(exercise.world)]
    return judge(left, right, grounds_of(world).knowing(names_of(world))).outcome


@pytest.mark.parametrize(("exercise", "left", "right"), TRUE.values(), ids=TRUE)
def test_a_true_step_is_true(exercise: str, left: str, right: str) -> None:
    assert outcome(exercise, left, right) == "true"


FALSE: dict[str, tuple[str, str, str]] = {
    "the square of a sum of vectors": ("e", NORM, r"(\mathbf{t}_n+\mathbf{y}(\mathbf{x}_n))^2"),
    "a determinant without its power": ("e", r"\det(\sigma^2 \mathbf{I})", r"\sigma^2"),
    "a Gaussian of one output for all": ("e", DENSITY, r"\frac{1}{\sqrt{2\pi\sigma^2}} e^{-" + NORM + r"/2\sigma^2}"),
    "the worst weights": ("e", rf"\arg\max_w {LIKELIHOOD}", rf"\arg\max_w -\log {LIKELIHOOD}"),
    "the best weights of something else": ("e", r"\arg\min_w E(w)", r"\arg\min_w \sum_n ||\mathbf{y}(\mathbf{x}_n)||^2"),
    "a sum written out with a slip": ("i", r"\sum_k t_k a_k", r"t_1 a_1 + \ldots + t_K a_1"),
    "an indicator the wrong way": ("i", r"\frac{\partial y_k}{\partial a_j}", r"y_k(\mathbb{1}_{k \neq j} - y_j)"),
    "a gradient with the wrong sign": ("i", r"\nabla_{\mathbf{a}} E", r"\mathbf{t} - \mathbf{y}"),
    "evaluated at something else": (
        "i", r"\left. \frac{\partial \log u}{\partial u} \right|_{u = \sum_k e^{2 a_k}}", rf"\frac{{1}}{{{SUM_OF_EXP}}}"),
    "the weights not turned round": ("j", r"\delta_j^{(l)}", r"\sum_k h_l'(a_j^{(l)}) \delta_k^{(l+1)} w_{jk}^{(l+1)}"),
    "the wrong layer's h": ("j", r"\frac{\partial z_j^{(l)}}{\partial a_j^{(l)}}", r"h'(a_j^{(l+1)})"),
    "the wrong point in the label": ("l", GRADIENT, r"\sum_{n=1}^N \delta_j^{(l,n)} z_i^{(l,n)}"),
    "a slip in what is set to zero": ("f", r"\frac{ND}{2\sigma^2} + \frac{E(w)}{2\sigma^4}", "0"),
    "another variance": ("f", r"\sigma^2", r"\frac{2 E(w)}{ND}"),
    "a factor by all weights": ("f", r"\nabla_w \text{LOSS}", r"\frac{1}{\sigma^2} \nabla_w E(w)"),
    "the class of another point": ("g", r"p(\mathbf{t}_n|\mathbf{x}_n,w)", r"1 - y_{c_n}(\mathbf{x}_n)"),
    "a power of a logarithm": ("g", r"\log y_{nk}^{t_{nk}}", r"\left(\log y_{nk}\right)^{t_{nk}}"),
    "the layer above the inputs": ("l", "z_{ni}^{(1)}", "x_{ni}"),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "left", "right"), FALSE.values(), ids=FALSE)
def test_a_false_step_is_false(exercise: str, left: str, right: str) -> None:
    assert outcome(exercise, left, right) == "false"


UNREAD: dict[str, tuple[str, str, str]] = {
    "the power of a vector": ("e", NORM, DIFFERENCE + "^3"),
    "a row without a column": ("e", NORM, "2 " + DIFFERENCE + "^T"),
    "a determinant of no matrix": ("e", r"\sigma^2", r"\det(\sigma^2)"),
    "the best weights of an index": ("i", r"\arg\min_w y_k", r"\arg\min_w a_k"),
    "a gradient that is a number": ("j", r"\frac{\partial E}{\partial w}", r"\delta_j^{(l)} z_i^{(l-1)}"),
    "a vector by a vector": ("i", r"\frac{\partial \mathbf{y}}{\partial \mathbf{a}}", r"\mathbf{y}"),
    "dots that do not say what goes on": ("i", r"\sum_k t_k a_k", r"t_1 a_1 + \ldots + t_K y_K"),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "left", "right"), UNREAD.values(), ids=UNREAD)
def test_what_is_no_number_or_says_too_little_is_not_read(exercise: str, left: str, right: str) -> None:
    assert outcome(exercise, left, right) == "unread"
