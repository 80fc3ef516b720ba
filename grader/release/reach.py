"""What a program needs of its sources: everything that it imports, at once or later."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True)
class Reach:
    """Modules of the program by their names, and the first parts of the names that they import from elsewhere."""

    modules: frozenset[str]
    outside: frozenset[str]


def reach(
    sources: Mapping[str, str], entries: Collection[str], without: AbstractSet[str] = frozenset()
) -> Reach:
    """Follow all imports, also those inside functions, and not those for type checkers alone.

    Args:
        sources: text of every module of the program by its name; a package goes by its own.
        entries: modules with which the program starts.
        without: packages that it will not come to need, although something imports them.

    """
    found: set[str] = set()
    outside: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name not in sources:
            outside.add(name.partition(".")[0])
        elif name not in found:
            found.add(name)
            waiting += _packages_around(name)
            waiting += (
                one
                for one in _imported(ast.parse(sources[name]), sources)
                if one not in found and without.isdisjoint((one, *_packages_around(one)))
            )
    return Reach(frozenset(found), frozenset(outside))


def _packages_around(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))


def _imported(node: ast.AST, sources: Collection[str]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.If(test=ast.Name("TYPE_CHECKING")):
                continue
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield module
                yield from (whole for alias in names if (whole := f"{module}.{alias.name}") in sources)
            case _:
                yield from _imported(child, sources)
