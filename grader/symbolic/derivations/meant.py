"""Why an equality that is not true as it stands may be meant in a way in which it is: then a person looks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.symbolic.derivations.claims import is_linear_output
from grader.symbolic.derivations.told import last_sentence
from grader.symbolic.reading.expression import (
    Applied,
    Big,
    Cases,
    Derivative,
    Dots,
    Expression,
    Number,
    Symbol,
    letter,
    walk,
)
from grader.symbolic.reading.reader import read_usual
from grader.symbolic.truth.scope import UNITS, data_letters

if TYPE_CHECKING:
    from grader.symbolic.derivations.equation import Grounds
    from grader.symbolic.derivations.line import Line
    from grader.symbolic.reading.statements import Chain

_IN_A_CASE = re.compile(
    r"\b(?:if|when|unless|cases?|hvis|når)\b[^.]{0,40}(?:=|\\ne|≠|class)|\b(?:class|otherwise|else|ellers)\b",
    re.IGNORECASE,
)
"""Words in the sentence of a formula that may then hold in a case only."""
_LETTERS_COMPARED = re.compile(
    r"(?<![\w{^\\])[a-km-z]\s*\$?\s*(?:=|\\neq?(?![a-z])|\\not\s*=|≠|!=|equals|differs from|is not)\s*\$?\s*[a-km-z](?![\w^({])"
    r"|\b(?:off-)?diagonal|\bthe others?\b|\bother outputs?\b",
    re.IGNORECASE,
)
"""What tells a case anywhere between a formula and the one before it, or behind it."""
_IN_AN_EXAMPLE = re.compile(
    r"\b(?:(?:for|an|as|my) example|example\W{0,3}(?=:|with\b|of\b)|for instance|e\.\s?g\.|warm[- ]?up|special case|sanity|check\b|"
    r"eksempel\w*|f\.?\s?eks\.?|beispiel\w*|z\.\s?b\.|voorbeeld|bijv|(?:one|two|three|four)[- ](?:class\w*|outputs?|dimension\w*)|"
    r"guess\w*|perfect\w*)"
    r"|(?<![\w{}^])(?:[DK]\s*=\s*\d|N\s*=\s*[2-9])(?![\d,])"
    r"|\$\s*(?:\\sigma(?:\^2)?|[ty]_\{?[a-z]{1,2}\}?(?:\([^$()]{0,30}\))?)\s*=\s*(?:\d|1/|\\frac\s*\{?\d)",
    re.IGNORECASE,
)
"""Words beside a formula that may be about numbers that were chosen; one data point is not chosen, exercises drop n."""
_RECALLS = re.compile(
    r"\b(?:recall\w*|compar\w*|tidligere)\b|\b(?:original|old|previous) (?:rules?|loss|result)|\bthe rule (?:was|is|from)\b"
    r"|\bwe (?:had|found|got)\b|\bfor regression\b",
    re.IGNORECASE,
)
"""Words beside a formula that may belong to another exercise."""
_IMAGINED = re.compile(
    r"\b(?:would|should|could|instead|wrong|without|first try|no sense|ville|skulle|uden|forkert)\b",
    re.IGNORECASE,
)
"""Words beside a formula that its writer may not claim."""
_CHOSEN = re.compile(r"\b(?:sigmoid|tanh|relu|softplus|logistic|identity|mean|average)\b", re.IGNORECASE)
"""Words beside a formula for an activation or a loss of the student's choice."""
_OF_ONE_POINT = re.compile(
    r"\b(?:one|single) (?:data ?|training )?(?:point|example|sample|observation)\b|\bét datapunkt|\bet enkelt",
    re.IGNORECASE,
)
_IN_PART = re.compile(r"\b(?:first|second|third|last|other|this)\s+(?:term|part)s?\b", re.IGNORECASE)
"""Words beside which a formula may be about a part only of what stands on its left."""


def doubt(chain: Chain, line: Line, grounds: Grounds) -> str | None:
    """Why an equality that is not true as it stands may be meant in a way in which it is."""
    return _doubt_by_words(chain, line) or _doubt_by_form(line, grounds)


def _doubt_by_words(chain: Chain, line: Line) -> str | None:
    first = chain.members[0]
    sentence = re.split(r"[.!?:]\s|\n\s*\n", first.words.strip())[-1]
    left = read_usual(first.text)
    whole = isinstance(left, Symbol) or (
        isinstance(left, Derivative) and isinstance(left.of, (Symbol, Applied))
    )
    beside = f"{first.words} {chain.sentence or ''} {chain.behind}"
    parts = [part for side in (line.before, line.expression) if side is not None for part in walk(side)]
    numbered = not any(isinstance(part, Dots) for part in parts) and any(
        isinstance(index, Number) and index.value > 0
        for part in parts
        if isinstance(part, Symbol)
        for index in part.indices
    )
    if numbered or _IN_AN_EXAMPLE.search(beside):
        return "it may be meant for an example only"
    if not any(isinstance(part, Cases) for part in parts) and (
        _IN_A_CASE.search(sentence) or _LETTERS_COMPARED.search(beside)
    ):
        return "it may be meant for a case or a part only"
    if whole and _IN_PART.search(sentence):
        return "it may be meant for a case or a part only"
    near = f"{last_sentence(first.words)} {chain.sentence or ''} {chain.behind}"
    if _RECALLS.search(near) or _CHOSEN.search(near):
        return "it may be about another exercise, or for a function of the student's choice"
    if _IMAGINED.search(near):
        return "is it claimed?"
    if _OF_ONE_POINT.search(near):
        return "is it about one data point or about all?"
    return None


def _doubt_by_form(line: Line, grounds: Grounds) -> str | None:
    sides = [side for side in (line.before, line.expression) if side is not None]
    if is_linear_output(line.before, line.expression):
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


def _mentions_variance(node: Expression) -> bool:
    return any(isinstance(part, Symbol) and part.name == "sigma" for part in walk(node))


def _lacks_point(node: Symbol, letters: frozenset[str]) -> bool:
    """Whether a quantity of a data point does not say of which one."""
    return UNITS.get(node.name) == len(node.indices) == 1 and letter(node.indices[0]) not in letters
