r"""A formula in which macros are written out.

A macro that cannot be written out is marked where it is used, so that nothing around it is read; nobody gains by
definitions that grow without limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.symbolic.reading.definitions import (
    DEFINITION,
    NAME,
    UNREADABLE,
    Macro,
    Source,
    read_definition,
)
from grader.symbolic.reading.lexer import (
    MAX_LENGTH,
    UNREAD_MACRO,
    ReadError,
    UnknownCommandError,
    tokenize,
)
from grader.symbolic.reading.parser import Parser

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DEFINITIONS = 200
MAX_DEPTH = 20
MAX_WORK = 500_000
"""Characters that may be gone through and written for the macros of a whole notebook."""
MAX_WORK_OF_ONE = 20_000
"""The same for one use of a macro."""

_TOKEN = re.compile(rf"\\(?P<name>{NAME})|%[^\n]*|#(?P<number>[1-9])", re.DOTALL)
_ENDS_IN_COMMAND = re.compile(r"\\[a-zA-Z]+\Z")
_PARAMETER = re.compile(r"#([1-9])")
_ONE_TOKEN = re.compile(rf"\\(?:{NAME})|[^\\]", re.DOTALL)
_TAKES = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "binom", "overset", "underset", "stackrel"), 2),
    **dict.fromkeys(("sqrt", "mathbf", "boldsymbol", "bm", "vec", "bold", "pmb", "overline", "underline"), 1),
    **dict.fromkeys(("hat", "bar", "tilde", "dot", "ddot", "widehat", "widetilde", "operatorname"), 1),
    **dict.fromkeys(
        ("mathrm", "mathit", "mathcal", "mathbb", "mathsf", "mathop", "underbrace", "overbrace"), 1
    ),
}
"""Commands that take what follows as arguments; one that is a macro is one argument, whatever it stands for."""


class _NotExpandedError(Exception):
    """A use of a macro that cannot be written out."""


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument of a macro as it stands, and written out."""

    given: str
    text: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Inside of which macros something is written out."""

    arguments: tuple[_Argument, ...] = ()
    inside: frozenset[str] = frozenset()
    depth: int = 0


class Expansion:
    """Writing out one text; definitions in it change what is known."""

    def __init__(self, known: Mapping[str, Macro], definitions: int, work: int) -> None:
        self.known = dict(known)
        self.definitions = definitions
        self.work = work
        self._allowed = 0

    def of(self, text: str) -> str:
        """A formula with its macros written out."""
        source = Source(text)
        written = _Written()
        bare: set[int] = set()
        at = 0
        while (match := _TOKEN.search(text, at)) is not None:
            written.add(text[at : match.start()])
            at = match.end()
            if match["name"] is None:
                written.add(match[0])
            elif DEFINITION.fullmatch(match[0]) and match["name"] not in self.known:
                at = self._define(match, source, written)
            else:
                self._allowed = min(self.work + MAX_WORK_OF_ONE, MAX_WORK)
                try:
                    piece, at = self._command(match, source, bare, _Place())
                except _NotExpandedError:
                    piece = UNREAD_MACRO + match[0]
                written.add(piece)
        written.add(text[at:])
        return written.text()

    def given_up(self, text: str) -> str:
        """A formula in which no macro is read; if any is defined in it, nobody knows what counts from there on."""
        if DEFINITION.search(text):
            self.definitions = MAX_DEFINITIONS + 1
        return self.marked(text)

    def marked(self, text: str) -> str:
        """A text in which every macro is marked as not read."""
        return _TOKEN.sub(
            lambda match: (UNREAD_MACRO if self._macro(match["name"]) is not None else "") + match[0], text
        )

    def _macro(self, name: str | None) -> Macro | None:
        """What a name stands for; with too many definitions nobody knows."""
        if name is not None and self.definitions > MAX_DEFINITIONS:
            return UNREADABLE
        return self.known.get(name or "")

    def _define(self, match: re.Match[str], source: Source, written: _Written) -> int:
        """Take up a definition; where it ends."""
        self.definitions += 1
        found = read_definition(match["name"], source, match.end())
        end = match.end() if found is None else found.end
        if found is None or found.macro is UNREADABLE:
            # It stays for people to see.
            written.add(UNREAD_MACRO + source.text[match.start() : end])
        if found is not None and self.definitions <= MAX_DEFINITIONS:
            same = self.known.get(found.same_as) if found.same_as is not None else None
            if not (found.weak and self._has_meaning(found.name)):
                self.known[found.name] = same or found.macro
        return end

    def _has_meaning(self, name: str) -> bool:
        if name in self.known:
            return True
        try:
            Parser(tokenize(f"\\{name}"), frozenset()).formula()
        except UnknownCommandError:
            return False
        except ReadError:
            return True
        return True

    def _run(self, text: str, place: _Place) -> str:
        """A macro's body or argument, written out."""
        self.work += len(text)
        if place.depth > MAX_DEPTH or self.work > self._allowed:
            raise _NotExpandedError
        source = Source(text)
        written = _Written()
        bare: set[int] = set()
        at = 0
        while (match := _TOKEN.search(text, at)) is not None:
            written.add(text[at : match.start()])
            at = match.end()
            if match["number"] is not None and place.arguments:
                argument = place.arguments[int(match["number"]) - 1]
                written.add(f"{{{argument.text}}}" if match.start() in bare else argument.text)
            elif match["name"] is None:
                written.add(match[0])
            elif DEFINITION.fullmatch(match[0]):
                raise _NotExpandedError
            else:
                piece, at = self._command(match, source, bare, place)
                written.add(piece)
        written.add(text[at:])
        return written.text()

    def _command(
        self, match: re.Match[str], source: Source, bare: set[int], place: _Place
    ) -> tuple[str, int]:
        """A command written out, and where it ends with its arguments."""
        name, at = match["name"], match.end()
        macro = self._macro(name)
        if macro is None:
            self._note_bare(name, source, at, bare, place)
            return match[0], at
        if macro.body is None or name in place.inside:
            raise _NotExpandedError
        if macro.final:
            self._note_bare(macro.body[1:], source, at, bare, place)
            return macro.body, at
        alone = match.start() in bare
        if alone and macro.parameters:
            raise _NotExpandedError
        arguments, at = self._arguments(macro, source, at, place)
        inner = _Place(arguments, place.inside | {name}, place.depth + 1)
        text = self._run(macro.body, inner)
        self.work += len(text) + 1
        if len(text) > MAX_LENGTH or self.work > self._allowed:
            raise _NotExpandedError
        return f"{{{text}}}" if alone else text, at

    def _arguments(
        self, macro: Macro, source: Source, at: int, place: _Place
    ) -> tuple[tuple[_Argument, ...], int]:
        """The arguments of a use of a macro, and where they end."""
        arguments: list[_Argument] = []
        if macro.default is not None:
            given = source.optional(at)
            text, at = given or (macro.default, at)
            arguments.append(self._argument(f"{{{text}}}", text, place))
        while len(arguments) < macro.parameters:
            self._refuse_part(source, at, place)
            found = source.argument(at)
            if found is None:
                raise _NotExpandedError
            at = found[1]
            arguments.append(self._argument(found[0], found[0], place))
        return tuple(arguments), at

    def _argument(self, given: str, text: str, place: _Place) -> _Argument:
        if (number := _PARAMETER.fullmatch(given)) is not None and place.arguments:
            return place.arguments[int(number[1]) - 1]
        inner = replace(place, depth=place.depth + 1)
        return _Argument(given, self._run(text, inner))

    @staticmethod
    def _refuse_part(source: Source, at: int, place: _Place) -> None:
        """Refuse a parameter without braces where an argument is wanted: TeX takes the first token of it alone."""
        number = _PARAMETER.match(source.text, source.skip_spaces(at))
        if number is not None and place.arguments:
            given = place.arguments[int(number[1]) - 1].given
            if not _ONE_TOKEN.fullmatch(given):
                raise _NotExpandedError

    def _note_bare(self, command: str, source: Source, at: int, bare: set[int], place: _Place) -> None:
        r"""Note which arguments of a command are a macro without braces: `\frac\s2` divides all of `\s` by two."""
        for _ in range(_TAKES.get(command, 0)):
            if command == "sqrt" and (root := source.optional(at)) is not None:
                at = root[1]
            found = source.argument(at)
            if found is None:
                return
            given, end = found
            self._refuse_part(source, at, place)
            start = source.skip_spaces(at)
            if (number := _PARAMETER.fullmatch(given)) is not None and place.arguments:
                given = place.arguments[int(number[1]) - 1].given
            if not source.text.startswith("{", start) and given.startswith("\\") and self._macro(given[1:]):
                bare.add(start)
            at = end


class _Written:
    """Text that is written piece by piece; a command does not grow by the letter behind it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def add(self, piece: str) -> None:
        if not piece:
            return
        if self._pieces and piece[0].isalpha() and _ENDS_IN_COMMAND.search(self._pieces[-1]):
            self._pieces.append(" ")
        self._pieces.append(piece)

    def text(self) -> str:
        return "".join(self._pieces)
