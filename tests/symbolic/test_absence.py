"""What must occur in an answer follows from the definitions of the network, as far as the exercise goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.assignment import load_assignment
from grader.symbolic.formulas.judge import read_symbol
from grader.symbolic.mistakes.absence import absent
from grader.symbolic.reading.reader import read
from grader.symbolic.truth.frames import settings

if TYPE_CHECKING:
    from grader.schema import Equation, Exercise

EQUATIONS = [
    (name, exercise, equation)
    for name in ("week1", "logistic")
    for exercise in load_assignment(name).exercises
    for equation in exercise.equations
]


def missing(name: str, exercise: Exercise, asks: str, text: str) -> set[str]:
    left = read_symbol(asks)
    assert left is not None
    world = load_assignment(name).spec.worlds[str(exercise.world)]
    return absent(left, read(text)[0].expression, exercise.eliminate, settings(world)[-1])


@pytest.mark.parametrize(("name", "exercise", "equation"), EQUATIONS)
def test_nothing_is_missing_in_a_reference(name: str, exercise: Exercise, equation: Equation) -> None:
    assert missing(name, exercise, equation.asks, equation.reference) == set()


@pytest.mark.parametrize(
    ("name", "exercise", "asks", "text", "expected"),
    [
        ("week1", "a", "y_j", "1", {"h", "w", "x"}),
        ("week1", "a", "y_j", r"h_2(\sum_i w_{ji}^{(2)} h_1(x_i))", {"w"}),
        ("week1", "a", "y_j", r"h(\sum_i w_{ji}^{(2)} h_1(\sum_k w_{ik}^{(1)} x_k))", {"h"}),
        ("week1", "b", "y_j", r"h_3(\sum_i w_{ji}^{(3)} h_2(\sum_k w_{ik}^{(2)} x_k))", {"h", "w"}),
        ("week1", "c", "y_j", "1", set()),
        ("week1", "c", "z_j^{(l)}", "a_j^{(l)}", {"h"}),
        ("week1", "c", "a_j^{(l)}", "z_j^{(l-1)}", {"w"}),
        ("week1", "c", "a_j^{(1)}", "1", {"w", "x"}),
        ("week1", "i", r"\delta_j^{(L)}", "1", set()),
        ("logistic", "a", "y_k", r"\exp(x_k)", {"w"}),
        ("logistic", "a", "y_k", r"\exp(\sum_i w^{(1)}_{ki} x_i)", set()),
    ],
)
def test_what_does_not_occur_is_missing(
    name: str, exercise: str, asks: str, text: str, expected: set[str]
) -> None:
    assert missing(name, load_assignment(name).exercise(exercise), asks, text) == expected
