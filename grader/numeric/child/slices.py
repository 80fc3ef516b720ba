"""Which statements of a notebook a name needs: its dependency slice.

A statement is needed when it binds a needed name outside of a loop, or changes a needed object in place, wherever that stands; what
it reads is needed then too, and so is what the bodies of needed functions read. Loops that only bind names (training, experiments)
are not needed, and neither are plots, prints and downloads that nothing depends on.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .effects import Effects, effects_of, sharing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Statement:
    """One statement at the top level of a cell."""

    cell: int
    node: ast.stmt
    cut: bool = False
    """Whether text that does not parse follows directly, so that it may end too early."""

    @property
    def line(self) -> int:
        """Line in its cell, from 1."""
        return self.node.lineno

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of its tree."""
        found: list[ast.AST] = [self.node]
        # As `ast.walk` does, in half the time.
        for node in found:
            for name in node._fields:
                value = getattr(node, name, None)
                if type(value) is list:
                    found += [item for item in value if isinstance(item, ast.AST)]
                elif isinstance(value, ast.AST):
                    found.append(value)
        return found


@dataclass(frozen=True)
class Slice:
    """The statements that a name needs, by their numbers, and the loops that touch what it uses."""

    statements: frozenset[int]
    loops: dict[int, frozenset[str]]
    """Loops that change needed objects in place (they are among the statements) or bind needed names (they are not)."""


class Program:
    """All statements of a notebook, and what they do to names."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.effects = [effects_of(statement.node) for statement in statements]
        self._bodies: dict[str, Effects] = {}
        for effects in self.effects:
            for name, body in effects.bodies.items():
                self._bodies.setdefault(name, Effects()).run_also(body)
                self._bodies[name].changes_parameters |= body.changes_parameters
        self._data = self._names_of_data(statements)
        self._follow_calls()
        for effects in self.effects:
            self._run_called(effects)
        self._shares = [group & self._data for effects in self.effects for group in effects.shares]

    def names(self) -> set[str]:
        """All names that statements bind, but those bound in loops alone."""
        return set().union(*(effects.binds for effects in self.effects))

    def names_in_loops(self) -> set[str]:
        """Names that loops bind."""
        return set().union(*(effects.loop_binds for effects in self.effects))

    def names_to_follow(self) -> set[str]:
        """Names of which a statement may make more than what has run has: all that are bound, but by imports alone."""
        return self._data | self._bodies.keys()

    def slice(self, name: str) -> Slice:
        """What `name` needs."""
        needed, found = {name}, set[int]()
        more = True
        while more:
            objects = sharing(needed & self._data, self._shares)
            new = [
                number
                for number, effects in enumerate(self.effects)
                if number not in found and self._is_needed(effects, needed, objects)
            ]
            for number in new:
                needed |= self._reads(number)
            found |= set(new)
            more = bool(new)
        if not any(name in self.effects[number].binds for number in found):
            return Slice(frozenset(), {})
        return Slice(frozenset(found), self._loops(needed, found))

    def _is_needed(self, effects: Effects, needed: set[str], objects: set[str]) -> bool:
        return (
            effects.sets_state
            or effects.binds_anything
            or bool(effects.binds & needed)
            or bool(effects.stores & (needed | objects))
            or bool(effects.methods & objects)
        )

    def _reads(self, number: int) -> set[str]:
        effects = self.effects[number]
        return effects.reads.union(*(self._bodies[name].reads for name in effects.bodies))

    def _loops(self, needed: set[str], found: set[int]) -> dict[int, frozenset[str]]:
        loops: dict[int, frozenset[str]] = {}
        for number, effects in enumerate(self.effects):
            if number in found:
                names = (sharing(effects.in_loops & self._data, self._shares) & needed) - effects.loop_binds
            else:
                names = effects.loop_binds & needed
            if names:
                loops[number] = frozenset(names)
        return loops

    def _names_of_data(self, statements: Sequence[Statement]) -> set[str]:
        """Names that stand for something else than a function, a class or a module."""
        names: set[str] = set()
        for statement, effects in zip(statements, self.effects):
            names |= effects.loop_binds
            if not isinstance(
                statement.node,
                (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
            ):
                names |= effects.binds
        for body in self._bodies.values():
            names |= body.binds | body.loop_binds
        return names

    def _follow_calls(self) -> None:
        """Let every function do what the functions do that it mentions."""
        more = True
        while more:
            before = _sizes(self._bodies.values())
            for body in self._bodies.values():
                self._run_called(body)
            more = _sizes(self._bodies.values()) != before

    def _run_called(self, effects: Effects) -> None:
        """Add what the functions do that are mentioned: a mention counts as a call."""
        for name in effects.reads & self._bodies.keys():
            body = self._bodies[name]
            if body is effects:
                continue
            effects.binds |= body.binds | body.loop_binds
            effects.stores |= body.stores
            effects.methods |= body.methods
            if body.changes_parameters:
                effects.stores |= effects.reads & self._data
                effects.changes_parameters = True


def _sizes(bodies: Iterable[Effects]) -> list[tuple[int, ...]]:
    return [
        (len(body.binds), len(body.stores), len(body.methods), body.changes_parameters) for body in bodies
    ]
