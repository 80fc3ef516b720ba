"""Answers that are right in a way, or only in a case: nothing is decided about them."""

from __future__ import annotations

import pytest

from grader.result import Status
from tests.symbolic.helpers import verdict

RIGHT = r"h_2(\sum_{i=0}^{M} w_{ji}^{(2)} h_1(\sum_{k=0}^{D} w_{ik}^{(1)} x_k))"
RECURSION = r"""
\begin{align}
y_j &= z_j^{(L)} \\
z_j^{(l)} &= h_l(a_j^{(l)}) & l=1,\ldots,%s \\
a_j^{(l)} &= \sum_{i=0}^{M} w_{ji}^{(l)} z_i^{(l-1)} & l=2,\ldots,%s \\
a_j^{(1)} &= \sum_{i=0}^{D} w_{ji}^{(1)} x_i
\end{align}"""

DOUBTFUL = {
    "the last layer is left out": ("c", RECURSION % ("L-1", "L-1")),
    "the last pre-activation is left out": ("c", RECURSION % ("L", "L-1")),
    "one unit only": ("a", rf"$$y_j = {RIGHT} \text{{ for }} j = 1$$"),
    "a numbered unit": ("a", rf"$$y_1 = {RIGHT.replace('w_{ji}', 'w_{1i}')}$$"),
    "the left side over again": ("a", "$$y_j = y_j + 0$$"),
    "one letter for two kinds of layer": (
        "a",
        f"$$y_j = {RIGHT.replace('{M}', '{N}').replace('{D}', '{N}')}$$",
    ),
    "sizes with a meaning of their own": (
        "a",
        (
            f"$$y_j = {RIGHT.replace('{M}', '{X}').replace('{D}', '{M}').replace('{X}', '{D}')}$$\n\n"
            "where $D$ is the number of hidden units and $M$ the number of inputs"
        ),
    ),
    "a definition beside it that contradicts it": (
        "a",
        rf"$$y_j = {RIGHT}$$ where $a_j^{{(1)}} = \sum_{{k=0}}^{{D}} w_{{kj}}^{{(1)}} x_k$",
    ),
    "the output once more, and wrong": (
        "a",
        rf"$$y_j = {RIGHT}$$ so that $y_j = h_2(\sum_{{i=0}}^{{M}} w_{{ij}}^{{(2)}} z_i^{{(1)}})$",
    ),
    "another layer that contradicts the recursion": (
        "c",
        RECURSION % ("L", "L") + "\n\nFor example $a_j^{(2)} = \\sum_{i=0}^{M} w_{ij}^{(2)} z_i^{(1)}$.",
    ),
    "a case of the class": ("i", r"$$\delta_j^{(L)} = y_j - 1$$ if $t_j = 1$"),
    "a letter for the right class": ("i", r"Let c be the right class. $$\delta_j^{(L)} = y_j$$"),
}


@pytest.mark.parametrize(("exercise", "text"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_it_goes_to_a_person(exercise: str, text: str) -> None:
    assert verdict(exercise, text).status is Status.REVIEW


def test_the_whole_recursion_is_right() -> None:
    assert verdict("c", RECURSION % ("L", "L")).status is Status.CORRECT


@pytest.mark.parametrize(
    "aside",
    [
        r"where $a_j^{(1)} = \sum_{k=0}^{D} w_{jk}^{(1)} x_k$ and $z_j^{(1)} = h_1(a_j^{(1)})$",
        r"so that $y_j = h_2(a_j^{(2)})$",
        r"where $x_0 = 1$ and $h_1(a) = \tanh(a)$",
    ],
)
def test_what_is_true_beside_it_changes_nothing(aside: str) -> None:
    assert verdict("a", f"$$y_j = {RIGHT}$$ {aside}").status is Status.CORRECT
