"""When the name of a function resembles one that was asked for."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_FILLERS = frozenset("my our own new the a fn func function final fixed v old copy".split())
CLOSE = 0.8
"""Share of letters that two spellings of a word have in common."""


def resembles(name: str, asked: str) -> bool:
    """Whether a name is the asked one but for abbreviations, spelling, capitals, numbers and words such as `my`."""
    words, asked_words = _words(name), _words(asked)
    return (
        bool(words)
        and len(words) == len(asked_words)
        and all(_same(*pair) for pair in zip(words, asked_words))
    ) or (len("".join(words)) > 3 and "".join(words) == "".join(asked_words))


def _words(name: str) -> list[str]:
    words = [word.lower() for word in _WORD.findall(name)]
    return [word for word in words if word not in _FILLERS]


def _same(one: str, other: str) -> bool:
    """One an abbreviation of the other, or a slip of spelling; words of one or two letters must be equal."""
    short, long = sorted((one, other), key=len)
    if len(short) < 3:
        return short == long
    return long.startswith(short) or SequenceMatcher(None, one, other).ratio() >= CLOSE
