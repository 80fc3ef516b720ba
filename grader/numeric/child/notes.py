"""What is told about a notebook besides what its functions answer."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import stand_ins
from .cells import Unread

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from .slices import Program, Slice, Statement


@dataclass(frozen=True)
class Note:
    """What was not run as it stands, and the functions that it matters to.

    `doubt`: a wrong answer of theirs may come from it.
    """

    cell: int
    line: int
    text: str
    functions: tuple[str, ...] = ()
    doubt: bool = False


def of_loops(statements: Sequence[Statement], slices: Mapping[str, Slice]) -> Iterator[Note]:
    """Loops that touch what functions use."""
    needing: dict[tuple[int, frozenset[str], bool], list[str]] = {}
    for function, found in slices.items():
        for number, names in found.loops.items():
            needing.setdefault((number, names, number in found.statements), []).append(function)
    for (number, names, ran), functions in needing.items():
        what = ", ".join(f"`{name}`" for name in sorted(names))
        text = f"a loop changes {what}, and it was {'run' if ran else 'not run'}"
        yield Note(statements[number].cell, statements[number].line, text, tuple(functions), doubt=not ran)


def of_stand_ins(
    statement: Statement, functions: tuple[str, ...], names: Mapping[str, object], old_names: Collection[str]
) -> Iterator[Note]:
    """Packages and names of NumPy in a statement for which something else stood in."""
    for package in sorted(_imported(statement) & stand_ins.replaced_packages()):
        text = f"{package} is not installed here; something that shows nothing stood in for it"
        doubt = package not in stand_ins.FAITHFUL_PACKAGES
        yield Note(statement.cell, statement.line, text, functions, doubt)
    found = {
        node.attr
        for node in statement.nodes
        if isinstance(node, ast.Attribute)
        and node.attr in old_names
        and isinstance(node.value, ast.Name)
        and names.get(node.value.id) is np
    }
    for name in sorted(found):
        text = f"NumPy {np.__version__} has no `{name}`; it was put back"
        yield Note(statement.cell, statement.line, text, functions)


def nested(statements: Sequence[Statement], wanted: Collection[str]) -> Iterator[tuple[int, Unread]]:
    """Functions asked for that are defined in a class or in another function, each with its cell."""
    for statement in statements:
        if not isinstance(statement.node, (ast.FunctionDef, ast.ClassDef)):
            continue
        for node in statement.nodes:
            if isinstance(node, ast.FunctionDef) and node is not statement.node and node.name in wanted:
                why = f"it is defined inside of `{statement.node.name}`"
                yield statement.cell, Unread(node.name, node.lineno, why)


def hidden(program: Program, statements: Sequence[Statement], missing: Collection[str]) -> Iterator[str]:
    """Which of the missing names a statement that did not run may bind: a loop, or a text that is run as code."""
    in_loops = program.names_in_loops()
    texts = {
        node.value
        for statement in statements
        for node in statement.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for name in missing:
        # `exec("def name...")`, `globals()["name"] = ...`
        code = rf"(?:.*\bdef\s+)?{re.escape(name)}\b(?:\s*[=(].*)?"
        # Most names stand in no text, and every child would compile the expression anew.
        if name in in_loops or any(name in text and re.fullmatch(code, text, re.DOTALL) for text in texts):
            yield name


def _imported(statement: Statement) -> set[str]:
    """Packages that a statement imports."""
    modules: list[str] = []
    for node in statement.nodes:
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.append(node.module)
    return {module.partition(".")[0] for module in modules}
