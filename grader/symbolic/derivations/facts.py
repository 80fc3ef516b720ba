"""What a derivation must show on its way, and which of its lines show it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, permutations
from typing import TYPE_CHECKING, Protocol

from grader.symbolic.derivations.classes import speaks_of_the_class
from grader.symbolic.derivations.tags import tags
from grader.symbolic.reading.expression import Symbol, letter, quantities, transform, with_letters
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.reader import read
from grader.symbolic.truth.canonical import same
from grader.symbolic.truth.scope import data_letters, free_letters, name_of

MAX_NAMINGS = 6
"""Ways to name the free indices of a fact that are tried."""

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.symbolic.derivations.equation import Grounds
    from grader.symbolic.derivations.line import Line
    from grader.symbolic.reading.expression import Expression
    from grader.symbolic.truth.scope import Definition


class Way(Protocol):
    """How a line looks that shows a fact: `grader.assignment.Way`."""

    @property
    def equals(self) -> tuple[str, ...]: ...
    @property
    def has(self) -> tuple[str, ...]: ...
    @property
    def lacks(self) -> tuple[str, ...]: ...
    @property
    def follows(self) -> tuple[str, ...]: ...


class Fact(Protocol):
    """Something that must be shown: `grader.assignment.Fact`."""

    @property
    def says(self) -> str: ...
    @property
    def ways(self) -> tuple[Way, ...]: ...
    @property
    def own(self) -> bool: ...
    @property
    def words(self) -> bool: ...
    @property
    def share(self) -> float: ...


def shown(
    facts: Sequence[Fact], lines: Sequence[Line], given: Sequence[Expression], grounds: Grounds
) -> list[bool]:
    """Which facts the lines show, each by a line of its own; some must not be what the prompt prints (`given`).

    `grounds` are those of the exercise: what a line says of one case or of some layers only shows no fact.
    """
    candidates = [
        [
            at
            for at, line in enumerate(lines)
            if line.expression is not None
            and not (fact.own and any(same(line.expression, display) for display in given))
            and any(_shows(line, way, grounds) for way in fact.ways)
        ]
        for fact in facts
    ]
    same_line = _say_the_same(lines)

    def conflict(fact: int, line: int, other_fact: int, other_line: int) -> bool:
        # What the prompt prints is easily said in one line.
        return (facts[fact].own or facts[other_fact].own) and same_line(line, other_line)

    return _match(candidates, conflict)


def _shows(line: Line, way: Way, grounds: Grounds) -> bool:
    if line.expression is None or line.grounds is None:
        return False
    if way.equals and not line.grounds.covers(grounds):
        return False
    setting = line.grounds.frames[0][0]
    definitions = setting.definitions
    occurring = tags(line.expression, definitions)
    if "y" in way.has:
        occurring = _occurring(line.expression, definitions, grounds.knowing(definitions))
    if speaks_of_the_class(line.expression, setting.classes):
        occurring |= {"t"}  # the class is what the target says
    if not occurring.issuperset(way.has) or occurring & set(way.lacks):
        return False
    if way.follows and (line.before is None or tags(line.before, definitions).isdisjoint(way.follows)):
        return False
    if not way.equals or line.carried:
        # What follows rightly from a slip has another value, and is credited all the same.
        return True
    known = grounds.knowing(definitions)
    return any(
        _equal(meant, line.expression, known)
        for text in way.equals
        for meant in _namings(read(text)[0].expression, line.expression, known)
    )


def _occurring(line: Expression, definitions: Mapping[str, Definition], known: Grounds) -> frozenset[str]:
    """Tags of a line; a name of the student's own for the outputs is the outputs, however it was defined."""
    used = {name_of(part) for part in quantities(line)} & definitions.keys()
    outputs = {name for name in used if _is_output(definitions[name], known)}
    if not outputs:
        return tags(line, definitions)
    others = {name: value for name, value in definitions.items() if name not in outputs}
    return tags(line, others) | {"y"}


def _is_output(definition: Definition, known: Grounds) -> bool:
    if len(definition.parameters) != 1:
        return False
    output = Symbol("y", None, (Symbol(definition.parameters[0]),))
    return _equal(output, definition.expression, known)


def _equal(meant: Expression, line: Expression, grounds: Grounds) -> bool:
    try:
        return grounds.holds(meant, line) is not None
    except ReadError:
        classes = grounds.frames[0][0].classes
        return speaks_of_the_class(line, classes) and grounds.holds_one_hot(meant, line)


def _namings(meant: Expression, line: Expression, grounds: Grounds) -> Iterator[Expression]:
    """What is meant with its free indices named as the line may name them: a student may call j and i otherwise."""
    yield meant
    setting = grounds.frames[0][0]
    # The true class is one value, and no index.
    fixed = data_letters((meant, line), setting) | setting.classes
    own, others = (
        [name for name in free_letters((side,), fixed) if name not in fixed] for side in (meant, line)
    )
    if not others and len(own) == 1:
        yield transform(meant, lambda node: _without(node, own[0]))  # of all components at once, as a vector
    if set(own) != set(others) and len(own) == len(others):
        for names in islice(permutations(others), MAX_NAMINGS):
            yield with_letters(meant, {old: Symbol(new) for old, new in zip(own, names, strict=True)})


def _without(node: Expression, name: str) -> Expression:
    if not isinstance(node, Symbol):
        return node
    return replace(node, indices=tuple(index for index in node.indices if letter(index) != name))


def _say_the_same(lines: Sequence[Line]) -> Callable[[int, int], bool]:
    """Whether two lines say the same, so that both together show one fact only."""

    def say_the_same(one: int, other: int) -> bool:
        left, right = lines[one].expression, lines[other].expression
        return left is not None and right is not None and same(left, right)

    return say_the_same


def _match(candidates: Sequence[Sequence[int]], conflict: Callable[[int, int, int, int], bool]) -> list[bool]:
    """The most facts that can be shown by lines of their own; later facts, the result first, win ties.

    `conflict` says of two facts, each with a line, whether those lines are too few for both.
    """
    best: dict[int, int] = {}

    def assign(fact: int, taken: dict[int, int]) -> None:
        nonlocal best
        if fact < 0:
            if len(taken) > len(best):
                best = dict(taken)
            return
        if len(taken) + fact + 1 <= len(best):
            return
        tried: list[int] = []
        for line in candidates[fact]:
            if any(conflict(fact, line, *other) for other in taken.items()):
                continue
            if any(conflict(fact, line, fact, other) for other in tried):
                continue
            tried.append(line)
            assign(fact - 1, {**taken, fact: line})
        assign(fact - 1, taken)

    assign(len(candidates) - 1, {})
    return [number in best for number in range(len(candidates))]
