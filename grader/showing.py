"""A student's own work as one text, for people to read and for decisions to hold on to."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.assignment import Exercise
    from grader.locate import Answer
    from grader.notebook import Image

MAX_PICTURE = 1_000_000
"""Bytes of a picture that is kept with the answer."""


def shown(answer: Answer, exercise: Exercise) -> str:
    """The student's own work as Markdown, for a person to read: words, pictures and code."""
    code = [(piece.cell, piece.text) for piece in answer.code]
    words = [(piece.cell, piece.text) for piece in answer.pieces]
    if exercise.kind == "function":
        return "\n\n".join(text for _, text in sorted([*code, *(words if exercise.words else [])]))
    parts = [*words, *answer.linked_images]
    parts += [(cell, _picture(image)) for cell, image in answer.images]
    if exercise.part_of is None:
        parts += [(cell, f"```\n{text}\n```") for cell, text in code]
        parts += [(cell, _picture(image)) for cell, image in answer.pictures]
    return "\n\n".join(text for _, text in sorted(parts, key=lambda part: part[0]))


def _picture(image: Image) -> str:
    if image.data is None or len(image.data) > MAX_PICTURE:
        return f"(a picture, {image.media_type}, that is not shown here; see the notebook)"
    return f"![picture](data:{image.media_type};base64,{base64.b64encode(image.data).decode()})"
