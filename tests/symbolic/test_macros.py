"""Students' own macros: what they stand for is read, and what cannot be written out is never read otherwise."""

from __future__ import annotations

import time

import pytest

from grader.result import Status
from grader.symbolic.reading.expansion import MAX_DEFINITIONS
from grader.symbolic.reading.lexer import UNREAD_MACRO, ReadError, tokenize
from grader.symbolic.reading.macros import MAX_FORMULA, Macros, expand_all
from grader.symbolic.reading.markup import split_blocks
from tests.symbolic.helpers import verdict

WRITTEN_OUT = {
    "arguments": (r"\newcommand{\q}[2]{\frac{#1}{#2}}", r"\q{a}{b}+\q ab", r"\frac{a}{b}+\frac{a}{b}"),
    "in each other": (r"\newcommand{\q}[2]{\frac{#1}{#2}}", r"\q{\q ab}c", r"\frac{\frac{a}{b}}{c}"),
    "no braces round the name": (r"\newcommand\s{\sigma^2}", r"2\pi\s", r"2\pi\sigma^2"),
    "no backslash before the name": (r"\newcommand{s}{\sigma}", r"\s", r"\sigma"),
    "a star": (r"\newcommand*{\s}{\sigma}", r"\s", r"\sigma"),
    "an optional argument": (
        r"\newcommand{\z}[2][i]{z_{#1}^{(#2)}}",
        r"\z{l}+\z[j]{l}",
        "z_{i}^{(l)}+z_{j}^{(l)}",
    ),
    "def": (r"\def\d#1#2{\frac{\partial #1}{\partial #2}}", r"\d E a", r"\frac{\partial E}{\partial a}"),
    "an operator": (r"\DeclareMathOperator{\lse}{lse}", r"\lse(a)", r"\operatorname{lse}(a)"),
    "an operator with limits": (
        r"\DeclareMathOperator*{\am}{arg\,min}",
        r"\am_w",
        r"\operatorname{arg\,min}_w",
    ),
    "another name": (r"\let\a=\alpha \let\b\beta", r"\a\b", r"\alpha\beta"),
    "another name of a macro": (r"\def\s{\sigma}\let\t\s \def\s{x}", r"\t\s", r"\sigma x"),
    "the meaning before": (r"\let\old\log \renewcommand{\log}{\old_2}", r"\log x", r"\log_2 x"),
    "a macro in a macro": (r"\def\v{\sigma^2}\def\p{2\pi\v}", r"\log\p", r"\log2\pi\sigma^2"),
    "the last one counts": (r"\def\s{x}\renewcommand{\s}{y}", r"\s", "y"),
    "only if it is new": (r"\def\s{x}\providecommand{\s}{y}\providecommand{\t}{z}", r"\s\t", "xz"),
    "not if it means something": (r"\providecommand{\frac}[2]{#1 #2}", r"\frac{a}{b}", r"\frac{a}{b}"),
    "a known command": (r"\renewcommand{\log}{\exp}", r"\log x", r"\exp x"),
    "a letter behind it": (r"\def\s{\sigma}", r"\s x", r"\sigma x"),
    "an argument as it is": (r"\newcommand{\dd}[1]{\partial#1}", r"\dd{E}", r"\partial E"),
    "a fraction without braces": (
        r"\def\s{\sigma^2}",
        r"\frac\s2+\frac1\s",
        r"\frac{\sigma^2}2+\frac1{\sigma^2}",
    ),
    "a root without braces": (r"\def\s{2\pi}", r"\sqrt\s+\sqrt[3]\s", r"\sqrt{2\pi}+\sqrt[3]{2\pi}"),
    "a fraction in a macro": (r"\def\s{a+b}\newcommand{\q}[2]{\frac#1#2}", r"\q\s2", r"\frac{a+b}2"),
    "a comment": ("\\newcommand{\\s}{% mine\n\\sigma}", r"\s % \s", r"\sigma % \s"),
    "a row break": (r"\def\s{x}", r"a\\s\s", r"a\\sx"),
}


@pytest.mark.parametrize(("definition", "use", "expected"), WRITTEN_OUT.values(), ids=WRITTEN_OUT)
def test_a_macro_is_what_it_stands_for(definition: str, use: str, expected: str) -> None:
    *_, expanded = expand_all([f"$${definition}$$", f"$${use}$$"])
    assert expanded == f"$${expected}$$"


NOT_WRITTEN_OUT = {
    "it uses itself": (r"\def\a{\a}", r"\a"),
    "it uses itself with more": (r"\newcommand{\a}{a + \a}", r"\a"),
    "two use each other": (r"\def\a{\b}\def\b{\a}", r"\a"),
    "marks between parameters": (r"\def\a(#1){#1}", r"\a(x)"),
    "parameters that it does not take": (r"\newcommand{\a}[1]{#1 #2}", r"\a{x}"),
    "a number of parameters that is none": (r"\newcommand{\a}[x]{y}", r"\a"),
    "it defines another": (r"\def\a{\def\b{x}}", r"\a"),
    "it takes more than stands there": (r"\def\a#1#2{#1}", r"\a x"),
    "no body": (r"\newcommand{\a}", r"\a"),
    "a part of an argument": (r"\newcommand{\a}[1]{\frac#1 2}", r"\a{xy}"),
    "a part of an argument of another": (r"\def\b#1{(#1)}\newcommand{\a}[1]{\b#1}", r"\a{xy}"),
    "a macro with arguments where one token belongs": (r"\def\a#1{#1}", r"\frac\a{x}{y}"),
    "the end of a formula": (r"\newcommand{\a}{\text{ if $$x$$}}", r"\a"),
    "a known command": (r"\def\frac#1{\frac{#1}{2}}", r"\frac{x}{y}"),
    "a known command with marks": (r"\def\log(#1){#1}", r"\log(x)"),
    "it is long": (rf"\def\a{{{'x' * 5000}}}", r"\a"),
    "twice as long again and again": (
        r"\def\a{xx}"
        + "".join(
            rf"\def\{b}{{\{a}\{a}}}" for a, b in zip("abcdefghijklmno", "bcdefghijklmnop", strict=True)
        ),
        r"\p",
    ),
    "nothing, again and again": (
        r"\def\a{}"
        + "".join(
            rf"\def\{b}{{\{a}\{a}}}" for a, b in zip("abcdefghijklmno", "bcdefghijklmnop", strict=True)
        ),
        r"\p",
    ),
    "an environment": (r"\renewenvironment{cases}{-}{}", r"\begin{cases} x \end{cases}"),
    "too many": ("".join(rf"\def\a{{{n}}}" for n in range(MAX_DEFINITIONS + 1)), r"\frac{x}{y}"),
    "defined in a formula that is too long": (r"\def\frac#1#2{#1}" + "x" * MAX_FORMULA, r"\frac{x}{y}"),
}


@pytest.mark.parametrize(("definition", "use"), NOT_WRITTEN_OUT.values(), ids=NOT_WRITTEN_OUT)
def test_what_cannot_be_written_out_is_not_read(definition: str, use: str) -> None:
    *_, expanded = expand_all([f"$${definition}$$", f"$$1 + {use}$$"])
    assert UNREAD_MACRO in expanded
    # The student's own text is all there.
    assert expanded.replace(UNREAD_MACRO, "") == f"$$1 + {use}$$"
    with pytest.raises(ReadError, match=r"the macro .* is not read"):
        tokenize(expanded.strip("$"))


def test_macros_in_each_other_without_end_are_not_read() -> None:
    *_, expanded = expand_all([r"$\def\a#1{#1}$", "$" + r"\a{" * 50 + "x" + "}" * 50 + "$"])
    assert expanded.startswith(rf"${UNREAD_MACRO}\a{{")


def test_definitions_that_grow_cost_little() -> None:
    """However often they are used, and nested in themselves."""
    nothing = NOT_WRITTEN_OUT["nothing, again and again"][0]
    start = time.process_time()
    macros = Macros().after(f"$${nothing}\\def\\q#1{{#1}}$$")
    for text in ("$\\p$ " * 5000, "$$" + r"\q{" * 9000 + "}" * 9000 + "$$", "$$" + r"\frac{" * 8000 + "$$"):
        macros = macros.after(text)
    assert time.process_time() - start < 20
    # What is over the limit of the whole notebook is not read, however simple it is; nor what is defined then.
    expanded, macros = macros.expand(r"$\q{x}$ $y$")
    assert expanded == rf"$$ {UNREAD_MACRO}\q{{x}} $$ $y$"
    assert UNREAD_MACRO in macros.after(r"$\def\log{}$").expand(r"$\log x$")[0]


SIGNS = r"\s " * 30


def test_an_inline_formula_that_grows_beyond_a_line_is_not_read() -> None:
    text = rf"$\def\s{{{'x' * 100}}}$ then ${SIGNS}$ and $y$"
    (expanded,) = expand_all([text])
    (unread, last) = [block for block in split_blocks(expanded) if block.kind != "prose"]
    assert unread.text.count(UNREAD_MACRO) == 30
    assert last.text == "y"


@pytest.mark.parametrize(
    "formula",
    [
        r"\begin{align} \s &= 1 \end{align}",
        r"\[ \s = \text{if $x$ and $$} \s \]",
        f"${'x' * 1990} \\s$",
        "$$" + "x" * MAX_FORMULA + r"\s$$",
    ],
)
@pytest.mark.parametrize("definition", [r"\def\s{\s}", r"\def\begin#1{\begin}\def\s{\s}"])
def test_the_mark_stands_within_the_formula(definition: str, formula: str) -> None:
    *_, expanded = expand_all([f"${definition}$", formula])
    blocks = [block for block in split_blocks(expanded) if block.kind != "prose"]
    assert len(blocks) == 1
    assert UNREAD_MACRO in blocks[0].text


def test_only_what_is_shown_as_a_formula_defines() -> None:
    texts = [r"\def\s{x}", "```\n$\\def\\s{x}$\n```", r"<!-- $\def\s{x}$ -->", r"$% \def\s{x}$"]
    assert list(expand_all([*texts, r"$\s$"])) == [*texts, r"$\s$"]


def test_a_macro_counts_from_its_definition_on() -> None:
    texts = [r"$\s$", r"$\s$ $\def\s{x}$ $\s$", r"$\s \def\s{y} \s$", r"$\s$"]
    assert list(expand_all(texts)) == [r"$\s$", r"$\s$   $x$", r"$x  y$", "$y$"]


def test_a_text_without_macros_stays_as_it_is() -> None:
    text = "$$a \\frac12 % so\n$$ and $ b $"
    assert Macros().expand(text) == (text, Macros())
    known = Macros().after(r"$\def\s{x}$")
    assert known.expand(text)[0] == text


PARTIAL = r"$\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}$"
LOSS = r"$\def\Z{\sum_m e^{a_m}}$"

RIGHT = {
    "a formula": (
        "a",
        r"$\newcommand{\w}[2]{w_{#1}^{(#2)}}\def\sumk{\sum_{k=0}^D}$",
        r"$$y_j = h_2\left(\sum_{i=0}^M \w{ji}{2} h_1\left(\sumk \w{ik}{1} x_k\right)\right)$$",
    ),
    "derivatives": (
        "j",
        PARTIAL,
        r"""$$\pd{E}{w_{ji}^{(l)}} = \pd{E}{a_j^{(l)}}\pd{a_j^{(l)}}{w_{ji}^{(l)}} = \delta_j^{(l)} z_i^{(l-1)}$$ and
        $$\delta_j^{(l)} = \sum_k \pd{E}{a_k^{(l+1)}}\pd{a_k^{(l+1)}}{a_j^{(l)}}
        = \sum_k \delta_k^{(l+1)} w_{kj}^{(l+1)} h_l'(a_j^{(l)})$$""",
    ),
    "a sum": (
        "i",
        f"{PARTIAL} {LOSS}",
        r"""$$E = -\sum_k t_k \log\frac{e^{a_k}}{\Z} = -\sum_k t_k a_k + \log\Z$$
        $$\pd{\log\Z}{a_j} = \frac{e^{a_j}}{\Z} = y_j$$ $$\delta_j^{(L)} = y_j - t_j$$""",
    ),
}


@pytest.mark.parametrize(("exercise", "definition", "text"), RIGHT.values(), ids=RIGHT)
def test_a_right_answer_with_macros_is_right(exercise: str, definition: str, text: str) -> None:
    assert verdict(exercise, text).status is Status.REVIEW
    assert verdict(exercise, *expand_all([definition, text])).status is Status.CORRECT


WRONG = {
    "an index in the arguments": ("a", 0, r"\w{ik}{1}", r"\w{ki}{1}"),
    "an index in the macro": ("a", 1, "w_{#1}", "w_{ji}"),
    "limits in the macro": ("a", 1, "_{k=0}^D", "_{k=0}^M"),
    "a layer": ("derivatives", 0, r"\delta_j^{(l)} z_i^{(l-1)}", r"\delta_j^{(l)} z_i^{(l)}"),
    "the macro upside down": (
        "derivatives",
        1,
        r"\frac{\partial #1}{\partial #2}",
        r"\frac{\partial #2}{\partial #1}",
    ),
    "a sign": ("a sum", 0, r"y_j - t_j", "t_j - y_j"),
    "a term in the macro": ("a sum", 1, "e^{a_m}", "e^{-a_m}"),
}


@pytest.mark.parametrize(("which", "part", "good", "bad"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_with_macros_is_not_right(which: str, part: int, good: str, bad: str) -> None:
    exercise, definition, text = RIGHT["a formula" if which == "a" else which]
    assert good in (definition if part else text)
    if part:
        definition = definition.replace(good, bad)
    else:
        text = text.replace(good, bad)
    found = verdict(exercise, *expand_all([definition, text]))
    assert found.status is not Status.MISSING
    assert found.status is not Status.CORRECT or found.findings


def test_a_known_command_with_another_meaning_counts_as_it_is_shown() -> None:
    exercise, _, text = RIGHT["a sum"]
    text = text.replace(r"\Z", r"\sum_m e^{a_m}").replace(
        r"\pd{\log\sum_m e^{a_m}}{a_j}", r"\frac{\partial}{\partial a_j}\log\sum_m e^{a_m}"
    )
    assert verdict(exercise, text).status is Status.CORRECT
    redefined = expand_all([r"$\renewcommand{\log}{2\ln}$", text])
    assert verdict(exercise, *redefined).status is not Status.CORRECT
    unreadable = expand_all([r"$\def\log#1{\log #1}$", text])
    assert verdict(exercise, *unreadable).status is Status.REVIEW


def test_definitions_alone_are_no_answer() -> None:
    assert verdict("i", *expand_all([PARTIAL, LOSS])).status is Status.MISSING
