"""What an equality claims: something about the network, a rule, a condition, a case; and why one may be meant otherwise."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.symbolic.derivations.told import last_sentence
from grader.symbolic.reading.expression import (
    Activation,
    Applied,
    Big,
    Condition,
    Derivative,
    Expression,
    Negative,
    Number,
    Power,
    Symbol,
    letter,
    number,
    quantities,
    transform,
    walk,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.reader import read_usual
from grader.symbolic.truth.evaluate import compare
from grader.symbolic.truth.scope import UNITS, Definition, Setting, index_letters
from grader.symbolic.truth.world import worlds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.symbolic.derivations.equation import Equality
    from grader.symbolic.reading.statements import Chain

_SIDE = r"([a-zA-Z](?:_\{?[a-z]\}?)?)"
_CASE = re.compile(
    rf"(?<![a-zA-Z_{{^\\]){_SIDE}\s*(=|\\neq?(?![a-zA-Z])|\\not\s*=|≠|!=)\s*{_SIDE}(?![a-zA-Z_^({{])"
)
_EQUAL_LETTERS = re.compile(
    r"(?<![\w{^\\])\$?\s*(?P<left>[cijkmpqrs])\s*\$?\s*(?:=|equals|is equal to|er lig(?: med)?|gleich)\s*\$?\s*(?P<right>[cijkmpqrs])"
    r"(?![\w^({])"
)
_IN_A_FORMULA = re.compile(r"\\begin\{cases\}.*?\\end\{cases\}|\[[^\[\]]*\]|_\{[^{}]*\}", re.DOTALL)
"""Where letters are compared inside a formula."""
_TERM = re.compile(
    r"\b(?:terms?|summands?|components?|elements?|entr(?:y|ies)|contribut\w*|unless|except|vanish\w*|surviv\w*|remain\w*|depend\w*|"
    r"non-?zero|zero|matters?|led|leddet|bidrag\w*|nul|summand\w*|beitrag\w*|term)\b",
    re.IGNORECASE,
)
"""Words by which a case picks the term of a sum that counts, and splits nothing."""
_LINEAR = re.compile(
    r"(?<!non-)(?<!non )(?<!not )(?<!ikke-)\blinear(?!ity| combination| operat)|\blineær|\bidentit|h_?\{?L?\}?\s*\(\s*a[^()]*(?:\([^()]*\)[^()]*)?\)\s*=\s*a",
    re.IGNORECASE,
)
"""Words by which the output layer is linear."""
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


_QUANTITIES = frozenset({*UNITS, "E", "p", "sigma"})
_RULE_LETTERS = frozenset("abcdfgkmnpqrstuvxyzABC")
"""Letters with which rules of algebra are quoted, whatever they mean on the sheet."""


def case_in(text: str) -> Condition | None:
    """The condition between two indices that words tell."""
    return next(iter(_cases(text)), None)


def _cases(text: str) -> Iterator[Condition]:
    for found in _CASE.finditer(text):
        left, right = read_usual(found[1]), read_usual(found[3])
        if left is not None and right is not None:
            yield Condition(left, right, equal=found[2] == "=")


def supposed_case(words: str, sentence: str | None, formula: str) -> Condition | None:
    """The case that is supposed in the last sentence before a row; or around a formula: right behind it, else before."""
    if sentence is None:
        sentence = last_sentence(words)
        cases = list(dict.fromkeys(_cases(sentence)))
        # A row behind several cases is about all of them.
        return cases[0] if len(cases) == 1 and _SUPPOSES.search(sentence) else None
    before, _, behind = sentence.partition(formula)
    clause = re.split(r",|;|\band\b|\bog\b|\bwhile\b|\bmens\b", behind)[0]
    for text in (clause, before):
        if _SUPPOSES.search(text) and (cases := list(_cases(text))):
            return cases[0] if text is clause else cases[-1]
    return None


def is_said_for_a_strange_case(chain: Chain, equality: Equality) -> bool:
    """Whether the words beside a formula restrict it to a case of an index that it does not have.

    "So for j = k we get" before a formula without k splits a sum over k into cases, which is no derivation. Where a
    letter occurs twice, as j in `dy_j/da_j`, one of both may stand for the other letter.
    """
    sides = [side for side in (equality.left, equality.right) if side is not None]
    words = chain.members[0].words
    # The case may stand a sentence before, as in "Assume k = j. Then".
    number = 2 if len(last_sentence(words).split()) < 3 else 1
    beside = chain.sentence or f"{last_sentence(words, number)} {chain.behind}"
    beside = _IN_A_FORMULA.sub(" ", beside)
    if _TERM.search(beside):
        return False
    used = {name for side in sides for name in index_letters(side)}
    for found in _EQUAL_LETTERS.finditer(beside):
        here = used & {found["left"], found["right"]}
        if len(here) == 1 and [*index_letters(sides[0])].count(*here) == 1:
            return True
    return False


def is_about(condition: Condition, sides: Iterable[Expression | None]) -> bool:
    """Whether a condition is between indices of an equality, or the class of a data point such as c_n."""
    read = [side for side in sides if side is not None]
    # What is summed over on one side is no case on the other.
    summed = {part.index for side in read for part in walk(side) if isinstance(part, Big)}
    used = {name for side in read for name in index_letters(side)} - summed
    return all(
        letter(side) in used or (isinstance(side, Symbol) and bool(side.indices))
        for side in (condition.left, condition.right)
    )


def assumes_linear_output(words: str, sentence: str | None) -> bool:
    """Whether the last sentence before a row, or the one around a formula, speaks of a linear output layer."""
    if sentence is None:
        sentence = last_sentence(words)
    return _LINEAR.search(sentence) is not None and not re.search(
        r"non-?\s?linear|unlike|ikke-?lineær|i modsætning", sentence, re.IGNORECASE
    )


def is_restricted(sentence: str) -> bool:
    """Whether a formula in a sentence may be no claim, or one of a case only."""
    return _RESTRICTS.search(sentence) is not None


def is_condition(equality: Equality) -> bool:
    """Whether an equality sets a derivative by weights to zero: that asks for weights and claims nothing."""
    sides = [side for side in (equality.left, equality.right) if side is not None]
    if number(0) not in sides:
        return False
    derivatives = [part for side in sides for part in walk(side) if isinstance(part, Derivative)]
    return any(isinstance(part.by, Symbol) and part.by.name == "w" for part in derivatives)


def is_setting(equality: Equality) -> bool:
    r"""Whether an equality may choose a value, as in "with `\sigma^2 = 1`", or name an ideal, as in "where `y_j = t_j`"."""
    sides = [side for side in (equality.left, equality.right) if side is not None]
    bare = [isinstance(side.base if isinstance(side, Power) else side, (Symbol, Applied)) for side in sides]
    if all(bare):
        return True
    return any(bare) and any(not any(part.name in _QUANTITIES for part in quantities(side)) for side in sides)


def is_rule(equality: Equality) -> bool:
    r"""Whether an equality quotes a rule such as `\log ab = \log a + \log b`, which holds for numbers in its letters.

    Or for a function: `\arg\max_w f(w) = \arg\min_w (-f(w))` is one if it holds for a loss and for its negative.
    """
    if equality.left is None or equality.right is None:
        return False
    left, right = (transform(side, _label_as_power) for side in (equality.left, equality.right))
    symbols = [part for side in (left, right) for part in walk(side) if isinstance(part, Symbol)]
    functions = _functions_of_weights(left, right)
    names = {part.name for part in symbols if part.name not in {"e", "pi", *("w" if functions else "")}}
    if (
        len(functions) > 1
        or not names <= _RULE_LETTERS
        or any(part.indices or part.label is not None for part in symbols)
    ):
        return False
    for start, function in ((3, Symbol("E")), (5, Negative(Symbol("E")))):
        values = {
            name: Definition((), function if name in functions else Number(Fraction(start + at, 4)))
            for at, name in enumerate(sorted(names))
        }
        number_line = Setting(worlds(2, "activation")[0], definitions=values)
        try:
            if not compare(left, right, number_line):
                return False
        except ReadError:
            return False
    return True


def _functions_of_weights(*sides: Expression) -> set[str]:
    calls = [part for side in sides for part in walk(side) if isinstance(part, Applied)]
    return {call.symbol.name for call in calls if call.arguments == (Symbol("w"),) and not call.given}


def _label_as_power(node: Expression) -> Expression:
    """`a^b` in a rule is a power, and no quantity of layer b."""
    if isinstance(node, Symbol) and isinstance(node.label, Symbol):
        return Power(replace(node, label=None), node.label)
    return node


def is_loss(node: Expression | None) -> bool:
    symbol = node.symbol if isinstance(node, Applied) else node
    return isinstance(symbol, Symbol) and symbol.name == "E" and symbol.label is None


def is_linear_output(left: Expression | None, right: Expression | None) -> bool:
    """Whether an output, or what an activation makes of it, is said to be a pre-activation."""
    if not isinstance(right, Symbol) or right.name != "a":
        return False
    return isinstance(left, Activation) or (isinstance(left, (Symbol, Applied)) and _name(left) == "y")


def _name(node: Symbol | Applied) -> str:
    return node.symbol.name if isinstance(node, Applied) else node.name
