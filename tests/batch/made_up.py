"""Made-up classes of any size, and what a run left of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
_TIMES = re.compile(rb'(<td class="figure">\d+\.\d+</td>){3}\n')
VIEWS = ("grades.csv", "exercises.csv", "review.csv", "class.json", "index.html")


def make_class(folder: Path, week: str, number: int) -> Path:
    """A class of so many, from the demo's; no two files, formulas or cells of code have the same text."""
    folder.mkdir(parents=True)
    originals = [path.read_bytes() for path in sorted((ROOT / "submissions" / week).glob("*.ipynb"))]
    for variant in range(number):
        copy = _varied(originals[variant % len(originals)], variant)
        (folder / f"s{variant:05}.ipynb").write_bytes(copy)
    return folder


def _varied(content: bytes, variant: int) -> bytes:
    try:
        notebook = json.loads(content)
        cells = notebook["cells"]
    except (ValueError, KeyError, TypeError):
        return content + f"\n{variant}".encode()
    # Blanks that say nothing and still make every formula another text.
    blanks = f"{variant:b}".translate({ord("0"): " ", ord("1"): "\t"})
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not source.lstrip().startswith(("%", "!")):
            cell["source"] = f"{source}\n# {variant}"
        else:
            cell["source"] = source.replace("$$", f"$${blanks}")
    return json.dumps(notebook).encode()


def command(*arguments: object) -> list[str]:
    """The command line that grades."""
    return [sys.executable, "-c", "from grader.cli import main; main()", *map(str, arguments)]


def environment(home: Path) -> dict[str, str]:
    """An environment with a home, a secret and temporary files of its own."""
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "XDG_CONFIG_HOME": str(home / "config"),
        "TMPDIR": str(temporary),
        # What lies in `path` is imported before everything else.
        "PYTHONPATH": f"{home / 'path'}{os.pathsep}{ROOT}",
        "COLUMNS": "100",
    }


def run(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*arguments),
        env=environment(home),
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
    )


def start(home: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start a command in a group of processes of its own, as a shell does."""
    return subprocess.Popen(
        command(*arguments),
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        start_new_session=True,
    )


def results(out: Path) -> dict[str, Any]:
    """All results without the only key that may differ; every file must be one as a whole."""
    return {
        path.stem: without_seconds(json.loads(path.read_bytes())) for path in (out / "results").glob("*.json")
    }


def without_seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_seconds(item) for key, item in value.items() if key != "seconds"}
    if isinstance(value, list):
        return [without_seconds(item) for item in value]
    return value


def views(out: Path, *, but: str = "") -> Mapping[str, bytes]:
    """What people open, but for students' pages; how long checking took is left out."""
    return {name: _TIMES.sub(b"", (out / name).read_bytes()) for name in VIEWS if name != but}


def halves(out: Path) -> Sequence[str]:
    """Files that are there under their own names and not as a whole."""
    found = []
    for path in out.rglob("*"):
        if path.is_dir() or path.suffix == ".tmp" or path.name == ".lock":
            continue
        content = path.read_bytes()
        if path.suffix == ".json":
            try:
                json.loads(content)
            except ValueError:
                found.append(str(path))
        elif not content.endswith((b"\n", b">")):
            found.append(str(path))
    return found


def some_results(out: Path, number: int) -> bool:
    """Whether there are at least so many."""
    folder = out / "results"
    return folder.is_dir() and len(list(islice(folder.glob("*.json"), number))) == number
