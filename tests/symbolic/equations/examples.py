"""Equations as students write them, true ones and ones with a slip, drawn from seeds."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.symbolic.equations.catalogue import EQUATIONS
from tests.symbolic.equations.edits import random_edit
from tests.symbolic.equations.oracle import Verdict, verdict
from tests.symbolic.equations.variants import variant
from tests.symbolic.equations.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

PER_SHARD = 150
WANTED = int(os.environ.get("GRADER_EDITS", "3300"))
SHARDS = range(-(-WANTED // PER_SHARD))
"""Numbers of the shards of refuted edits; GRADER_EDITS=10000 asks for a longer run."""


@dataclass(frozen=True)
class Example:
    """An equation as LaTeX, where it comes from, and what the oracle says."""

    name: str
    kind: str
    setting: str
    latex: str
    verdict: Verdict
    before: str | None = None
    """The true right side, where the slip is on that side: the line before, if it were a step of a derivation."""


def true_variants(name: str, count: int) -> Iterator[Example]:
    """An equation of the catalogue in several spellings."""
    equation = EQUATIONS[name]
    draw = random.Random(f"variant {name}")
    for _ in range(count):
        left, right = variant(equation, draw)
        latex = Writer(draw, equation.setting).equation(left, right)
        yield Example(name, "variant", equation.setting, latex, verdict(equation.setting, left, right))


def edited(shard: int) -> Iterator[Example]:
    """Equations with a slip, endlessly, all equations of the catalogue in turn."""
    draw = random.Random(f"edits {shard}")
    names = list(EQUATIONS)
    while True:
        draw.shuffle(names)
        for name in names:
            equation = EQUATIONS[name]
            before, after = variant(equation, draw)
            kind, left, right = random_edit(before, after, draw)
            same_hand = random.Random()
            same_hand.setstate(draw.getstate())
            latex = Writer(draw, equation.setting).equation(left, right)
            true = Writer(same_hand, equation.setting).equation(before, after)
            found = verdict(equation.setting, left, right)
            line_before = true.partition(" = ")[2] if left == before else None
            yield Example(name, kind, equation.setting, latex, found, line_before)


def refuted(shard: int, count: int = PER_SHARD) -> Iterator[Example]:
    """Equations with a slip that the oracle refutes in every reading."""
    for example in edited(shard):
        if count == 0:
            return
        if example.verdict == "false":
            count -= 1
            yield example
