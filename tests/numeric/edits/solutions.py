"""Right functions in several styles, from which variants are written: name, source."""

from __future__ import annotations

import ast

from tests.numeric.solutions import BACKWARD, CROSS_ENTROPY, FINITE_DIFFERENCE, GIVEN

HELPERS = GIVEN.replace("import matplotlib.pyplot as plt", "")
"""What is given, for a place where nothing can be drawn."""

SHEET_BACKWARD = """
def backward_pass(x, t, y, z, a, NN, activations, loss_f):
    g_b, g_w = [], []
    delta = loss_f(t, y, True) * activations[-1](a[-1], True)
    for l in reversed(range(len(NN[0]))):
        g_b.insert(0, np.sum(delta, axis=0, keepdims=True) / x.shape[0])
        g_w.insert(0, np.dot(z[l].T, delta) / x.shape[0])
        if l > 0:
            delta = np.dot(delta, NN[0][l].T) * activations[l - 1](a[l - 1], True)
    return g_b, g_w
"""

POINT_BY_POINT = """
def backward_pass(x, t, y, z, a, NN, activations, loss_f):
    weights, biases = NN
    g_w = [np.zeros(w.shape) for w in weights]
    g_b = [np.zeros(b.shape) for b in biases]
    for n in range(len(x)):
        error = loss_f(t[n], y[n], derivative=True)
        for l in range(len(weights) - 1, -1, -1):
            delta = error * activations[l](a[l][n], derivative=True)
            g_w[l] += np.outer(z[l][n], delta) / len(x)
            g_b[l] += delta / len(x)
            error = weights[l] @ delta
    return g_b, g_w
"""

IN_PLACE = """
def finite_difference(x, t, NN, activations, indexes, dw):
    NN[0][indexes[0]][indexes[1], indexes[2]] += dw
    up = np.sum(squared_error(t, forward_pass(x, NN, activations)[1][-1])) / len(x)
    NN[0][indexes[0]][indexes[1], indexes[2]] -= dw
    down = np.mean(np.sum(squared_error(t, forward_pass(x, NN, activations)[1][-1]), axis=1))
    return (up - down) / dw
"""

LOGITS = """
def cross_entropy_loss(t, y, derivative=False):
    s = np.exp(y - np.max(y, axis=1, keepdims=True))
    s = s / np.sum(s, axis=1, keepdims=True)
    return s - t if derivative else -np.sum(t * np.log(s + 1e-300), axis=1)
"""

AVERAGED = """
def cross_entropy_loss(t, y, derivative=False):
    n = y.shape[0]
    if derivative:
        return -(t / y) / n
    return -np.sum(t * np.log(y)) / n
"""


def _given() -> list[tuple[str, str]]:
    functions = [node for node in ast.parse(GIVEN).body if isinstance(node, ast.FunctionDef)]
    return [(node.name, ast.unparse(node)) for node in functions if node.name != "init_NN"]


SOLUTIONS: list[tuple[str, str]] = [
    *_given(),
    ("backward_pass", BACKWARD),
    ("backward_pass", SHEET_BACKWARD),
    ("backward_pass", POINT_BY_POINT),
    ("finite_difference", FINITE_DIFFERENCE),
    ("finite_difference", IN_PLACE),
    ("cross_entropy_loss", CROSS_ENTROPY),
    ("cross_entropy_loss", LOGITS),
    ("cross_entropy_loss", AVERAGED),
]
