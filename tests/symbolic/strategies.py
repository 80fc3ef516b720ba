"""Random expressions as the reader makes them, and random text that looks like LaTeX."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from hypothesis import strategies as st

from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Applied,
    Big,
    Case,
    Cases,
    Condition,
    Derivative,
    Divide,
    Dots,
    Expression,
    Function,
    Indicator,
    Multiply,
    Negative,
    Norm,
    Number,
    Power,
    Symbol,
    Transpose,
    Where,
)

Expressions = st.SearchStrategy[Expression]

numbers: Expressions = st.integers(0, 120).map(lambda value: Number(Fraction(value)))
index_letters: Expressions = st.sampled_from("ijkmn").map(Symbol) | st.sampled_from(
    [Symbol("i", indices=(Number(Fraction(1)),))]
)
indices: Expressions = index_letters | st.integers(0, 9).map(lambda value: Number(Fraction(value)))
labels: Expressions = st.one_of(
    st.sampled_from("lL").map(Symbol),
    st.integers(0, 12).map(lambda value: Number(Fraction(value))),
    st.builds(
        lambda letter, sign: Add(
            (Symbol(letter), Number(Fraction(1)) if sign else Negative(Number(Fraction(1))))
        ),
        st.sampled_from("lL"),
        st.booleans(),
    ),
)

weights = st.builds(Symbol, st.just("w"), labels, st.tuples(indices, indices))
units = st.builds(Symbol, st.sampled_from(["a", "z", "delta"]), labels, st.tuples(indices))
plain = st.builds(
    Symbol,
    st.sampled_from(["x", "y", "t", "alpha", "K", "x'", "hat y", "mathcal D"]),
    st.none(),
    st.lists(indices, max_size=2).map(tuple),
)
bold = st.builds(
    Symbol, st.sampled_from(["x", "y", "t"]), st.none(), st.lists(indices, max_size=1).map(tuple), st.just(True)
)  # fmt: skip
symbols: Expressions = st.one_of(weights, units, plain, bold)
leaves: Expressions = st.one_of(symbols, numbers, st.just(Dots()))
applied: Expressions = st.builds(
    Applied,
    st.just(Symbol("E")) | st.just(Symbol("p")),
    st.lists(bold | plain, min_size=1, max_size=2).map(tuple),
    st.lists(bold | plain, max_size=2).map(tuple),
)
letters = st.sampled_from("ijkmn")
conditions = st.builds(Condition, letters.map(Symbol), letters.map(Symbol), st.booleans())
kinds: st.SearchStrategy[Literal["sum", "prod"]] = st.sampled_from(["sum", "prod"])


def _grown(inner: Expressions) -> Expressions:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Add, several),
        st.builds(Multiply, several),
        st.builds(Negative, inner),
        st.builds(Divide, inner, inner),
        st.builds(Power, inner, inner),
        st.builds(Norm, inner),
        st.builds(Activation, labels | st.none(), inner, st.integers(0, 2)),
        st.builds(
            Function,
            st.sampled_from(["log", "exp", "sqrt", "tanh", "softmax", "det", "argmin", "abs"]),
            inner,
        ),
        st.builds(
            Big,
            kinds,
            st.sampled_from(["i", "k", "i_1"]),
            st.none() | st.integers(0, 1).map(lambda value: Number(Fraction(value))),
            st.none() | st.sampled_from("DMK").map(Symbol),
            inner,
        ),
        st.builds(Big, kinds, letters, st.none(), st.none(), inner, letters.map(Symbol)),
        st.builds(Derivative, applied | symbols, symbols),
        st.builds(Indicator, conditions),
        st.builds(Transpose, inner),
        st.builds(Where, inner, st.sampled_from(["u", "g"]), inner),
        st.lists(st.builds(Case, inner, conditions), min_size=1, max_size=2).map(
            lambda cases: Cases(tuple(cases))
        ),
    )


expressions: Expressions = st.recursive(leaves | applied, _grown, max_leaves=8)

_FRAGMENTS = (
    *(
        "w^{(2)}_{ji}",
        "x_i",
        "h_1(",
        ")",
        r"\left(",
        r"\right)",
        "{",
        "}",
        "[",
        "]",
        "_",
        "^",
        "'",
        r"\prime",
    ),
    *(
        r"\sum",
        r"\sum_{i=0}^M",
        r"\prod",
        r"\frac",
        r"\frac{",
        r"\sqrt",
        r"\log",
        "log",
        "exp",
        "softmax",
        "e^",
    ),
    *(r"\partial", r"\frac{\partial E}{\partial", r"\nabla", r"\mathbf{", r"\mathcal{N}(", "|", r"\|", "||"),
    *(
        "+",
        "-",
        "/",
        "=",
        "&",
        ",",
        ".",
        ";",
        ":",
        r"\\",
        r"\ ",
        r"\,",
        "%",
        "#",
        "$",
        "<",
        ">",
        "~",
        "\\",
        " ",
    ),
    *("0", "12", "3.5", "i_1", "l-1", "∑", "σ", "²", "…", r"\ldots", r"\text{", r"\text{ for }", r"\mathrm{"),
    *(
        r"\foo",
        "p(t|x,w)",
        r"\hat",
        "\n",
        r"\tag{1}",
        r"\operatorname",
        "d",
        "h",
        "h'",
        r"\ell",
        "é",
        "损",
        "\x00",
    ),
)
"""Pieces that the reader knows, and some that it does not."""

latex_like: st.SearchStrategy[str] = st.lists(
    st.sampled_from(_FRAGMENTS) | st.text(max_size=3), max_size=14
).map("".join)
