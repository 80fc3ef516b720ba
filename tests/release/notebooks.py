"""Hand-ins with many wrong answers: the made-up classes, answers of others, and edits of right functions."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment import load_assignment
from tests.fixtures.make_fixtures import answered, code, dump
from tests.numeric.edits.solutions import SOLUTIONS
from tests.numeric.edits.writer import edits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
EVERY = 9
"""So many answers are passed over for one that is taken."""
EDITED = 16
"""Notebooks of week 2, with an edit of each function."""


def notebooks(name: str) -> dict[str, bytes]:
    """Hand-ins by file name."""
    made_up = {path.name: path.read_bytes() for path in (ROOT / "submissions" / name).glob("*.ipynb")}
    more = {"week1": _answers, "week2": _edits}.get(name, lambda: ())()
    return {**made_up, **{f"more-{n}.ipynb": content for n, content in enumerate(more)}}


def _answers() -> Iterator[bytes]:
    """The sheet of week 1 with an answer to each exercise, most of them wrong."""
    by_exercise: dict[str, list[str]] = defaultdict(list)
    for file in ("answers.json", "derivations.json"):
        text = (ROOT / "tests" / "symbolic" / file).read_text(encoding="utf-8")
        for answer in json.loads(text)[::EVERY]:
            if "-" not in answer["exercise"]:
                by_exercise[answer["exercise"]].append(answer["text"])
    for n in range(max(map(len, by_exercise.values()))):
        yield dump(answered({letter: texts[n] for letter, texts in by_exercise.items() if n < len(texts)}))


def _edits() -> Iterator[bytes]:
    """The sheet of week 2 with an edit of every function that is asked for."""
    sheet = json.loads(load_assignment("week2").sheet_path.read_text(encoding="utf-8"))
    variants = [(name, _spread([text for _, text in edits(source)])) for name, source in SOLUTIONS]
    asked = ("backward_pass", "finite_difference", "cross_entropy_loss")
    for n in range(EDITED):
        chosen = {name: texts[n] for name, texts in variants if name in asked}
        cells = [
            code(chosen[name], cell_id=cell["id"])
            if (name := next((one for one in asked if f"def {one}(" in "".join(cell["source"])), ""))
            else cell
            for cell in sheet["cells"]
        ]
        yield dump({**sheet, "cells": cells})


def _spread(texts: Sequence[str]) -> list[str]:
    return [texts[n * len(texts) // EDITED] for n in range(EDITED)]
