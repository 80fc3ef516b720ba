"""Two equal canonical forms are a proof; formulas that differ in spelling only have the same one."""

from __future__ import annotations

import cmath
import itertools
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.symbolic.reading.expression import (
    Add,
    Divide,
    Expression,
    Function,
    Multiply,
    Negative,
    Number,
    Power,
    Symbol,
)
from grader.symbolic.reading.reader import read
from grader.symbolic.truth.canonical import canonical, same

if TYPE_CHECKING:
    from collections.abc import Iterator

POINTS = (
    {"x": 0.7 + 1.1j, "y": -1.3 - 0.4j},
    {"x": -0.8 + 0.3j, "y": 0.2 - 1.9j},
    {"x": -2.0 - 0.1j, "y": 1.6j},
)
X, Y = Symbol("x"), Symbol("y")
NUMBERS = [Number(Fraction(value)) for value in (0, 1, 2, 4)]


def e(text: str) -> Expression:
    (statement,) = read(text)
    return statement.expression


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"a + b + c", r"c + a + b"),
        (r"a b \exp(c)", r"\exp(c) b a"),
        (r"-a + b", r"b - a"),
        (r"2 (a + b)", r"2 a + 2 b"),
        (r"\frac{a}{b}", r"\frac{1}{b} a"),
        (r"a - a + b", r"b"),
        (r"\frac{1}{2} a + \frac{1}{2} a", r"a"),
        (r"\exp(a) \exp(b)", r"\exp(b + a)"),
        (r"\exp(\log a)", r"a"),
        (r"\exp(2 \log(a + b))", r"(a + b)^2"),
        (r"\sqrt{a} \sqrt{a}", r"a"),
        (r"\sqrt{4 a}", r"2 \sqrt{a}"),
        (r"\frac{1}{\sqrt{a}} \frac{1}{\sqrt{a}}", r"\frac{1}{a}"),
        (r"\log \frac{1}{2}", r"- \log 2"),
        (r"\sum_{k=1}^{K} t_k a_k", r"\sum_{m=1}^{K} a_m t_m"),
        (r"\sum_{i=0}^{M} w_{ji}^{(2)} z_i", r"\sum_{k=0}^{M} z_k w_{jk}^{(2)}"),
        (r"\frac{\partial E}{\partial a_j} h'(a_j)", r"h'(a_j) \frac{\partial E}{\partial a_j}"),
    ],
)
def test_spelling_makes_no_difference(one: str, other: str) -> None:
    assert same(e(one), e(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"a b", r"a + b"),
        (r"w_{ij} x_j", r"w_{ji} x_j"),
        (r"\sum_k a_k b_k", r"(\sum_k a_k) (\sum_k b_k)"),
        (r"\sum_{k=0}^{K} w_{jk} x_k", r"\sum_{k=1}^{K} w_{jk} x_k"),
        (r"\frac{\partial E}{\partial a_j}", r"\frac{\partial E}{\partial a_k}"),
        (r"\frac{\partial E}{\partial a_j}", r"\frac{\partial E}{\partial w_{ji}}"),
        (r"h'(a_j)", r"h(a_j)"),
        (r"\sqrt{a^2}", r"a"),
        (r"\log \exp(a)", r"a"),
        (r"a^{(1)}", r"a^{(2)}"),
    ],
)
def test_what_may_differ_is_not_the_same(one: str, other: str) -> None:
    assert not same(e(one), e(other))


def test_what_has_no_form_is_not_the_same_as_anything() -> None:
    divided = e(r"\frac{a}{1 - 1}")
    assert not same(divided, divided)
    assert canonical(X, divided) is None


def test_free_letters_go_by_their_order_on_the_left() -> None:
    key = canonical(e("y_j"), e(r"\sum_{i=0}^{M} w_{ji} x_i"))
    assert key is not None
    assert key == canonical(e("y_k"), e(r"\sum_{j=0}^{M} w_{kj} x_j"))
    assert key != canonical(e("y_j"), e(r"\sum_{i=0}^{M} w_{ij} x_i"))


def test_equal_forms_have_equal_values_for_complex_numbers() -> None:
    """Of thousands of small expressions, all that have one form have one value."""
    groups: defaultdict[object, list[Expression]] = defaultdict(list)
    for expression in expressions():
        form = canonical(Symbol("left"), expression)
        if form is not None:
            groups[form].append(expression)
    assert sum(len(group) > 1 for group in groups.values()) > 400
    for group in groups.values():
        for point in POINTS:
            values = [value for value in (value_of(one, point) for one in group) if value is not None]
            assert all(cmath.isclose(values[0], value, rel_tol=1e-8, abs_tol=1e-8) for value in values), group


def expressions() -> Iterator[Expression]:
    leaves = [X, Y, *NUMBERS]
    inner = [*leaves, *grown(leaves, leaves)]
    yield from inner
    yield from grown(inner, [X, NUMBERS[2], Negative(Y), Divide(NUMBERS[1], NUMBERS[2])])


def grown(inner: list[Expression], others: list[Expression]) -> Iterator[Expression]:
    yield from map(Negative, inner)
    for name in ("exp", "log", "sqrt"):
        yield from (Function(name, one) for one in inner)
    for one, other in itertools.product(inner, others):
        yield from (Add((one, other)), Multiply((one, other)), Divide(one, other), Power(one, other))


def value_of(node: Expression, point: dict[str, complex]) -> complex | None:
    try:
        return value(node, point)
    except (ArithmeticError, ValueError):
        return None


def value(node: Expression, point: dict[str, complex]) -> complex:
    match node:
        case Number(number):
            return complex(number)
        case Symbol():
            return point[node.name]
        case Negative(operand):
            return -value(operand, point)
        case Add(terms):
            return sum(value(term, point) for term in terms)
        case Multiply((one, other)):
            return value(one, point) * value(other, point)
        case Divide(one, other):
            return value(one, point) / value(other, point)
        case Power(base, exponent):
            return value(base, point) ** value(exponent, point)
        case Function(name, argument):
            return complex(getattr(cmath, name)(value(argument, point)))
    raise AssertionError(node)
