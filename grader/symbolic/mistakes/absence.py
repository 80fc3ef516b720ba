"""What must occur in a formula, by the definitions of the network: weights, inputs and activations of the layers that it goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Activation, Expression, Symbol, walk
from grader.symbolic.reading.lexer import ReadError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from grader.symbolic.truth.scope import Setting


def absent(left: Symbol, right: Expression, eliminate: Collection[str], setting: Setting) -> set[str]:
    """Which of `w`, `x` and `h` are missing on the right, in some layer, if these symbols must not be left."""
    layer = _layer(left, setting) or setting.world.layers
    occurring = {(_name(node), _layer(node, setting)) for node in walk(right) if _name(node)}
    return {name for name, at in set(_defined(left.name, layer, eliminate, setting)) - occurring}


def _name(node: Expression) -> str:
    """What it is called here; empty for what is neither a weight, nor an input, nor an activation."""
    if isinstance(node, Activation):
        return "h"
    return node.name if isinstance(node, Symbol) and node.name in {"w", "x"} else ""


def _layer(node: Expression, setting: Setting) -> int | None:
    if isinstance(node, Symbol | Activation):
        try:
            return setting.label(node.label, _name(node))
        except ReadError:
            pass
    return None


def _defined(
    name: str, layer: int, eliminate: Collection[str], setting: Setting
) -> Iterator[tuple[str, int | None]]:
    """The parts of the definition of a symbol, and of the definitions of what must not be left in it."""
    inner, below = "", layer
    if name == "y":
        inner = "a" if setting.world.output == "softmax" else "z"
    elif name == "z":
        yield "h", layer
        inner = "a"
    elif name == "a":
        yield "w", layer
        if layer == 1:
            yield "x", None
        else:
            inner, below = "z", layer - 1
    if inner in eliminate:
        yield from _defined(inner, below, eliminate, setting)
