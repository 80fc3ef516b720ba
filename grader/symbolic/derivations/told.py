"""What words between two formulas tell: a move from one to the next, a mere connection, something only imagined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.symbolic.derivations.tags import tags

if TYPE_CHECKING:
    from grader.symbolic.derivations.equation import Move
    from grader.symbolic.reading.expression import Expression

ALL_MOVES: tuple[Move, ...] = ("negated", "logarithm", "negative logarithm", "summed", "exponential")

_MINUS_ONE = r"(?<![\w)}])\$?\s*[-−]\s*1(?![\d\w])|\bminus (?:one|1|en|et|ét|eins|één)\b"
_LOGARITHM = (
    r"(?:tak\w*|appl\w*|us(?:e|ing)|insert\w*|tag\w*|anvend\w*|brug\w*|with|med)\b[^.]{0,40}(?:log|\bln\b)"
    r"|(?:log\w*|ln)\s*(?:of|on|to|af|på)\b|log[- ]?likelihood|(?:negative|minus)\s+(?:the\s+)?(?:natural\s+)?log|\blog\b\s*$"
)
_NEGATED = (
    rf"{_MINUS_ONE}|negat(?:e|es|ed|ing|ion)\b|negativ\w*\s+(?:natural\s+)?(?:log|sign|of\b)|tak\w* (?:the )?negative\b|minus\s+(?:the|sign|before|in front|foran|på)|(?:a|the|et|een|ein) minus\b|\bminus\W*(?:\\?(?:log|ln)\b|\Z)"
    r"|\bflip\w*|opposite sign|fortegn|chang\w*\s+(?:the\s+)?sign|maximi\w+[^.]{0,60}minimi|minimi\w+[^.]{0,60}maximi"
)
_ANNOUNCES: dict[Move, tuple[re.Pattern[str], ...]] = {
    "negated": (re.compile(_NEGATED, re.IGNORECASE),),
    "logarithm": (re.compile(_LOGARITHM, re.IGNORECASE),),
    "negative logarithm": (
        re.compile(_LOGARITHM, re.IGNORECASE),
        re.compile(rf"{_NEGATED}|[-−]\s*\\?(?:log|ln)\b|\bNLL\b", re.IGNORECASE),
    ),
    "exponential": (re.compile(r"exponent\w*|\\exp\b", re.IGNORECASE),),
    "summed": (
        re.compile(
            r"\bsum(?:s|med|ming|mer\w*|mation)?\b(?!\s+of\s+(?:the\s+)?(?:squ|comp))|\btotal|over (?:all|the)"
            r"|(?:all|whole|entire)(?: the)? (?:data|points|samples|training)|add\w* (?:up|them)",
            re.IGNORECASE,
        ),
    ),
}
"""Words with which a move is told, all of them in what is said between two formulas."""
_TAKES_BACK = re.compile(r"\b(?:not|cancel\w*|without|ikke|uden|yet|rules?)\b|n't\b", re.IGNORECASE)
"""Words beside which they tell none."""
_CONNECTIVES = frozenset(
    (
        "and so then thus hence therefore now finally we i you it this that which get gets got have has obtain find give gives "
        "become becomes is are equal equals simplify simplifies simplified rewrite write written can be also as to the same again "
        "further or next in end og så altså dvs det vi får fås giver bliver er derfor til sidst nu wir dann das ist und dus krijgen en dan"
    ).split()
)
_IMAGINES = re.compile(r"\b(?:if|would|could|instead|hvis|ville|kunne)\b", re.IGNORECASE)
_HALF = re.compile(r"\\[dt]?frac\s*\{?\s*1\s*\}?\s*\{?\s*2|1/2|½|\bhal(?:f|v\w*)\b", re.IGNORECASE)
_TO_BE_SHOWN = re.compile(
    r"\b(?:want|wants|wish|need|have|has|asked|try|trying|going|aim) to (?:show|prove|derive|get to|reach)\b|\bto (?:show|prove)\b\W*\Z"
    r"|\b(?:skal|vil|ønsker at) (?:vise|bevise|udlede)\b|\bzu zeigen\b|\bte bewijzen\b|\bgoal\b|\bstuck\b|\bhow to\b|\bno idea\b"
    r"|\b(?:do|does|did|can|could)(?: not|n't|not)\b",
    re.IGNORECASE,
)
_ONE_LAYER = re.compile(r"(?<!\w)l\s*=\s*L\s*-\s*1|(?<!\w)l\s*\+\s*1\s*=\s*L(?!\w)")
_EVERY_LAYER = re.compile(
    r"\b(?:nothing|induct\w*|not|every|all|any|general\w*|valid|holds|shown|above|already|down|alle|hvert|generelt|gælder|jede\w*)\b",
    re.IGNORECASE,
)
_DERIVATIVE = re.compile(
    r"\b(?:derivative|afledede?|ableitung|afgeleide)\s+(?:of|af|von|van)\s+\$([^$]{1,300})\$\s*,?\s*(?:with respect to|w\.?\s?r\.?\s?t\.?|by|mht\.?|"
    r"med hensyn til|nach|naar)\s*\$([^$]{1,60})\$\s*,?\s*(?:is|equals|gives|becomes|er|bliver|ist|=)\s+(?:then |just |simply |only )?\$([^$]{1,300})\$",
    re.IGNORECASE,
)
_MOVED = frozenset({"p", "mathcal N", "prod", "log"})
"""What a likelihood consists of: nothing else is moved."""


def told(words: str, before: Expression) -> list[Move]:
    """The moves that words tell, of a likelihood or its logarithm."""
    parts = tags(before)
    if _MOVED.isdisjoint(parts):
        return []
    sentences = [one for one in re.split(r"[.!?:]\s|\n\s*\n", words) if not _TAKES_BACK.search(one)]
    found = [
        move
        for move in ALL_MOVES
        if all(any(pattern.search(one) for one in sentences) for pattern in _ANNOUNCES[move])
    ]
    # Logarithms of probabilities are added up, probabilities never.
    return found if "log" in parts else [move for move in found if move != "summed"]


def only_connects(words: str) -> bool:
    """Whether a formula that stands alone behind the words goes on from the one before: others may say what it is."""
    return _CONNECTIVES.issuperset(re.findall(r"[^\W\d_]+", words.lower()))


def only_imagines(sentence: str) -> bool:
    """Whether what a sentence says is only imagined."""
    return _IMAGINES.search(sentence) is not None


def speaks_of_half(text: str) -> bool:
    """Whether a half stands in a text, as a number or a word."""
    return _HALF.search(text) is not None


def is_to_be_shown(words: str) -> bool:
    """Whether the last sentence of the words says that a formula is still to be shown."""
    return _TO_BE_SHOWN.search(last_sentence(words)) is not None


def last_sentence(words: str, number: int = 1) -> str:
    """The sentence, or so many of them, with which the words before a formula end."""
    return " ".join(re.split(r"[.!?]\s|\n\s*\n", words.strip())[-number:])


def is_of_one_layer(text: str) -> bool:
    """Whether a sentence names the last hidden layer alone, and does not say that others are meant as well."""
    sentences = re.split(r"[.!?:]\s|\n\s*\n|\$\$", text)
    return any(_ONE_LAYER.search(one) and not _EVERY_LAYER.search(one) for one in sentences)


def follows_a_sign(formula: str, sentence: str) -> bool:
    """Whether a formula in a sentence stands behind `=`, with a word on the other side."""
    return sentence.partition(formula)[0].rstrip("$ ").endswith("=")


def derivatives_in_words(text: str) -> list[tuple[str, str]]:
    """Every "derivative of A with respect to B is C", as the derivative in LaTeX and what it is said to be."""
    return [
        (rf"\frac{{\partial}}{{\partial {by}}} \left( {of} \right)", said)
        for of, by, said in _DERIVATIVE.findall(text)
    ]
