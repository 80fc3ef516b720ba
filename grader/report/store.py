"""`OUT/results`: one JSON file per submission, as it was graded.

The files hold what the grader found. What people decided stays in `review.csv` and is merged when views are made, so
that a decision can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ValidationError

from grader.report.files import write_atomically
from grader.result import Result

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


class StoreError(Exception):
    """The results in OUT cannot be used; the message says which and what to do."""


def serialise(result: Result) -> str:
    """The content of a result's file.

    Raises:
        ValueError: it holds text that is not Unicode.

    """
    return result.model_dump_json(indent=1) + "\n"


class Store(Mapping[str, Result]):
    """The results of one class in the folder OUT, by file name; read one by one, for a class may be large.

    Reading one raises `StoreError` where its file is no result.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.results = out / "results"

    def write(self, name: str, content: str) -> None:
        """Write one serialised result.

        Raises:
            OSError: it cannot be written; the one that was there is untouched.

        """
        write_atomically(self._path(name), content)

    def __getitem__(self, name: str) -> Result:
        path = self._path(name)
        try:
            return Result.model_validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise KeyError(name) from error
        except ValidationError as error:
            raise StoreError(f"{path} is not a result: delete it and grade again.") from error

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in self.results.glob("*.json")))

    def __len__(self) -> int:
        return sum(1 for _ in self.results.glob("*.json"))

    def kept(self, name: str, fingerprint: str) -> Result | None:
        """The result of that name, if it was made from just this."""
        try:
            result = self[name]
        except (KeyError, StoreError):
            return None
        return result if result.fingerprint == fingerprint else None

    def page(self, name: str) -> Path:
        """Where the student's page is."""
        return self.out / "students" / f"{name}.html"

    def _path(self, name: str) -> Path:
        return self.results / f"{name}.json"

    def retire(self, keep: Collection[str]) -> tuple[str, ...]:
        """Move everything of submissions that are no longer in the class to OUT/stale, and say which."""
        gone = tuple(name for name in self if name not in keep)
        stale = self.out / "stale"
        for name in gone:
            stale.mkdir(exist_ok=True)
            for path in (self._path(name), self.page(name)):
                if path.exists():
                    path.replace(stale / path.name)
        return gone
