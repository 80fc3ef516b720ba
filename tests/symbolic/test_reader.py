"""What the reader makes of a formula: one table for all constructs, and what holds for any text at all."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given, settings

from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Big,
    Divide,
    Expression,
    Multiply,
    Negative,
    Number,
    Power,
    Symbol,
    letter,
    walk,
)
from grader.symbolic.reading.latex import to_latex
from grader.symbolic.reading.lexer import ReadError, caret
from grader.symbolic.reading.parser import HARMLESS
from grader.symbolic.reading.reader import read
from tests.symbolic.helpers import same
from tests.symbolic.strategies import expressions, latex_like

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))
I, J, L, M = (Symbol(name) for name in "ijlM")  # noqa: E741 - as the sheet writes them
W_JI = Symbol("w", TWO, (J, I))

TREES: dict[str, tuple[str, Expression]] = {
    "a weight": ("w^{(2)}_{ji}", W_JI),
    "a label of the layer below": ("z^{(l-1)}_i", Symbol("z", Add((L, Negative(ONE))), (I,))),
    "an activation": (r"h_1(x_i)", Activation(ONE, Symbol("x", None, (I,)))),
    "its derivative": ("h_l'(x_i)", Activation(L, Symbol("x", None, (I,)), 1)),
    "a sum ends where its term ends": (
        r"\sum_{i=1}^M x_i + x_j",
        Add((Big("sum", "i", ONE, M, Symbol("x", None, (I,))), Symbol("x", None, (J,)))),
    ),
    "a sum takes all factors": (
        r"\sum_i^M w^{(2)}_{ji} x_i",
        Big("sum", "i", None, M, Multiply((W_JI, Symbol("x", None, (I,))))),
    ),
    "a power of a plain letter": ("x^2", Power(Symbol("x"), TWO)),
    "a minus binds looser than a product": ("-2x", Negative(Multiply((TWO, Symbol("x"))))),
    "a fraction": (r"\frac{1}{x}", Divide(ONE, Symbol("x"))),
    "a decimal number is exact": ("0.5", Number(Fraction(1, 2))),
    "a bold letter": (r"\mathbf{x}_i", Symbol("x", None, (I,), bold=True)),
}


@pytest.mark.parametrize(("text", "tree"), TREES.values(), ids=TREES)
def test_a_construct_is_read_as_a_tree(text: str, tree: Expression) -> None:
    (reading,) = read(text)
    assert reading.expression == tree
    assert reading.repairs == ()


SPELLINGS: dict[str, tuple[str, str]] = {
    "label before the indices": ("w_{ji}^{(2)}", "w^{(2)}_{ji}"),
    "label without parentheses": ("w_{ji}^{2}", "w^{(2)}_{ji}"),
    "label without braces": ("w^2_{ji}", "w^{(2)}_{ji}"),
    "label in square brackets": ("w^{[2]}_{ji}", "w^{(2)}_{ji}"),
    "label in a parenthesis without braces": ("a^(l)_j", "a^{(l)}_j"),
    "label with spaces": ("z^{ ( l - 1 ) }_i", "z^{(l-1)}_i"),
    "letter as a bare label": ("z^L_j", "z^{(L)}_j"),
    "index inside the label's braces": ("a^{(l)_j}", "a^{(l)}_j"),
    "indices in a parenthesis": ("w_(ji)", "w_{ji}"),
    "indices with a comma": ("w_{j, i}", "w_{ji}"),
    "braces around the letter": ("{w}^{(1)}_{ji}", "w^{(1)}_{ji}"),
    "capital weight": ("W^{(1)}_{ji}", "w^{(1)}_{ji}"),
    "omega for w": (r"\omega_{ji}", "w_{ji}"),
    "ell for l": (r"a^{(\ell)}_j", "a^{(l)}_j"),
    "upright letter": (r"\mathrm{w}_{ji}", "w_{ji}"),
    "upper limit first": (r"\sum^M_{i=0} x_i", r"\sum_{i=0}^M x_i"),
    "limits": (r"\sum\limits_{i=0}^{M} x_i", r"\sum_{i=0}^M x_i"),
    "displaystyle": (r"\displaystyle \sum_{i=0}^M x_i", r"\sum_{i=0}^M x_i"),
    "braces around the summand": (r"\sum_{i=0}^M {x_i}", r"\sum_{i=0}^M x_i"),
    "Unicode sum": ("∑_{i=0}^M x_i", r"\sum_{i=0}^M x_i"),
    "left and right": (r"\left( x_i \right)", "x_i"),
    "big brackets": (r"\bigg( x_i \bigg)", "x_i"),
    "curly brackets": (r"\{ x_i \}", "x_i"),
    "square brackets of an activation": ("h_1[x_i]", "h_1(x_i)"),
    "activation with a superscript": ("h^{(1)}(x_i)", "h_1(x_i)"),
    "cdot": (r"x_i \cdot y_j", "x_i y_j"),
    "times": (r"x_i \times y_j", "x_i y_j"),
    "star": ("x_i * y_j", "x_i y_j"),
    "Unicode dot": ("x_i ⋅ y_j", "x_i y_j"),
    "Unicode minus": ("y_j − t_j", "y_j - t_j"),
    "Unicode greek": ("σ + δ_j", r"\sigma + \delta_j"),
    "Unicode square": ("σ²", r"\sigma^2"),
    "thin spaces": (r"x_i\,y_j\;", "x_i y_j"),
    "alignment mark": ("& x_i", "x_i"),
    "leading plus": ("+x_i", "x_i"),
    "fraction without braces": (r"\frac12", r"\frac{1}{2}"),
    "dfrac": (r"\dfrac{1}{2}", r"\frac{1}{2}"),
    "bare log": ("log x", r"\log x"),
    "bare exp": ("exp(x)", r"\exp(x)"),
    "ln": (r"\ln x", r"\log x"),
    "log as an operator": (r"\operatorname{log} x", r"\log x"),
    "log as text": (r"\text{log} x", r"\log x"),
    "e to the power": ("e^{-a_k}", r"\exp(-a_k)"),
    "root without braces": (r"\sqrt2", r"\sqrt{2}"),
    "norm with bars": (r"||\mathbf{x}||^2", r"\|\mathbf{x}\|^2"),
    "norm with its kind": (r"\|\mathbf{x}\|_2^2", r"\|\mathbf{x}\|^2"),
    "norm with lVert": (r"\lVert \mathbf{x} \rVert^2", r"\|\mathbf{x}\|^2"),
    "vec": (r"\vec{x}", r"\mathbf{x}"),
    "boldsymbol": (r"\boldsymbol{x}", r"\mathbf{x}"),
    "mid": (r"p(\mathbf{t} \mid \mathbf{x}, w)", r"p(\mathbf{t}|\mathbf{x},w)"),
    "index behind the call": (r"\mathbf{y}(\mathbf{x})_k", r"y_k(\mathbf{x})"),
    "prime before the layer": ("h'_l(x)", "h_l'(x)"),
    "prime command": (r"h_l^\prime(x)", "h_l'(x)"),
    "prime in braces": ("h_l^{'}(x)", "h_l'(x)"),
    "typographic prime": ("h_l’(x)", "h_l'(x)"),
    "operator form of a derivative": (r"\frac{\partial}{\partial a_j} E", r"\frac{\partial E}{\partial a_j}"),
    "straight d": (r"\frac{dE}{da_j}", r"\frac{\partial E}{\partial a_j}"),
    "nabla": (r"\nabla_{a_j} E", r"\frac{\partial E}{\partial a_j}"),
    "delta for partial": (r"\frac{\delta E}{\delta a_j}", r"\frac{\partial E}{\partial a_j}"),
    "a factor before partial": (r"\frac{2 \partial E}{\partial a_j}", r"2 \frac{\partial E}{\partial a_j}"),
    "a sum over two letters": (r"\sum_{n,k} t_{nk}", r"\sum_n \sum_k t_{nk}"),
    "a sum written out": (r"t_1 a_1 + t_2 a_2 + \ldots + t_K a_K", r"\sum_{k=1}^K t_k a_k"),
    "a sum written out around a letter": (r"t_1 + \dots + t_j + \dots + t_K", r"\sum_{k=1}^K t_k"),
    "a sum written out from 0": (r"w_{j0} x_0 + w_{j1} x_1 + \cdots + w_{jD} x_D", r"\sum_{d=0}^D w_{jd} x_d"),
    "a product written out": (r"y_1^{t_1} \cdots y_K^{t_K}", r"\prod_{k=1}^K y_k^{t_k}"),
    "a bold one": (r"\mathbf{1}[k=j]", "[k=j]"),
    "a double one": (r"\mathbb{1}\{k=j\}", "[k=j]"),
    "a one with a condition below": ("1_{k=j}", "[k=j]"),
    "an indicator called I": (r"\mathbb{I}(k = j)", "[k=j]"),
    "top": (r"\mathbf{x}^\top \mathbf{x}", r"\mathbf{x}^T \mathbf{x}"),
    "a label and a T": (r"W^{(2)T} \mathbf{x}", r"(W^{(2)})^T \mathbf{x}"),
    "single bars": (r"\left| \mathbf{x} \right|", r"|\mathbf{x}|"),
    "odot": (r"x_i \odot y_j", "x_i y_j"),
    "argmax in a word": (r"\operatorname*{arg\,max}_w E", r"\arg\max_w E"),
    "argmax under w": (r"\underset{w}{\operatorname{argmax}} E", r"\arg\max E"),
    "a data point beside the layer": ("z_i^{(l,n)}", "z_{in}^{(l)}"),
    "a data point behind the layer": ("z_i^{(l),n}", "z_{in}^{(l)}"),
    "a data point before the layer": ("z_i^{(n)(l)}", "z_{in}^{(l)}"),
    "bold weights under argmin": (r"\arg\min_{\mathbf{w}} E", r"\arg\min_w E"),
    "index with a sub-index in braces": ("w_{i_{2}i_{1}}", "w_{i_2i_1}"),
    "full stop": ("y_j - t_j .", "y_j - t_j"),
    "comma": (r"y_j - t_j \, ,", "y_j - t_j"),
    "equation number": (r"y_j \tag{3}", "y_j"),
}  # fmt: skip


@pytest.mark.parametrize(("spelling", "usual"), SPELLINGS.values(), ids=SPELLINGS)
def test_two_spellings_say_the_same(spelling: str, usual: str) -> None:
    assert same(spelling, usual)
    assert set(read(spelling)[0].repairs) <= HARMLESS


DIFFERENT: dict[str, tuple[str, str]] = {
    "order of the indices": ("w_{ji}", "w_{ij}"),
    "layer": ("z^{(l)}_i", "z^{(L)}_i"),
    "limits left out": (r"\sum_i x_i", r"\sum_{i=0} x_i"),
    "brackets": (r"\sum_i (x_i + y_j)", r"\sum_i x_i + y_j"),
    "sign": ("-y_j", "y_j"),
    "power of a letter that has no layers": ("x^2", "x^{(2)}"),
    "prime on an index": ("a_{k'}", "a_k"),
    "derivative": ("h_l'(x)", "h_l(x)"),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_means_something_else_is_read_as_something_else(one: str, other: str) -> None:
    assert not same(one, other)


READINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "how far a logarithm reaches": (r"\log 2\pi", (r"\log(2\pi)", r"\log(2) \pi")),
    "what stands below a slash": (r"E/2\sigma^2", (r"\frac{E}{2\sigma^2}", r"\frac{E}{2} \sigma^2")),
    "where a sum ends": (r"\sum_k t_k x_k - t_k y", (r"\sum_k t_k x_k - t_k y", r"\sum_k (t_k x_k - t_k y)")),
    "a bracket ends the logarithm": (r"\log(2)\pi", (r"(\log 2) \pi",)),
    "a star ends the denominator": (r"E/2*x", (r"\frac{E}{2} x",)),
    "the second term does not use the letter": (r"\sum_k t_k - t_j", (r"\sum_k t_k - t_j",)),
    "two doubts at once": (
        r"\log 2\pi + E/2x",
        (
            r"\log(2\pi) + \frac{E}{2x}",
            r"\log(2) \pi + \frac{E}{2x}",
            r"\log(2\pi) + \frac{E}{2} x",
            r"\log(2) \pi + \frac{E}{2} x",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "meanings"), READINGS.values(), ids=READINGS)
def test_every_reading_of_an_ambiguous_formula_is_kept(text: str, meanings: tuple[str, ...]) -> None:
    readings = [reading.expression for reading in read(text)]
    expected = [read(meaning)[0].expression for meaning in meanings]
    assert readings[0] == expected[0]
    assert len(readings) == len(expected)
    assert all(meaning in readings for meaning in expected)


REPAIRS: dict[str, tuple[str, str, str]] = {
    "missing at the end": ("h_1(x_i", "h_1(x_i)", "closing ) for ( is missing"),
    "missing before a brace": (r"\frac{h_1(x_i}{2}", r"\frac{h_1(x_i)}{2}", "closing ) for ( is missing"),
    "one too many": ("h_1(x_i))", "h_1(x_i)", "closing ) too many"),
    "one too many in the middle": ("x_i) y_j", "x_i y_j", "closing ) too many"),
    "one too many before a sum": ("x_i) + y_j", "x_i + y_j", "closing ) too many"),
    "a brace too many": ("x_i}", "x_i", "closing } too many"),
    "a sum without its index": (r"\sum \exp(x_i)", r"\sum_i \exp(x_i)", "index of a sum"),
    "an index behind a bracket": ("h_1(x_i)_j", "h_1(x_i)", "index behind a bracket"),
}


@pytest.mark.parametrize(("text", "mended", "note"), REPAIRS.values(), ids=REPAIRS)
def test_what_is_mended_is_noted(text: str, mended: str, note: str) -> None:
    reading = read(text)[0]
    assert reading.expression == read(mended)[0].expression
    assert any(note in repair for repair in reading.repairs)


ERRORS: dict[str, tuple[str, str, str]] = {
    "nothing": ("", "", "no formula"),
    "a command nobody knows": (r"x + \foo y", r"\foo", "not known"),
    "an equals sign": ("x_i = y", "=", "not expected"),
    "words": (r"x \text{ where i} y", r"\text{ where i}", "not expected"),
    "a sum under a condition": (r"x + \sum_{i \in S} y_i", "i", "condition"),
    "an end too early": ("x_i +", "+", "too early"),
    "a second superscript": ("x^{2}^{3}", "^", "second superscript"),
    "an activation without argument": ("h_1 + x", "h_1", "without its argument"),
    "an upright group without end": (r"\text{log", r"\text{log", "does not end"),
    "going on after a comma": ("x_i, y_j", ",", "goes on"),
    "the best of something else": (r"\arg\min_x E", r"\arg\min", "something else than the weights"),
    "one limit for two letters": (r"\sum_{n,k}^N t_{nk}", r"\sum", "one limit"),
    "a norm without end": (r"\| x", r"\|", "missing"),
}


@pytest.mark.parametrize(("text", "place", "message"), ERRORS.values(), ids=ERRORS)
def test_an_error_carries_its_place(text: str, place: str, message: str) -> None:
    with pytest.raises(ReadError, match=message) as caught:
        read(text)
    assert text[slice(*caught.value.span)] == place


def test_the_caret_stands_under_the_place_in_its_line() -> None:
    text = "x_i\n+ \\foo y\n+ z"
    with pytest.raises(ReadError) as caught:
        read(text)
    assert caret(text, caught.value) == "+ \\foo y\n  ^ \\foo is not known here"


def test_a_place_counts_characters_as_typed() -> None:
    (symbol,) = (node for node in walk(read("∑_i σ x_i")[0].expression) if letter(node) == "x_i")
    assert "∑_i σ x_i"[slice(*symbol.span)] == "x_i"


@pytest.mark.parametrize(
    "text", ["x" * 4001, "(" * 60 + "x", r"\sum_i " * 9 + "x_i"], ids=["long", "deep", "sums"]
)
def test_what_nobody_types_is_refused(text: str) -> None:
    with pytest.raises(ReadError):
        read(text)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(latex_like)
@example(r"\sum_{i}^{" + "x" * 10)
@example("x_{" + "9" * 300 + "}")
def test_any_text_gives_readings_or_a_read_error(text: str) -> None:
    try:
        readings = read(text)
    except ReadError:
        return
    assert 1 <= len(readings) <= 8
    assert all(isinstance(reading.expression, Expression) for reading in readings)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(expressions)
def test_what_is_printed_reads_back_as_the_same(node: Expression) -> None:
    reading = read(to_latex(node))[0]
    assert reading.expression == node
    assert reading.repairs == ()


@pytest.mark.parametrize(
    "text",
    [text for name, (text, _) in TREES.items() if "decimal" not in name]
    + [text for text, _ in SPELLINGS.values()]
    + [text for text, _ in READINGS.values()]
    + [text for text, _, _ in REPAIRS.values()],
)
def test_how_an_answer_was_read_can_be_read(text: str) -> None:
    for reading in read(text):
        assert read(to_latex(reading.expression))[0].expression == reading.expression
