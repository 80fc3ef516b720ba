"""Why a worker refuses the work; apart from the work itself, so that every command knows them without loading it."""

from __future__ import annotations


class UnwalledError(Exception):
    """Students' code cannot be kept in where the work is done, and nobody said that the students are trusted."""


class OtherGraderError(Exception):
    """The worker runs other sources than the one who sent the work, so its results could differ."""
