"""Values of symbols: quantities of the network, losses and likelihoods, densities, names that the student gave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import (
    Applied,
    Dots,
    Expression,
    Number,
    Power,
    Symbol,
    letter,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.bindings import AXES, Bindings, length
from grader.symbolic.truth.definitions import defined_value, is_named
from grader.symbolic.truth.products import is_identity
from grader.symbolic.truth.scope import index_letters, split_indices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from grader.symbolic.truth.run import Table

_NUMBERS = {"pi": np.pi, "e": np.e}
_ABOUT = frozenset({"x", "w", "t", "theta", "y", "beta", "sigma"})
"""What a density, a loss or an output may say that it depends on."""
_ALL_TARGETS = Symbol("T")
_ALL_DATA = (Symbol("mathcal D"), Symbol("D"))
"""What stands for all targets, and for the whole data, before the bar of a likelihood; nothing else can."""


def symbol_value(node: Symbol, scope: Bindings) -> NDArray[Any]:
    """The value of a symbol: a name of the student's, a quantity of the network, a loss, a size, a constant."""
    setting = scope.setting
    if is_named(node, scope):
        return defined_value(node, scope)
    if node.name == "E" and node.label is None:
        return of_points(node, scope.run.loss * setting.loss_factor, scope, together=np.sum)
    if node.name == "p" and node.label is None:
        return of_points(node, scope.run.likelihood, scope, together=np.prod)
    if node.name == "mathcal N" and len(node.indices) == 1 and setting.world.output == "activation":
        return of_points(
            node, scope.run.likelihood, scope, together=np.prod
        )  # the Gaussian of that data point
    if node.name == "sigma" and node.label is None and len(node.indices) != 1:
        # There is one only: letters below it are a word, as in `\sigma_{opt}`.
        sigma = scope.run.sigma
        return np.asarray(sigma[scope.entry] if len(sigma) > 1 else sigma[0])
    if not node.indices and node.label is None:
        if node.name in _NUMBERS:
            return np.asarray(_NUMBERS[node.name])
        if (size := setting.size(node.name)) is not None:
            return np.asarray(setting.world.number(size))
    if node.name == "w" and not node.indices:
        raise ReadError("weights without indices, and no vector behind them", node.span)
    if is_identity(node):
        return np.asarray(setting.world.number(1))
    if _is_kronecker(node, scope):
        first, second = (scope.index(index) for index in node.indices)
        return np.asarray(first == second).astype(float)
    table = scope.run.table(node.name, setting.label(node.label, node.name))
    if table is None:
        raise ReadError(f"{node.name} has no meaning here", node.span)
    point, units = split_indices(node, scope.points)
    if not table.pointwise and point is not None:
        # A weight belongs to no data point; with an index of one it is something else, and false.
        seen = setting.world.noise("w of a point", None, (setting.world.points + 1,))
        return np.asarray(_entries(table, units, None, scope, node) * seen[scope.index(point)])
    values = _entries(table, units, point, scope, node)
    return values * setting.loss_factor if node.name == "delta" else values


def _entries(
    table: Table, units: tuple[Expression, ...], point: Expression | None, scope: Bindings, node: Symbol
) -> NDArray[Any]:
    """Values of a symbol at its indices; of a vector all components, unit 0 included."""
    places: list[NDArray[np.int64]] = [scope.entry if len(table.values) > 1 else np.asarray(0)]
    if table.pointwise:
        places.append(point_of(point, scope, written=point is not None))
    if not units and len(table.slots) == 1:
        (slot,) = table.slots
        if slot.layer < 0:
            raise ReadError("a layer that the network does not have", node.span)
        components = np.arange(scope.setting.world.sizes[slot.layer] + 1)
        along = components.reshape((-1,) + (1,) * (AXES - 1))
        values = np.asarray(table.values[(*places, along)])
        if node.name in {"y", "t"}:
            values[0] = 1.0  # so that it drops out of differences, as the bias units do
        return values
    if len(units) != len(table.slots):
        raise ReadError(f"{node.name} needs {len(table.slots)} indices, not {len(units)}", node.span)
    at = tuple(scope.index(index) % scope.setting.world.pad for index in units)
    return np.asarray(table.values[(*places, *at)])


def point_of(index: Expression | None, scope: Bindings, *, written: bool) -> NDArray[np.int64]:
    """The data point that a symbol is about."""
    if written and index is not None:
        return _counted(index, scope)
    if scope.setting.strict:
        return np.asarray(0)
    return scope.point if scope.point is not None else np.asarray(1)


def _counted(index: Expression, scope: Bindings) -> NDArray[np.int64]:
    """The data points that an index names.

    Raises:
        ReadError: it names some that do not exist, for it counts something else.

    """
    points = scope.index(index)
    if np.any((points < 0) | (points > scope.setting.world.points)):
        raise ReadError("this index counts no data points", index.span)
    return points


def of_points(node: Symbol, values: NDArray[Any], scope: Bindings, *, together: Any) -> NDArray[Any]:
    """A loss or likelihood, axes (entry, data point): of the point that is written, of all, or of the one meant."""
    if len(node.indices) > 1:
        raise ReadError(f"{node.name} with several indices", node.span)
    entry = scope.entry if len(values) > 1 else np.asarray(0)
    if node.indices:
        if letter(node.indices[0]) not in scope.points:
            raise ReadError(f"what counts the index of {node.name}?", node.span)
        return _along(values, entry, _counted(node.indices[0], scope))
    if scope.setting.total:
        return _along(together(values[:, 1:], axis=1), entry)
    return _along(values, entry, scope.point if scope.point is not None else np.asarray(1))


def _along(values: NDArray[Any], *places: NDArray[np.int64]) -> NDArray[Any]:
    """Entries of a table at places that are arrays or single numbers."""
    return np.asarray(values[places])


def _is_kronecker(node: Symbol, scope: Bindings) -> bool:
    r"""`\delta_{jk}`, or the entry of the identity matrix."""
    names = {"delta", "I", "mathbb I"}
    return node.name in names and node.label is None and len(split_indices(node, scope.points)[1]) == 2


def applied_value(node: Applied, scope: Bindings) -> NDArray[Any]:
    """A symbol with arguments: a density, or a quantity that says what it depends on."""
    symbol = node.symbol
    said = (*node.arguments, *node.given)
    if symbol.name == "mathcal N" or (symbol.name == "N" and len(node.given) == 2):
        return gaussian(node, scope)
    if is_named(symbol, scope):
        return defined_value(symbol, scope)
    of_all = _is_of_all(node)
    base = [part.symbol if isinstance(part, Applied) else part for part in said]
    if not of_all and not all(_is_about(part) for part in base):
        raise ReadError(f"what {symbol.name} depends on here is not read", node.span)
    listed = any(isinstance(part, Dots) for part in said)
    if of_all:
        return _of_all_points(symbol, scope)
    if symbol.name == "p" and symbol.label is None:
        return _probability(node, listed, scope)
    symbol = symbol if listed else with_point(symbol, said, scope)
    return symbol_value(symbol, scope)


def _is_of_all(node: Applied) -> bool:
    r"""Whether a probability is that of all targets or data by their name: `p(\mathbf{T}|\mathbf{X}, w)`, `p(\mathcal{D}|w)`."""
    if node.symbol != Symbol("p") or len(node.arguments) != 1:
        return False
    (of,) = (_plain(part) for part in node.arguments)
    given = [_plain(part) for part in node.given]
    whole = all(isinstance(part, Symbol) and part.name in _ABOUT and not part.indices for part in given)
    if of in _ALL_DATA:
        return whole and any(part in (Symbol("w"), Symbol("theta")) for part in given)
    return of == _ALL_TARGETS and whole and Symbol("x") in given


def _plain(node: Expression) -> Expression:
    return replace(node, bold=False) if isinstance(node, Symbol) else node


def _of_all_points(symbol: Symbol, scope: Bindings) -> NDArray[Any]:
    """The likelihood of all data, however the sheet's p without an index is understood."""
    everything = replace(scope, setting=replace(scope.setting, total=True))
    return of_points(symbol, scope.run.likelihood, everything, together=np.prod)


def _probability(node: Applied, listed: bool, scope: Bindings) -> NDArray[Any]:
    """`p(t_n|x_n, w)`, or that of all data points where they are listed."""
    said = (*node.arguments, *node.given)
    if not any(isinstance(part, Symbol) and part.name == "t" for part in _names(node.arguments)):
        raise ReadError("the probability of what?", node.span)
    for part in said:
        if isinstance(part, Symbol) and not all(
            _names_points(index, scope, listed) for index in part.indices
        ):
            raise ReadError("the probability of which data point?", part.span)
    if listed and not _begins_with_1(said):
        raise ReadError("a list of data points that does not begin with the first", node.span)
    if listed:
        return _of_all_points(node.symbol, scope)
    return of_points(with_point(node.symbol, said, scope), scope.run.likelihood, scope, together=np.prod)


def _names_points(index: Expression, scope: Bindings, listed: bool) -> bool:
    """Whether an index says which data point is meant, or, in a list, where the list begins and ends."""
    name = letter(index)
    if listed and (isinstance(index, Number) or scope.setting.sizes.get(name or "") == "points"):
        return True
    return name in scope.points


def _begins_with_1(listed: Sequence[Expression]) -> bool:
    """Whether the first numbers among the indices of inputs and of targets are 1; a list may name none."""
    for name in ("t", "x"):
        numbers = [
            index.value
            for part in listed
            if isinstance(part, Symbol) and part.name == name
            for index in part.indices
            if isinstance(index, Number)
        ]
        if numbers and numbers[0] != 1:
            return False
    return True


def _is_about(node: Expression) -> bool:
    if isinstance(node, Power):
        node = node.base
    return isinstance(node, Dots) or (isinstance(node, Symbol) and node.name in _ABOUT)


def _names(nodes: tuple[Expression, ...]) -> list[Expression]:
    return [part.symbol if isinstance(part, Applied) else part for part in nodes]


def with_point(symbol: Symbol, said: tuple[Expression, ...], scope: Bindings) -> Symbol:
    r"""The symbol with the data point of its arguments: `y_k(\mathbf{x}_n)` is y_{kn}."""
    found = {
        name
        for part in said
        if not (isinstance(part, Symbol) and part.name == "w")
        for name in index_letters(part)
        if name in scope.points
    }
    if not found:
        if any(isinstance(part, Symbol) and part.name == "x" and part.indices for part in said):
            raise ReadError(f"{symbol.name} of a single input", symbol.span)
        return symbol
    if len(found) > 1:
        raise ReadError("two data points at once", symbol.span)
    (name,) = found
    if any(letter(index) == name for index in symbol.indices):
        return symbol
    return replace(symbol, indices=(*symbol.indices, Symbol(name)))


def gaussian(node: Applied, scope: Bindings) -> NDArray[Any]:
    r"""`\mathcal{N}(t|mean, variance I)`, for vectors or for single outputs."""
    if len(node.arguments) != 1 or len(node.given) != 2:
        raise ReadError("a Gaussian has a variable, a mean and a variance", node.span)
    mean, spread = node.given
    variable, centre = scope.value(node.arguments[0]), scope.value(mean)
    if length(variable) != length(centre):
        raise ReadError("a vector and a number are compared in a Gaussian", node.span)
    variance = scope.value(spread)
    squares = (variable - centre) ** 2
    if length(squares) > 1:
        squares = squares[1:].sum(axis=0, keepdims=True)
    dimension = max(length(variable) - 1, 1)
    return np.asarray((2 * np.pi * variance) ** (-dimension / 2) * np.exp(-squares / (2 * variance)))
