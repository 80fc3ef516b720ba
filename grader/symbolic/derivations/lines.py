"""A derivation, line by line: what each line follows from, and whether it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.symbolic.derivations.braces import names_at_braces
from grader.symbolic.derivations.claims import (
    assumes_linear_output,
    case_in,
    is_about,
    is_condition,
    is_linear_output,
    is_loss,
    is_restricted,
    is_rule,
    is_said_for_a_strange_case,
    is_setting,
    supposed_case,
)
from grader.symbolic.derivations.classes import letters_of_classes
from grader.symbolic.derivations.equation import Equality, Grounds, Move, Side, judge, moves
from grader.symbolic.derivations.line import Line
from grader.symbolic.derivations.meant import doubt
from grader.symbolic.derivations.names import (
    Named,
    definition_of,
    given_name,
    letters_of_points,
    names_given,
)
from grader.symbolic.derivations.signs import checked_sign, with_signs
from grader.symbolic.derivations.slips import has_an_index_slip, name_slip
from grader.symbolic.derivations.told import (
    ALL_MOVES,
    follows_a_sign,
    is_to_be_shown,
    only_connects,
    only_imagines,
    speaks_of_half,
    told,
)
from grader.symbolic.reading.expression import NOWHERE, Dots, Expression
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.reader import read, read_usual
from grader.symbolic.reading.statements import Chain, Member, read_chains
from grader.symbolic.truth.layers import over_layers
from grader.symbolic.truth.scope import meaning_of, name_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from grader.symbolic.formulas.collect import Piece
    from grader.symbolic.truth.scope import Definition

MAX_EARLIER = 6
"""Displays to which a formula that stands alone may go back."""
MAX_LINES = 150
"""Lines of an answer beyond which a person reads it."""
STRANGE_CASE = "said for a case of an index that it does not have"
LINEAR = "for a linear output layer"


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
        self.speaks_of_half = False
        """Whether a half stands anywhere in the answer."""
        self.lines: list[Line] = []

    def follow(self, pieces: Sequence[Piece]) -> list[Line]:
        """All lines of an answer; one that has too many ends with a line that was not read."""
        chains = [(with_signs(chain), piece.cell) for piece in pieces for chain in read_chains(piece.text)]
        read = [chain for chain, _ in chains[:MAX_LINES]]
        self.later = {**names_at_braces(read), **names_given(read)}
        points = letters_of_points(read, self.base)
        text = "\n".join(piece.text for piece in pieces)
        self.speaks_of_half = speaks_of_half(text)
        classes, called = letters_of_classes(read, text)
        self.base = self.base.over(
            lambda frame: tuple(
                replace(setting, also_data=points, classes=classes, called_classes=called)
                for setting in frame
            )
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
        members = tuple(member for member in chain.members if not isinstance(read_usual(member.text), Dots))
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
        self._add([Line(first.text, cell, "start", chain.inline, read_usual(first.text), grounds=grounds)])
        self._members(chain.members, chain, grounds, cell)

    def _gets_a_meaning(self, named: Named, first: Member, second: Member, grounds: Grounds) -> bool:
        """Whether an equality defines what is named on its left, rather than saying something about it."""
        name = name_of(named.symbol)
        if meaning_of(named.symbol, self.definitions) is not None:
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
            read_usual(rest[0].text),
            defines=named.symbol,
            grounds=grounds,
        )
        meaning = checked_sign(meaning, rest[0])
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
        good = before = members[0]
        # What a member was read as in one equality, it must be in the next.
        meant: dict[Member, Side] = {}
        spoilt = False
        for member in members[1:]:
            if before is members[0] and self._halves_the_loss(chain, before, member, grounds):
                grounds = self.base = grounds.with_half_loss()
            equality = judge(meant.get(before, before.text), member.text, grounds)
            if equality.outcome != "true" and is_condition(equality):
                equality = replace(equality, outcome="definition", cause="set to zero")
            elif equality.outcome != "true" and is_rule(equality):
                equality = replace(equality, outcome="definition", cause="a rule that holds for all numbers")
            anchored = equality
            if equality.outcome != "true" and good is not before:
                anchored = judge(meant.get(good, good.text), member.text, grounds)
            line = _line(member, cell, chain, equality, grounds)
            if equality.outcome == "false" and (case := self._case_of(chain, before, member, grounds)):
                self._add([checked_sign(replace(line, status="true", cause=case), member)])
                before = member
                continue
            if equality.outcome == "true":
                strange = is_said_for_a_strange_case(chain, equality)
                line = replace(line, carried=spoilt, cause=STRANGE_CASE if strange else None)
                meant[member] = equality.readings
            elif anchored.outcome == "true":
                line = _line(member, cell, chain, anchored, grounds)
                meant[member] = anchored.readings
                spoilt = False
            elif (move := self._announced(good, member, grounds)) is not None:
                line = replace(line, status="true", move=move, cause=None)
                spoilt = False
            elif equality.outcome == "false" and (
                cause := doubt(chain, line, grounds) or self._half_in_doubt(before, member, grounds)
            ):
                line = (
                    replace(line, claimed=False)
                    if chain.inline
                    else replace(line, status="unread", cause=cause)
                )
            elif equality.outcome == "false":
                spoilt = True
                if anchored.left is not None:
                    line = replace(line, before=anchored.left)
            if not spoilt and line.status == "true":
                good = member
            before = member
            self._add([checked_sign(line, member)])

    def _halves_the_loss(self, chain: Chain, first: Member, second: Member, grounds: Grounds) -> bool:
        """Whether an equality defines the loss with 1/2 in front, where a student may."""
        if not grounds.halved or not is_loss(read_usual(first.text)):
            return False
        if chain.sentence is not None and only_imagines(chain.sentence):
            return False
        if judge(first.text, second.text, grounds).outcome != "false":
            return False
        return self._holds(first, second, grounds.with_half_loss())

    def _half_in_doubt(self, before: Member, member: Member, grounds: Grounds) -> str | None:
        """Whether an equality is true of a loss with 1/2 in front, of which the answer may speak in another way."""
        if grounds.halved and self.speaks_of_half and self._holds(before, member, grounds.with_half_loss()):
            return "is the loss meant with 1/2 in front?"
        return None

    def _case_of(self, chain: Chain, before: Member, member: Member, grounds: Grounds) -> str | None:
        """The case in which an equality that is not true everywhere is meant, and is true; None without one."""
        words = chain.members[0].words
        sides = (read_usual(before.text), read_usual(member.text))
        where = supposed_case(words, chain.sentence, before.text)
        if (
            where is not None
            and is_about(where, sides)
            and self._holds(before, member, replace(grounds, where=where))
        ):
            return "in the case that words name"
        linear = grounds.linear and assumes_linear_output(words, chain.sentence)
        if linear and self._holds(before, member, grounds.with_linear_output()):
            if is_linear_output(*sides) and not is_restricted(chain.sentence or words):
                self.base = self.base.with_linear_output()
            return LINEAR
        return None

    def _holds(self, before: Member, member: Member, grounds: Grounds) -> bool:
        return judge(before.text, member.text, grounds).outcome == "true"

    def _announced(self, before: Member, member: Member, grounds: Grounds) -> Move | None:
        """The move from one row to the next that words between them tell."""
        if not member.goes_on:
            return None
        left, right = read_usual(before.text), read_usual(member.text)
        if left is None or right is None:
            return None
        return moves(left, right, grounds, told(member.words, left))

    def _alone(self, chain: Chain, grounds: Grounds, cell: int) -> None:
        """A formula without an equality goes on from the display before it, if it does."""
        (member,) = chain.members
        try:
            readings = read(member.text)
        except ReadError as error:
            self._add([Line(member.text, cell, "unread", chain.inline, cause=error.message)])
            return
        expression = readings[0].expression
        line = Line(
            member.text,
            cell,
            "start",
            chain.inline,
            expression,
            alone=True,
            mentioned=chain.sentence is not None and not follows_a_sign(member.text, chain.sentence),
            grounds=grounds,
        )
        if not chain.inline:
            line = self._goes_on(
                line, [reading.expression for reading in readings[:4]], grounds, member.words
            )
        self._add([line])

    def _goes_on(self, line: Line, readings: Sequence[Expression], grounds: Grounds, words: str) -> Line:
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
                moved = replace(line, move=move, expression=reading, before=recent[0])
                if move in told(words, recent[0]):
                    return replace(moved, status="true")
                return replace(
                    moved, status="unread", cause=f"{move} of the line before, and no word says so"
                )
        if not only_connects(words):
            return line
        slip = name_slip(recent[0], readings[0], grounds)
        return replace(line, status="start" if slip is None else "false", before=recent[0])

    def _define(self, named: Named, member: Member, reading: Expression | None = None) -> bool:
        """Remember what a student gave a name to; False if it cannot be read."""
        definition = definition_of(named, reading or read_usual(member.text))
        if definition is not None:
            self.definitions[name_of(named.symbol)] = definition
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
            where = case_in(chain.case)
            if where is None:
                raise ReadError("this condition is not read", NOWHERE)
            grounds = replace(grounds, where=where)
        return grounds

    def _add(self, lines: Iterable[Line]) -> None:
        self.lines.extend(lines)


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
        mentioned=len(chain.members) == 2 and is_to_be_shown(chain.sentence or chain.members[0].words),
        claimed=chain.sentence is not None and not is_restricted(chain.sentence) and not is_setting(equality),
        grounds=grounds,
    )
