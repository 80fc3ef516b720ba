"""LaTeX to tokens: spacing, sizes and fonts that carry no meaning are gone, Unicode is folded into commands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.symbolic.reading.expression import Span

MAX_LENGTH = 4000
UNREAD_MACRO = "⁇"
"""Stands before the name of a student's macro that could not be expanded: nothing around it is read."""


class ReadError(Exception):
    """A piece of LaTeX was not understood; `span` is the place."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


class UnknownCommandError(ReadError):
    """A command that has no meaning here."""


def caret(text: str, error: ReadError) -> str:
    """The line of `text` in which reading stopped, with a caret under the place."""
    start = text.rfind("\n", 0, error.span.start) + 1
    end = text.find("\n", error.span.start)
    line = text[start : end if end >= 0 else len(text)]
    return f"{line}\n{' ' * (error.span.start - start)}^ {error.message}"


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is "letter", "number", "command", "word" (a name of several letters), "text" or the mark itself."""

    kind: str
    value: str
    span: Span


_TOKEN = re.compile(
    r"""(?P<space>\s+|~)
      | (?P<norm>\\?\|\\?\||‖|\\[lr]?vert\s*\\[lr]?vert(?![a-zA-Z]))
      | (?P<best>(?:\\underset\s*\{[^{}]*\}\s*(?P<outer>\{\s*)?)?
            (?P<open>(?:\\(?:operatorname\*?|text|mathrm|mathop)\s*)?\{\s*(?:\\rm\s)?)?
            \\?arg(?:\s|\\[,;:!\ ])*\\?(?P<extreme>min|max)(?![a-zA-Z])(?(open)\s*\})(?(outer)\s*\}))
      | \\(?P<command>[a-zA-Z]+) | \\(?P<escaped>[^a-zA-Z]|\Z)
      | (?P<dots>\.\.\.|…) | (?P<number>\d+(?:\.\d+)?)
      | (?P<named>(?:[Ll]og[- ]?)?[Ll]ikelihood|LOSS|[Ll]oss|NLL|nll|LL|[Cc]ost|MSE|MLE)(?![a-zA-Z])
      | (?P<letter>[a-zA-Z]) | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)

_UNREAD = re.compile(rf"{UNREAD_MACRO}(?P<name>\\?(?:[a-zA-Z]+|.)?)", re.DOTALL)

_SILENT = frozenset(
    (
        "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle "
        "textstyle limits nolimits quad qquad thinspace medspace enspace hfill newline nonumber notag "
        "mathstrut allowbreak scriptstyle relax rm bf it blacksquare square qed checkmark Box"
    ).split()
)
"""Commands without meaning for a formula."""

_SILENT_WITH_GROUP = frozenset(
    ["tag", "label", "hspace", "vspace", "color", "textcolor", "phantom", "hphantom", "vphantom"]
)

_TEXT = frozenset(["text", "textrm", "textit", "textbf", "textnormal", "mbox", "hbox", "texttt"])

_RENAMED = {
    "dfrac": "frac", "tfrac": "frac", "cfrac": "frac",
    "dots": "ldots", "cdots": "ldots", "vdots": "ldots", "dotsc": "ldots", "dotsb": "ldots",
    "boldsymbol": "mathbf", "bm": "mathbf", "vec": "mathbf", "bold": "mathbf", "pmb": "mathbf",
    "overline": "mathbf", "underline": "mathbf",
    "operatorname": "mathrm", "varsigma": "sigma", "le": "leq", "ge": "geq", "ne": "neq",
}  # fmt: skip

_MARKS = {
    "cdot": "*", "times": "*", "ast": "*", "odot": "*", "circ": "*", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|",
    "lVert": "norm", "rVert": "norm", "Vert": "norm", "lbrace": "(", "rbrace": ")", "lbrack": "[", "rbrack": "]",
    "lparen": "(", "rparen": ")", "prime": "'", "colon": ":", "div": "/",
}  # fmt: skip

_UNICODE = {
    "⋅": r"\cdot", "·": r"\cdot", "×": r"\times", "∗": r"\ast", "−": "-", "–": "-", "’": "'", "′": "'",
    "∑": r"\sum", "Σ": r"\sum", "∏": r"\prod", "∂": r"\partial", "σ": r"\sigma", "δ": r"\delta", "π": r"\pi",
    "∇": r"\nabla", "ω": r"\omega", "ℓ": r"\ell", "∈": r"\in", "≤": r"\leq", "≥": r"\geq", "≠": r"\neq",
    "ε": r"\epsilon", "η": r"\eta", "θ": r"\theta", "∞": r"\infty", "√": r"\sqrt", "∣": "|", "¹": "^1",
    "²": "^2", "³": "^3", "\u200b": "", "\ufeff": "",
}  # fmt: skip

NAMES = ("softmax", "sigmoid", "tanh", "log", "exp", "max", "min", "ln")
"""Functions that students type without a backslash."""


def tokenize(text: str) -> tuple[Token, ...]:
    """Tokens of one formula, each with its place in `text`.

    Raises:
        ReadError: the formula is too long, holds a macro that was not expanded, or the group after a text command does
            not end.

    """
    if len(text) > MAX_LENGTH:
        raise ReadError(f"longer than {MAX_LENGTH} characters", Span(MAX_LENGTH, len(text)))
    if unread := _UNREAD.search(text):
        name = unread["name"]
        message = (
            f"the macro {name} is not read: it uses itself, grows too long, has too many beside it, or is defined or used in a way "
            "that is not known here"
        )
        raise ReadError(message, Span(*unread.span()))
    folded, places = _fold_unicode(text)
    tokens: list[Token] = []
    position = 0
    # Only there do columns and rows carry meaning; elsewhere they are layout.
    in_cases = "{cases}" in text
    while match := _TOKEN.match(folded, position):
        try:
            end, token = _token(match, folded, in_cases=in_cases)
        except ReadError as error:
            raise ReadError(error.message, Span(places[match.start()], len(text))) from error
        if token is not None:
            span = Span(places[match.start()], places[max(end, match.start() + 1) - 1] + 1)
            tokens.append(Token(*token, span))
        position = end
    return tuple(tokens)


def _fold_unicode(text: str) -> tuple[str, list[int]]:
    """The text with Unicode mathematics as commands, and for each of its characters the place it came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        piece = _UNICODE.get(character, character)
        if piece.startswith("\\") and piece != character:
            piece += " "
        folded.append(piece)
        places.extend([place] * len(piece))
    return "".join(folded), places


def _token(match: re.Match[str], text: str, *, in_cases: bool) -> tuple[int, tuple[str, str] | None]:
    """Where to go on after a match, and kind and value of its token, if it means something."""
    kind = str(match.lastgroup)
    value, end = match[kind], match.end()
    if kind == "command":
        return _command(_RENAMED.get(value, value), text, end)
    if kind == "escaped" and value == "\\" and in_cases:
        return end, ("row", value)
    if kind == "escaped":
        mark = {"|": "norm", "{": "(", "}": ")", "_": "_"}.get(value)
        return end, (mark, value) if mark else None
    if kind == "named":
        return end, ("text", value)
    if kind == "best":
        return end, ("command", f"arg{match['extreme']}")
    if kind == "dots":
        return end, ("command", "ldots")
    if kind == "mark":
        return end, None if value == "&" and not in_cases else (value, value)
    return end, None if kind == "space" else (kind, value)


def _command(name: str, text: str, end: int) -> tuple[int, tuple[str, str] | None]:
    if name in _SILENT:
        empty_delimiter = name in {"left", "right"} and text[end : end + 1] == "."
        return end + empty_delimiter, None
    if name in _SILENT_WITH_GROUP:
        return _group(text, end)[1], None
    if name in _TEXT:
        words, end = _group(text, end)
        return end, _words(words.strip())
    if name == "mathrm":
        words, after = _group(text, end)
        # A single upright letter may carry scripts inside its group: leave the group to the parser.
        return (end, None) if len(words.strip()) <= 1 else (after, _words(words.strip()))
    if name == "ell":
        return end, ("letter", "l")
    if name in NAMES:
        return end, ("word", name)
    return end, (_MARKS.get(name, "command"), name)


def _words(words: str) -> tuple[str, str]:
    """Words in mathematics: a function's name is that function, a single letter that letter, the rest is prose."""
    if words in NAMES:
        return "word", words
    return ("letter" if len(words) == 1 and words.isalpha() else "text"), words


def _group(text: str, position: int) -> tuple[str, int]:
    """The content of the group that starts at `position` (after spaces) and the place behind it."""
    while position < len(text) and text[position].isspace():
        position += 1
    if text[position : position + 1] != "{":
        return "", position
    depth = 0
    for at in range(position, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[position + 1 : at], at + 1
    raise ReadError("this group does not end", Span(position, len(text)))
