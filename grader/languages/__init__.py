"""What students read in their own language: one file for each, beside this one, from English sentences to theirs.

Results stay in English, whatever the language: translating is the last step before something is shown.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path

from grader.languages.phrases import Phrases

_FOLDER = Path(__file__).parent


class LanguageError(Exception):
    """There is no such language; the message lists those that there are."""


class Language:
    """A language in which students are spoken to.

    Attributes:
        code: as in `<html lang>` and in the name of its file.
        digest: changes with whatever it says.

    """

    def __init__(self, code: str, digest: str = "", phrases: Phrases | None = None) -> None:
        self.code = code
        self.digest = digest
        self._phrases = phrases

    def say(self, text: str) -> str:
        """The text in this language; in English, as it is, where the language has no words for it.

        Names, numbers and what students wrote stay as they are, but for the decimal sign.
        """
        return text if self._phrases is None else self._phrases.say(text)

    def template(self, text: str) -> str:
        """A sentence with its placeholders still in it."""
        return text if self._phrases is None else self._phrases.template(text)

    def number(self, text: str) -> str:
        """A number with this language's decimal sign."""
        return text if self._phrases is None else self._phrases.number(text)


ENGLISH = Language("en")


def codes() -> list[str]:
    """The languages that there are."""
    return sorted({ENGLISH.code, *(path.stem for path in _FOLDER.glob("*.toml"))})


@cache
def language(code: str) -> Language:
    """The language of that code; its file is read when it is first needed.

    Raises:
        LanguageError: there is none.

    """
    if code == ENGLISH.code:
        return ENGLISH
    if code not in codes():
        raise LanguageError(f"no language {code!r}: there is {', '.join(codes())}")
    content = (_FOLDER / f"{code}.toml").read_bytes()
    table = tomllib.loads(content.decode("utf-8"))
    phrases = Phrases(table["says"], decimal=table["decimal"], conjunction=table["and"])
    return Language(code, hashlib.sha256(content).hexdigest(), phrases)
