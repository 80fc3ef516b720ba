"""`make pictures`: what README.md shows, from a real run over the made-up class of week 1."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console

from grader.assignment import load_assignment
from grader.report.store import Store, serialise
from grader.report.terminal import print_class
from grader.report.views import write_views
from tests.helpers import graded_class

from .chromium import DESKTOP, Visit, chromium

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
_COMMAND = "grader grade submissions/week1 --assignment week1 --out OUT"
_STUDENT = "s104"
_HEIGHT = 1100
_WIDTH = 100
_FONT = re.compile(r"@font-face\s*{.*?}", re.DOTALL)


def make(folder: Path) -> None:
    """Write all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "OUT"
        store = Store(out)
        for result in graded_class(ROOT / "submissions" / "week1", load_assignment("week1")).values():
            store.write(result.key, serialise(result))
        console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True)
        seen = write_views(out)
        print_class(seen, Path("OUT"), console, again=f"{_COMMAND} --only failed")
        svg = console.export_svg(title=_COMMAND)
        # A picture fetches nothing, not even a font.
        (folder / "terminal.svg").write_text(_FONT.sub("", svg), encoding="utf-8")
        with chromium() as browser:
            visit = Visit(browser, (DESKTOP[0], _HEIGHT))
            for name, page in (("class", out / "index.html"), ("student", store.page(_STUDENT))):
                visit.show(page).screenshot(path=folder / f"{name}.png")
            visit.close()


if __name__ == "__main__":
    make(PICTURES)
