"""Values of names that the student gave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.scope import Definition, as_meant, meaning_of, name_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from grader.symbolic.reading.expression import Symbol, Where
    from grader.symbolic.truth.bindings import Bindings

MAX_DEFINITIONS = 6
"""Names within names within names."""


def is_named(node: Symbol, scope: Bindings) -> bool:
    """Whether the student gave a name to something with this letter; with as many indices, or with others."""
    return node.label is None and any(
        name.partition("_")[0] == node.name for name in scope.setting.definitions
    )


def defined_value(node: Symbol, scope: Bindings) -> NDArray[Any]:
    """The value of a name that the student gave, with its parameters as they are here."""
    if (stepped := scope.stepped.get(name_of(node))) is not None:
        return stepped
    meaning = meaning_of(node, scope.setting.definitions)
    if meaning is None or scope.inside >= MAX_DEFINITIONS:
        raise ReadError(f"{node.name} is used in another way than it is defined", node.span)
    definition, indices = meaning
    letters = {name: scope.index(index) for name, index in zip(definition.parameters, indices, strict=True)}
    inner = replace(scope, letters={**scope.letters, **letters}, inside=scope.inside + 1)
    return inner.value(as_meant(definition.expression, scope.setting, scope.points))


def where_value(node: Where, scope: Bindings) -> NDArray[Any]:
    """An expression in which a name has a value that stands behind it."""
    definitions = {**scope.setting.definitions, node.name: Definition((), node.value)}
    return replace(scope, setting=replace(scope.setting, definitions=definitions)).value(node.body)
