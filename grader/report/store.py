"""`OUT/results`: one JSON file per submission, as it was graded.

The files hold what the grader found. What people decided stays in `review.csv` and is merged when views are made, so
that a decision can be taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from grader.report.files import write_atomically
from grader.result import Result

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class StoreError(Exception):
    """The results in OUT cannot be used; the message says which and what to do."""


def serialise(result: Result) -> str:
    """The content of a result's file.

    Raises:
        ValueError: it holds text that is not Unicode.

    """
    return result.model_dump_json(indent=1) + "\n"


class Store:
    """The results of one class in the folder OUT, by file name."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.results = out / "results"

    def write(self, name: str, content: str) -> None:
        """Write one serialised result.

        Raises:
            OSError: it cannot be written; the one that was there is untouched.

        """
        write_atomically(self.results / f"{name}.json", content)

    def read(self) -> dict[str, Result]:
        """All results, in the order of their names.

        Raises:
            StoreError: a file is no result.

        """
        results = {}
        for path in sorted(self.results.glob("*.json")):
            try:
                results[path.stem] = Result.model_validate_json(path.read_bytes())
            except ValidationError as error:
                raise StoreError(f"{path} is not a result: delete it and grade again.") from error
        return results

    def retire(self, keep: Collection[str]) -> tuple[str, ...]:
        """Move everything of submissions that are no longer in the class to OUT/stale, and say which."""
        gone = tuple(sorted(path.stem for path in self.results.glob("*.json") if path.stem not in keep))
        stale = self.out / "stale"
        for name in gone:
            stale.mkdir(exist_ok=True)
            for path in (self.results / f"{name}.json", self.out / "students" / f"{name}.html"):
                if path.exists():
                    path.replace(stale / path.name)
        return gone
