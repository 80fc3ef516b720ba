"""Says whether a function of the lab is right, by loops over single numbers and definitions alone.

Nothing here is shared with the reference or with the grader: derivatives are central differences of the loss.
"""

from __future__ import annotations

import copy
import itertools
import math
import random
import warnings
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Rows = list[list[float]]

ACTIVATIONS: dict[str, Callable[[float], float]] = {
    "Linear": lambda a: a,
    "Sigmoid": lambda a: 1.0 / (1.0 + math.exp(-a)),
    "Tanh": math.tanh,
    "ReLU": lambda a: max(a, 0.0),
}
STEP = 1e-5
CLOSE = 1e-6


@dataclass
class Network:
    """Plain lists: weights[l][i][j], biases[l][j]."""

    weights: list[Rows]
    biases: list[list[float]]
    activations: list[str]


def run(x: Rows, network: Network) -> tuple[list[Rows], list[Rows]]:
    """Pre-activations and activations of every layer."""
    a: list[Rows] = []
    z = [x]
    for w, b, name in zip(network.weights, network.biases, network.activations, strict=True):
        a.append([
            [b[j] + sum(row[i] * w[i][j] for i in range(len(row))) for j in range(len(b))] for row in z[-1]
        ])  # fmt: skip
        z.append([[ACTIVATIONS[name](value) for value in row] for row in a[-1]])
    return a, z


def error(power: int, t: float, y: float) -> float:
    """1/p (y - t)^p."""
    return (y - t) ** power / power


def average_loss(x: Rows, t: Rows, network: Network, power: int) -> float:
    """Sum over outputs, average over data points."""
    _, z = run(x, network)
    total = 0.0
    for wanted, got in zip(t, z[-1], strict=True):
        for k in range(len(wanted)):
            total += error(power, wanted[k], got[k])
    return total / len(x)


def slope(function: Callable[[float], float]) -> float:
    """Derivative at 0."""
    return (8 * (function(STEP) - function(-STEP)) - function(2 * STEP) + function(-2 * STEP)) / (12 * STEP)


def moved(row: list[float], place: int, function: Callable[[], float]) -> Callable[[float], float]:
    """A function of the change of one number of a list."""

    def changed(change: float) -> float:
        before = row[place]
        row[place] = before + change
        value = function()
        row[place] = before
        return value

    return changed


@dataclass
class Example:
    """One network on one batch, with a loss of power 2 or 4."""

    x: Rows
    t: Rows
    network: Network
    power: int


def example(seed: int, sizes: list[int], batch: int, names: list[str], power: int) -> Example:
    """Random numbers; none of the pre-activations is close to a kink."""
    generator = random.Random(seed)

    def rows(count: int, length: int) -> Rows:
        return [[generator.gauss(0, 1) for _ in range(length)] for _ in range(count)]

    while True:
        weights = [rows(n, m) for n, m in itertools.pairwise(sizes)]
        network = Network(weights, [rows(1, m)[0] for m in sizes[1:]], names)
        made = Example(rows(batch, sizes[0]), rows(batch, sizes[-1]), network, power)
        a, _ = run(made.x, network)
        if min(abs(value) for layer in a for row in layer for value in row) > 1e-2:
            return made


EXAMPLES = [
    example(1, [3, 4, 2, 3], 5, ["Tanh", "ReLU", "Sigmoid"], 2),
    example(2, [2, 3, 4], 6, ["Sigmoid", "Tanh"], 4),
    example(3, [4, 3], 3, ["Linear"], 2),
]


def function_h(name: str) -> Callable[..., Any]:
    """An activation function in the lab's form, on arrays."""

    def h(x: Any, derivative: bool = False) -> Any:
        def one(value: float) -> float:
            return (
                slope(lambda change: ACTIVATIONS[name](value + change))
                if derivative
                else ACTIVATIONS[name](value)
            )

        return np.vectorize(one, otypes=[float])(x)

    return h


def function_loss(power: int) -> Callable[..., Any]:
    """A loss in the lab's form, on arrays."""

    def loss(t: Any, y: Any, derivative: bool = False) -> Any:
        def one(t: float, y: float) -> float:
            return slope(lambda change: error(power, t, y + change)) if derivative else error(power, t, y)

        return np.vectorize(one, otypes=[float])(t, y)

    return loss


def arrays(network: Network) -> tuple[list[Any], list[Any]]:
    """The network in the lab's form."""
    return [np.array(w) for w in network.weights], [np.array([b]) for b in network.biases]


def is_close(got: Any, expected: Any) -> bool:
    """Same shape and numbers."""
    try:
        found = np.array(got, dtype=float)
    except (TypeError, ValueError):
        return False
    wanted = np.array(expected, dtype=float)
    if found.shape != wanted.shape:
        return False
    return bool(np.all(np.abs(found - wanted) <= CLOSE * (1.0 + np.abs(wanted))))


def are_close(got: Any, expected: list[Any]) -> bool:
    """The same for a list of arrays of several shapes."""
    return isinstance(got, list | tuple) and len(got) == len(expected) and all(map(is_close, got, expected))


def is_pair(value: Any) -> bool:
    """Whether two things came back."""
    return isinstance(value, list | tuple) and len(value) == 2


Judgement = Literal["right", "wrong", "mutates_input", "not_stable"]


class Asked:
    """Calls a function on copies of its arguments and remembers whether it changed them."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.changed = False

    def __call__(self, *args: Any) -> Any:
        """What it returns, or None where it raises."""
        given = copy.deepcopy(args)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                value = self.function(*given)
            except Exception:  # noqa: BLE001  (whatever an edit raises makes it wrong)
                return None
        self.changed |= not all(map(_unchanged, args, given))
        return value


def _unchanged(before: Any, after: Any) -> bool:
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_unchanged, before, after))
    return not isinstance(before, np.ndarray) or is_close(after, before)


def judge(name: str, function: Callable[..., Any]) -> Judgement:
    """Whether a function is right in any accepted convention, and else well-behaved."""
    asked = Asked(function)
    check = _activation if name in ACTIVATIONS else _CHECKS[name]
    if not all(check(name, asked)):
        return "wrong"
    if name == "cross_entropy_loss" and not _is_stable(asked):
        return "not_stable"
    return "mutates_input" if asked.changed else "right"


def _activation(name: str, asked: Asked) -> Iterator[bool]:
    x = np.array([[-2.3, -0.7, 0.4], [1.9, 3.1, -1.2]])
    yield is_close(asked(x), function_h(name)(x))
    yield is_close(asked(x, True), function_h(name)(x, True))


def _squared_error(_name: str, asked: Asked) -> Iterator[bool]:
    for made in EXAMPLES:
        t, y = np.array(made.t), np.array(run(made.x, made.network)[1][-1])
        yield is_close(asked(t, y), function_loss(2)(t, y))
        yield is_close(asked(t, y, True), function_loss(2)(t, y, True))


def _forward_pass(_name: str, asked: Asked) -> Iterator[bool]:
    for made in EXAMPLES:
        functions = [function_h(name) for name in made.network.activations]
        value = asked(np.array(made.x), arrays(made.network), functions)
        yield is_pair(value) and all(map(are_close, value, run(made.x, made.network)))


def _backward_pass(_name: str, asked: Asked) -> Iterator[bool]:
    for made in EXAMPLES:
        network = made.network
        a, z = run(made.x, network)

        def loss(made: Example = made) -> float:
            return average_loss(made.x, made.t, made.network, made.power)

        g_w = [[[slope(moved(row, j, loss)) for j in range(len(row))] for row in w] for w in network.weights]
        g_b = [[slope(moved(b, j, loss)) for j in range(len(b))] for b in network.biases]
        value = asked(
            np.array(made.x),
            np.array(made.t),
            np.array(z[-1]),
            [np.array(part) for part in z],
            [np.array(part) for part in a],
            arrays(network),
            [function_h(name) for name in network.activations],
            function_loss(made.power),
        )
        rows = [[b] for b in g_b]
        yield is_pair(value) and any(
            are_close(biases, model) and are_close(weights, g_w)
            for biases, weights in (value, value[::-1])
            for model in (rows, g_b)
        )


def _finite_difference(_name: str, asked: Asked) -> Iterator[bool]:
    wanted: list[list[float]] = []
    got = []
    for made in (
        example(4, [3, 4, 2], 5, ["Tanh", "Sigmoid"], 2),
        example(5, [2, 3, 2], 4, ["Sigmoid", "Tanh"], 2),
    ):
        for layer, i, j, step in ((0, 1, 0, 0.9), (1, 0, 1, 1.3), (0, 0, 1, 0.6)):

            def loss(made: Example = made) -> float:
                return average_loss(made.x, made.t, made.network, 2)

            f = moved(made.network.weights[layer][i], j, loss)
            central, half = (f(step) - f(-step)) / (2 * step), (f(step / 2) - f(-step / 2)) / step
            wanted.append([central, half, (f(step) - f(0)) / step, (f(0) - f(-step)) / step])
            functions = [function_h(name) for name in made.network.activations]
            got.append(
                asked(
                    np.array(made.x), np.array(made.t), arrays(made.network), functions, (layer, i, j), step
                )
            )
    for value in got:
        yield value is not None
    yield any(
        all(
            value is not None and np.size(value) == 1 and is_close(np.reshape(value, ()), kinds[n])
            for value, kinds in zip(got, wanted, strict=True)
        )
        for n in range(4)
    )


def _cross_entropy_loss(_name: str, asked: Asked) -> Iterator[bool]:
    yield bool(_meanings(asked))


def _meanings(asked: Asked) -> set[bool]:
    """Whether y may be logits, for the conventions in which value and derivative are right."""
    generator = random.Random(6)
    y = [[0.1 + generator.random() for _ in range(3)] for _ in range(5)]
    y = [[value / sum(row) * 0.9 for value in row] for row in y]
    t = [[float(k == n % 3) for k in range(3)] for n in range(5)]
    value, derivative = asked(np.array(t), np.array(y)), asked(np.array(t), np.array(y), True)
    return {
        from_logits
        for from_logits in (False, True)
        for make, averaged in SUMS
        if is_close(value, make(partial(entropy, t, y, from_logits)))
        and is_close(derivative, slopes(t, y, logits=from_logits, divisor=5.0 if averaged else 1.0))
    }


def _is_stable(asked: Asked) -> bool:
    """Whether large logits give numbers, where logits are taken."""
    if True not in _meanings(asked):
        return True
    answers = [asked(np.eye(3)[::-1], 1000.0 * np.eye(3), *flag) for flag in ((), (True,))]
    return all(answer is not None and bool(np.isfinite(answer).all()) for answer in answers)


def entropy(t: Rows, y: Rows, logits: bool, n: int, k: int) -> float:
    """Loss of one class of one data point."""
    whole = sum(math.exp(value) for value in y[n]) if logits else 1.0
    return -t[n][k] * math.log(math.exp(y[n][k]) / whole if logits else y[n][k])


def slopes(t: Rows, y: Rows, *, logits: bool, divisor: float) -> Rows:
    """Derivatives of the sum of all losses, divided by a number."""

    def loss() -> float:
        return sum(entropy(t, y, logits, n, k) for n in range(5) for k in range(3))

    return [[slope(moved(row, k, loss)) / divisor for k in range(3)] for row in y]


def _per_element(f: Callable[[int, int], float]) -> Any:
    return [[f(n, k) for k in range(3)] for n in range(5)]


def _per_point(f: Callable[[int, int], float]) -> Any:
    return [sum(f(n, k) for k in range(3)) for n in range(5)]


SUMS: tuple[tuple[Callable[[Callable[[int, int], float]], Any], bool], ...] = (
    (_per_element, False),
    (_per_point, False),
    (lambda f: [[value] for value in _per_point(f)], False),
    (lambda f: sum(_per_point(f)), False),
    (lambda f: sum(_per_point(f)) / 5.0, True),
)

_CHECKS: dict[str, Callable[[str, Asked], Iterator[bool]]] = {
    "squared_error": _squared_error,
    "forward_pass": _forward_pass,
    "backward_pass": _backward_pass,
    "finite_difference": _finite_difference,
    "cross_entropy_loss": _cross_entropy_loss,
}
