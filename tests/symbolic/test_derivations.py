"""Derivations, judged line by line: what is right is correct, a slip has its name, the rest is for a person."""

from __future__ import annotations

import pytest

from grader.result import Status
from grader.scoring import score
from tests.symbolic.helpers import codes, verdict, week1

GAUSSIAN = r"\frac{1}{\sqrt{2\pi\sigma^2}^D} \exp(-||\mathbf{y}(\mathbf{x}_n)-\mathbf{t}_n||_2^2/2\sigma^2)"
RIGHT_E = rf"""\begin{{align}}
-\log p(\mathbf{{t}}_1,\ldots,\mathbf{{t}}_N|\mathbf{{x}}_1,\ldots,\mathbf{{x}}_N,w) &= -\log \prod_{{n=1}}^N {GAUSSIAN} \\
&= -\sum_{{n=1}}^N \left(-\frac{{D}}{{2}}\log 2\pi\sigma^2 - \frac{{||\mathbf{{y}}(\mathbf{{x}}_n)-\mathbf{{t}}_n||_2^2}}{{2\sigma^2}}\right) \\
&= \frac{{ND}}{{2}}\log 2\pi\sigma^2 + \frac{{1}}{{2\sigma^2}}E(w)
\end{{align}}"""
RIGHT_G = r"""\begin{align}
-\log \prod_{n=1}^N \prod_{k=1}^K y_k(\mathbf{x}_n)^{t_{nk}} &= -\sum_{n=1}^N \log \prod_{k=1}^K y_k(\mathbf{x}_n)^{t_{nk}} \\
&= -\sum_{n=1}^N \sum_{k=1}^K t_{nk} \log y_k(\mathbf{x}_n)
\end{align}"""
RIGHT_I = r"""\begin{align}
E(w) &= -\sum_{k=1}^K t_k \log \frac{\exp(a_k^{(L)})}{\sum_m \exp(a_m^{(L)})} \\
&= -\sum_{k=1}^K t_k a_k^{(L)} + \log \sum_{k=1}^K \exp(a_k^{(L)})
\end{align}
Let $S = \sum_k \exp(a_k^{(L)})$. Then
$$\frac{\partial}{\partial a_j^{(L)}} \log S = \frac{1}{S} \frac{\partial S}{\partial a_j^{(L)}} = \frac{\exp(a_j^{(L)})}{\sum_k \exp(a_k^{(L)})} = y_j$$
and so
$$\delta_j^{(L)} = \frac{\partial E(w)}{\partial a_j^{(L)}} = y_j - t_j$$"""
SOFTMAX_ROUTE_I = r"""If $k = j$:
$$\frac{\partial y_k}{\partial a_j} = y_k (1 - y_k)$$
and altogether
$$\frac{\partial y_k}{\partial a_j} = y_k(\delta_{kj} - y_j)$$
$$\delta_j^{(L)} = \sum_{k=1}^K \frac{\partial E(w)}{\partial y_k} \frac{\partial y_k}{\partial a_j}
= -\sum_{k=1}^K \frac{t_k}{y_k} \frac{\partial y_k}{\partial a_j} = -\sum_{k=1}^K t_k(\delta_{kj} - y_j) = y_j - t_j$$"""
RIGHT_J = r"""\begin{align}
\frac{\partial E(w)}{\partial w_{ji}^{(l)}} &= \sum_{k=1}^K \frac{\partial E(w)}{\partial a_k^{(l+1)}} \frac{\partial a_k^{(l+1)}}{\partial a_j^{(l)}} \frac{\partial a_j^{(l)}}{\partial w_{ji}^{(l)}} \\
&= \sum_{k=1}^K \delta_k^{(l+1)} w_{kj}^{(l+1)} h_l'(a_j^{(l)}) z_i^{(l-1)} \\
&= \delta_j^{(l)} z_i^{(l-1)}
\end{align}"""
RIGHT_L = r"""\begin{align}
\frac{\partial E(w)}{\partial w_{ji}^{(l)}} &= \sum_{n=1}^N \delta_{nj}^{(l)} z_{ni}^{(l-1)} \\
\delta_{nj}^{(l)} &= \sum_{k=1}^K \delta_{nk}^{(l+1)} w_{kj}^{(l+1)} h_l'(a_{nj}^{(l)})
\end{align}"""
RIGHT = {
    "e": ("e", RIGHT_E),
    "g": ("g", RIGHT_G),
    "i": ("i", RIGHT_I),
    "i through the softmax": ("i", SOFTMAX_ROUTE_I),
    "j": ("j", RIGHT_J),
    "l": ("l", RIGHT_L),
}


@pytest.mark.parametrize(("exercise", "text"), RIGHT.values(), ids=RIGHT)
def test_a_right_derivation_is_correct(exercise: str, text: str) -> None:
    found = verdict(exercise, text)
    assert (found.status, codes(found), found.cause) == (Status.CORRECT, [], None)
    assert {step.status for step in found.steps} <= {"true", "definition", "unread"}


SLIPS = {
    "e: a square lost and carried on": ("e", (("2\\pi\\sigma^2 - ", "2\\pi\\sigma - "), ("2\\pi\\sigma^2 + ", "2\\pi\\sigma + ")), {"wrong_factor"}),
    "e: a sign recovered": ("e", (("2\\pi\\sigma^2 - \\frac", "2\\pi\\sigma^2 + \\frac"),), {"sign_error"}),
    "g: a minus lost in the chain": ("g", (("= -\\sum_{n=1}^N \\sum", "= \\sum_{n=1}^N \\sum"),), {"sign_error"}),
    "i: t_k for t_j": ("i", (("y_j - t_j", "y_j - t_k"),), {"wrong_index"}),
    "i: the general layer": ("i", (("t_k a_k^{(L)}", "t_k a_k^{(l)}"),), {"wrong_layer"}),
    "j: the index of z": ("j", (("\\delta_j^{(l)} z_i^{(l-1)}", "\\delta_j^{(l)} z_j^{(l-1)}"),), {"wrong_index"}),
    "j: a transposed weight": ("j", (("w_{kj}^{(l+1)}", "w_{jk}^{(l+1)}"),), {"transposed_weight", "wrong_index"}),
    "j: the prime": ("j", (("h_l'", "h_l"),), {"missing_activation"}),
    "l: z of no point": ("l", (("z_{ni}", "z_i"),), {"wrong_index"}),
    "l: a factor 1/N": ("l", (("= \\sum_{n", "= \\frac{1}{N} \\sum_{n"),), {"wrong_factor"}),
}  # fmt: skip
TEXTS = {"e": RIGHT_E, "g": RIGHT_G, "i": RIGHT_I, "j": RIGHT_J, "l": RIGHT_L}


def edited(exercise: str, edits: tuple[tuple[str, str], ...]) -> str:
    text = TEXTS[exercise]
    for before, after in edits:
        assert before in text.replace("&", ""), before
        text = text.replace("&= ", "= ").replace(before, after)
    return text


@pytest.mark.parametrize(("exercise", "edits", "named"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_never_correct_and_has_its_name(
    exercise: str, edits: tuple[tuple[str, str], ...], named: set[str]
) -> None:
    found = verdict(exercise, edited(exercise, edits))
    assert found.status is Status.WRONG
    assert set(codes(found)) & named
    assert set(codes(found)) <= named | {"invalid_step"}
    # Somewhere a line is marked, and it is not the first.
    assert [step.status for step in found.steps].count("false") == 1


def test_what_follows_rightly_from_a_slip_is_credited() -> None:
    exercise, edits, _ = SLIPS["e: a square lost and carried on"]
    found = verdict(exercise, edited(exercise, edits))
    assert found.reached == 1.0
    assert score(found, week1().costs(week1().exercise("e")), 2.0).status is Status.PARTIAL
    assert found.steps[-1].message is not None
    assert "follows" in found.steps[-1].message


MINUS = r"""$$\log \prod_n \prod_k y_k(\mathbf{x}_n)^{t_{nk}} = \sum_n \sum_k t_{nk} \log y_k(\mathbf{x}_n)$$
%s
$$= -\sum_n \sum_k t_{nk} \log y_k(\mathbf{x}_n)$$"""


def test_a_move_that_is_told_is_legal_and_one_in_silence_is_not() -> None:
    told = verdict("g", MINUS % "Now we multiply by $-1$:")
    assert (told.status, codes(told)) == (Status.CORRECT, [])
    assert any("negated" in (step.message or "") for step in told.steps)
    silent = verdict("g", MINUS % "and finally")
    assert (silent.status, codes(silent)) == (Status.WRONG, ["invalid_step", "sign_error"])


def test_an_equality_of_a_quantity_with_its_logarithm_is_no_move() -> None:
    text = r"We take the log: $$p(\mathbf{t}_1,\ldots,\mathbf{t}_N|\mathbf{x}_1,\ldots,\mathbf{x}_N,w) = \sum_n \sum_k t_{nk} \log y_k(\mathbf{x}_n)$$"
    assert verdict("g", text).status is not Status.CORRECT


NOT_THERE = {
    "the target alone": ("i", r"$$\delta_j^{(L)} = y_j - t_j$$", "given_not_derived"),
    "the sheet's rule with l for L-1": (
        "j",
        r"Replace $L-1$: $$\delta_j^{(l)} = \sum_k \delta_k^{(l+1)} w_{kj}^{(l+1)} h_l'(a_j^{(l)})$$",
        "given_not_derived",
    ),
    "words alone": ("j", "The same holds for every layer, since $l < L$ and errors go backwards.", "prose_only"),
    "half way": (
        "i",
        r"$$E(w) = -\sum_k t_k \log \frac{\exp(a_k^{(L)})}{\sum_m \exp(a_m^{(L)})}$$ This is as far as I got.",
        "incomplete",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "text", "code"), NOT_THERE.values(), ids=NOT_THERE)
def test_what_was_asked_for_must_be_there(exercise: str, text: str, code: str) -> None:
    found = verdict(exercise, text)
    assert (found.status, codes(found)) == (Status.WRONG, [code])
    assert found.reached < 1.0 or found.share == 0.0


DOUBTS = {
    "a false reason under a condition": ("i", RIGHT_I + r" We used that $y_j = t_j$ only when $k = j$."),
    "an ellipsis": ("g", RIGHT_G + r" $$\log y_1 + \ldots + \log y_K = 0 + \ldots$$"),
    "a case": ("i", r"For the true class $$\delta_j^{(L)} = y_j - 1$$" + RIGHT_I),
    "a name that stands for nothing known": ("g", RIGHT_G + r" $$\mathcal{L} = \sum_n \sum_k y_k(\mathbf{x}_n)^{t_{nk}}$$"),
    "a formula that stands alone": ("g", RIGHT_G + r" $$\sum_n y_k(\mathbf{x}_n) t_{nk}^3$$"),
    "a point left out under its sum": ("g", RIGHT_G.replace("t_{nk} \\log y_k(\\mathbf{x}_n)", "t_{k} \\log y_k")),
    "another norm": ("e", RIGHT_E.replace("||_2^2}", "||_1^2}")),
    "a limit that counts something else": ("l", RIGHT_L.replace("_{n=1}^N", "_{n=1}^D")),
    "an index above a sum": ("g", RIGHT_G.replace("\\sum_{k=1}^K t", "\\sum_{k=1}^k t")),
    "a sum over a number": ("l", RIGHT_L.replace("\\sum_{k=1}^K", "\\sum_{1=1}^K")),
    "two letters in one font": ("e", RIGHT_E.replace("\\mathbf{y}(\\mathbf{x}_n)-\\mathbf{t}_n||_2^2}", "\\mathbf{yy}(\\mathbf{x}_n)-\\mathbf{t}_n||_2^2}")),
    "points over classes": ("i", RIGHT_I.replace("-\\sum_{k=1}^K t_k a", "-\\sum_{k=1}^N t_k a")),
    "something that is not read": ("i", RIGHT_I + r" $$\oint E = 0$$"),
    "a formula outside of a display": ("i", RIGHT_I + r" so \frac{\partial E}{\partial a_j} = y_j"),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "text"), DOUBTS.values(), ids=DOUBTS)
def test_what_cannot_be_decided_goes_to_a_person_with_the_reason(exercise: str, text: str) -> None:
    found = verdict(exercise, text)
    assert found.status is Status.REVIEW
    assert found.cause


def test_a_false_reason_in_a_sentence_is_a_false_step() -> None:
    found = verdict("i", RIGHT_I + r" We used that $\log \sum_k \exp(a_k^{(L)}) = 1$.")
    assert (found.status, codes(found)) == (Status.WRONG, ["invalid_step"])
    size = verdict("i", RIGHT_I + " Here $N = 1$.")
    assert size.status is Status.CORRECT


NAMED = {
    "the likelihood": r"$$L(w) = \prod_{n=1}^N \prod_{k=1}^K y_k(\mathbf{x}_n)^{t_{nk}}$$ $$-\log L(w) = ",
    "the logarithm of the likelihood": r"$$\log L = \log \prod_n \prod_k y_{nk}^{t_{nk}}$$ $$-\log L = ",
    "the negative logarithm": r"$$-\log \mathcal{L}(w) = -\log \prod_n \prod_k y_{nk}^{t_{nk}}$$ $$-\log \mathcal{L}(w) = ",
}


@pytest.mark.parametrize("start", NAMED.values(), ids=NAMED)
def test_a_likelihood_may_get_a_name_itself_or_through_its_logarithm(start: str) -> None:
    sums = r"-\sum_n \log \prod_k y_{nk}^{t_{nk}} = -\sum_n \sum_k t_{nk} \log y_{nk}"
    assert verdict("g", f"{start}{sums}$$").status is Status.CORRECT
    wrong = verdict("g", f"{start}{sums.replace('= -', '= ')}$$")
    assert (wrong.status, "sign_error" in codes(wrong)) == (Status.WRONG, True)


CHAIN_RULE_K = r"\delta_j^{(L)} = \frac{\partial E}{\partial y_j} h_L'(a_j^{(L)})"


def test_a_loss_may_be_defined_with_a_half_and_then_has_it() -> None:
    whole = r"$$E = \sum_k (y_k-t_k)^2$$"
    half = r"$$E = \frac{1}{2} \sum_k (y_k-t_k)^2$$"
    result = r"(y_j-t_j) h_L'(a_j^{(L)})"
    assert verdict("k", f"{half} $${CHAIN_RULE_K} = {result}$$").status is Status.CORRECT
    assert verdict("k", f"{whole} $${CHAIN_RULE_K} = 2 {result}$$").status is Status.CORRECT
    assert verdict("k", f"{whole} $${CHAIN_RULE_K} = {result}$$").status is Status.WRONG
    assert verdict("k", f"{half} $${CHAIN_RULE_K} = 2 {result}$$").status is Status.WRONG
    assert verdict("k", f"$${CHAIN_RULE_K} = {result}$$").status is Status.WRONG
    elsewhere = verdict("i", half + RIGHT_I)
    assert elsewhere.status is Status.WRONG


BEST_W = r"$$\arg\min_w \text{LOSS} = \arg\min_w E(w)$$"
BEST_SIGMA = r"""$$\frac{\partial \text{LOSS}}{\partial \sigma^2} = \frac{ND}{2\sigma^2} - \frac{E(w)}{2\sigma^4} = 0$$
so $$\sigma^2 = \frac{E(w)}{ND}$$"""


def test_the_best_variance_is_where_the_derivative_is_zero() -> None:
    assert verdict("f", BEST_W + BEST_SIGMA).status is Status.CORRECT
    in_words = verdict("f", "The first term does not depend on w." + BEST_SIGMA)
    assert in_words.status is Status.REVIEW
    assert in_words.cause is not None
    assert "in words" in in_words.cause
    set_to_zero = (
        r"$$\frac{\partial \text{LOSS}}{\partial w} = \frac{1}{2\sigma^2}\frac{\partial E}{\partial w} = 0$$"
    )
    assert verdict("f", set_to_zero + BEST_SIGMA).status is Status.CORRECT
    estimate = BEST_SIGMA.replace(r"\sigma^2 = \frac{E(w)}{ND}", r"\hat\sigma^2 = \frac{E(w)}{ND}")
    assert estimate != BEST_SIGMA
    assert verdict("f", BEST_W + estimate).status is Status.CORRECT
    assert verdict("f", BEST_W + estimate.replace("E(w)}{ND}", "E(w)}{N}")).status is Status.WRONG
    slip = verdict("f", BEST_W + BEST_SIGMA.replace("- \\frac{E(w)}{2", "- \\frac{E(w)}{"))
    assert slip.status is Status.WRONG
    assert verdict("f", BEST_W + r"$$\sigma^2 = \frac{E(w)}{ND}$$").status is not Status.CORRECT


def test_a_name_of_the_sheet_may_get_another_meaning() -> None:
    other = r"$$\text{Loss} = \prod_n p(\mathbf{t}_n|\mathbf{x}_n, w)$$ $$-\log \text{Loss} = -\sum_n \log p(\mathbf{t}_n|\mathbf{x}_n, w)$$"
    assert verdict("e", other + RIGHT_E).status is Status.CORRECT


def test_an_index_that_was_lost_is_a_slip() -> None:
    found = verdict("j", RIGHT_J.replace("\\delta_k^{(l+1)}", "\\delta^{(l+1)}"))
    assert (found.status, "wrong_index" in codes(found)) == (Status.WRONG, True)


READ = {
    "why, in large brackets": r"$$E = -\sum_k t_k a_k + \log\sum_k e^{a_k} \qquad \Big(\sum_k t_k = 1\Big)$$",
    "ones with two indices": r"$$\frac{\partial y_k}{\partial a_j} = y_k(\mathbb{1}_{kj} - y_j)$$",
    "a written-out sum of negative terms": r"$$\frac{\partial}{\partial a_j}(-t_1 a_1 - \ldots - t_j a_j - \ldots - t_K a_K) = -t_j$$",
    "why, in brackets behind a formula": r"$$E = -\sum_k t_k a_k + \log\sum_k e^{a_k} \qquad (\textstyle\sum_k t_k = 1)$$",
    "a rule in a column of its own": r"\begin{align} E &= -\sum_k t_k \log y_k && \log ab = \log a + \log b \\ &= -\sum_k t_k a_k + \log\sum_k e^{a_k} \end{align}",
    "a case in its sentence": r"Here $\frac{\partial a_k}{\partial a_j} = 0$ for all $k \neq j$.",
    "a rule of algebra": r"We use $$\log(ab) = \log a + \log b, \qquad \log a^b = b \log a$$",
    "a letter for a letter": "Take $k = j$ and $n = 1$.",
    "a box around the result": r"$$\boxed{\delta_j^{(L)} = y_j - t_j}$$",
    "dots at the end": r"$$\delta_j^{(L)} = y_j - t_j = \ldots$$",
    "a remark in brackets": r"$$\delta_j^{(L)} = y_j - t_j \quad \text{(times } -1 \text{)}$$",
    "a table around a display": r"$$\begin{array}{rcl} \delta_j^{(L)} & = & y_j - t_j \end{array}$$",
    "thin spaces between factors": r"$$y_j \, t_j = t_j \; y_j = t_j\,y_j$$",
    "a name that is given later": r"$$E(w) = -\sum_k t_k a_k + \log Z$$ with $Z = \sum_k e^{a_k}$.",
    "a shorter name": r"Write $u_j = a_j^{(L)}$: $$\frac{\partial E}{\partial u_j} = y_j - t_j$$",
    "a label that is left out": r"We write $a_j = a_j^{(L)}$.",
    "its own left side in a sentence": r"so delta $= y_j - t_j$.",
}


@pytest.mark.parametrize("beside", READ.values(), ids=READ)
def test_what_students_write_beside_a_derivation_changes_nothing(beside: str) -> None:
    found = verdict("i", RIGHT_I + "\n\n" + beside)
    assert (found.status, found.cause) == (Status.CORRECT, None)


def test_a_reason_in_brackets_that_is_false_is_a_false_step() -> None:
    reason = r"$$E = -\sum_k t_k a_k + \log\sum_k e^{a_k} \qquad (\textstyle\sum_k t_k = K)$$"
    assert verdict("i", RIGHT_I + reason).status is Status.WRONG


ONE = r"$$p(\mathbf{t}_n|\mathbf{x}_n,w) = \prod_{k=1}^K y_k(\mathbf{x}_n)^{t_{nk}}$$"
ALL = r"$$\prod_{n=1}^N \prod_{k=1}^K y_k(\mathbf{x}_n)^{t_{nk}}$$"
SUMS = r"$$\sum_n\sum_k \log y_k(\mathbf{x}_n)^{t_{nk}} = \sum_n\sum_k t_{nk}\log y_k(\mathbf{x}_n)$$ so $$E(w) = -\sum_n\sum_k t_{nk}\log y_k(\mathbf{x}_n)$$"


def test_words_may_say_what_a_formula_is_that_stands_alone() -> None:
    named = f"{ONE} so the likelihood of all points is {ALL} Its logarithm is {SUMS}"
    assert verdict("g", named).status is Status.CORRECT
    wrong = named.replace(ALL, ALL.replace("prod_{n", "sum_{n"))
    assert verdict("g", wrong).status is Status.REVIEW
    # With no word for what it is, it goes on from the formula before.
    assert verdict("g", f"{ONE} and then {ALL} {SUMS}").status is Status.WRONG


EXAMPLES = {
    "one output": ("e", r"Warm-up with $D=1$: $$-\log p(t_n|x_n,w) = \frac{1}{2}\log 2\pi\sigma^2 + \frac{(y(x_n)-t_n)^2}{2\sigma^2}$$ In general ", RIGHT_E),
    "three classes": ("g", r"For example, with $K=3$ and $\mathbf{t}_n=(0,1,0)$ we have $p(\mathbf{t}_n|\mathbf{x}_n,w) = y_1^0 y_2^1 y_3^0 = y_2$. In general ", RIGHT_G),
    "in Danish": ("g", r"F.eks. er $$-\log p = -\log y_2$$ Generelt ", RIGHT_G),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "example", "text"), EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_in_numbers_is_no_false_step(exercise: str, example: str, text: str) -> None:
    assert verdict(exercise, example + text).status is Status.REVIEW
    false = r"$$E(w) = \sum_n \sigma^2$$"
    assert verdict(exercise, text + false).status is Status.WRONG


def test_a_recursion_may_say_below_which_layer_it_holds() -> None:
    below = r"h_l'(a_{nj}^{(l)}) \quad (l < L)"
    assert verdict("l", RIGHT_L.replace("h_l'(a_{nj}^{(l)})", below)).status is Status.CORRECT
    both = RIGHT_L.replace(
        "h_l'(a_{nj}^{(l)})", r"h_l'(a_{nj}^{(l)}), \quad l < L, \qquad \delta_{nj}^{(L)} = y_{nj} - t_{nj}"
    )
    assert verdict("l", both).status is Status.CORRECT
    assert verdict("l", both.replace("y_{nj} - t_{nj}", "t_{nj} - y_{nj}")).status is not Status.CORRECT
    too_few = RIGHT_L.replace("h_l'(a_{nj}^{(l)})", below.replace("l < L", "1 < l < L"))
    assert verdict("l", too_few).status is not Status.WRONG
    case = r"$$\delta_j^{(L)} = y_j - t_k \quad (j = k)$$"
    assert verdict("i", E_BLOCK + D_BLOCK + case).status is Status.WRONG


def test_a_rule_that_does_not_hold_is_none() -> None:
    assert verdict("i", RIGHT_I + r" We use $$\log(ab) = \log a \cdot \log b$$").status is Status.REVIEW


def test_free_indices_may_have_other_names() -> None:
    named = (
        RIGHT_J.replace("{ji}", "{pq}").replace("_j^", "_p^").replace("{kj}", "{kp}").replace("z_i", "z_q")
    )
    assert verdict("j", named).status is Status.CORRECT
    mixed = named.replace("z_q^{(l-1)} \\\\", "z_p^{(l-1)} \\\\")
    assert verdict("j", mixed).status is Status.WRONG


def test_data_points_may_have_another_letter_throughout() -> None:
    other = (
        RIGHT_L.replace("_{n=1}", "_{m=1}")
        .replace("{nj}", "{mj}")
        .replace("{ni}", "{mi}")
        .replace("{nk}", "{mk}")
    )
    assert verdict("l", other).status is Status.CORRECT


def test_an_exercise_may_be_answered_for_another_loss() -> None:
    regression = r"$$\delta_{nj}^{(L)} = 2 (y_{nj} - t_{nj}) h_L'(a_{nj}^{(L)})$$" + RIGHT_L
    assert verdict("l", regression).status is Status.CORRECT
    assert verdict("l", regression.replace("2 (y", "(y")).status is not Status.CORRECT


LINEAR = {
    "as a case": (r"If $h_L(a) = a$ then $h_L'(a) = 1$ and $\delta_j^{(L)} = 2(y_j - t_j)$.", Status.CORRECT),
    "as a case with a slip": (r"If $h_L(a) = a$ then $\delta_j^{(L)} = y_j - t_j$.", Status.REVIEW),
    "without a word": (r"$$\delta_j^{(L)} = 2(y_j - t_j)$$", Status.WRONG),
}


@pytest.mark.parametrize(("remark", "status"), LINEAR.values(), ids=LINEAR)
def test_a_linear_output_layer_may_be_spoken_of(remark: str, status: Status) -> None:
    general = f"$${CHAIN_RULE_K} = 2 (y_j-t_j) h_L'(a_j^{{(L)}})$$"
    assert verdict("k", f"{general}\n\n{remark}").status is status


def test_a_linear_output_layer_that_is_assumed_holds_from_there_on() -> None:
    assumed = r"The output is linear, $y_k = h_L(a_k^{(L)}) = a_k^{(L)}$."
    result = r"$$\delta_j^{(L)} = \frac{\partial E}{\partial a_j^{(L)}} = 2 (y_j - t_j)$$"
    assert verdict("k", f"{assumed}\n\n{result}").status is Status.CORRECT
    assert verdict("k", result).status is Status.WRONG


def test_what_the_prompt_prints_may_be_pointed_to() -> None:
    chain_rule = (
        r"$$\delta_j^{(l)} = \sum_k \delta_k^{(l+1)} \frac{\partial a_k^{(l+1)}}{\partial a_j^{(l)}}$$"
    )
    assert verdict("j", f"{chain_rule} This gives equation (9).").status is Status.REVIEW
    assert verdict("j", chain_rule).status is Status.WRONG


def test_every_point_must_be_said_where_rules_for_many_points_are_asked_for() -> None:
    old = r"""$$\delta_j^{(l)} = \sum_k \delta_k^{(l+1)} w_{kj}^{(l+1)} h_l'(a_j^{(l)})$$"""
    found = verdict("l", old + RIGHT_L)
    assert found.status is Status.WRONG
    assert "wrong_index" in codes(found)


def test_the_method_says_how_much_is_proved() -> None:
    text = RIGHT_J.replace(
        "&= \\delta_j",
        "&= \\sum_{m=1}^K z_i^{(l-1)} h_l'(a_j^{(l)}) w_{mj}^{(l+1)} \\delta_m^{(l+1)} \\\\ &= \\delta_j",
    )
    assert verdict("j", text).method == "3 worlds, 1 of 4 steps proved"
    assert verdict("a", r"$$y_k = h_2(\sum_j w_{kj}^{(2)} h_1(\sum_i w_{ji}^{(1)} x_i))$$").method == "proved"


def test_a_minus_put_in_silently_costs_the_step_and_not_the_result() -> None:
    text = (
        r"$$\log \prod_n \prod_k y_k(\mathbf{x}_n)^{t_{nk}} = -\sum_n \sum_k t_{nk} \log y_k(\mathbf{x}_n)$$"
    )
    found = verdict("g", text)
    assert (codes(found), found.reached) == (["invalid_step", "sign_error"], 1.0)


NOT_CORRECT = {
    "a line read in two ways": ("i", r"""$$\begin{align}
E(w) &= -\sum_k t_k (\log(\exp(a_k)) - \log(\sum_j \exp(a_j)) \\
&= -\sum_k t_k a_k - \log\sum_j \exp(a_j)
\end{align}$$""" + RIGHT_I),
    "a factor that is the number of points": ("e", RIGHT_E.replace("+ \\frac{1}{2\\sigma^2}E(w)", "+ \\frac{3}{2\\sigma^2}E(w)")),
    "the probability of a stranger": ("g", RIGHT_G.replace("-\\log \\prod_{n=1}^N \\prod_{k=1}^K y_k(\\mathbf{x}_n)^{t_{nk}} &=", "-\\log \\prod_{n=1}^N p(\\mathbf{t}_k|\\mathbf{x}_n,w) &=")),
    "a list that begins somewhere else": ("e", RIGHT_E.replace("\\mathbf{t}_1,", "\\mathbf{t}_2,")),
    "the number of points for that of outputs": ("e", RIGHT_E.replace("\\frac{ND}{2}", "\\frac{NN}{2}")),
    "true for one-hot targets by accident": ("g", RIGHT_G.replace("&= -\\sum_{n=1}^N \\log \\prod_{k=1}^K y", "&= -\\sum_{n=1}^N \\prod_{k=1}^K \\log y")),
    "a unit for a point": ("e", RIGHT_E + r" Let $f_n = ||\mathbf{y}(\mathbf{x}_n)-\mathbf{t}_n||^2$. $$\sum_n f_j = E(w)$$"),
    "a list that ends somewhere else": ("e", RIGHT_E.replace("\\mathbf{t}_N|", "\\mathbf{t}_K|")),
    "the number of inputs above outputs": ("i", RIGHT_I.replace("\\log \\sum_{k=1}^K", "\\log \\sum_{k=1}^D")),
    "a claim in a sentence that is not read": ("j", RIGHT_J + r" We used $z_j^{(l)} = h_l(q_j^{(l)})$."),
    "more lines than are read": ("g", RIGHT_G + "$$1 = 1$$ " * 200 + r"$$E(w) = \sum_n y_k(\mathbf{x}_n)$$"),
    "a case that no value is in": ("i", RIGHT_I + r" For $l \neq L$: $$y_j = t_j + 7$$"),
    "a case of two letters that stand nowhere": ("i", RIGHT_I + r" $$y_j = t_j + 7 \quad \text{if } m \neq p$$"),
    "the result in a case only": ("i", RIGHT_I.replace("= y_j - t_j$$", r"= y_j - t_k \quad \text{if } j = k$$")),
    "the rule for one layer only": ("j", RIGHT_J.replace("\\end{align}", "& l = L-1 \\end{align}")),
    "an index behind a bracket": ("i", RIGHT_I.replace(r"\log \frac{\exp(a_k^{(L)})}", r"\log \frac{(\exp(a_k^{(L)}))_j}")),
    "a step over a set": ("g", RIGHT_G + r" $$\sum_{k \in C} t_{nk} \log y_k(\mathbf{x}_n)$$"),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "text"), NOT_CORRECT.values(), ids=NOT_CORRECT)
def test_what_is_not_shown_for_certain_is_not_correct(exercise: str, text: str) -> None:
    assert verdict(exercise, text).status is not Status.CORRECT


E_BLOCK = r"$$E = -\sum_k t_k \log\frac{e^{a_k}}{\sum_j e^{a_j}} = -\sum_k t_k a_k + \log\sum_k e^{a_k}$$"
D_BLOCK = r"$$\frac{\partial}{\partial a_j} \log\sum_k e^{a_k} = \frac{e^{a_j}}{\sum_k e^{a_k}} = y_j$$"
W_GRADIENT = r"$$\frac{\partial E}{\partial w_{ji}^{(l)}} = \frac{\partial E}{\partial a_j^{(l)}}\frac{\partial a_j^{(l)}}{\partial w_{ji}^{(l)}} = \delta_j^{(l)} z_i^{(l-1)}$$"
K_BLOCK = r"$$E=\sum_k (t_k-y_k)^2$$ $$\delta_j^{(L)} = \frac{\partial E}{\partial a_j^{(L)}} = 2(y_j-t_j)h_L'(a_j)$$"
NLL = r"$$-\log\prod_n p(t_n|x_n,w) = -\sum_n\log p(t_n|x_n,w) = \frac{ND}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2}\sum_n\|y(x_n)-t_n\|^2 = \frac{ND}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2}E(w)$$"
LOG_LIKELIHOOD = r"$$\log\prod_n p(t_n|x_n,w) = \sum_n\log p(t_n|x_n,w) = -\frac{ND}{2}\log 2\pi\sigma^2 - \frac{1}{2\sigma^2}\sum_n\|y(x_n)-t_n\|^2$$"
BEST = r"$$\sigma^2 = \frac{E(w)}{ND}$$"
HUNTED = {
    "the negative as the final result": ("i", E_BLOCK + D_BLOCK + r"$$\delta_j = y_j-t_j$$ The final result is $$\boxed{t_j - y_j}$$"),
    "the negative loss in the end": ("e", NLL + r"So the loss is $$-\frac{ND}{2}\log 2\pi\sigma^2 - \frac{1}{2\sigma^2}E(w)$$"),
    "the negative after a result": ("k", K_BLOCK + r"$$2(t_j-y_j)h_L'(a_j)$$"),
    "signs that cancel": ("e", LOG_LIKELIHOOD + r" The minus signs cancel: $$= \frac{ND}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2}E(w)$$"),
    "a logarithm that is not taken": ("e", r"$$L = \prod_n p(t_n|x_n,w)$$ We do not take the log yet $$= \sum_n \log p(t_n|x_n,w)$$" + NLL),
    "a likelihood that is its logarithm": ("g", r"$$\prod_n p(t_n|x_n,w) = \prod_n\prod_k y_k(x_n)^{t_{nk}}$$ By the rules of the log $$= \sum_n\sum_k t_{nk}\log y_k(x_n)$$ $$E(w) = -\sum_n\sum_k t_{nk}\log y_k(x_n)$$"),
    "a sign of delta that is changed": ("i", E_BLOCK + D_BLOCK + r"$$\delta_j = y_j - t_j$$ and after changing the sign $$= t_j - y_j$$"),
    "the loss of one point for that of all": ("e", r"$$-\log p(t_n|x_n,w) = \frac{D}{2}\log 2\pi\sigma^2 + \frac{1}{2\sigma^2}E(w)$$" + NLL),
    "a derivative that is right at the optimum only": ("f", BEST_W + r"$$\frac{\partial \text{LOSS}}{\partial \sigma^2} = \frac{E(w)}{2\sigma^4} - \frac{ND}{2\sigma^2} = 0$$" + BEST),
    "the derivative by something else": ("f", BEST_W + r"$$\frac{\partial \text{LOSS}}{\partial \sigma^2} = \frac{ND}{\sigma} - \frac{E(w)}{\sigma^3} = 0$$" + BEST),
    "an output that is not linear": ("k", K_BLOCK + r" For a non-linear output: $$\delta_j^{(L)} = 2(y_j-t_j)$$"),
    "another output than a linear one": ("k", K_BLOCK + r" Unlike the linear case, for a sigmoid output $$\delta_j^{(L)} = 2(y_j-t_j)$$"),
    "two cases exchanged": ("i", E_BLOCK + D_BLOCK + r"$$\delta_j = y_j - t_j$$ For $k=j$ we have $\frac{\partial y_k}{\partial a_j} = -y_k y_j$ and for $k\neq j$ we have $\frac{\partial y_k}{\partial a_j} = y_k(1-y_j)$."),
    "a sum that is split into cases": ("i", E_BLOCK + D_BLOCK + r"The derivative of the first sum is $-t_k$ when $k=j$, else it is zero. So for $k=j$ we get $$\delta_j = y_j - t_j$$"),
    "the result for a case of a summed index": ("i", E_BLOCK + D_BLOCK + r"Therefore $\delta_j = y_j - t_j$ for $j=k$."),
    "cases of a summed index": ("i", E_BLOCK + D_BLOCK + r"There are two cases, $j=k$ and $j\neq k$: $$\frac{\partial E}{\partial a_j} = \begin{cases} y_j - t_k & j=k \\ y_j & j\neq k \end{cases}$$ so $$\delta_j = y_j - t_j$$"),
    "no derivative taken": ("i", r"$$y_k = \frac{e^{a_k}}{\sum_j e^{a_j}}$$" + E_BLOCK + r"$$\delta_j = -t_j + y_j$$"),
    "the likelihood minimised": ("e", r"$$w^* = \arg\min_w \log \prod_n p(t_n|x_n,w)$$" + NLL),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "text"), HUNTED.values(), ids=HUNTED)
def test_a_reader_who_hunts_for_false_verdicts_finds_none_of_these(exercise: str, text: str) -> None:
    assert verdict(exercise, text).status is not Status.CORRECT


def test_a_case_that_stands_beside_one_step_is_no_split_of_the_result() -> None:
    quotients = r"For $k=j$ $$\frac{\partial y_j}{\partial a_j} = y_j(1-y_j)$$ and for $k\neq j$ $$\frac{\partial y_k}{\partial a_j} = -y_k y_j$$"
    assert verdict("i", quotients + SOFTMAX_ROUTE_I).status is Status.CORRECT
    one_term = r"Only the term with $k=j$ depends on $a_j$, so $$\delta_j = y_j - t_j$$"
    assert verdict("i", E_BLOCK + D_BLOCK + one_term).status is Status.CORRECT


TRUE_CLASS = r"$$E = -\log y_c = -a_c + \log\sum_k e^{a_k} = -\sum_k t_k a_k + \log\sum_k e^{a_k}$$"
CALLED = {
    "by a word": "Let $c$ be the correct class.",
    "by its target": "The target is one-hot, $t_c = 1$.",
    "in Danish": r"Den rigtige klasse er $c \in \{1, \ldots, K\}$.",
}


@pytest.mark.parametrize("called", CALLED.values(), ids=CALLED)
def test_the_true_class_may_have_a_letter(called: str) -> None:
    result = r"$$\delta_j = y_j - t_j$$"
    assert verdict("i", called + TRUE_CLASS + D_BLOCK + result).status is Status.CORRECT
    for before, after in (("-a_c +", "a_c +"), ("-a_c +", "-a_k +"), ("-a_c + \\log", "-y_c + \\log")):
        wrong = TRUE_CLASS.replace(before, after)
        assert wrong != TRUE_CLASS
        assert verdict("i", called + wrong + D_BLOCK + result).status is not Status.CORRECT
    # What is said of this class only is not said of all.
    one = D_BLOCK.replace("a_j}", "a_c}").replace("a_j}", "a_c}").replace("y_j", "y_c")
    assert verdict("i", called + TRUE_CLASS + one + r"$$\delta_c = y_c - t_c$$").status is not Status.CORRECT
    assert (
        verdict("i", called + TRUE_CLASS + D_BLOCK + r"$$\delta_j = y_j - 1$$").status is not Status.CORRECT
    )


def test_a_letter_that_nothing_calls_the_true_class_is_an_index() -> None:
    found = verdict("i", TRUE_CLASS + D_BLOCK + r"$$\delta_j = y_j - t_j$$")
    assert found.status is Status.WRONG
    summed = r"Let $k$ be the correct class, $t_k = 1$. $$E = -a_k + \log\sum_k e^{a_k}$$"
    assert verdict("i", summed + D_BLOCK + r"$$\delta_j = y_j - t_j$$").status is not Status.CORRECT


COVARIANCE = r"Let $\boldsymbol\Sigma = \sigma^2\mathbf{I}$. $$\log p(\mathbf{t}_n|\mathbf{x}_n,w) = -\frac{D}{2}\log 2\pi - \frac{1}{2}\log|\boldsymbol\Sigma| - \frac{\|\mathbf{y}(\mathbf{x}_n)-\mathbf{t}_n\|^2}{2\sigma^2}$$"


def test_bars_around_a_named_multiple_of_the_identity_are_its_determinant() -> None:
    assert verdict("e", COVARIANCE + RIGHT_E).status is Status.CORRECT
    wrong = COVARIANCE.replace(r"\frac{1}{2}\log|", r"\log|")
    assert verdict("e", wrong + RIGHT_E).status is Status.WRONG


Z_SLOPE = r"\frac{\partial z_j^{(l)}}{\partial a_j^{(l)}}"
NOT_WRONG = {
    "h' as a derivative": ("j", W_GRADIENT + r"$$\delta_j^{(l)} = \sum_k \frac{\partial E}{\partial a_k^{(l+1)}}\frac{\partial a_k^{(l+1)}}{\partial a_j^{(l)}} = \sum_k \delta_k^{(l+1)} w_{kj}^{(l+1)} \frac{\partial h_l(a_j^{(l)})}{\partial a_j^{(l)}}$$"),
    "h' as the derivative of z": ("j", W_GRADIENT + rf"$$\delta_j^{{(l)}} = \sum_k \frac{{\partial E}}{{\partial a_k^{{(l+1)}}}}\frac{{\partial a_k^{{(l+1)}}}}{{\partial a_j^{{(l)}}}} = \sum_k \delta_k^{{(l+1)}} w_{{kj}}^{{(l+1)}} {Z_SLOPE}$$ where ${Z_SLOPE} = h_l'(a_j^{{(l)}})$"),
    "the recursion in two halves": ("j", W_GRADIENT + r"$$\delta_j^{(l)} = \frac{\partial E}{\partial z_j^{(l)}}h_l'(a_j^{(l)}),\qquad \frac{\partial E}{\partial z_j^{(l)}} = \sum_k\frac{\partial E}{\partial a_k^{(l+1)}}w_{kj}^{(l+1)}=\sum_k\delta_k^{(l+1)}w_{kj}^{(l+1)}$$"),
    "h_L' as a derivative": ("k", r"$$E=\sum_k (t_k-y_k)^2$$ $$\delta_j^{(L)} = \frac{\partial E}{\partial a_j^{(L)}} = 2(y_j-t_j)\frac{\partial h_L(a_j)}{\partial a_j}$$"),
    "h_L for y": ("k", r"$$\delta_j = \frac{\partial}{\partial a_j}\sum_k(h_L(a_k)-t_k)^2 = 2(h_L(a_j)-t_j)h_L'(a_j)$$"),
    "the sum of squares for E": ("f", BEST_W + r"$$\frac{\partial \text{LOSS}}{\partial \sigma^2} = \frac{ND}{2\sigma^2} - \frac{1}{2\sigma^4}\sum_n \|y(x_n)-t_n\|^2 = 0$$ $$\sigma^2 = \frac{1}{ND}\sum_n\|y(x_n)-t_n\|^2$$"),
    "h for z": ("l", r"$$\frac{\partial E}{\partial w_{ji}^{(l)}} = \sum_n \frac{\partial E_n}{\partial w_{ji}^{(l)}}= \sum_n \delta_{nj}^{(l)} h_{l-1}(a_{ni}^{(l-1)})$$ $$\delta_{nj}^{(l)} = h_l'(a_{nj}^{(l)})\sum_k w_{kj}^{(l+1)}\delta_{nk}^{(l+1)}$$"),
    "another loss that is only imagined": ("k", K_BLOCK + r" If one would write $E=\frac12\sum_k(y_k-t_k)^2$ instead, the 2 would vanish. With $h_L(a)=a$ we have $$\delta_j^{(L)} = 2(y_j-t_j)$$"),
    "a linear output that is supposed": ("k", r"If the output is linear, $h_L(a)=a$, then $$\delta_j = \frac{\partial}{\partial a_j}\sum_k(a_k-t_k)^2 = 2(a_j-t_j) = 2(y_j-t_j)$$"),
}  # fmt: skip


@pytest.mark.parametrize(("exercise", "text"), NOT_WRONG.values(), ids=NOT_WRONG)
def test_a_right_answer_in_other_words_is_not_wrong(exercise: str, text: str) -> None:
    assert verdict(exercise, text).status is not Status.WRONG
