"""What words around a formula make of it: a move, a case, an example, a goal, something recalled or imagined."""

from __future__ import annotations

import pytest

from grader.result import Status
from tests.symbolic.helpers import codes, verdict
from tests.symbolic.test_derivations import (
    BEST_SIGMA,
    BEST_W,
    D_BLOCK,
    E_BLOCK,
    K_BLOCK,
    RIGHT_E,
    RIGHT_G,
    RIGHT_I,
    RIGHT_J,
    RIGHT_L,
    W_GRADIENT,
)

RESULT = r"$$\delta_j = \frac{\partial E}{\partial a_j} = y_j - t_j$$"
LOG = r"$$\log \prod_n \prod_k y_k(\mathbf{x}_n)^{t_{nk}} = \sum_n \sum_k t_{nk} \log y_k(\mathbf{x}_n)$$"
MINUS_LOG = r"$$= -\sum_n \sum_k t_{nk} \log y_k(\mathbf{x}_n)$$"

TOLD = (
    "Multiplying by $-1$:",
    "Changing the sign gives",
    "and we take the negative of it",
    "minus the log:",
    "Vi ganger med minus en:",
)
NOT_TOLD = (
    "The exponent $t_{nk}$ times the log:",
    "The probabilities are multiplied, so",
    "There are $K-1$ zeros, so",
    "It is minimised by gradient descent:",
    "The log of a probability is never positive:",
)


@pytest.mark.parametrize("words", TOLD)
def test_a_minus_may_be_told(words: str) -> None:
    assert verdict("g", f"{LOG} {words} {MINUS_LOG}").status is Status.CORRECT


@pytest.mark.parametrize("words", NOT_TOLD)
def test_a_minus_is_not_told_by_other_words(words: str) -> None:
    found = verdict("g", f"{LOG} {words} {MINUS_LOG}")
    assert found.status is Status.WRONG
    assert "sign_error" in codes(found)


def test_a_logarithm_that_is_told_is_no_negative_one() -> None:
    likelihood = r"$$p(\mathbf{t}|\mathbf{x},w) = \prod_n \prod_k y_k(\mathbf{x}_n)^{t_{nk}}$$"
    assert verdict("g", f"{likelihood} Taking the negative log: {MINUS_LOG}").status is Status.CORRECT
    assert (
        verdict("g", f"{likelihood} Taking the log on both sides: {MINUS_LOG}").status is not Status.CORRECT
    )


SPLIT = {
    "in bold": f"**For $k=j$:** {RESULT}",
    "as a numbered case": f"Case 1 ($k=j$): {RESULT}",
    "set": f"Now set $j = k$, and we finally end up with {RESULT}",
    "in words": f"When $k$ equals $j$ this becomes {RESULT}",
    "in Danish": f"Når $k=j$ fås {RESULT}",
    "behind it": r"So $\delta_j = y_j - t_j$ (for $j=k$).",
    "a sentence before": f"Assume $k=j$. Then {RESULT}",
    "behind the display": f"{RESULT} for $j=k$, and $y_j$ otherwise.",
    "inside": r"$$\delta_j = y_j - t_j \quad \text{(for the case $j = k$)}$$",
    "as cases of a sum": r"$$\frac{\partial}{\partial a_j}\left(-\sum_k t_k a_k\right) = \begin{cases} -t_j & k=j \\ 0 & k \neq j \end{cases}$$" + RESULT,
    "with an index that is summed over": r"For $k=j$: $$-\frac{\partial}{\partial a_j}\sum_k t_k a_k = -t_k$$ so " + RESULT,
}  # fmt: skip


@pytest.mark.parametrize("split", SPLIT.values(), ids=SPLIT)
def test_a_sum_that_is_split_into_cases_is_no_derivation(split: str) -> None:
    assert verdict("i", E_BLOCK + D_BLOCK + split).status is not Status.CORRECT


PICKED = {
    "the term": f"Only the term with $k=j$ depends on $a_j$, so {RESULT}",
    "an indicator": r"$$\frac{\partial}{\partial a_j}\sum_k t_k a_k = \sum_k t_k [k=j] = t_j$$" + RESULT,
    "cases of a factor": r"We have $\frac{\partial a_k}{\partial a_j} = \begin{cases}1 & k=j\\0 & k\neq j\end{cases}$, so " + RESULT,
}  # fmt: skip


@pytest.mark.parametrize("picked", PICKED.values(), ids=PICKED)
def test_a_case_may_pick_the_term_of_a_sum(picked: str) -> None:
    assert verdict("i", E_BLOCK + D_BLOCK + picked).status is Status.CORRECT


NO_CLASS = (
    "For each class $c$:",
    "Let $c$ be the predicted class.",
    "Let $c$ be an incorrect class.",
    r"For class $c \in \{1,\dots,K\}$:",
)


@pytest.mark.parametrize("words", NO_CLASS)
def test_not_every_class_is_the_true_one(words: str) -> None:
    loss = r"$$E = -\log y_c = -a_c + \log\sum_k e^{a_k} = -\sum_k t_k a_k + \log\sum_k e^{a_k}$$"
    assert verdict("i", words + loss + D_BLOCK + RESULT).status is not Status.CORRECT


ONLY_SAID = {
    "a goal": ("j", r"We want to show that $$\delta_j^{(l)} = \sum_k \delta_k^{(l+1)} w_{kj}^{(l+1)} h_l'(a_j^{(l)})$$ and $$\frac{\partial E(w)}{\partial w_{ji}^{(l)}} = \delta_j^{(l)} z_i^{(l-1)}.$$ We start with $$\frac{\partial E(w)}{\partial w_{ji}^{(l)}} = \sum_k \frac{\partial E(w)}{\partial a_k^{(l+1)}}\frac{\partial a_k^{(l+1)}}{\partial a_j^{(l)}}\frac{\partial a_j^{(l)}}{\partial w_{ji}^{(l)}}$$"),
    "a mention": ("i", E_BLOCK + D_BLOCK + r"I do not see how to get $y_j - t_j$ from here."),
    "one layer": ("j", r"For $l=L-1$: " + RIGHT_J),
    "one layer, behind": ("j", RIGHT_J + r" Here $l+1=L$."),
    "a name that meets nothing": ("g", r"The likelihood is $Q = \sum_n p(\mathbf{t}_n|\mathbf{x}_n,w)$ and we minimise $-\log Q$: " + RIGHT_G),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "text"), ONLY_SAID.values(), ids=ONLY_SAID)
def test_what_is_only_said_shows_nothing_for_certain(exercise: str, text: str) -> None:
    assert verdict(exercise, text).status is not Status.CORRECT


def test_a_goal_may_be_told_before_it_is_reached() -> None:
    goal = r"We want to show that $$E = -\sum_k t_k a_k + \log\sum_k e^{a_k}$$ "
    assert verdict("i", goal + E_BLOCK + D_BLOCK + RESULT).status is Status.CORRECT
    every = RIGHT_J + r" Nothing here used $l=L-1$."
    assert verdict("j", every).status is Status.CORRECT


LIMITS = {
    "one point too few": ("g", RIGHT_G.replace("{n=1}^N \\sum", "{n=1}^{N-1} \\sum")),
    "hidden units for outputs": ("i", E_BLOCK.replace(r"-\sum_k t_k a_k", r"-\sum_{k=1}^M t_k a_k") + D_BLOCK + RESULT),
    "layers for outputs": ("i", E_BLOCK.replace(r"-\sum_k t_k a_k", r"-\sum_{k=1}^L t_k a_k") + D_BLOCK + RESULT),
    "hidden units for points": ("l", RIGHT_L.replace("_{n=1}^N", "_{n=1}^M")),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "text"), LIMITS.values(), ids=LIMITS)
def test_a_limit_that_counts_something_else_is_not_read_over(exercise: str, text: str) -> None:
    assert verdict(exercise, text).status is not Status.CORRECT


def test_hidden_units_may_stand_above_a_sum_over_a_hidden_layer() -> None:
    assert verdict("j", RIGHT_J.replace("_{k=1}^K", "_{k=1}^M")).status is Status.CORRECT


SAME = r"$$\frac{\partial y_k}{\partial a_j}=y_k(1-y_k)$$"
OTHER = r"$$\frac{\partial y_k}{\partial a_j}=-y_ky_j$$"
TOGETHER = r"Together $$\frac{\partial E}{\partial a_j}=-\sum_k\frac{t_k}{y_k}\frac{\partial y_k}{\partial a_j}=-t_j(1-y_j)+\sum_{k\neq j}t_ky_j=-t_j+y_j\sum_kt_k=y_j-t_j$$"
RECALLED_RULE = r"Recall the original rules: $$\frac{\partial E(w)}{\partial w_{ji}^{(l)}}=\delta_j^{(l)}z_i^{(l-1)}$$ Modified: "
HALF = (
    r"$$\delta_j^{(L)}=\frac{\partial}{\partial a_j^{(L)}}\frac12\sum_k(y_k-t_k)^2=(y_j-t_j)h_L'(a_j^{(L)})$$"
)
NOT_WRONG = {
    "cases named by a heading": ("i", f"$k=j$: {SAME} $k\\neq j$: {OTHER} {TOGETHER}"),
    "cases in bold": ("i", f"**j = k:** {SAME} **j ≠ k:** {OTHER} {TOGETHER}"),
    "cases behind the display": ("i", f"We have {SAME} for $k=j$, and {OTHER} otherwise. {TOGETHER}"),
    "the diagonal": ("i", f"Diagonal: {SAME} Off-diagonal: {OTHER} {TOGETHER}"),
    "a noise of one": ("e", RIGHT_E + r" Setting $\sigma^2=1$ the loss is $E(w)/2$ plus a constant."),
    "an ideal": ("i", RIGHT_I + r" The minimum is at $y_j=t_j$."),
    "a guess": ("g", RIGHT_G + r" Guessing gives $y_k=1/K$."),
    "the rule before": ("l", RECALLED_RULE + RIGHT_L),
    "another exercise": ("k", r"In exercise i) we found $$\delta_j^{(L)}=y_j-t_j$$ Here " + K_BLOCK),
    "another loss": ("g", r"For regression we had $$-\log p=\frac{ND}2\log2\pi\sigma^2+\frac1{2\sigma^2}\sum_n\|y(x_n)-t_n\|^2$$ Now " + RIGHT_G),
    "a sigmoid": ("k", K_BLOCK + r" If the output activation is a sigmoid: $$\delta_j^{(L)}=2(y_j-t_j)y_j(1-y_j)$$"),
    "what would be wrong": ("i", RIGHT_I + r" It would be wrong to write $$\frac{\partial E}{\partial a_j}=-\frac{t_j}{y_j}\frac{\partial y_j}{\partial a_j}$$"),
    "a half in the formula itself": ("k", HALF),
    "two classes": ("i", r"For two classes: $$\frac{\partial E}{\partial a_1}=-t_1+\frac{e^{a_1}}{e^{a_1}+e^{a_2}}$$ In general " + RIGHT_I),
    "formulas in sentences only": ("g", r"The likelihood is $\prod_n\prod_ky_k(x_n)^{t_{nk}}$ and its negative logarithm is $-\sum_n\sum_kt_{nk}\log y_k(x_n)$, because the logarithm turns products into sums."),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "text"), NOT_WRONG.values(), ids=NOT_WRONG)
def test_what_is_meant_otherwise_is_not_wrong(exercise: str, text: str) -> None:
    assert verdict(exercise, text).status is not Status.WRONG


def test_a_name_of_the_students_own_for_the_outputs_is_the_outputs() -> None:
    named = r"$$\hat y_k=\frac{e^{a_k}}{\sum_me^{a_m}}$$ $$E=-\sum_kt_k\log\hat y_k=-\sum_kt_ka_k+\log\sum_me^{a_m}$$ $$\frac{\partial E}{\partial a_j}=-t_j+\frac{e^{a_j}}{\sum_me^{a_m}}=\hat y_j-t_j$$"
    assert verdict("i", named).status is Status.CORRECT
    assert verdict("i", named.replace(r"\hat y_j-t_j", r"\hat y_j+t_j")).status is Status.WRONG


def test_a_quotient_with_a_slash_may_stand_beside_a_sum() -> None:
    slash = RIGHT_E.replace(
        r"+ \frac{1}{2\sigma^2}E(w)", r"+ 1/2\sigma^2 \sum_n ||\mathbf{y}(\mathbf{x}_n)-\mathbf{t}_n||_2^2"
    )
    loss = r"$$\text{LOSS} = \frac{ND}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2}E(w)$$"
    assert slash != RIGHT_E
    assert verdict("e", slash + loss).status is Status.CORRECT


def test_the_derivative_of_something_linear_is_no_linear_output() -> None:
    words = r" By linearity of the derivative: $$\delta_j^{(L)} = 2(y_j-t_j)$$"
    assert verdict("k", K_BLOCK + words).status is not Status.CORRECT


def test_a_result_in_a_sentence_is_still_a_claim() -> None:
    assert verdict("i", RIGHT_I + r" So $\delta_j^{(L)} = t_j - y_j$.").status is Status.WRONG
    assert (
        verdict("f", BEST_W + BEST_SIGMA + r" Thus $\frac{E(w)}{ND} = 2\sigma^2$.").status
        is not Status.CORRECT
    )
    assert verdict("j", W_GRADIENT + r"$$\delta_j^{(l)} = \delta_j^{(l)}$$").status is not Status.CORRECT


def test_what_stands_at_a_brace_must_be_true() -> None:
    braces = r"$$\delta_j^{(l)} = \sum_k \underbrace{\frac{\partial E}{\partial a_k^{(l+1)}}}_{= \delta_k^{(l+1)}}\underbrace{\frac{\partial a_k^{(l+1)}}{\partial a_j^{(l)}}}_{w_{kj}^{(l+1)} h_l'(a_j^{(l)})} = \sum_k \delta_k^{(l+1)} w_{kj}^{(l+1)} h_l'(a_j^{(l)})$$"
    assert verdict("j", W_GRADIENT + braces).status is Status.CORRECT
    for wrong in (r"_{w_{jk}^{(l+1)} h_l'(a_j^{(l)})}", r"_{w_{kj}^{(l+1)} h_l(a_j^{(l)})}"):
        text = braces.replace(r"_{w_{kj}^{(l+1)} h_l'(a_j^{(l)})}", wrong)
        assert text != braces
        assert verdict("j", W_GRADIENT + text).status is not Status.CORRECT


def test_a_derivative_in_words_must_be_true() -> None:
    said = r"The derivative of $-\sum_k t_k a_k$ with respect to $a_j$ is $-t_j$, so " + RESULT
    assert verdict("i", E_BLOCK + D_BLOCK + said).status is Status.CORRECT
    wrong = said.replace("is $-t_j$", "is $-t_k$")
    assert verdict("i", E_BLOCK + D_BLOCK + wrong).status is Status.REVIEW
