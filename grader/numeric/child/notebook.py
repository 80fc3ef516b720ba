"""Runs the statements of a notebook, as far as the functions asked for need them."""

from __future__ import annotations
import __future__

import ast
import contextlib
import functools
import inspect
import re
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import notes, stand_ins
from .budget import Budget, TookTooLongError
from .cells import CELL_NAME, Unread, describe, read_cell
from .names import resembles
from .notes import Note
from .slices import Program, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .cells import CellContent

MANY_PARAMETERS = 255
DEEPEST = 50_000
NOT_THE_STUDENTS_FAULT = (ImportError, EOFError, OSError, TookTooLongError)
"""What a statement can fail of because it runs here: packages, files, the keyboard, time."""


@dataclass(frozen=True)
class Definition:
    """A function as one statement defined it; later ones may define the name again."""

    cell: int
    line: int
    function: Callable[..., Any]

    @functools.cached_property
    def signature(self) -> inspect.Signature | None:
        """How the function is called; None where that cannot be told. It can be the student's code that says so, and raise anything."""
        try:
            return inspect.signature(self.function)
        except (TypeError, ValueError):
            return None


class Notebook:
    """The notebook's names after its statements have run."""

    def __init__(self) -> None:
        self.module = types.ModuleType("__main__")
        self.names = vars(self.module)
        self.names["display"] = stand_ins.Display()
        self.names["get_ipython"] = stand_ins.StandIn()
        self.definitions: dict[str, list[Definition]] = {}
        self.unread: list[tuple[int, Unread]] = []
        """Definitions that are there and did not come to be, each with its cell."""
        self.notes: list[Note] = []
        self.hidden = frozenset[str]()
        """Names asked for that nothing defines and that a statement which did not run may define."""
        self.others: list[tuple[str, int, int]] = []
        """Functions that nobody asked for: name, cell, line."""
        self._bindable = frozenset[str]()
        self._values: dict[str, object] = {}

    def run(
        self, cells: Sequence[tuple[int, str]], *, wanted: Sequence[str] | None, way: str, seconds: float
    ) -> None:
        """Run cells in order.

        Args:
            cells: index and source of each.
            wanted: functions asked for; None for all names that statements bind.
            way: `slice`: what they need; `plain`: of that, what cannot take long; `whole`: everything.
            seconds: computing time for all.

        """
        self._old_names = stand_ins.install()
        sys.modules["__main__"] = self.module
        contents = [(index, read_cell(index, source)) for index, source in cells]
        statements = [statement for _, content in contents for statement in content.statements]
        with _deep_recursion():
            program = Program(statements)
        asked = program.names() if wanted is None else set(wanted)
        roots = sorted(_roots(program.names(), statements, asked))
        slices = {name: program.slice(name) for name in roots}
        self._bindable = frozenset(program.names_to_follow())
        self._watched = sorted({*roots, *asked})
        budget = Budget(seconds)
        for number, statement in enumerate(statements):
            needing = tuple(name for name in roots if number in slices[name].statements)
            if way == "plain" and needing and not _is_plain(statement):
                text = "it was left out, for the process had ended when it ran"
                self.notes.append(Note(statement.cell, statement.line, text, needing, doubt=True))
            elif needing or way == "whole":
                self._run_statement(statement, program.effects[number].binds, needing, budget)
        for index, content in contents:
            self._note_cell(index, content)
        if way != "whole":
            self.notes += notes.of_loops(statements, slices)
        self.unread += notes.nested(statements, self._watched)
        self.notes = list(dict.fromkeys(self.notes))
        self.hidden = frozenset(notes.hidden(program, statements, asked - self.definitions.keys()))
        self.others = [
            (statement.node.name, statement.cell, statement.line)
            for statement in statements
            if isinstance(statement.node, ast.FunctionDef) and statement.node.name not in asked
        ]

    def may_be_bound(self, error: BaseException) -> bool:
        """Whether an exception is about a name that some statement, run or not, binds."""
        return type(error) is NameError and _name_in(error) in self._bindable

    def _run_statement(
        self, statement: Statement, binds: set[str], needing: tuple[str, ...], budget: Budget
    ) -> None:
        cell, line = statement.cell, statement.line
        try:
            with budget.share():
                exec(_compiled(statement), self.names)  # noqa: S102  (this process exists to run the student's code)
        except BaseException as error:  # noqa: BLE001  (also exit() and KeyboardInterrupt: the next statement goes on)
            text = str(error) if type(error) is TookTooLongError else describe(error)
            self.notes.append(Note(cell, line, text, needing, is_not_the_students_fault(error)))
            self.unread += [(cell, Unread(name, line, text)) for name in self._watched if name in binds]
        if needing:
            self.notes += notes.of_stand_ins(statement, needing, self.names, self._old_names)
        for name in self._watched:
            value = self.names.get(name)
            if value is self._values.get(name):
                continue
            self._values[name] = value
            if callable(value) and not issubclass(type(value), stand_ins.StandIn):
                self._define(name, value, statement)

    def _define(self, name: str, function: Callable[..., Any], statement: Statement) -> None:
        cell, line = statement.cell, statement.line
        if statement.cut:
            text = f"the text behind `{name}` does not parse, and may belong to it"
            self.notes.append(Note(cell, line, text, (name,), doubt=True))
        if _is_method(statement.node):
            function = functools.partial(function, None)
            text = f"`{name}` is a method outside of its class; it was called with None for `self`"
            self.notes.append(Note(cell, line, text, (name,), doubt=True))
        self.definitions.setdefault(name, []).append(Definition(cell, line, function))

    def _note_cell(self, index: int, content: CellContent) -> None:
        defined = tuple(
            name
            for name, definitions in self.definitions.items()
            if any(definition.cell == index for definition in definitions)
        )
        self.notes += [Note(index, remark.line, remark.text, defined) for remark in content.commands]
        self.notes += [Note(index, remark.line, remark.text) for remark in content.broken]
        self.unread += [(index, unread) for unread in content.unread]


def is_not_the_students_fault(error: BaseException) -> bool:
    """Whether an exception may come from where the code runs, not from what it says."""
    return issubclass(type(error), NOT_THE_STUDENTS_FAULT)


def parameters_of(definition: Definition) -> tuple[int, int]:
    """How many arguments a function takes by their places, at least and at most."""
    signature = None
    with contextlib.suppress(BaseException):
        signature = definition.signature
    if signature is None:
        return 0, MANY_PARAMETERS
    given = signature.parameters.values()
    by_place = [one for one in given if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}]
    least = sum(one.default is one.empty for one in by_place)
    many = any(one.kind is one.VAR_POSITIONAL for one in given)
    return least, MANY_PARAMETERS if many else len(by_place)


def _name_in(error: NameError) -> str | None:
    """The name that an exception is about; Python 3.9 tells it in words only."""
    if sys.version_info >= (3, 10):
        return error.name
    words = re.match(r"NameError: name '(\w+)' is not defined", describe(error))
    return None if words is None else words[1]


@contextlib.contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let our own walk go as deep as what the compiler took."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _compiled(statement: Statement) -> types.CodeType:
    # Annotations are not looked up: one of a package that is missing here costs no function.
    flags = __future__.annotations.compiler_flag
    tree = ast.Module([statement.node], [])
    code: types.CodeType = compile(
        tree, CELL_NAME.format(statement.cell), "exec", flags=flags, dont_inherit=True
    )
    return code


def _roots(bound: set[str], statements: Sequence[Statement], asked: set[str]) -> set[str]:
    """Names asked for, and functions with names that resemble one of them."""
    functions = {s.node.name for s in statements if isinstance(s.node, ast.FunctionDef)}
    return {
        name
        for name in bound
        if name in asked or (name in functions and any(resembles(name, other) for other in asked))
    }


def _is_plain(statement: Statement) -> bool:
    """Whether a statement cannot take long: an import, a definition, an assignment that calls nothing."""
    if isinstance(statement.node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
        return True
    assigns = isinstance(statement.node, (ast.Assign, ast.AnnAssign))
    return assigns and not any(isinstance(node, ast.Call) for node in statement.nodes)


def _is_method(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef):
        return False
    parameters = [*node.args.posonlyargs, *node.args.args]
    return bool(parameters) and parameters[0].arg == "self"
