from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.report.store import Store, serialise
from tests.helpers import compare_with_golden

from .samples import class_results

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with a file of golden/; `UPDATE_GOLDEN=1 pytest` writes the files anew, to be read before they are committed."""

    return partial(compare_with_golden, GOLDEN)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An OUT folder with the results of the made-up class."""
    store = Store(tmp_path / "OUT")
    for name, result in class_results().items():
        store.write(name, serialise(result))
    return store.out
