"""The value of an expression in a world, for all values of its free indices at once.

Every letter gets an axis of its own, so an array carries exactly the axes of the letters it depends on and
NumPy's broadcasting does the book-keeping. Scoping is literal: an inner sum over i hides the outer i. The first axis
is that of a vector's components.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import (
    NOWHERE,
    Activation,
    Add,
    Applied,
    Big,
    Cases,
    Condition,
    Derivative,
    Divide,
    Dots,
    Expression,
    Function,
    Multiply,
    Negative,
    Norm,
    Number,
    Power,
    Symbol,
    letter,
    number,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.run import STEP, Perturbed, Run, Table
from grader.symbolic.truth.scope import (
    Setting,
    data_letters,
    index_letters,
    slots_of,
    split_indices,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

AXES = 10
"""Axes of every array: more letters than this at once are not read."""
TOLERANCE = 1e-8
"""Relative; doubles leave 1e-12 or so after a few hundred operations."""
ROUNDING = 1e-14
"""Absolute; what is left of terms that cancel."""
MAX_DEFINITIONS = 6
"""Names within names within names."""

_FUNCTIONS = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt, "tanh": np.tanh}
_NUMBERS = {"pi": np.pi, "e": np.e}
_ABOUT = frozenset({"x", "w", "t", "theta", "y", "beta", "sigma"})
"""What a density, a loss or an output may say that it depends on."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The letters that are bound where we are: letter -> its values, shaped along an axis of its own."""

    setting: Setting
    run: Run
    points: frozenset[str]
    """Letters that count data points."""
    letters: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    used: int = 1
    entry: NDArray[np.int64] = field(default_factory=lambda: np.asarray(0))
    """Which perturbed entry the run is asked about."""
    point: NDArray[np.int64] | None = None
    """The data point that is meant where none is written."""
    stepped: dict[str, NDArray[Any]] = field(default_factory=dict)
    """Names of the student that are perturbed, with their values."""
    inside: int = 0
    """How many definitions we are inside of."""

    def bind(self, name: str, values: NDArray[np.int64]) -> _Scope:
        if self.used == AXES:
            raise ReadError("too many indices at once", NOWHERE)
        shape = [1] * AXES
        shape[self.used] = len(values)
        along = values.reshape(shape)
        point = along if name in self.points else self.point
        return replace(self, letters={**self.letters, name: along}, used=self.used + 1, point=point)


def compare(left: Expression, right: Expression, setting: Setting, where: Condition | None = None) -> bool:
    """Whether `left = right` holds for all values of the free indices of both, or for those that `where` allows.

    Raises:
        ReadError: one of the sides has no value here; the error carries the place.

    """
    with np.errstate(all="ignore"):
        a, b, allowed = _sides(left, right, setting, where)
    if _length(a) != _length(b):
        raise ReadError(
            "a vector stands on one side, and a number or another vector on the other", right.span
        )
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        raise ReadError("has no finite value", right.span)
    # Likelihoods of several points are tiny: only a relative difference tells them apart.
    scale = np.maximum(np.abs(a), np.abs(b))
    wrong = np.abs(a - b) > TOLERANCE * scale + ROUNDING
    if _length(wrong) > 1:
        wrong = wrong[1:]  # unit 0 of a vector is the bias
    return not bool(np.any(wrong & allowed))


def both_sides(left: Expression, right: Expression, setting: Setting) -> tuple[NDArray[Any], NDArray[Any]]:
    """The values of two expressions for all values of their free indices, as arrays that broadcast.

    Raises:
        ReadError: one of them has no value here.

    """
    return _sides(left, right, setting, None)[:2]


def _sides(
    left: Expression, right: Expression, setting: Setting, where: Condition | None
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    points = data_letters((left, right), setting)
    scope = _Scope(setting, setting.world.run, points)
    for name in dict.fromkeys([*index_letters(left), *index_letters(right)]):
        slots = [*slots_of(left, name, setting, points), *slots_of(right, name, setting, points)]
        scope = scope.bind(name, _range(name, slots, scope, lower=1))
    allowed = np.asarray(True) if where is None else _holds(where, scope)
    if where is not None and not np.any(allowed):
        raise ReadError("nothing here is in this case", where.span)
    return _value(left, scope), _value(right, scope), allowed


def _range(name: str, slots: list[Any], scope: _Scope, *, lower: int | None) -> NDArray[np.int64]:
    """Values of an index: of the layer where it is used first; from 0 where the bias unit belongs to the sum."""
    if name in scope.points:
        if lower == 0:
            raise ReadError("data points are counted from 1", NOWHERE)
        return np.arange(1, scope.setting.world.points + 1)
    known = [slot for slot in slots if slot.layer >= 0]
    upper = scope.setting.world.sizes[known[0].layer] if known else 3
    if lower is None:
        lower = 0 if any(slot.fan_in for slot in known) else 1
    return np.arange(lower, upper + 1)


def _value(node: Expression, scope: _Scope) -> NDArray[Any]:
    match node:
        case Number(value):
            return np.asarray(scope.setting.world.number(value))
        case Symbol():
            return _symbol(node, scope)
        case Applied():
            return _applied(node, scope)
        case Activation():
            return _activation(node, scope)
        case Function("softmax", argument):
            return _softmax(argument, scope)
        case Function(name, argument) if name in _FUNCTIONS:
            return np.asarray(_FUNCTIONS[name](_value(argument, scope)))
        case Add(terms):
            return _added([_value(term, scope) for term in terms], node)
        case Negative(operand):
            return np.asarray(-_value(operand, scope))
        case Multiply(factors):
            return _product(factors, scope)
        case Divide(numerator, denominator):
            top, bottom = _value(numerator, scope), _value(denominator, scope)
            _same_length((top, bottom), node)
            return np.asarray(top / bottom)
        case Power():
            return _power(node, scope)
        case Norm(argument):
            squares = _components(argument, scope) ** 2
            return np.asarray(np.sqrt(squares[1:].sum(axis=0, keepdims=True)))
        case Big():
            return _big(node, scope)
        case Derivative():
            return _derivative(node, scope)
        case Cases():
            return _cases(node, scope)
    raise ReadError("this has no value here", node.span)


def _added(terms: list[NDArray[Any]], node: Expression) -> NDArray[Any]:
    _same_length(terms, node)
    if len({_length(term) for term in terms}) > 1:
        raise ReadError("a vector and a number are added", node.span)
    return np.asarray(sum(terms[1:], terms[0]))


def _length(values: NDArray[Any]) -> int:
    """How many components, unit 0 included; 1 for a number."""
    return values.shape[0] if values.ndim else 1


def _same_length(values: Sequence[NDArray[Any]], node: Expression) -> None:
    if len({length for value in values if (length := _length(value)) > 1}) > 1:
        raise ReadError("vectors of two lengths", node.span)


def _power(node: Power, scope: _Scope) -> NDArray[Any]:
    base = _value(node.base, scope)
    if _length(base) > 1:
        raise ReadError("a power of a vector", node.span)
    exponent = node.exponent
    if isinstance(exponent, Negative) and isinstance(exponent.operand, Number):
        exponent = Number(-exponent.operand.value)
    if isinstance(exponent, Number) and exponent.value.denominator == 1 and abs(exponent.value) < 64:
        power = int(exponent.value)
        return np.asarray(base**power if power >= 0 else 1 / base ** (-power))
    return np.asarray(base ** _value(node.exponent, scope))


def _components(node: Expression, scope: _Scope) -> NDArray[Any]:
    values = _value(node, scope)
    if _length(values) == 1:
        raise ReadError("the norm of something that is no vector", node.span)
    return values


def _product(factors: tuple[Expression, ...], scope: _Scope) -> NDArray[Any]:
    """Factors from right to left, so that a matrix of weights acts on the vector behind it."""
    product = np.asarray(scope.setting.world.number(1))
    for factor in reversed(factors):
        matrix = _matrix(factor, scope)
        if matrix is None:
            value = _value(factor, scope)
            _same_length((value, product), factor)
            product = np.asarray(value * product)
        elif _length(product) != matrix.shape[-1]:
            raise ReadError("a matrix of weights without a vector of its size", factor.span)
        else:
            product = np.moveaxis(np.moveaxis(product, 0, -1) @ np.swapaxes(matrix, -1, -2), -1, 0)
    return product


def _matrix(node: Expression, scope: _Scope) -> NDArray[Any] | None:
    """The weights of a layer, if a symbol without indices stands for all of them."""
    if not isinstance(node, Symbol) or node.name != "w" or node.indices:
        return None
    layer = scope.setting.label(node.label, "w")
    if layer is None or not 1 <= layer <= scope.setting.world.layers:
        raise ReadError("the weights of which layer?", node.span)
    if scope.run.perturbed is not None:
        raise ReadError("the derivative of a product of matrices is not read", node.span)
    return np.asarray(scope.run.w[layer - 1][0])


def _symbol(node: Symbol, scope: _Scope) -> NDArray[Any]:
    setting = scope.setting
    if node.name in setting.definitions:
        return _defined(node, scope)
    if node.name == "E" and node.label is None:
        return _of_points(node, scope.run.loss, scope, together=np.sum)
    if not node.indices and node.label is None:
        if node.name in _NUMBERS:
            return np.asarray(_NUMBERS[node.name])
        if node.name == "p":
            return _of_points(node, scope.run.likelihood, scope, together=np.prod)
        if node.name == "sigma":
            return np.asarray(scope.run.sigma[scope.entry])
        if (size := setting.size(node.name)) is not None:
            return np.asarray(setting.world.number(size))
    if node.name == "w" and not node.indices:
        raise ReadError("weights without indices, and no vector behind them", node.span)
    if node.name == "delta" and node.label is None and len(split_indices(node, scope.points)[1]) == 2:
        first, second = (_index(index, scope) for index in node.indices)
        return np.asarray(first == second).astype(float)  # Kronecker's
    table = scope.run.table(node.name, setting.label(node.label, node.name))
    if table is None:
        raise ReadError(f"{node.name} has no meaning here", node.span)
    point, units = split_indices(node, scope.points)
    if not table.pointwise and point is not None:
        # A weight belongs to no data point; with an index of one it is something else, and false.
        seen = setting.world.noise("w of a point", None, (setting.world.points + 1,))
        return np.asarray(_entries(table, units, None, scope, node) * seen[_index(point, scope)])
    return _entries(table, units, point, scope, node)


def _entries(
    table: Table, units: tuple[Expression, ...], point: Expression | None, scope: _Scope, node: Symbol
) -> NDArray[Any]:
    """Values of a symbol at its indices; of a vector all components, unit 0 included."""
    places: list[NDArray[np.int64]] = [scope.entry if len(table.values) > 1 else np.asarray(0)]
    if table.pointwise:
        places.append(_point(point, scope, written=point is not None))
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
    at = tuple(_index(index, scope) % scope.setting.world.pad for index in units)
    return np.asarray(table.values[(*places, *at)])


def _point(index: Expression | None, scope: _Scope, *, written: bool) -> NDArray[np.int64]:
    """The data point that a symbol is about."""
    if written and index is not None:
        return _index(index, scope)
    if scope.setting.strict:
        return np.asarray(0)
    return scope.point if scope.point is not None else np.asarray(1)


def _of_points(node: Symbol, values: NDArray[Any], scope: _Scope, *, together: Any) -> NDArray[Any]:
    """A loss or likelihood, axes (entry, data point): of the point that is written, of all, or of the one meant."""
    if len(node.indices) > 1:
        raise ReadError(f"{node.name} with several indices", node.span)
    entry = scope.entry if len(values) > 1 else np.asarray(0)
    if node.indices:
        if letter(node.indices[0]) not in scope.points:
            raise ReadError(f"what counts the index of {node.name}?", node.span)
        return _along(values, entry, _index(node.indices[0], scope))
    if scope.setting.total:
        return _along(together(values[:, 1:], axis=1), entry)
    return _along(values, entry, scope.point if scope.point is not None else np.asarray(1))


def _along(values: NDArray[Any], *places: NDArray[np.int64]) -> NDArray[Any]:
    """Entries of a table at places that are arrays or single numbers."""
    return np.asarray(values[places])


def _applied(node: Applied, scope: _Scope) -> NDArray[Any]:
    """A symbol with arguments: a density, or a quantity that says what it depends on."""
    symbol = node.symbol
    said = (*node.arguments, *node.given)
    if symbol.name == "mathcal N" or (symbol.name == "N" and len(node.given) == 2):
        return _gaussian(node, scope)
    base = [part.symbol if isinstance(part, Applied) else part for part in said]
    if not all(_is_about(part) for part in base):
        raise ReadError(f"what {symbol.name} depends on here is not read", node.span)
    listed = any(isinstance(part, Dots) for part in said)
    symbol = symbol if listed else _with_point(symbol, said, scope)
    if symbol.name == "p" and symbol.label is None:
        if not any(isinstance(part, Symbol) and part.name == "t" for part in _names(node.arguments)):
            raise ReadError("the probability of what?", node.span)
        of_all = replace(scope, setting=replace(scope.setting, total=True)) if listed else scope
        return _of_points(symbol, scope.run.likelihood, of_all, together=np.prod)
    return _symbol(symbol, scope)


def _is_about(node: Expression) -> bool:
    if isinstance(node, Power):
        node = node.base
    return isinstance(node, Dots) or (isinstance(node, Symbol) and node.name in _ABOUT)


def _names(nodes: tuple[Expression, ...]) -> list[Expression]:
    return [part.symbol if isinstance(part, Applied) else part for part in nodes]


def _with_point(symbol: Symbol, said: tuple[Expression, ...], scope: _Scope) -> Symbol:
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


def _gaussian(node: Applied, scope: _Scope) -> NDArray[Any]:
    r"""`\mathcal{N}(t|mean, variance I)`, for vectors."""
    if len(node.arguments) != 1 or len(node.given) != 2:
        raise ReadError("a Gaussian has a variable, a mean and a variance", node.span)
    mean, spread = node.given
    difference = _components(node.arguments[0], scope) - _components(mean, scope)
    variance = _value(_without_identity(spread), scope)
    squares = (difference**2)[1:].sum(axis=0, keepdims=True)
    dimension = difference.shape[0] - 1
    return np.asarray((2 * np.pi * variance) ** (-dimension / 2) * np.exp(-squares / (2 * variance)))


def _without_identity(node: Expression) -> Expression:
    """A covariance without its identity matrix."""
    if isinstance(node, Multiply):
        kept = tuple(f for f in node.factors if not (isinstance(f, Symbol) and f.name in {"I", "mathbb I"}))
        return kept[0] if len(kept) == 1 else replace(node, factors=kept)
    return node


def _defined(node: Symbol, scope: _Scope) -> NDArray[Any]:
    """The value of a name that the student gave, with its parameters as they are here."""
    if node.name in scope.stepped:
        return scope.stepped[node.name]
    definition = scope.setting.definitions[node.name]
    if len(node.indices) != len(definition.parameters) or scope.inside >= MAX_DEFINITIONS:
        raise ReadError(f"{node.name} is used in another way than it is defined", node.span)
    letters = {
        name: _index(index, scope) for name, index in zip(definition.parameters, node.indices, strict=True)
    }
    return _value(
        definition.expression,
        replace(scope, letters={**scope.letters, **letters}, inside=scope.inside + 1),
    )


def _activation(node: Activation, scope: _Scope) -> NDArray[Any]:
    layer = scope.setting.label(node.label, "h")
    world = scope.setting.world
    if layer is None:
        raise ReadError("of which layer is this activation function?", node.span)
    if node.primes > 1:
        raise ReadError("a second derivative", node.span)
    if world.output == "softmax" and layer == world.layers:
        if node.primes:
            raise ReadError("the softmax acts on all units at once, its derivative is not read", node.span)
        return _softmax(node.argument, scope)
    h = world.activation(layer)
    inner = _value(node.argument, scope)
    return h.derivative(inner) if node.primes else h(inner)


def _softmax(argument: Expression, scope: _Scope) -> NDArray[Any]:
    """The softmax over the argument's one index of a unit, or over the components of a vector."""
    free = [name for name in dict.fromkeys(index_letters(argument)) if name not in scope.points]
    values = np.exp(_value(argument, scope))
    if _length(values) > 1:
        return np.asarray(values / values[1:].sum(axis=0, keepdims=True))
    if len(free) != 1:
        raise ReadError("the softmax over what?", argument.span)
    (name,) = free
    slots = list(slots_of(argument, name, scope.setting, scope.points))
    inner = scope.bind(name, _range(name, slots, scope, lower=1))
    everything = np.exp(_value(argument, inner))
    return np.asarray(values / everything.sum(axis=scope.used, keepdims=True))


def _index(node: Expression, scope: _Scope) -> NDArray[np.int64]:
    if (name := letter(node)) is not None:
        if name not in scope.letters:
            raise ReadError(f"the index {name} has no value here", node.span)
        return scope.letters[name]
    if isinstance(node, Number) and node.value.denominator == 1:
        return np.asarray(int(node.value))
    if isinstance(node, Negative):
        return -_index(node.operand, scope)
    if isinstance(node, Add):
        return sum((_index(term, scope) for term in node.terms), np.asarray(0))
    raise ReadError("this index is not read", node.span)


def _big(node: Big, scope: _Scope) -> NDArray[Any]:
    if node.index is None:
        raise ReadError("the index of this sum is not written", node.span)
    lower = _lower_limit(node)
    _check_limit(node, scope)
    slots = list(slots_of(node.body, node.index, scope.setting, scope.points))
    values = _range(node.index, slots, scope, lower=lower)
    if isinstance(node.upper, Number):
        if node.index not in scope.points:
            raise ReadError("a number as the upper limit is not read", node.upper.span)
        values = values[values <= int(node.upper.value)]
    inner = scope.bind(node.index, values)
    body = _value(node.body, inner)
    axis = scope.used
    neutral = 0 if node.kind == "sum" else 1
    if node.excluding is not None:
        left_out = inner.letters[node.index] == _index(node.excluding, scope)
        body = np.where(left_out, neutral, body)
    if body.ndim == 0 or body.shape[axis] == 1:
        # The letter does not occur in the body: every round adds the same.
        rounds = _rounds(node, values, bool(slots), scope)
        return body * rounds if node.kind == "sum" else body**rounds
    return np.asarray(
        body.sum(axis=axis, keepdims=True) if node.kind == "sum" else body.prod(axis=axis, keepdims=True)
    )


def _check_limit(node: Big, scope: _Scope) -> None:
    """Refuse a limit that is an index, or that counts data points over an index of units or the other way round."""
    kind = scope.setting.sizes.get(node.upper.name) if isinstance(node.upper, Symbol) else None
    if scope.setting.data is None:
        return
    name = letter(node.upper)
    if name is not None and name.islower():
        raise ReadError("the upper limit of this sum is no number of terms", node.span)
    if kind is None:
        return
    if (kind == "points") is not (node.index in scope.points):
        raise ReadError("the letter above this sum counts something else than its index", node.span)


def _lower_limit(node: Big) -> int | None:
    if node.lower is None:
        return None
    if not isinstance(node.lower, Number) or node.lower.value not in {0, 1}:
        raise ReadError("this lower limit is not read", node.lower.span)
    return int(node.lower.value)


def _rounds(node: Big, values: NDArray[np.int64], used: bool, scope: _Scope) -> int:
    """How often something is added that does not depend on the index."""
    if used or node.index in scope.points or scope.setting.data is None:
        return len(values)
    size = scope.setting.size(node.upper.name) if isinstance(node.upper, Symbol) else None
    if size is None:
        raise ReadError("how many terms has this sum?", node.span)
    return size


def _cases(node: Cases, scope: _Scope) -> NDArray[Any]:
    """A definition by cases; the last one may be for all the rest."""
    result: NDArray[Any] | None = None
    for case in reversed(node.cases):
        value = _value(case.value, scope)
        if case.condition is None:
            result = value if result is None else result
        else:
            rest = np.asarray(np.nan) if result is None else result
            result = np.where(_holds(case.condition, scope), value, rest)
    if result is None:
        raise ReadError("cases without a case", node.span)
    return result


def _holds(condition: Condition, scope: _Scope) -> NDArray[np.bool_]:
    """Where a condition between two indices holds; one letter that counts nothing here may be the true class."""
    if all(letter(side) not in scope.letters for side in (condition.left, condition.right)):
        raise ReadError("a case of indices that do not occur", condition.span)
    sides = []
    for side in (condition.left, condition.right):
        name = letter(side)
        if name is not None and name not in scope.letters:
            if not scope.setting.world.one_hot:
                raise ReadError(f"{name} seems to be the class of the target", side.span)
            classes = np.argmax(scope.setting.world.t[:, 1:], axis=1) + 1
            sides.append(classes[scope.point if scope.point is not None else np.asarray(1)])
        else:
            sides.append(_index(side, scope))
    equal = np.asarray(sides[0] == sides[1])
    return equal if condition.equal else ~equal


def _derivative(node: Derivative, scope: _Scope) -> NDArray[Any]:
    """A derivative by one quantity: that quantity is stepped, and everything downstream follows."""
    if scope.run.perturbed is not None or scope.stepped:
        raise ReadError("a derivative inside of another one is not read", node.span)
    by = node.by.symbol if isinstance(node.by, Applied) else node.by
    if isinstance(by, Symbol) and by.name in scope.setting.definitions and not by.indices:
        value = _defined(by, scope)
        inner = replace(scope, stepped={by.name: value + 1j * STEP})
        return np.asarray(_value(node.of, inner).imag / STEP)
    if isinstance(by, Power) and by.base == Symbol("sigma") and by.exponent == number(2):
        run = Run(scope.setting.world, Perturbed("variance", None, ()))
        return np.asarray(_value(node.of, replace(scope, run=run)).imag / STEP)
    if not isinstance(by, Symbol) or by.name not in {"a", "z", "w", "y", "x"}:
        raise ReadError("a derivative by this is not read", node.by.span)
    return _by_entries(node, by, scope)


def _by_entries(node: Derivative, by: Symbol, scope: _Scope) -> NDArray[Any]:
    """The derivative by a quantity of the network, for all its entries that the indices name at once."""
    layer = scope.setting.label(by.label, by.name)
    if by.name in {"a", "z", "w"} and not (layer is not None and 1 <= layer <= scope.setting.world.layers):
        raise ReadError("a derivative by a layer that the network does not have", by.span)
    named = _with_point(by, node.by.arguments, scope) if isinstance(node.by, Applied) else by
    point, units = split_indices(named, scope.points)
    if len(units) != (2 if by.name == "w" else 1):
        raise ReadError("a derivative by a whole vector or matrix is not read", by.span)
    places = [_index(index, scope) for index in units]
    if by.name != "w":
        places.insert(0, _point(point, scope, written=point is not None))
    shape = np.broadcast_shapes(*(place.shape for place in places), (1,) * AXES)
    flat = tuple(np.broadcast_to(place, shape).ravel() for place in places)
    sizes = _shape_of(by.name, layer, scope)
    inside = np.all([place < size for place, size in zip(flat, sizes, strict=True)], axis=0)
    flat = tuple(np.where(inside, place, 0) for place in flat)
    axis = scope.used
    if axis >= AXES:
        raise ReadError("too many indices at once", node.span)

    def stacked(values: NDArray[Any]) -> NDArray[Any]:
        """Something about each entry, along their axis."""
        return values.reshape((1,) * axis + (-1,) + (1,) * (AXES - axis - 1))

    def along(values: NDArray[np.int64]) -> NDArray[np.int64]:
        """The values of a letter that names entries, along the one axis of the entries."""
        if not any(size > 1 and shape[at] > 1 for at, size in enumerate(values.shape)):
            return values
        return stacked(np.broadcast_to(values, shape).ravel())

    run = _perturbed(scope.setting, by.name, layer, flat)
    inner = replace(
        scope,
        run=run,
        letters={name: along(values) for name, values in scope.letters.items()},
        used=axis + 1,
        entry=stacked(np.arange(run.count)),
        point=None if scope.point is None else along(scope.point),
    )
    values = np.asarray(_value(node.of, inner))
    slope = np.imag(values) / STEP if np.iscomplexobj(values) else np.zeros((1,) * AXES)
    if not np.all(inside):
        # No network has such an entry: whatever uses the derivative by it is false.
        strange = scope.setting.world.noise("derivative", layer, (run.count,))
        slope = np.where(stacked(inside), slope, stacked(strange))
    return _unravelled(slope, axis, shape)


def _shape_of(name: str, layer: int | None, scope: _Scope) -> tuple[int, ...]:
    """How many entries a quantity has along each of its coordinates."""
    run = scope.run
    if name == "w" and layer is not None:
        return run.w[layer - 1].shape[1:]
    values = {"x": run.x, "y": run.y}.get(name)
    if values is None and layer is not None:
        values = (run.a if name == "a" else run.z)[layer - 1]
    return (0, 0) if values is None else values.shape[1:]


def _perturbed(setting: Setting, name: str, layer: int | None, places: tuple[NDArray[np.int64], ...]) -> Run:
    """The run with these entries stepped; the same derivative is often asked for again."""
    key = (name, layer, *(place.tobytes() for place in places))
    runs = setting.world.runs
    if key not in runs:
        if len(runs) > 200:
            runs.clear()
        runs[key] = Run(setting.world, Perturbed(name, layer, places))
    return runs[key]


def _unravelled(values: NDArray[Any], axis: int, shape: tuple[int, ...]) -> NDArray[Any]:
    """Move entries that stand along one axis back to the axes of the letters that name them."""
    if values.ndim == 0 or values.shape[axis] == 1:
        return values
    values = np.moveaxis(values, axis, -1)
    values = values.reshape((*values.shape[:-1], *shape))
    # Now the axes are (others without `axis`), then those of the entries: merge them one by one.
    others = AXES - 1
    for place, size in enumerate(shape):
        if size > 1:
            at = place if place < axis else place - 1
            values = np.swapaxes(values, at, others + place)
    merged = values.reshape(values.shape[:others])
    return np.expand_dims(merged, axis)
