"""Activation functions, and the softmax, which acts on all units of a layer at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import Activation, Expression, Symbol
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.bindings import Bindings, length, range_of
from grader.symbolic.truth.scope import Setting, index_letters, slots_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def activation_value(node: Activation, scope: Bindings) -> NDArray[Any]:
    """h_l, or its derivative, of a value.

    Raises:
        ReadError: the layer is not known, or it is a derivative that the sheet has no notation for.

    """
    layer = scope.setting.label(_label_of(node, scope.setting), "h")
    world = scope.setting.world
    if layer is None:
        raise ReadError("of which layer is this activation function?", node.span)
    if node.primes > 1:
        raise ReadError("a second derivative", node.span)
    if world.output == "softmax" and layer == world.layers:
        if node.primes:
            raise ReadError("the softmax acts on all units at once, its derivative is not read", node.span)
        return softmax(node.argument, scope)
    h = world.activation(layer)
    inner = scope.value(node.argument)
    return h.derivative(inner) if node.primes else h(inner)


def _label_of(node: Activation, setting: Setting) -> Expression | None:
    """The label of an activation function; where losses are derived, h of some a means that of the layer of a."""
    argument = node.argument
    if (
        node.label is None
        and setting.data is not None
        and isinstance(argument, Symbol)
        and argument.name == "a"
    ):
        return argument.label or (Symbol("L") if "a" in setting.shorthand else None)
    return node.label


def softmax(argument: Expression, scope: Bindings) -> NDArray[Any]:
    """The softmax over the argument's one index of a unit, or over the components of a vector."""
    free = [name for name in dict.fromkeys(index_letters(argument)) if name not in scope.points]
    values = np.exp(scope.value(argument))
    if length(values) > 1:
        return np.asarray(values / values[1:].sum(axis=0, keepdims=True))
    if len(free) != 1:
        raise ReadError("the softmax over what?", argument.span)
    (name,) = free
    slots = list(slots_of(argument, name, scope.setting, scope.points))
    inner = scope.bind(name, range_of(name, slots, scope, lower=1))
    everything = np.exp(inner.value(argument))
    return np.asarray(values / everything.sum(axis=scope.used, keepdims=True))
