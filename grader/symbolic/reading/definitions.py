r"""How macros are defined: `\newcommand`, `\def`, `\let` and their kin, as MathJax knows them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NAME = r"[a-zA-Z]+|[^a-zA-Z]"
"""What may follow a backslash."""
DEFINITION = re.compile(
    r"\\(?:(?:re)?new(?:command|environment)|providecommand|def|let|DeclareMathOperator)(?![a-zA-Z])"
)
_CONTROL = re.compile(rf"\\(?P<name>{NAME})", re.DOTALL)
_IN_BRACES = re.compile(rf"\s*\\?(?P<name>{NAME})\s*\Z", re.DOTALL)
_COMMENT = re.compile(r"(?P<escaped>\\.)|%[^\n]*\n?", re.DOTALL)
_PARAMETER = re.compile(r"(?<!\\)#(?P<number>[1-9]?)")
_LET = re.compile(
    r"\s*=?[ \t]?(?P<meaning>\\(?:[a-zA-Z]+|[^a-zA-Z])|[a-zA-Z0-9+*/<>=|()\[\].,;:'-])", re.DOTALL
)
MAX_OPTIONAL = 300
"""Characters of an argument in square brackets."""


@dataclass(frozen=True, slots=True)
class Macro:
    r"""What a name stands for."""

    body: str | None
    """With `#1`, ... for its arguments; None where the definition cannot be read."""
    parameters: int = 0
    default: str | None = None
    """Of its first argument, which is optional then."""
    final: bool = False
    r"""Whether the body keeps the meaning that it has without macros, as after `\let`."""


UNREADABLE = Macro(None)


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition in a text."""

    name: str
    end: int
    """Where it ends."""
    macro: Macro
    same_as: str | None = None
    r"""The command of which it takes over the meaning, if it is a `\let`."""
    weak: bool = False
    """Whether it only counts for a name that has no meaning yet."""


@dataclass(slots=True)
class Source:
    """A text in which arguments are found as TeX does."""

    text: str
    _closing: dict[int, int] | None = field(default=None, init=False)

    def argument(self, at: int) -> tuple[str, int] | None:
        """The next argument without its braces, and where it ends: a group, a command, a parameter or a character."""
        at = self.skip_spaces(at)
        if at >= len(self.text):
            return None
        first = self.text[at]
        if first == "{":
            end = self._braces().get(at)
            return None if end is None else (self.text[at + 1 : end], end + 1)
        if first == "}":
            return None
        if match := _CONTROL.match(self.text, at):
            return match[0], match.end()
        if match := _PARAMETER.match(self.text, at):
            return match[0], match.end()
        return first, at + 1

    def optional(self, at: int) -> tuple[str, int] | None:
        """The next argument if it stands in square brackets, and where it ends."""
        start = self.skip_spaces(at)
        if not self.text.startswith("[", start):
            return None
        at = start + 1
        while at < min(len(self.text), start + MAX_OPTIONAL):
            if self.text[at] == "]":
                return self.text[start + 1 : at], at + 1
            if self.text[at] == "{":
                at = self._braces().get(at, len(self.text))
            at += 2 if self.text.startswith("\\", at) else 1
        return None

    def skip_spaces(self, at: int) -> int:
        """The place of the next character that is no space."""
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def _braces(self) -> dict[int, int]:
        """Where the brace closes that opens at a place; found once, so that no text is searched over and over."""
        if self._closing is None:
            self._closing = {}
            opened: list[int] = []
            for match in re.finditer(r"\\.|[{}]", self.text, re.DOTALL):
                if match[0] == "{":
                    opened.append(match.start())
                elif match[0] == "}" and opened:
                    self._closing[opened.pop()] = match.start()
        return self._closing


def read_definition(command: str, source: Source, at: int) -> Definition | None:
    r"""The definition whose command, such as `\def`, ends at a place; None where not even its name can be read."""
    if command.endswith("newenvironment"):
        # Not read: what a beginning means is open from there on.
        return Definition("begin", at, UNREADABLE)
    star = source.skip_spaces(at)
    if command not in {"def", "let"} and source.text.startswith("*", star):
        at = star + 1
    named = _name(command, source, at)
    if named is None:
        return None
    name, at = named
    if command == "let":
        return _let(name, source, at)
    if command == "def":
        return _def(name, source, at)
    if command == "DeclareMathOperator":
        words = source.argument(at)
        if words is None:
            return Definition(name, at, UNREADABLE)
        return Definition(name, words[1], _macro(rf"\operatorname{{{words[0]}}}", 0))
    return _newcommand(name, source, at, weak=command == "providecommand")


def _name(command: str, source: Source, at: int) -> tuple[str, int] | None:
    r"""The name that is defined, and where it ends; `\def` and `\let` take no braces."""
    found = source.argument(at)
    if found is None:
        return None
    pattern = _CONTROL if command in {"def", "let"} else _IN_BRACES
    match = pattern.fullmatch(found[0])
    return None if match is None else (match["name"], found[1])


def _newcommand(name: str, source: Source, at: int, *, weak: bool) -> Definition:
    count, default = source.optional(at), None
    parameters = 0
    if count is not None:
        at = count[1]
        if not re.fullmatch(r"\s*[0-9]\s*", count[0]):
            return Definition(name, at, UNREADABLE)
        parameters = int(count[0])
        if (optional := source.optional(at)) is not None:
            default, at = optional
    body = source.argument(at)
    if body is None:
        return Definition(name, at, UNREADABLE)
    return Definition(name, body[1], _macro(body[0], parameters, default), weak=weak)


def _def(name: str, source: Source, at: int) -> Definition:
    r"""`\def\name#1#2{...}`; with anything between its parameters it is not read."""
    start = source.skip_spaces(at)
    brace = source.text.find("{", start)
    body = source.argument(brace) if brace >= 0 else None
    if body is None:
        return Definition(name, at, UNREADABLE)
    pattern = source.text[start:brace]
    parameters = len(pattern) // 2
    plain = pattern == "".join(f"#{number}" for number in range(1, parameters + 1)) and parameters <= 9
    return Definition(name, body[1], _macro(body[0], parameters) if plain else UNREADABLE)


def _let(name: str, source: Source, at: int) -> Definition:
    match = _LET.match(source.text, at)
    if match is None:
        return Definition(name, at, UNREADABLE)
    meaning = match["meaning"]
    same_as = meaning[1:] if meaning.startswith("\\") else None
    return Definition(name, match.end(), Macro(meaning, final=True), same_as)


def _macro(body: str, parameters: int, default: str | None = None) -> Macro:
    """A macro without comments; not readable if it defines another one or has parameters that it does not take."""
    body = _COMMENT.sub(lambda match: match["escaped"] or "", body).replace("\n", " ")
    numbers = [match["number"] for match in _PARAMETER.finditer(body)]
    if any(not number or int(number) > parameters for number in numbers):
        return UNREADABLE
    if default is not None and (not parameters or _PARAMETER.search(default)):
        return UNREADABLE
    if DEFINITION.search(body) or (default is not None and DEFINITION.search(default)):
        return UNREADABLE
    return Macro(body, parameters, default)
