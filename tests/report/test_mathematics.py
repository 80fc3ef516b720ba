from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.mathematics import LONGEST, to_mathml

from .markup import MATHML, Markup, assert_harmless

FRAGMENTS = re.split(
    " ",
    r"\text{ \mbox{ \fbox{ \tag{ \verb| | \unicode{x3c} \href{javascript:alert(1)}{ \style{color:red}{ \class{x}{ "
    r"\operatorname{ \color{red} \rule{9em}{9em} <svg/onload=alert(1)> <script> </math> &lt; &#60; <!-- --> ]]> { } "
    r"^ _ $ \\ & \begin{align} \end{align} \left( \right) \frac \sqrt \sum x 1 ' \def\a{\a} % \ ",
)
PIECES = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)


@given(PIECES | st.text())
def test_no_formula_becomes_markup(latex: str) -> None:
    for display in (True, False):
        assert_harmless(to_mathml(latex, display=display), MATHML | {"code"})


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<svg/onload=alert(1)>}",
        r"\text{&lt;svg/onload=alert(1)&gt;}",
        r"\mbox{<script>alert(1)</script>}",
    ],
)
def test_text_in_a_formula_stays_text(latex: str) -> None:
    markup = assert_harmless(to_mathml(latex), MATHML)
    assert "alert(1)" in markup.text


@pytest.mark.parametrize(
    "latex", [r"\def\a{\a\a}\a", r"\newcommand{\x}{y}\x", "x" * (LONGEST + 1), "{" * 3000]
)
def test_what_cannot_be_drawn_is_shown_as_typed(latex: str) -> None:
    markup = Markup(to_mathml(latex))
    assert markup.elements == {"code"}
    assert markup.text == latex


def test_every_row_is_drawn_also_the_last_one_with_an_empty_column() -> None:
    rows = Markup(to_mathml(r"\begin{align} a & = 1 & \\ b & = 2 & l=1 \\ c & = 3 & \end{align}")).text
    assert [digit for digit in rows if digit.isdigit()] == ["1", "2", "1", "3"]


def test_links_styles_colours_and_large_sizes_are_dropped() -> None:
    latex = r"\href{https://evil.example}{a}\style{color:red}{b}\class{c}{d}\color{white}\hspace{99em}\rule{50px}{50px}e"
    names = {name for name, _ in assert_harmless(to_mathml(latex), MATHML).attributes}
    assert names == {"xmlns", "display"}


@pytest.mark.parametrize(
    ("latex", "element"),
    [
        (r"\frac{a}{b}", "mfrac"),
        (r"h(\sum_{i=0}^D x_i)", "munderover"),
        (r"\left(\prod_n p\right)", "munder"),
        (r"\sqrt{2}", "msqrt"),
        (r"\begin{eqnarray} a &=& b \\ c &=& d \end{eqnarray}", "mtable"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "mtable"),
        (r"a \\ b", "mtable"),
        (r"a &= b", "mtable"),
        (r"x = \begin{cases} 1 \\ 2 \end{cases} \newline y", "mtr"),
    ],
)
def test_the_notation_of_the_field_is_drawn(latex: str, element: str) -> None:
    assert element in assert_harmless(to_mathml(latex, display=True), MATHML).elements


def test_rows_are_not_numbered_and_nothing_of_their_source_is_left() -> None:
    text = Markup(
        to_mathml("\\begin{align} % remark\na &= b \\\\\nc &= d\\\n\\end{align}", display=True)
    ).text
    assert text.split() == ["a=bc=d"]


def test_a_formula_stands_in_the_line_or_by_itself() -> None:
    assert ("display", "inline") in Markup(to_mathml("x")).attributes
    assert ("display", "block") in Markup(to_mathml("x", display=True)).attributes
