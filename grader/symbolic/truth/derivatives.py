"""Derivatives: the quantity below the line is stepped, and everything downstream of it follows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import (
    Applied,
    Derivative,
    Expression,
    Power,
    Symbol,
    number,
    quantities,
    with_letters,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.bindings import AXES, Bindings, length
from grader.symbolic.truth.definitions import defined_value
from grader.symbolic.truth.quantities import point_of, with_point
from grader.symbolic.truth.run import STEP, Perturbed, Run
from grader.symbolic.truth.scope import Setting, meaning_of, name_of, slots_in_table, split_indices

if TYPE_CHECKING:
    from numpy.typing import NDArray

VARIANCE = Power(Symbol("sigma"), number(2))
_CONSTANTS = (Symbol("pi"), Symbol("e"))
DIRECTIONS = 3
"""Directions along which gradients by all weights are compared."""


def derivative_value(node: Derivative, scope: Bindings) -> NDArray[Any]:
    """A derivative by one quantity: that quantity is stepped, and everything downstream follows."""
    if scope.run.perturbed is not None or scope.stepped:
        raise ReadError("a derivative inside of another one is not read", node.span)
    by = node.by.symbol if isinstance(node.by, Applied) else node.by
    if (meant := _what_it_stands_for(by, scope.setting)) is not by:
        node, by = replace(node, by=meant), meant
    if _depends_on_the_variance_alone(by, scope.setting):
        return _by_variance(node, by, scope)
    if isinstance(by, Symbol) and by.label is None and name_of(by) in scope.setting.definitions:
        value = defined_value(by, scope)
        inner = replace(scope, stepped={name_of(by): value + 1j * STEP})
        slope = np.imag(inner.value(node.of)) / STEP
        if not np.any(slope):
            raise ReadError(f"how what is derived depends on {by.name} is not said", node.span)
        return np.asarray(slope)
    if not isinstance(by, Symbol) or by.name not in {"a", "z", "w", "y", "x"}:
        raise ReadError("a derivative by this is not read", node.by.span)
    if by.name == "w" and not by.indices:
        return along_weights(node.of, scope, _label(by, scope), 0)
    if by.name != "w" and not split_indices(by, scope.points)[1]:
        return _by_vector(node, by, scope)
    return _by_entries(node, by, scope)


def _what_it_stands_for(by: Expression, setting: Setting) -> Expression:
    r"""The quantity that a name of the student's is only a shorter name of: `u_j = a_j^{(l)}`, `s = \sigma^2`."""
    definitions = dict(setting.definitions)
    while isinstance(by, Symbol) and (meaning := meaning_of(by, definitions)) is not None:
        definition, indices = meaning
        if not isinstance(definition.expression, Symbol) and definition.expression != VARIANCE:
            break
        by = with_letters(definition.expression, dict(zip(definition.parameters, indices, strict=True)))
        # Names may be given in a circle.
        definitions = {name: other for name, other in definitions.items() if other is not definition}
    return by


def _depends_on_the_variance_alone(by: Expression, setting: Setting) -> bool:
    r"""Whether something is a function of sigma, as `\beta` is where `\beta = 1/\sigma^2`: then it tells sigma."""
    waiting, found, seen = [by], False, set()
    while waiting:
        for part in quantities(waiting.pop()):
            if (meaning := meaning_of(part, setting.definitions)) is not None:
                if name_of(part) not in seen:
                    seen.add(name_of(part))
                    waiting.append(meaning[0].expression)
            elif part == Symbol("sigma"):
                found = True
            elif part not in _CONSTANTS and setting.size(part.name) is None:
                return False
    return found


def _by_variance(node: Derivative, by: Expression, scope: Bindings) -> NDArray[Any]:
    """The derivative by a function of the variance: both follow the variance, and their quotient is the chain rule."""
    inner = replace(scope, run=Run(scope.setting.world, Perturbed("variance", None, ())))
    slope = np.imag(inner.value(by))
    if not np.all(slope):
        raise ReadError("a derivative by this is not read", node.by.span)
    return np.asarray(np.imag(inner.value(node.of)) / slope)


def _label(by: Symbol, scope: Bindings) -> int | None:
    return None if by.label is None else scope.setting.label(by.label, by.name)


def along_weights(of: Expression, scope: Bindings, layer: int | None, direction: int) -> NDArray[Any]:
    """The derivative by all weights, or those of a layer, along one of a few random directions.

    An equation between gradients holds exactly if it holds along every direction.
    """
    run = Run(scope.setting.world, Perturbed("weights", layer, (), direction))
    values = np.asarray(replace(scope, run=run).value(of))
    return np.asarray(np.imag(values) / STEP)


def worst_weights(of: Expression, scope: Bindings) -> NDArray[Any]:
    r"""What stands for `\arg\max_w`."""
    return np.asarray(-best_weights(of, scope))


def best_weights(of: Expression, scope: Bindings) -> NDArray[Any]:
    r"""What stands for `\arg\min_w`: the direction of the gradient, as a vector.

    Two functions have their extremes at the same weights whatever the data if one is an increasing function of the
    other, and that is so exactly if their gradients point in the same direction everywhere.
    """
    slopes = [along_weights(of, scope, None, direction) for direction in range(DIRECTIONS)]
    if any(slope.size > 1 for slope in slopes):
        raise ReadError("the optimum of something that depends on an index", of.span)
    components = np.array([0.0, *(float(slope.reshape(())) for slope in slopes)])
    unit = components / np.linalg.norm(components)
    return np.asarray(unit.reshape((-1,) + (1,) * (AXES - 1)))


def _by_vector(node: Derivative, by: Symbol, scope: Bindings) -> NDArray[Any]:
    """The gradient by a whole vector, as a vector."""
    slots = slots_in_table(by, scope.setting)
    if len(slots) != 1 or slots[0].layer < 0:
        raise ReadError("a derivative by a layer that the network does not have", by.span)
    component = "component of the gradient"
    units = np.arange(scope.setting.world.sizes[slots[0].layer] + 1)
    entry = replace(by, indices=(*by.indices, Symbol(component)))
    inner = scope.bind(component, units)
    values = _by_entries(replace(node, by=entry), entry, inner)
    if length(values) > 1:
        raise ReadError("the derivative of a vector by a vector", node.span)
    return np.swapaxes(values, 0, scope.used) if values.ndim else values


def _by_entries(node: Derivative, by: Symbol, scope: Bindings) -> NDArray[Any]:
    """The derivative by a quantity of the network, for all its entries that the indices name at once."""
    layer = scope.setting.label(by.label, by.name)
    if by.name in {"a", "z", "w"} and not (layer is not None and 1 <= layer <= scope.setting.world.layers):
        raise ReadError("a derivative by a layer that the network does not have", by.span)
    named = with_point(by, node.by.arguments, scope) if isinstance(node.by, Applied) else by
    point, units = split_indices(named, scope.points)
    if len(units) != (2 if by.name == "w" else 1):
        raise ReadError("a derivative by a whole vector or matrix is not read", by.span)
    places = [scope.index(index) for index in units]
    if by.name != "w":
        places.insert(0, point_of(point, scope, written=point is not None))
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
    values = np.asarray(inner.value(node.of))
    slope = np.imag(values) / STEP if np.iscomplexobj(values) else np.zeros((1,) * AXES)
    if not np.all(inside):
        # No network has such an entry: whatever uses the derivative by it is false.
        strange = scope.setting.world.noise("derivative", layer, (run.count,))
        slope = np.where(stacked(inside), slope, stacked(strange))
    return _unravelled(slope, axis, shape)


def _shape_of(name: str, layer: int | None, scope: Bindings) -> tuple[int, ...]:
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
