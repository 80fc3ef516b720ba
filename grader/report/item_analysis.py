"""Classical item analysis: how hard each exercise was, and whether it tells strong submissions from weak ones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

FEWEST = 20
"""Of fewer submissions nothing is concluded: chance alone makes such numbers."""
EASY, HARD, POOR = 0.8, 0.3, 0.1
"""Limits of difficulty and of discrimination, as Blackboard has them."""
_NO_SPREAD = 1e-9


class Flag(StrEnum):
    """Why an exercise deserves a look, the most urgent first."""

    NEGATIVE = "negative"
    """Who does better elsewhere does worse here."""
    POOR = "poor"
    """It hardly tells strong submissions from weak ones."""
    HARD = "hard"
    EASY = "easy"


@dataclass(frozen=True, slots=True)
class Item:
    """One exercise; nan is what cannot be computed, as where all have the same points."""

    decided: int
    """Submissions whose points here are known."""
    difficulty: float
    """Mean share of the points, of those submissions: 1 is easy."""
    discrimination: float
    """Correlation with the total of the other exercises, over the submissions that are complete."""
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """All exercises that carry points."""

    items: Mapping[str, Item]
    complete: int
    """Submissions that are decided in all exercises but those left out: discrimination and alpha are about them."""
    left_out: tuple[str, ...]
    """Exercises of which less than half is decided: what is decided first, such as no answer, says nothing of the rest."""
    alpha: float
    """Cronbach's alpha, nan where it cannot be computed."""

    @property
    def conclusive(self) -> bool:
        """Whether there are enough complete submissions."""
        return self.complete >= FEWEST


def item_analysis(points: Mapping[str, Sequence[float]], max_points: Mapping[str, float]) -> ItemAnalysis:
    """Analyse points by exercise, one for each submission in the same order; nan where they are not decided."""
    scores = {name: np.asarray(points[name], dtype=float) for name in points if max_points[name] > 0}
    decided = {name: ~np.isnan(column) for name, column in scores.items()}
    kept = [name for name in scores if 2 * decided[name].sum() >= len(decided[name]) > 0]
    complete = _complete([scores[name] for name in kept])
    total = complete.sum(axis=1)
    discrimination = {
        name: _correlation(column, total - column) for name, column in zip(kept, complete.T, strict=True)
    }
    items = {}
    for name, column in scores.items():
        known = column[decided[name]]
        difficulty = float(known.mean() / max_points[name]) if name in kept else nan
        items[name] = Item(
            decided=len(known),
            difficulty=difficulty,
            discrimination=discrimination.get(name, nan),
            flags=(
                *(_discrimination_flags(discrimination.get(name, nan)) if len(complete) >= FEWEST else ()),
                *(_difficulty_flags(difficulty) if len(known) >= FEWEST else ()),
            ),
        )
    left_out = tuple(name for name in scores if name not in kept)
    return ItemAnalysis(items, len(complete), left_out, _alpha(complete))


def _complete(columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Submissions by exercises, without the submissions that lack one."""
    if not columns:
        return np.empty((0, 0))
    table = np.column_stack(columns)
    return table[~np.isnan(table).any(axis=1)]


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    if len(one) < 3 or min(one.std(), other.std()) < _NO_SPREAD:  # two points lie on a line always
        return nan
    return float(np.corrcoef(one, other)[0, 1])


def _alpha(table: NDArray[np.float64]) -> float:
    rows, columns = table.shape
    if rows < 3 or columns < 2 or (variance := table.sum(axis=1).var(ddof=1)) < _NO_SPREAD**2:
        return nan
    return float(columns / (columns - 1) * (1 - table.var(axis=0, ddof=1).sum() / variance))


def _discrimination_flags(discrimination: float) -> tuple[Flag, ...]:
    if discrimination < 0:
        return (Flag.NEGATIVE,)
    return (Flag.POOR,) if discrimination < POOR else ()


def _difficulty_flags(difficulty: float) -> tuple[Flag, ...]:
    if difficulty < HARD:
        return (Flag.HARD,)
    return (Flag.EASY,) if difficulty > EASY else ()
