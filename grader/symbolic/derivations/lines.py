"""A derivation, line by line: what each line follows from, and whether it does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from grader.symbolic.derivations.equation import Equality, Grounds, Move, judge, moves
from grader.symbolic.derivations.slips import has_an_index_slip, name_slip
from grader.symbolic.reading.expression import (
    Activation,
    Applied,
    Big,
    Condition,
    Derivative,
    Dots,
    Expression,
    Function,
    Negative,
    Number,
    Power,
    Symbol,
    letter,
    number,
    transform,
    walk,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.reader import read
from grader.symbolic.reading.statements import Chain, Member, read_chains
from grader.symbolic.truth.evaluate import compare
from grader.symbolic.truth.layers import over_layers
from grader.symbolic.truth.scope import UNITS, Definition, Setting, data_letters
from grader.symbolic.truth.world import worlds

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from grader.symbolic.formulas.collect import Piece

MAX_EARLIER = 6
"""Displays to which a formula that stands alone may go back."""
MAX_LINES = 150
"""Lines of an answer beyond which a person reads it."""
ALL_MOVES: tuple[Move, ...] = ("negated", "logarithm", "negative logarithm", "summed", "exponential")

_SHEET = frozenset([*"w x y t a z delta E sigma pi p e N K D M l h".split(), "mathcal N"])
"""What has a meaning already."""
_ANNOUNCES: dict[Move, re.Pattern[str]] = {
    "negated": re.compile(r"minus|negat|multipl|-\s*1|−\s*1|\bsign|\bflip|gange|fortegn", re.IGNORECASE),
    "logarithm": re.compile(r"log|\bln\b", re.IGNORECASE),
    "negative logarithm": re.compile(r"log|\bln\b", re.IGNORECASE),
    "exponential": re.compile(r"exp", re.IGNORECASE),
    "summed": re.compile(r"\bsum|total|all|every|each|whole|data", re.IGNORECASE),
}
"""Words with which a move is told."""
_CASE = re.compile(
    r"(?<![a-zA-Z_{^\\])([a-zA-Z])\s*(=|\\neq?(?![a-zA-Z])|\\not\s*=|≠|!=)\s*([a-zA-Z])(?![a-zA-Z_^({])"
)
_SUPPOSES = re.compile(
    r"\b(?:if|when|where|for|only|unless|case|otherwise|else|suppose|assum\w+|hvis|når|ellers|antag)\b",
    re.IGNORECASE,
)
"""Words behind which a formula may be about a case."""
_RESTRICTS = re.compile(
    rf"{_SUPPOSES.pattern}|\b(?:not|wrong|false|instead|would|should|could|unlike|ikke|forkert|skulle)\b|n't\b",
    re.IGNORECASE,
)
"""Words beside which a formula in a sentence may be no claim."""
_IN_A_CASE = re.compile(
    r"\b(?:if|when|unless|cases?|hvis|når)\b[^.]{0,40}(?:=|\\ne|≠|class)|\b(?:class|otherwise|else|ellers)\b",
    re.IGNORECASE,
)
"""Words beside which a formula may hold in a case only."""
_IN_PART = re.compile(r"\b(?:first|second|third|last|other|this)\s+(?:term|part)s?\b", re.IGNORECASE)
"""Words beside which a formula may be about a part only of what stands on its left."""

Status = Literal["true", "false", "definition", "unread", "start"]


@dataclass(frozen=True, slots=True)
class Line:
    """One member of a chain of equalities, or a formula that stands alone."""

    text: str
    cell: int
    status: Status
    """`start`: nothing is said that it equals."""
    inline: bool = False
    expression: Expression | None = None
    before: Expression | None = None
    """What it is said to be equal to."""
    move: Move | None = None
    """What was done to the line before, if it is not equal to it."""
    carried: bool = False
    """Whether it follows from a line before it that is false."""
    repairs: tuple[str, ...] = ()
    cause: str | None = None
    alone: bool = False
    """Whether it stands in no equality."""
    claimed: bool = False
    """Whether nothing in the sentence in which it stands restricts it."""
    defines: str | None = None
    """The name that it gives a meaning to."""
    grounds: Grounds | None = field(default=None, compare=False, repr=False)
    """What was known where it stands."""


class Follower:
    """Goes through the chains of an answer in their order and remembers names and lines."""

    def __init__(self, grounds: Grounds, names: Mapping[str, Definition], fixed: Container[str] = ()) -> None:
        self.fixed = fixed
        """Names to which the sheet gives the meaning that counts."""
        self.base = grounds
        """On what lines are judged; those of a loss with 1/2 in front once it is defined so."""
        self.names = names
        """What the sheet gives a name to; a student may give it another meaning."""
        self.definitions: dict[str, Definition] = {}
        self.later: Mapping[str, Definition] = {}
        """What gets a name anywhere in the answer, for a name that is used before it is given."""
        self.lines: list[Line] = []

    def follow(self, pieces: Iterable[Piece]) -> list[Line]:
        """All lines of an answer; one that has too many ends with a line that was not read."""
        chains = [(chain, piece.cell) for piece in pieces for chain in read_chains(piece.text)]
        self.later = _names_given([chain for chain, _ in chains[:MAX_LINES]])
        points = _letters_of_points([chain for chain, _ in chains[:MAX_LINES]], self.base)
        self.base = self.base.over(
            lambda frame: tuple(replace(setting, also_data=points) for setting in frame)
        )
        for chain, cell in chains:
            if len(self.lines) > MAX_LINES:
                self._add([Line("", cell, "unread", cause="the answer has too many lines")])
                return self.lines
            self._chain(chain, cell)
        return self.lines

    def _chain(self, chain: Chain, cell: int) -> None:
        try:
            grounds = self._grounds(chain)
        except ReadError as error:
            self._add(
                Line(member.text, cell, "unread", chain.inline, cause=error.message)
                for member in chain.members
            )
            return
        members = tuple(member for member in chain.members if not isinstance(_usual(member.text), Dots))
        if not members:
            return
        chain = replace(chain, members=members)
        if len(chain.members) == 1:
            self._alone(chain, grounds, cell)
            return
        first, *rest = chain.members
        named = given_name(first.text, rest[0].text)
        if named is not None and self._gets_a_meaning(named, first, rest[0], grounds):
            self._defined(named, chain, cell)
            return
        self._add([Line(first.text, cell, "start", chain.inline, _usual(first.text), grounds=grounds)])
        self._members(chain.members, chain, grounds, cell)

    def _gets_a_meaning(self, named: Named, first: Member, second: Member, grounds: Grounds) -> bool:
        """Whether an equality defines what is named on its left, rather than saying something about it."""
        name = named.symbol.name
        if name in self.definitions:
            return False
        if name in self.names and (
            name in self.fixed or judge(first.text, second.text, grounds).outcome == "true"
        ):
            return False
        return self._define(named, second)

    def _defined(self, named: Named, chain: Chain, cell: int) -> None:
        """The lines of a chain whose left side is given a meaning by its first equality."""
        first, *rest = chain.members
        grounds = self._grounds(chain)
        meaning = Line(
            rest[0].text,
            cell,
            "definition",
            chain.inline,
            _usual(rest[0].text),
            defines=named.symbol.name,
            grounds=grounds,
        )
        self._add([Line(first.text, cell, "definition", chain.inline), meaning])
        at = len(self.lines)
        self._members(rest, chain, grounds, cell)
        following = self.lines[at] if at < len(self.lines) else None
        if (
            following is not None
            and following.status == "true"
            and following.before not in {None, meaning.expression}
        ):
            # What goes on from the meaning shows which of its readings is meant.
            self.lines[at - 1] = replace(meaning, expression=following.before)
            self._define(named, rest[0], following.before)

    def _members(self, members: Sequence[Member], chain: Chain, grounds: Grounds, cell: int) -> None:
        """Judge each member against the one before it, and against the last one that was right."""
        good = members[0]
        before = members[0]
        spoilt = False
        for member in members[1:]:
            if before is members[0] and self._halves_the_loss(before, member, grounds):
                grounds = self.base = grounds.with_half_loss()
            equality = judge(before.text, member.text, grounds)
            if equality.outcome != "true" and is_condition(equality):
                equality = replace(equality, outcome="definition", cause="set to zero")
            elif equality.outcome != "true" and is_rule(equality):
                equality = replace(equality, outcome="definition", cause="a rule that holds for all numbers")
            anchored = equality
            if equality.outcome != "true" and good is not before:
                anchored = judge(good.text, member.text, grounds)
            line = _line(member, cell, chain, equality, grounds)
            if equality.outcome == "false" and self._in_a_case(members[0], before, member, grounds):
                self._add([replace(line, status="true", cause="in the case that is named before it")])
                before = member
                continue
            if equality.outcome == "true":
                line = replace(line, carried=spoilt)
            elif anchored.outcome == "true":
                line = _line(member, cell, chain, anchored, grounds)
                spoilt = False
            elif (move := self._announced(good, member, grounds)) is not None:
                line = replace(line, status="true", move=move, cause=None)
                spoilt = False
            elif equality.outcome == "false" and (doubt := _doubt(members[0], line, grounds)):
                line = (
                    replace(line, claimed=False)
                    if chain.inline
                    else replace(line, status="unread", cause=doubt)
                )
            elif equality.outcome == "false":
                spoilt = True
                if anchored.left is not None:
                    line = replace(line, before=anchored.left)
            if not spoilt and line.status == "true":
                good = member
            before = member
            self._add([line])

    def _halves_the_loss(self, first: Member, second: Member, grounds: Grounds) -> bool:
        """Whether an equality defines the loss with 1/2 in front, where a student may."""
        if not grounds.halved or not _is_loss(_usual(first.text)):
            return False
        if judge(first.text, second.text, grounds).outcome != "false":
            return False
        return judge(first.text, second.text, grounds.with_half_loss()).outcome == "true"

    def _in_a_case(self, first: Member, before: Member, member: Member, grounds: Grounds) -> bool:
        """Whether an equality that is not true everywhere is in the case that words before its row tell."""
        sentence = re.split(r"[.!?]\s|\n\s*\n", first.words.strip())[-1]
        found = _CASE.search(sentence) if _SUPPOSES.search(sentence) else None
        if found is None:
            return False
        where = Condition(Symbol(found[1]), Symbol(found[3]), equal=found[2] == "=")
        return judge(before.text, member.text, replace(grounds, where=where)).outcome == "true"

    def _announced(self, before: Member, member: Member, grounds: Grounds) -> Move | None:
        """The move from one row to the next that words between them tell."""
        if not member.goes_on:
            return None
        told = [move for move in ALL_MOVES if _ANNOUNCES[move].search(member.words)]
        if not told:
            return None
        left, right = _usual(before.text), _usual(member.text)
        return moves(left, right, grounds, told) if left is not None and right is not None else None

    def _alone(self, chain: Chain, grounds: Grounds, cell: int) -> None:
        """A formula without an equality goes on from the display before it, if it does."""
        (member,) = chain.members
        try:
            readings = read(member.text)
        except ReadError as error:
            self._add([Line(member.text, cell, "unread", chain.inline, cause=error.message)])
            return
        expression = readings[0].expression
        line = Line(member.text, cell, "start", chain.inline, expression, alone=True, grounds=grounds)
        if not chain.inline:
            line = self._goes_on(line, [reading.expression for reading in readings[:4]], grounds)
        self._add([line])

    def _goes_on(self, line: Line, readings: Sequence[Expression], grounds: Grounds) -> Line:
        """A formula that stands alone, as what it goes on from: the last display, or one shortly before."""
        earlier = [one.expression for one in self.lines if one.expression is not None and not one.inline]
        if not earlier:
            return line
        recent = list(dict.fromkeys(reversed(earlier)))[:MAX_EARLIER]
        for reading in readings:
            for before in recent:
                if equal(before, reading, grounds):
                    return replace(line, status="true", expression=reading, before=before)
            if (move := moves(recent[0], reading, grounds, ALL_MOVES)) is not None:
                return replace(line, status="true", move=move, expression=reading, before=recent[0])
        slip = name_slip(recent[0], readings[0], grounds)
        return replace(line, status="start" if slip is None else "false", before=recent[0])

    def _define(self, named: Named, member: Member, reading: Expression | None = None) -> bool:
        """Remember what a student gave a name to; False if it cannot be read."""
        definition = _definition(named, reading or _usual(member.text))
        if definition is not None:
            self.definitions[named.symbol.name] = definition
        return definition is not None

    def _grounds(self, chain: Chain) -> Grounds:
        """What holds where a chain stands: its layers, its case, and the names so far.

        Raises:
            ReadError: its condition is not read.

        """
        grounds = self.base.knowing({**self.later, **self.names, **self.definitions})
        if chain.condition is not None:
            condition = chain.condition
            grounds = grounds.over(lambda frame: over_layers(condition, frame))
        if chain.case is not None:
            found = _CASE.search(chain.case)
            if found is None:
                raise ReadError("this condition is not read", _NOWHERE)
            where = Condition(Symbol(found[1]), Symbol(found[3]), equal=found[2] == "=")
            grounds = replace(grounds, where=where)
        return grounds

    def _add(self, lines: Iterable[Line]) -> None:
        self.lines.extend(lines)


_NOWHERE = Symbol("").span


@dataclass(frozen=True, slots=True)
class Named:
    """A left side that gives a name to something, itself or through its logarithm."""

    symbol: Symbol
    logarithm: bool = False
    negative: bool = False

    def solved(self, value: Expression) -> Expression:
        """What the name stands for if the left side has this value."""
        if self.negative:
            value = Negative(value)
        return Function("exp", value) if self.logarithm else value


def given_name(text: str, meaning: str) -> Named | None:
    r"""The name that an equality gives to something: `L(w) = ...`, `\\log L(w) = ...`, `u_j = a_j^{(l)}`, `a_j = a_j^{(L)}`.

    None where the left side is no name, or where letters are compared, as in `k = j`.
    """
    node, value = _usual(text), _usual(meaning)
    if node is None or (
        _is_letter(node) and (value is None or _is_letter(value) or isinstance(value, Number))
    ):
        return None
    negative = isinstance(node, Negative)
    inner = node.operand if isinstance(node, Negative) else node
    logarithm = isinstance(inner, Function) and inner.name == "log"
    if isinstance(inner, Function) and logarithm:
        inner = inner.argument
    symbol = own_name(inner)
    if symbol is None and isinstance(node, Symbol) and _is_same_with_label(node, value):
        symbol = node
    return None if symbol is None else Named(symbol, logarithm, negative)


def _is_letter(node: Expression) -> bool:
    """Whether a node is a small letter of its own, which may count something."""
    return isinstance(node, Symbol) and not node.indices and len(node.name) == 1 and node.name.islower()


def _is_same_with_label(node: Symbol, value: Expression | None) -> bool:
    """Whether a value is the symbol with its layer, which is then left out from there on."""
    return (
        isinstance(value, Symbol)
        and node.name in UNITS
        and node.label is None
        and value.label is not None
        and (node.name, node.indices) == (value.name, value.indices)
    )


def _definition(named: Named, expression: Expression | None) -> Definition | None:
    parameters = tuple(letter(index) or "" for index in named.symbol.indices)
    if expression is None or "" in parameters:
        return None
    return Definition(parameters, named.solved(expression))


def _letters_of_points(chains: Sequence[Chain], grounds: Grounds) -> frozenset[str]:
    """The letters that count data points in some sum of an answer, and nothing else in any other."""
    setting = grounds.frames[0][0]
    found: set[str] = set()
    others: set[str] = set()
    for chain in chains:
        for member in chain.members:
            node = _usual(member.text)
            for part in walk(node) if node is not None else ():
                if isinstance(part, Big) and part.index is not None:
                    counts_points = part.index in data_letters((part,), setting)
                    (found if counts_points else others).add(part.index)
    return frozenset(found - others)


def _names_given(chains: Sequence[Chain]) -> dict[str, Definition]:
    """The first meaning that each name gets anywhere in an answer."""
    found: dict[str, Definition] = {}
    for chain in chains:
        if len(chain.members) < 2:
            continue
        first, second = chain.members[:2]
        named = given_name(first.text, second.text)
        definition = None if named is None else _definition(named, _usual(second.text))
        if named is not None and definition is not None and named.symbol.name not in UNITS:
            found.setdefault(named.symbol.name, definition)
    return found


def is_condition(equality: Equality) -> bool:
    """Whether an equality sets a derivative by weights to zero: that asks for weights and claims nothing."""
    sides = [side for side in (equality.left, equality.right) if side is not None]
    if number(0) not in sides:
        return False
    derivatives = [part for side in sides for part in walk(side) if isinstance(part, Derivative)]
    return any(isinstance(part.by, Symbol) and part.by.name == "w" for part in derivatives)


_RULE_LETTERS = frozenset("abcdfgkmnqrsuvxyzABC")
"""Letters with which rules of algebra are quoted, whatever they mean on the sheet."""


def is_rule(equality: Equality) -> bool:
    r"""Whether an equality quotes a rule such as `\log ab = \log a + \log b`, which holds for numbers in its letters."""
    if equality.left is None or equality.right is None:
        return False
    left, right = (transform(side, _label_as_power) for side in (equality.left, equality.right))
    symbols = [part for side in (left, right) for part in walk(side) if isinstance(part, Symbol)]
    names = {part.name for part in symbols if part.name not in {"e", "pi"}}
    if not names <= _RULE_LETTERS or any(part.indices or part.label is not None for part in symbols):
        return False
    for start in (3, 5):
        values = {
            name: Definition((), Number(Fraction(start + at, 4))) for at, name in enumerate(sorted(names))
        }
        number_line = Setting(worlds(2, "activation")[0], definitions=values)
        try:
            if not compare(left, right, number_line):
                return False
        except ReadError:
            return False
    return True


def _label_as_power(node: Expression) -> Expression:
    """`a^b` in a rule is a power, and no quantity of layer b."""
    if isinstance(node, Symbol) and isinstance(node.label, Symbol):
        return Power(replace(node, label=None), node.label)
    return node


def _is_loss(node: Expression | None) -> bool:
    symbol = node.symbol if isinstance(node, Applied) else node
    return isinstance(symbol, Symbol) and symbol.name == "E" and symbol.label is None


def own_name(node: Expression) -> Symbol | None:
    """A word or a letter that the sheet does not use."""
    if isinstance(node, Applied):
        node = node.symbol
    if not isinstance(node, Symbol) or node.label is not None:
        return None
    if node.name in _SHEET and not (node.name == "e" and node.indices):
        return None
    if any(isinstance(index, Number) for index in node.indices):
        return None
    return node


def _doubt(first: Member, line: Line, grounds: Grounds) -> str | None:
    """Why an equality that is not true as it stands may be meant in a way in which it is."""
    sentence = re.split(r"[.!?:]\s|\n\s*\n", first.words.strip())[-1]
    left = _usual(first.text)
    whole = isinstance(left, Symbol) or (
        isinstance(left, Derivative) and isinstance(left.of, (Symbol, Applied))
    )
    if _IN_A_CASE.search(sentence) or (whole and _IN_PART.search(sentence)):
        return "it may be meant for a case or a part only"
    sides = [side for side in (line.before, line.expression) if side is not None]
    if _is_linear_output(line.before, line.expression):
        return "is a linear output layer assumed?"
    if grounds.halved and len({_mentions_variance(side) for side in sides}) > 1:
        return "is the loss meant with the variance in it?"
    if any(isinstance(side, Symbol) and side.name == "t" for side in sides) and any(
        isinstance(side, Number) for side in sides
    ):
        return "the target is given a value: in which case?"
    setting = grounds.frames[0][0]
    letters = data_letters(tuple(sides), setting)
    parts = [part for side in sides for part in walk(side)]
    # `y_k(x_n)` says its point, though its symbol does not; and what `p(t_1, ..., t_N)` lists is no quantity of its own.
    called = {
        id(inner)
        for part in parts
        if isinstance(part, Applied)
        for said in (part.symbol, *part.arguments, *part.given)
        for inner in walk(said)
    }
    if (
        not setting.strict
        and any(isinstance(part, Big) and part.index in letters for part in parts)
        and any(
            isinstance(part, Symbol) and id(part) not in called and _lacks_point(part, letters)
            for part in parts
        )
    ):
        return "is it about one data point or about all?"
    return None


def _is_linear_output(left: Expression | None, right: Expression | None) -> bool:
    """Whether an output, or what an activation makes of it, is said to be a pre-activation."""
    if not isinstance(right, Symbol) or right.name != "a":
        return False
    return isinstance(left, Activation) or (isinstance(left, (Symbol, Applied)) and _name(left) == "y")


def _mentions_variance(node: Expression) -> bool:
    return any(isinstance(part, Symbol) and part.name == "sigma" for part in walk(node))


def _name(node: Symbol | Applied) -> str:
    return node.symbol.name if isinstance(node, Applied) else node.name


def _lacks_point(node: Symbol, letters: frozenset[str]) -> bool:
    """Whether a quantity of a data point does not say of which one."""
    return UNITS.get(node.name) == len(node.indices) == 1 and letter(node.indices[0]) not in letters


def is_claim(line: Line) -> bool:
    """Whether an equality in a sentence says something, and does not only give a letter a number as in `N = 1`."""
    sides = [side for side in (line.before, line.expression) if side is not None]
    return not all(
        isinstance(side, Number) or (isinstance(side, Symbol) and not side.indices) for side in sides
    )


def _usual(text: str) -> Expression | None:
    try:
        return read(text)[0].expression
    except ReadError:
        return None


def equal(left: Expression, right: Expression, grounds: Grounds) -> bool:
    """Whether two expressions have the same value in one of the understandings; not where one of them has none."""
    try:
        return grounds.holds(left, right) is not None
    except ReadError:
        return grounds.holds_one_hot(left, right)


def _line(member: Member, cell: int, chain: Chain, equality: Equality, grounds: Grounds) -> Line:
    lost = (
        equality.outcome == "unread"
        and not equality.repairs
        and equality.left is not None
        and equality.right is not None
        and has_an_index_slip(equality.left, equality.right, grounds)
    )
    return Line(
        member.text,
        cell,
        "false" if lost else equality.outcome,
        chain.inline,
        equality.right,
        equality.left,
        repairs=equality.repairs,
        cause=equality.cause,
        claimed=chain.sentence is not None and _RESTRICTS.search(chain.sentence) is None,
        grounds=grounds,
    )
