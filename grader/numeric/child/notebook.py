"""Runs the cells of a notebook, as far as its functions need them.

Only imports, definitions of functions and classes, and assignments at the top level are run, each on its own: a failure is noted
and the next goes on. Loops and bare expressions (training, plots, prints) are not.
"""

from __future__ import annotations

import ast
import builtins
import importlib.abc
import importlib.machinery
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DISPLAY_PACKAGES = frozenset(
    {"matplotlib", "mpl_toolkits", "seaborn", "IPython", "ipywidgets", "tqdm", "google"}
)
"""Packages that show something: where one is missing, a stand-in that does nothing takes its place."""

CELL_NAME = "<cell {}>"
KEPT_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")


@dataclass(frozen=True)
class Definition:
    """A function as one cell defined it; later cells may define the name again."""

    cell: int
    line: int
    function: Callable[..., Any]


@dataclass(frozen=True)
class Note:
    """Something in a cell that did not run."""

    cell: int
    line: int
    text: str


class Stub:
    """Takes every use and does nothing."""

    def __getattr__(self, name: str) -> Stub:
        return self

    def __call__(self, *_args: object, **_options: object) -> Stub:
        return self

    def __iter__(self) -> Iterator[Stub]:
        return iter(())

    def __enter__(self) -> Stub:  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None: ...


class StubFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last among the finders: supplies display packages that are not installed."""

    def find_spec(
        self, fullname: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A stand-in for `fullname`, where it belongs to a display package."""
        if fullname.partition(".")[0] in DISPLAY_PACKAGES:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        """Every name that is asked of the module is a stub."""
        vars(module).update(__all__=[], __getattr__=lambda _name: Stub())


def _no_input(*_: object) -> str:
    raise EOFError("nobody is there to answer input() while a notebook is graded")


class Notebook:
    """The notebook's names after its cells have run."""

    def __init__(self) -> None:
        self.module = types.ModuleType("__main__")
        self.names = vars(self.module)
        self.names["display"] = self.names["get_ipython"] = Stub()
        self.definitions: dict[str, list[Definition]] = {}
        self.notes: list[Note] = []

    def run(self, cells: Sequence[tuple[int, str]], *, calls: bool) -> None:
        """Run cells in order; without `calls`, assignments that call something are left out too."""
        builtins.input = _no_input
        sys.meta_path.append(StubFinder())
        sys.modules["__main__"] = self.module
        for index, source in cells:
            for statement in self._statements(index, source):
                if _is_wanted(statement, calls=calls):
                    self._run_statement(index, statement)

    def _statements(self, index: int, source: str) -> list[ast.stmt]:
        for attempt in (source, _without_magics(source)):
            try:
                return ast.parse(attempt).body
            except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
                problem = error
        self.notes.append(
            Note(index, getattr(problem, "lineno", None) or 1, f"does not parse: {describe(problem)}")
        )
        return []

    def _run_statement(self, index: int, statement: ast.stmt) -> None:
        try:
            code = compile(ast.Module([statement], []), CELL_NAME.format(index), "exec")
            exec(code, self.names)  # noqa: S102  (this process exists to run the student's code)
        except BaseException as error:  # noqa: BLE001  (also exit() and KeyboardInterrupt: the next statement goes on)
            self.notes.append(Note(index, statement.lineno, describe(error)))
            return
        for name in _bound_names(statement):
            function = self.names.get(name)
            if callable(function) and not isinstance(function, Stub):
                definition = Definition(index, statement.lineno, function)
                self.definitions.setdefault(name, []).append(definition)


def describe(error: BaseException) -> str:
    """Type and text of an exception, even of one that resists."""
    try:
        return f"{type(error).__name__}: {error}"[:1000]
    except BaseException:  # noqa: BLE001  (a student's __str__ may raise anything)
        return "an exception that cannot be shown"


def _is_wanted(statement: ast.stmt, *, calls: bool) -> bool:
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return True
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return False
    return calls or not any(isinstance(node, ast.Call) for node in ast.walk(statement))


def _bound_names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _without_magics(source: str) -> str:
    """Lines of IPython (`%magic`, `!command`, `?help`) become `pass`; a cell of another language becomes empty."""
    first = source.lstrip()
    if first.startswith("%%") and not first.startswith(KEPT_CELL_MAGICS):
        return ""
    return "\n".join(
        line[: len(line) - len(line.lstrip())] + "pass" if line.lstrip().startswith(("%", "!", "?")) else line
        for line in source.split("\n")
    )
