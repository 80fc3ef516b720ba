"""Right answers to the functions of week 2, written apart from the reference, and tools to ask about variants of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from grader.assignment import load_assignment
from grader.numeric import CodeCell, Limits, Session, check_functions, submission_seed, unfilled
from grader.scoring import score

if TYPE_CHECKING:
    from pathlib import Path

    from grader.result import Verdict
    from grader.schema import Exercise

WEEK2 = load_assignment("week2")
QUICK = Limits(cpu_seconds=1)
SEED = submission_seed(b"secret of the tests", "0" * 64)

GIVEN = """
import numpy as np
import matplotlib.pyplot as plt

def Linear(x, derivative=False):
    return np.ones_like(x) if derivative else x

def Sigmoid(x, derivative=False):
    f = 1 / (1 + np.exp(-x))
    return f * (1 - f) if derivative else f

def Tanh(x, derivative=False):
    return 1 - np.tanh(x) ** 2 if derivative else np.tanh(x)

def ReLU(x, derivative=False):
    return (x > 0).astype(float) if derivative else np.maximum(x, 0)

def init_NN(L):
    weights = [0.1 * np.random.randn(n, m) for n, m in zip(L[:-1], L[1:])]
    return weights, [np.zeros((1, m)) for m in L[1:]]

def forward_pass(x, NN, activations):
    a, z = [], [x]
    for w, b, h in zip(NN[0], NN[1], activations):
        a.append(z[-1] @ w + b)
        z.append(h(a[-1]))
    return a, z

def squared_error(t, y, derivative=False):
    return y - t if derivative else 0.5 * (y - t) ** 2
"""

BACKWARD = """
import numpy as np

def backward_pass(x, t, y, z, a, NN, activations, loss_f):
    n = len(NN[0])
    g_b, g_w = [None] * n, [None] * n
    delta = loss_f(t, y, derivative=True) * activations[-1](a[-1], derivative=True)
    for l in range(n - 1, -1, -1):
        g_w[l] = z[l].T @ delta / len(x)
        g_b[l] = delta.mean(axis=0, keepdims=True)
        if l > 0:
            delta = delta @ NN[0][l].T * activations[l - 1](a[l - 1], derivative=True)
    return g_b, g_w
"""

CROSS_ENTROPY = """
import numpy as np

def cross_entropy_loss(t, y, derivative=False):
    return -t / y if derivative else -t * np.log(y)
"""

GLOROT_TANH = """
import numpy as np

def init_NN_glorot_Tanh(L):
    weights = [np.random.normal(0, np.sqrt(2 / (n + m)), (n, m)) for n, m in zip(L[:-1], L[1:])]
    return weights, [np.zeros((1, m)) for m in L[1:]]
"""

HE_RELU = """
import numpy as np

def init_NN_he_ReLU(L):
    weights = [np.random.normal(0, np.sqrt(2 / n), (n, m)) for n, m in zip(L[:-1], L[1:])]
    return weights, [np.zeros((1, m)) for m in L[1:]]
"""

GLOROT = """
import numpy as np

def init_NN_Glorot(L, activations):
    factor = {Linear: 1, Tanh: 1, Sigmoid: 16, ReLU: 2}
    weights = [np.random.normal(0, np.sqrt(2 * factor[h] / (n + m)), (n, m)) for n, m, h in zip(L, L[1:], activations)]
    return weights, [np.zeros((1, m)) for m in L[1:]]
"""

FINITE_DIFFERENCE = """
import copy

def finite_difference(x, t, NN, activations, indexes, dw):
    l, i, j = indexes
    def E(change):
        moved = copy.deepcopy(NN)
        moved[0][l][i, j] += change
        return squared_error(t, forward_pass(x, moved, activations)[1][-1]).sum() / len(x)
    return (E(dw) - E(-dw)) / (2 * dw)
"""


def edited(source: str, *changes: tuple[str, str]) -> str:
    """The source with pieces replaced; every piece must be there."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return source


def judge(exercise: str | Exercise, *cells: str, limits: Limits = QUICK, seed: bytes = SEED) -> Verdict:
    """The verdict on one exercise of a notebook with these code cells, all of them the exercise's own."""
    wanted = WEEK2.exercise(exercise) if isinstance(exercise, str) else exercise
    code = [CodeCell(index, source) for index, source in enumerate(cells)]
    with Session(code, limits) as session:
        blank = unfilled(code_cells(WEEK2.sheet_path), code)
        return check_functions(wanted, session, frozenset(range(len(cells))), seed, blank)


def share(exercise: str, verdict: Verdict) -> float:
    """Part of the points that week 2's rubric leaves of a verdict."""
    points = score(verdict, WEEK2.costs(WEEK2.exercise(exercise)), 1.0).points
    assert points is not None
    return points


def code_cells(path: Path) -> list[CodeCell]:
    """The code cells of a notebook in format 4."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        CodeCell(index, "".join(cell["source"]))
        for index, cell in enumerate(cells)
        if cell["cell_type"] == "code"
    ]
