"""Exact proof: a network whose weights and inputs are SymPy symbols, so that an equation holds for all of them.

Random worlds decide answers; this second opinion, slower and about one small network, proves the assignment's own
references, on which the names of mistakes rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from grader.symbolic.truth.evaluate import both_sides
from grader.symbolic.truth.scope import Setting
from grader.symbolic.truth.world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from grader.symbolic.reading.expression import Expression


class ExactWorld(World):
    """A network with two or three units a layer, whose activations are undefined functions with h_l(c_l) = 1."""

    def __init__(self, layers: int) -> None:
        self.layers = layers
        self.output = "activation"
        self.one_hot = False
        self.points = 1
        self.sizes = [2 + layer % 2 for layer in range(layers + 1)]
        self.pad = max(self.sizes) + 2
        self.h = [_Undefined(layer) for layer in range(layers + 1)]
        self.w = [self._symbols(layer) for layer in range(1, layers + 1)]
        one = sympy.Integer(1)
        self.x = np.array(
            [[one, *sympy.symbols(f"x{n}_1:{self.sizes[0] + 1}")] for n in range(2)], dtype=object
        )
        self.t = np.array(
            [[one, *sympy.symbols(f"t{n}_1:{self.sizes[-1] + 1}")] for n in range(2)], dtype=object
        )
        self.sigma = sympy.Symbol("sigma", positive=True)

    def _symbols(self, layer: int) -> NDArray[Any]:
        shape = (self.sizes[layer] + 1, self.sizes[layer - 1] + 1)
        weights = np.array(
            [[sympy.Symbol(f"w{layer}_{j}_{i}") for i in range(shape[1])] for j in range(shape[0])],
            dtype=object,
        )
        weights[0] = sympy.Integer(0)
        weights[0, 0] = _Undefined(layer).c
        return weights

    def number(self, value: Any) -> Any:
        """The exact rational number."""
        fraction = Fraction(value)
        return sympy.Rational(fraction.numerator, fraction.denominator)

    def noise(self, name: str, layer: int | None, shape: tuple[int, ...]) -> NDArray[Any]:
        """A symbol of its own for every place that no network has."""
        places = np.empty(shape, dtype=object)
        for place in np.ndindex(shape):
            places[place] = sympy.Symbol(f"outside_{name}_{layer}_{'_'.join(map(str, place))}")
        return places


@dataclass(frozen=True)
class _Undefined:
    """h_l as an undefined function of which only h_l(c_l) = 1 is known."""

    layer: int

    @property
    def c(self) -> sympy.Symbol:
        return sympy.Symbol(f"c{self.layer}")

    def __call__(self, v: NDArray[Any]) -> NDArray[Any]:
        apply = np.frompyfunc(
            lambda a: sympy.Integer(1) if a == self.c else sympy.Function(f"h{self.layer}")(a), 1, 1
        )
        return np.asarray(apply(v), dtype=object)

    def derivative(self, v: NDArray[Any]) -> NDArray[Any]:
        """h_l' as another undefined function."""
        return np.asarray(np.frompyfunc(sympy.Function(f"dh{self.layer}"), 1, 1)(v), dtype=object)


def proves(left: Expression, right: Expression, *, layers: int, layer: int | None) -> bool:
    """Whether `left = right` holds for all weights, inputs and activations of a small network.

    Raises:
        ReadError: one of the sides has no value there.

    """
    a, b = both_sides(left, right, Setting(ExactWorld(layers), layer))
    difference = np.ravel(np.asarray(a - b, dtype=object))
    return all(sympy.expand(part) == 0 for part in difference)
