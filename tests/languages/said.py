"""What the sources say to students, found in them: every string that reads as words of ours, its placeholders as `{}`."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import grader

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(grader.__file__).parent

SPEAKS = (
    "checking.py",
    "choosing.py",
    "grading.py",
    "notebook.py",
    "sheets.py",
    "batch/job.py",
    "numeric/*.py",
    "numeric/checks/*.py",
    "numeric/child/agent.py",
    "numeric/child/budget.py",
    "numeric/child/cells.py",
    "numeric/child/magics.py",
    "numeric/child/notebook.py",
    "numeric/child/notes.py",
    "report/answer.py",
    "report/drawings.py",
    "report/marks.py",
    "report/room.py",
    "report/student_page.py",
    "symbolic/**/*.py",
)
"""Modules whose sentences students read."""

NOT_FOR_STUDENTS = {
    "batch/job.py": ("errors/{}.txt",),
    "checking.py": ("exercise {}: no session for its functions",),
}

_SILENT_CALLS = frozenset({"compile", "sub", "search", "match", "fullmatch", "cast", "ValueError", "TypeError"})
"""Calls whose arguments nobody reads: regular expressions, types, programming errors."""


_CODE = re.compile(r"\\(?!\{|delta |partial )|\(\?|<[a-z]|^Callable\[|^mathcal |^mathbb | \| ")
"""What no sentence of ours holds: LaTeX but for two names, regular expressions, HTML, types."""


@cache
def said() -> dict[str, str]:
    """Every sentence and phrase by its skeleton, with the place where it stands."""
    return {
        skeleton(text): f"{path.relative_to(ROOT)}:{line}"
        for path in _modules()
        for line, text in _prose(path)
    }


@cache
def literals() -> frozenset[str]:
    """The skeletons of all strings of these modules, words alone too."""
    return frozenset(skeleton(text) for path in _modules() for _, text in _strings(path))


def skeleton(template: str) -> str:
    """A template with its placeholders unnamed."""
    return re.sub(r"\{[^{}]*\}", "{}", template)


def _modules() -> list[Path]:
    return sorted({path for pattern in SPEAKS for path in ROOT.glob(pattern)})


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    for line, text in _strings(path):
        if re.search(r"[A-Za-z]{2,}", text) and " " in text.strip() and not _CODE.search(text):
            yield line, text


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    yield from _inside(tree, constants)


def _inside(node: ast.AST, constants: dict[str, str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.JoinedStr):
        yield node.lineno, _template(node, constants)
        # What is put in may hold words of its own.
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield from _inside(value.value, constants)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _name(node.func) in _SILENT_CALLS):
        return
    if isinstance(node, ast.Call) and _name(node.func) == "split":
        return
    for child in ast.iter_child_nodes(node):
        yield from _inside(child, constants)


def _template(node: ast.JoinedStr, constants: dict[str, str]) -> str:
    def part(value: ast.expr) -> str:
        if isinstance(value, ast.Constant):
            return str(value.value)
        if isinstance(value, ast.FormattedValue) and isinstance(value.value, ast.Name):
            return constants.get(value.value.id, "{}")
        return "{}"

    return "".join(map(part, node.values))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
