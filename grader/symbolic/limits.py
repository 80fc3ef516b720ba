"""The letters above sums, checked apart from values: D counts inputs, M hidden units, K outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.symbolic.expression import Big, Expression, Symbol, walk
from grader.symbolic.lexer import ReadError
from grader.symbolic.scope import Setting, slots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Limit:
    """An upper limit as written, and the layers whose units its sum runs over."""

    sum: Big
    letter: str
    label: int | None
    """The layer that the letter itself names, as in `M_{l-1}`."""
    layers: tuple[int, ...]


def limits_of(node: Expression, setting: Setting) -> Iterator[Limit]:
    """Every upper limit that is a letter with or without a layer."""
    for part in walk(node):
        if not isinstance(part, Big) or part.index is None or not isinstance(part.upper, Symbol):
            continue
        layers = tuple(unit.layer for unit in slots_of(part.body, part.index, setting) if unit.layer >= 0)
        if layers:
            yield Limit(part, part.upper.name, _label(part.upper, setting), layers)


def _label(size: Symbol, setting: Setting) -> int | None:
    label = size.label if size.label is not None else (size.indices[0] if len(size.indices) == 1 else None)
    try:
        return setting.label(label, size.name)
    except ReadError:
        return None  # `M_i`: some letter of the writer's own


def wrong_limits(limits: Iterable[Limit], sizes: Mapping[str, str], outputs: int) -> Iterator[Limit]:
    """Limits that contradict the sheet's letters, or each other where one family of letters counts every layer.

    A letter that the sheet leaves open gets the benefit of the doubt, and so does `M_l` for the inputs of layer l;
    but not `M_l` in one line and `M_0` for the inputs in the next.
    """
    offsets: dict[str, int] = {}
    for limit in limits:
        if limit.label is None:
            if limit.letter in sizes and sizes[limit.letter] not in {
                _kind(layer, outputs) for layer in limit.layers
            }:
                yield limit
            continue
        offset = limit.layers[0] - limit.label
        if offsets.setdefault(limit.letter, offset) != offset:
            yield limit


def _kind(layer: int, outputs: int) -> str:
    return "inputs" if layer == 0 else "outputs" if layer == outputs else "hidden"
