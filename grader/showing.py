"""A student's own work as one text, for people to read and for decisions to hold on to."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from grader.result import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.locate import Answer
    from grader.notebook import Image
    from grader.schema import Exercise

MAX_PICTURE = 1_000_000
"""Bytes of a picture that is kept with the answer."""


_BETWEEN = "\n\n"


def shown(answer: Answer, exercise: Exercise) -> str:
    """The student's own work as Markdown, for a person to read: words, pictures and code."""
    return _BETWEEN.join(text for _, text in _pieces(answer, exercise))


def passages(answer: Answer, exercise: Exercise) -> tuple[Passage, ...]:
    """Which cell each piece of what is `shown` stands in."""
    return tuple(_passages(answer, exercise))


def _passages(answer: Answer, exercise: Exercise) -> Iterator[Passage]:
    start, last = 0, None
    for cell, text in _pieces(answer, exercise):
        if cell != last:
            yield Passage(cell=cell, start=start)
        start, last = start + len(text) + len(_BETWEEN), cell


def _pieces(answer: Answer, exercise: Exercise) -> list[tuple[int, str]]:
    """Cells and texts, in the order of the notebook."""
    code = [(piece.cell, piece.text) for piece in answer.code]
    words = [(piece.cell, piece.text) for piece in answer.pieces]
    if exercise.kind == "function":
        return sorted([*code, *(words if exercise.words else [])], key=_cell)
    pieces = [*words, *answer.linked_images]
    pieces += [(cell, _picture(image)) for cell, image in answer.images]
    if exercise.part_of is None:
        pieces += [(cell, f"```\n{text}\n```") for cell, text in code]
        pieces += [(cell, _picture(image)) for cell, image in answer.pictures]
    return sorted(pieces, key=_cell)


def _cell(piece: tuple[int, str]) -> int:
    return piece[0]


def _picture(image: Image) -> str:
    if image.data is None or len(image.data) > MAX_PICTURE:
        return f"(a picture, {image.media_type}, that is not shown here; see the notebook)"
    return f"![picture](data:{image.media_type};base64,{base64.b64encode(image.data).decode()})"
