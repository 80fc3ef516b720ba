"""Which submissions of a class a run is about."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.store import Store
from grader.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.result import Result
    from grader.submission import Found


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of a class that is graded by several jobs, from 1."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read `2/8`.

        Raises:
            ValueError: it is something else.

        """
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise ValueError(f"{text!r} is no shard: write 2/8 for the second of eight.")
        return cls(int(match[1]), int(match[2]))

    def has(self, key: str) -> bool:
        """Whether a submission is in this part; whoever comes or goes moves nobody else."""
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
        return number % self.count == self.index - 1


def failed_before(found: Iterable[Found], out: Path) -> tuple[Found, ...]:
    """Those that could not be graded in the last run, as a whole or an exercise of theirs."""
    store = Store(out)
    return tuple(one for one in found if one.key in store and _failed(store[one.key]))


def _failed(result: Result) -> bool:
    return result.status != "graded" or any(exercise.status is Status.ERROR for exercise in result.exercises)
