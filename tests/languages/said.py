"""What the sources say to students, found in them: every string that reads as words of ours, its placeholders as `{}`."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import grader
from grader.assignment import installed_assignments, load_assignment

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
    "lms/autograder.py",
    "lms/gradescope.py",
    "lms/marks.py",
    "report/answer.py",
    "report/drawings.py",
    "report/marks.py",
    "report/room.py",
    "report/student_page.py",
    "symbolic/**/*.py",
)
"""Modules whose sentences students read."""

_OTHERS = ("result.py", "intake/*.py", "numeric/sandbox/*.py")
"""Modules of which students read a word or a sentence."""

_TELLS = frozenset({"Finding", "SandboxError", "UnreadableError"})
"""Calls by which any module may tell students something."""

_SILENT = ("numeric/namespaces.py", "numeric/placeholder.py", "numeric/probe.py", "symbolic/reading/latex.py")

NOT_SAID = frozenset(
    {
        "exercise {}: no session for its functions",
        "errors/{}.txt",
        # The end of it is what another program says.
        "the environment for students' code could not be made: `{}` failed:",
        # To whoever asks what holds on this machine.
        "the attempts on the namespaces could not be run",
        # How a formula may be read, and names within the program.
        "component of the gradient",
        "direction {}",
        "dtype object",
        "dummy {}",
        "free {}",
        "long sum",
        "narrow argument",
        "of {}",
        "power inside",
        "sums side by side",
        "tight slash",
        "w of a point",
        "{} of no point",
    }
)
"""What reads like words and is nothing that anybody is told."""

_SILENT_CALLS = frozenset(
    {"compile", "sub", "search", "match", "fullmatch", "cast", "ValueError", "TypeError"}
)
"""Calls whose arguments nobody reads: regular expressions, types, programming errors."""


_CODE = re.compile(
    r"\\(?!\{|delta |partial )|\(\?|<[a-z]|^Callable\[|^tuple\[|^mathcal |^mathbb | \| |^#!|/bin/|^export |^extra "
)
"""What no sentence of ours holds: LaTeX but for two names, regular expressions, HTML, types, scripts."""


@cache
def table(code: str) -> dict[str, str]:
    """The sentences of a language, English first."""
    says = tomllib.loads((ROOT / "languages" / f"{code}.toml").read_text(encoding="utf-8"))["says"]
    assert isinstance(says, dict)
    return says


@cache
def said() -> dict[str, str]:
    """Every sentence and phrase by its skeleton, with the place where it stands."""
    found = {
        skeleton(text): f"{path.relative_to(ROOT)}:{line}"
        for path in _modules(*SPEAKS)
        for line, text in _prose(path)
    }
    found |= {
        skeleton(text): f"{path.relative_to(ROOT)}:{line}"
        for path in sorted({*_modules("**/*.py")} - {*_modules(*SPEAKS)})
        for line, text in _told_by_calls(path)
    }
    found |= {skeleton(text): "templates/student.html.j2" for text in _of_the_template()}
    found |= dict.fromkeys(_of_assignments(), "an assignment's facts and questions")
    return {text: place for text, place in found.items() if text not in NOT_SAID}


@cache
def literals() -> frozenset[str]:
    """The skeletons of everything that may be said, words alone too."""
    of_modules = {
        skeleton(text) for path in _modules(*SPEAKS, *_OTHERS) for _, text in _strings(path, whole=True)
    }
    return frozenset(of_modules | set(said()))


def skeleton(template: str) -> str:
    """A template with its placeholders unnamed; two side by side are one."""
    return re.sub(r"(\{[^{}]*\})+", "{}", template)


def _modules(*patterns: str) -> list[Path]:
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(path for path in found if path.relative_to(ROOT).as_posix() not in _SILENT)


def _of_the_template() -> list[str]:
    source = (ROOT / "report" / "templates" / "student.html.j2").read_text(encoding="utf-8")
    written = re.findall(r'\b(?:say|fill)\(\s*"([^"]+)"\s*(~)?', source)
    # What is joined to it is a placeholder.
    return [text + ("{}" if joined else "") for text, joined in written]


def _of_assignments() -> list[str]:
    specs = [load_assignment(path.parent) for path in installed_assignments().glob("*/assignment.toml")]
    exercises = [exercise for spec in specs for exercise in spec.exercises]
    facts = [fact.says for exercise in exercises for fact in exercise.facts]
    return [*facts, *(exercise.words for exercise in exercises if exercise.words)]


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    yield from filter(_is_prose, _strings(path))


def _is_prose(string: tuple[int, str]) -> bool:
    _, text = string
    return bool(re.search(r"[A-Za-z]{2,}", text)) and " " in text.strip() and not _CODE.search(text)


def _told_by_calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in _TELLS:
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            found = [one for argument in arguments for one in _inside(argument, {})]
            yield from filter(_is_prose, found)


def _strings(path: Path, *, whole: bool = False) -> Iterator[tuple[int, str]]:
    """Strings with their lines; without those that are only parts of others, unless as a whole."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    inside = {
        part.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name)
    }
    alone = {
        node.id
        for node in _outside_of_strings(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    parts = {constants[name] for name in inside - alone if name in constants}
    for line, text in _inside(tree, constants):
        if whole or text not in parts:
            yield line, text


def _outside_of_strings(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, ast.JoinedStr):
        for child in ast.iter_child_nodes(node):
            yield from _outside_of_strings(child)


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
