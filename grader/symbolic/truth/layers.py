"""The layers for which a formula is said to hold: `l = 1, ..., L` behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Span
from grader.symbolic.reading.lexer import ReadError, tokenize
from grader.symbolic.reading.scripts import read_index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.symbolic.reading.conditions import LayerRange
    from grader.symbolic.truth.scope import Setting


def over_layers(condition: LayerRange | None, settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """The settings for every layer that a condition `l = low, ..., high` names.

    Raises:
        ReadError: a bound is no layer, or no layer lies between them.

    """
    if condition is None or condition.letter != "l":
        return tuple(settings)
    expanded: list[Setting] = []
    for setting in settings:
        last = setting.world.layers
        low = _layer_number(condition.low, setting)
        high = (
            low
            if condition.high is None
            else _layer_number(condition.high, setting)
            if condition.high
            else last
        )
        if low < 1 or high > last:
            raise ReadError("a layer that the network does not have", Span(0, 0))
        expanded.extend(replace(setting, layer=layer) for layer in range(low, high + 1))
    if not expanded:
        raise ReadError("no layer is in this range", Span(0, 0))
    return tuple(expanded)


def _layer_number(text: str, setting: Setting) -> int:
    number = setting.label(read_index(list(tokenize(text))), "")
    if number is None:
        raise ReadError("no layer", Span(0, 0))
    return number
