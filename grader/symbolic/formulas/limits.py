"""The letters above sums, checked apart from values: D counts inputs, M hidden units, K outputs.

A range follows from use, so a limit never changes a value; but a limit that contradicts the sheet is a mistake, and
one that is no number of units at all (`M-1`, an index, a number) is for a person to read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Big, Expression, Symbol, letter, walk
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.scope import Setting, slots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Limit:
    """An upper limit as written, and the layers whose units its sum runs over."""

    sum: Big
    size: str | None
    """The letter; None where the limit is no letter."""
    label: int | None
    """The layer that the letter itself names, as in `M_{l-1}`."""
    layers: tuple[int, ...]


def limits_of(node: Expression, setting: Setting) -> Iterator[Limit]:
    """Every upper limit that is written."""
    indices = {part.index for part in walk(node) if isinstance(part, Big)}
    indices |= {letter(index) for part in walk(node) if isinstance(part, Symbol) for index in part.indices}
    for part in walk(node):
        if not isinstance(part, Big) or part.index is None or part.upper is None:
            continue
        layers = tuple(unit.layer for unit in slots_of(part.body, part.index, setting) if unit.layer >= 0)
        upper = part.upper
        is_size = isinstance(upper, Symbol) and " " not in upper.name and upper.name not in indices - {None}
        if setting.layer is not None and isinstance(upper, Symbol) and letter(upper) in {"l", "L"}:
            is_size = False  # the number of the layer, not of its units
        size = upper.name if is_size and isinstance(upper, Symbol) else None
        label = _label(upper, setting) if isinstance(upper, Symbol) else None
        yield Limit(part, size, label, layers)


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
        if limit.size is None or not limit.layers:
            continue
        if limit.label is None:
            kinds = {_kind(layer, outputs) for layer in limit.layers}
            if limit.size in sizes and sizes[limit.size] not in kinds:
                yield limit
        elif offsets.setdefault(limit.size, limit.layers[0] - limit.label) != limit.layers[0] - limit.label:
            yield limit


def doubtful_limits(
    limits: Iterable[Limit], words: str, sizes: Mapping[str, str], outputs: int, *, general: bool
) -> Iterator[str]:
    """Why the limits of a formula that is right otherwise must be read by a person.

    Args:
        limits: all of the answer.
        words: the answer's prose, which may define sizes.
        sizes: what the sheet's letters count.
        outputs: the number of the last layer.
        general: whether the network has a general layer l, whose inputs `M_l` may count.

    """
    families: dict[str, list[Limit]] = {}
    kinds: dict[str, set[str]] = {}
    for limit in limits:
        if limit.size is not None and limit.label is None and limit.layers:
            kinds.setdefault(limit.size, set()).add(_kind(limit.layers[0], outputs))
        if limit.size is None:
            yield "the upper limit of a sum is no number of units"
        elif limit.label is None and _said_otherwise(limit, words, sizes, outputs):
            yield f"{limit.size} seems to count units of another layer than the sum that it limits"
        elif limit.label is not None and limit.layers and limit.layers[0] != limit.label:
            families.setdefault(limit.size, []).append(limit)
    for size, counted in kinds.items():
        if len(counted) > 1 and size not in sizes:
            yield f"{size} limits sums over {' and '.join(sorted(counted))} alike"
    for size, family in families.items():
        alone = len({limit.label for limit in family}) < 2
        defined = f"{size}_" in words or f"{size}^" in words
        if alone or defined or not general:
            yield f"{size} with the label of layer l counts the inputs of that layer here; is that how it is meant?"


def says(words: str, size: str) -> str | None:
    """The kind of layer that words give a letter to, such as "M is the number of hidden units"."""
    said = re.search(
        rf"(?<![\w\\]){re.escape(size)}(?![\w^_(])[^.;\n]{{0,60}}?\b(input|hidden|output)", words
    )
    return {"input": "inputs", "hidden": "hidden", "output": "outputs"}[said[1]] if said else None


def _said_otherwise(limit: Limit, words: str, sizes: Mapping[str, str], outputs: int) -> bool:
    """Whether words, or the capital of the same letter, give the letter of a limit to another kind of layer."""
    kinds = {_kind(layer, outputs) for layer in limit.layers}
    if not kinds:
        return False
    capital = sizes.get(limit.size.upper()) if limit.size is not None and limit.size.islower() else None
    named = says(words, limit.size or "")
    return any(kind is not None and kind not in kinds for kind in (capital, named))


def _kind(layer: int, outputs: int) -> str:
    return "inputs" if layer == 0 else "outputs" if layer == outputs else "hidden"
