"""Grades the first two labs of a deep-learning course: index notation in LaTeX, backpropagation in NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os

__version__ = "0.1.0"


def check(notebook: str | os.PathLike[str], *exercises: str) -> None:
    """Check a saved notebook before handing it in: `grader.check("lab1.ipynb", "b")`."""
    from grader.selfcheck.notebook import check  # noqa: PLC0415 - the package itself is loaded in an instant

    check(notebook, *exercises)


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext grader` calls: from then on there is `%check`."""
    from grader.selfcheck.notebook import register  # noqa: PLC0415 - as above

    register(shell)
