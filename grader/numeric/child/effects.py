"""What a piece of Python reads, binds and changes, found without running it.

It errs on the side of more: what may be read is read, what may be changed is changed. It takes what a function returns for a new object,
but for those functions of libraries that are known to hand on what they are given, and does not look into strings that are run as code.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .objects import carried, last_name, root

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HARMLESS_METHODS = frozenset(
    """
    all any argmax argmin argsort astype conj copy count cumsum diagonal dot endswith flatten format get index item items join keys
    lower max mean min nonzero prod ravel replace reshape round split squeeze startswith std strip sum swapaxes tolist transpose upper
    values var view
    """.split()
)
"""Methods of arrays and containers that leave what they are called on as it is."""
CHANGES_ARGUMENTS = frozenset(
    "at copyto delattr fill_diagonal heapify heappop heappush insort place put put_along_axis putmask setattr shuffle".split()
)
"""Functions of libraries that change what they are given."""
SETS_STATE = frozenset("seed seterr setstate set_state setrecursionlimit".split())
"""Functions of libraries whose call shows in what other functions of theirs do."""


@dataclass
class Effects:
    """What a piece of code does to the names around it when it runs."""

    reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    loop_binds: set[str] = field(default_factory=set)
    """Names that it binds in loops alone."""
    stores: set[str] = field(default_factory=set)
    """Names whose objects get other items or attributes."""
    methods: set[str] = field(default_factory=set)
    """Names on whose objects a method is called that may change them."""
    in_loops: set[str] = field(default_factory=set)
    """What of `stores` and `methods` stands in loops."""
    shares: list[set[str]] = field(default_factory=list)
    """Names whose objects may be, or hold, the same object."""
    sets_state: bool = False
    binds_anything: bool = False
    """Whether it holds `from ... import *`."""
    changes_parameters: bool = False
    bodies: dict[str, Effects] = field(default_factory=dict)
    """For each function and class that it defines, what a call does."""

    def run_also(self, other: Effects) -> None:
        """Let the effects of another piece be among these."""
        self.reads |= other.reads
        self.binds |= other.binds
        self.loop_binds |= other.loop_binds
        self.stores |= other.stores
        self.methods |= other.methods
        self.in_loops |= other.in_loops
        self.sets_state |= other.sets_state


def effects_of(statement: ast.stmt) -> Effects:
    """Effects of a statement at the top level of a notebook."""
    scope = _Scope()
    scope.visit(statement)
    scope.effects.loop_binds -= scope.effects.binds
    return scope.effects


def sharing(names: Iterable[str], groups: Sequence[set[str]]) -> set[str]:
    """Names, and all whose objects may be or hold the same."""
    found = set(names)
    more = True
    while more:
        joined = [group for group in groups if group & found and not group <= found]
        found |= set().union(*joined)
        more = bool(joined)
    return found


class _Scope(ast.NodeVisitor):
    """Collects effects in one scope: the notebook's, a function's, a class's or a comprehension's."""

    def __init__(self, kind: str = "module", parameters: Iterable[str] = ()) -> None:
        self.effects = Effects()
        self._kind = kind
        self._parameters = set(parameters)
        self._loops = 0
        self._globals = set[str]()
        self._nonlocals = set[str]()

    # Names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.effects.reads.add(node.id)
        else:
            self._bind(node.id)

    def _bind(self, name: str) -> None:
        (self.effects.loop_binds if self._loops else self.effects.binds).add(name)

    def visit_Global(self, node: ast.Global) -> None:
        self._globals |= set(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._nonlocals |= set(node.names)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.effects.binds_anything = True
            else:
                self._bind(alias.asname or alias.name)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest)
        self.generic_visit(node)

    # Changes in place

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._store(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._store(node)

    def _store(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._change(self.effects.stores, root(node))
        self.generic_visit(node)

    def _change(self, kind: set[str], names: set[str]) -> None:
        kind |= names
        if self._loops:
            self.effects.in_loops |= names

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.effects.reads.add(node.target.id)
            self._change(self.effects.stores, {node.target.id})
        self._share(node.target, node.value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = last_name(node.func)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(node.func, ast.Attribute) and called not in HARMLESS_METHODS:
            self._change(self.effects.methods, root(node.func.value))
            # What is appended is shared.
            for argument in arguments:
                self._share(node.func.value, argument)
        if called in CHANGES_ARGUMENTS:
            self._change(self.effects.stores, set().union(*map(root, arguments)))
        for keyword in node.keywords:
            if keyword.arg == "out":
                self._change(self.effects.stores, set().union(*map(root, _items(keyword.value))))
        self.effects.sets_state |= called in SETS_STATE and not self._loops
        self.generic_visit(node)

    # Names for the same object

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._share(target, node.value)
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Lambda):
                self.effects.bodies[target.id] = _function(node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is None:
            # A bare annotation binds nothing.
            self.visit(node.annotation)
            return
        self._share(node.target, node.value)
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._share(node.target, node.value)
        if self._kind == "comprehension":
            self._globals.add(node.target.id)
        self.generic_visit(node)

    def visit_withitem(self, node: ast.withitem) -> None:
        if node.optional_vars is not None:
            self._share(node.optional_vars, node.context_expr)
        self.generic_visit(node)

    def _share(self, target: ast.expr, value: ast.expr) -> None:
        names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
        if names and (shared := carried(value)):
            self.effects.shares.append(names | shared)

    # Loops and scopes

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._share(node.target, node.iter)
        self._loop(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_While(self, node: ast.While) -> None:
        self._loop(node)

    def _loop(self, node: ast.stmt) -> None:
        self._loops += 1
        self.generic_visit(node)
        self._loops -= 1

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name)
        self._visit_around(node)
        self._define(node.name, _function(node))

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name)
        for part in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.visit(part)
        inner = _Scope("class")
        for statement in node.body:
            inner.visit(statement)
        self.effects.run_also(inner.outside())
        body = Effects()
        for method in inner.effects.bodies.values():
            body.run_also(method)
            body.changes_parameters |= method.changes_parameters
        self._define(node.name, body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_around(node)
        self.effects.run_also(_function(node))

    def _visit_around(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """What runs where a function is defined: decorators, defaults, annotations."""
        decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
        for part in (*decorators, node.args):
            self.visit(part)
        if not isinstance(node, ast.Lambda) and node.returns is not None:
            self.visit(node.returns)

    def _define(self, name: str, body: Effects) -> None:
        self.effects.bodies[name] = body
        if self._kind == "function":
            # A function in a function is taken to be called there.
            self.effects.run_also(body)
            self.effects.changes_parameters |= body.changes_parameters
            self._globals |= body.binds | body.loop_binds

    def _visit_comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        inner = _Scope("comprehension")
        inner._loops = 1
        for generator in node.generators:
            inner._share(generator.target, generator.iter)
        inner.generic_visit(node)
        outside = inner.outside()
        # Only `:=` binds a name outside of a comprehension, and it binds it for good.
        self.effects.binds |= outside.loop_binds | outside.binds
        outside.loop_binds = outside.binds = set()
        self.effects.run_also(outside)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def outside(self) -> Effects:
        """What of the effects reaches beyond this scope."""
        found = self.effects
        local = (found.binds | found.loop_binds | self._parameters) - self._globals - self._nonlocals
        stores, methods, in_loops = (
            sharing(names, found.shares) if names else set()
            for names in (found.stores, found.methods, found.in_loops)
        )
        reach = set() if self._kind == "class" else local
        return Effects(
            reads=found.reads - reach,
            binds=found.binds & self._globals,
            loop_binds=found.loop_binds & self._globals,
            stores=stores - reach,
            methods=methods - reach,
            in_loops=in_loops - reach,
            sets_state=found.sets_state,
            changes_parameters=found.changes_parameters or bool((stores | methods) & self._parameters),
            bodies=found.bodies if self._kind == "class" else {},
        )


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Effects:
    """What a call does."""
    given = node.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    scope = _Scope("function", (parameter.arg for parameter in parameters if parameter is not None))
    for part in [node.body] if isinstance(node, ast.Lambda) else node.body:
        scope.visit(part)
    return scope.outside()


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, (ast.Tuple, ast.List)) else [node]
