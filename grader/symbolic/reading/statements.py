r"""Displays to statements: rows, chains of equalities over several rows, and the conditions behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from grader.symbolic.reading.conditions import TABLE, LayerRange, split_row
from grader.symbolic.reading.lexer import MAX_LENGTH
from grader.symbolic.reading.markup import Block, split_blocks

_LAYOUT = re.compile(
    r"\\(?:begin|end)\{(?:align|aligned|alignat|equation|eqnarray|gather|gathered|multline|split|flalign|displaymath)\*?\}"
    r"(?:\{\d+\})?"
)
_ROW_BREAK = re.compile(r"\\\\(?:\[[^\]]*\])?|\\newline\b|\\cr\b")
_ABOVE = r"(?:\{(?:[^{}]|\{[^{}]*\})*\}|[^\s{}\\a-zA-Z])"
_ARROW = re.compile(
    r"\\(?:Rightarrow|Leftrightarrow|Longrightarrow|Longleftrightarrow|implies|impliedby|iff|rightarrow|to|therefore|leadsto)"
    r"(?![a-zA-Z])"
)
_EQUALS = re.compile(
    r":=|\\coloneqq(?![a-zA-Z])|\\equiv(?![a-zA-Z])"
    rf"|\\(?:stackrel|overset|underset)\s*{_ABOVE}\s*(?:\{{\s*=\s*\}}|=)"
)
_GOES_ON_IN_BRACKETS = re.compile(r"\((\s*=[^()]*(?:\([^()]*\)[^()]*)*)\)(?=[.,;\s]*\Z)")
"""`(= b)` at the end of a row: one more equality."""
_TEXT = re.compile(r"\\(?:text(?:rm|it|bf|normal)?|mbox|hbox)\{((?:[^{}]|\{[^{}]*\})*)\}")
_TEXT_COMMAND = re.compile(r"\\(?:text(?:rm|it|bf|normal)?|mbox|hbox)\s*\{")
_BEHIND = re.compile(r"(?:\\[ ,;:!]|\\q?quad\b|\\hspace\{[^{}]*\}|[\s&,.;~]|(?<!\\)\\)\Z")
"""Spacing, marks and remarks that may stand behind a formula."""
_SENTENCE = re.compile(r"(?<![\\{a-zA-Z])[A-Za-z]{2,}(?:,? [a-zA-Z]{1,}){5,}")
"""Words in a row, as between two formulas of which the marks were lost."""
MAX_BEHIND = 2000
"""Characters behind a formula in which its sentence ends."""
_SENTENCE_END = re.compile(r"[.!?](?:\s|\Z)|\n\s*\n|\$\$|\\\[|\\begin\{")
_NUMBERING = re.compile(r"\s*(?:\(?\d{1,2}[.)]|[a-z]\))\s+(?=\S)")
"""A number in front of a formula, as in a list of steps."""
_INDICATOR = re.compile(
    r"(?:(?<=[1I])|(?<=[1I]\}))\s*\(\s*[a-z]\s*=\s*[a-z]\s*\)|\[\s*[a-z]\s*=\s*[a-z]\s*\]|\\\{\s*[a-z]\s*=\s*[a-z]\s*\\\}"
)
"""A condition in brackets that counts as one or zero: its equality sign is no step."""
_ARRAY_AS_LAYOUT = re.compile(r"\A\s*\\begin\{array\}\s*\{[^{}]*\}|\\end\{array\}\s*\Z")
"""A table around a whole display only puts its rows under each other."""
_REMARK = re.compile(
    r"(?:\\q?quad|&|\\[,;:! ])\s*(?:\\text\{\s*\(|\|\s*(?:\\cdot|\\times|\\div|[:/+*-])).*\Z", re.DOTALL
)
"""What is said in brackets behind a row, also with formulas in it, or which operation comes next."""
_GOES_ON = re.compile(
    r"(?:\s|\{\}|\\q?quad\b|\\[,;:! ])*(?:&(?:\s|\{\}|\\q?quad\b|\\[,;:! ])*-|&?(?:\s|\{\}|\\q?quad\b|\\[,;:! ])*(?:\+|\\cdot|\\times))"
)
"""How a row begins that goes on with the formula of the row before."""
_BOX = re.compile(r"\\(?:boxed|fbox|bbox)\s*\{")
_EMPTY_COLUMN = re.compile(r"(?:&\s*)+$")


@dataclass(frozen=True, slots=True)
class Member:
    """One side of an equality, and where it starts in the answer."""

    text: str
    start: int
    words: str = ""
    """What is said before it, since the member before, and beside it."""
    goes_on: bool = False
    """Whether it begins a row, so that it goes on from the row before."""
    sign: str = ""
    """What is said of its sign behind it: `<`, `>`, `<=` or `>=`."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Members that the writer set equal to each other; a lone formula is a chain of one."""

    members: tuple[Member, ...]
    condition: LayerRange | None = None
    case: str | None = None
    """What must be so for it to hold, as written."""
    sentence: str | None = None
    """The sentence in which it stands, if it stands in one."""
    behind: str = ""
    """What comes up to the next full stop behind a display."""
    aside: bool = False
    """Whether it stands in a column beside another one."""

    @property
    def inline(self) -> bool:
        """Whether it stands inside a sentence."""
        return self.sentence is not None


@lru_cache(maxsize=256)
def read_chains(text: str) -> tuple[Chain, ...]:
    """All chains in a markdown text, in its order."""
    chains: list[Chain] = []
    said = ""
    for block in split_blocks(text):
        inline = block.kind == "inline"
        if block.kind != "prose":
            content = _with_joined_rows(_ARRAY_AS_LAYOUT.sub(_blank, block.text))
            for start, end in _rows(content):
                row = content[start:end]
                bare = re.sub(r"(?m)(?<!\\)%.*$", "", row)
                if not inline and "=" not in bare and _SENTENCE.search(_TEXT.sub("", bare)):
                    said += row
                    continue
                words = _TEXT.findall(row)
                around = _Around(" ".join([said, *words]), *_said_around(said, block, text))
                _add_row(chains, row, block.start + start, around)
                if not inline:
                    said = " ".join(words)
        if block.kind == "prose" or inline:
            said += block.text
    return tuple(chains)


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a row: what was said before it, its sentence, or what comes behind its display."""

    said: str
    sentence: str | None
    behind: str


def _said_around(before: str, block: Block, text: str) -> tuple[str | None, str]:
    """The sentence around a formula, from the last full stop to the next; of a display only what comes behind it."""
    behind = _SENTENCE_END.split(text[block.whole[1] : block.whole[1] + MAX_BEHIND], maxsplit=1)[0]
    if block.kind == "inline":
        return _SENTENCE_END.split(before)[-1] + block.text + behind, ""
    return None, behind


def _rows(text: str) -> list[tuple[int, int]]:
    """Ranges of the rows of a display whose broken rows were joined."""
    cuts = [match.span() for pattern in (_ROW_BREAK, _ARROW) for match in pattern.finditer(text)]
    return _between(_outside_tables(cuts, text), text)


def _with_joined_rows(text: str) -> str:
    """A display in which the breaks inside a formula are blanks: those within brackets, or before a sign that goes on."""
    cuts = _outside_tables([match.span() for match in _ROW_BREAK.finditer(text)], text)
    rows = _between(cuts, text)
    before = ""
    for (start, end), cut in zip(rows, [(0, 0), *cuts], strict=True):
        row = text[start:end]
        goes_on = _closes(before, row) or _GOES_ON.match(row)
        if goes_on and len(_split_at_equals(before)) > 1 == len(_split_at_equals(row)):
            text = text[: cut[0]] + " " * (start - cut[0]) + text[start:]
            before += row
        else:
            before = row
    return text


def _closes(before: str, row: str) -> bool:
    """Whether a row closes brackets that the row before opened."""
    return _open_brackets(before) > 0 > _open_brackets(row)


def _open_brackets(text: str) -> int:
    return sum(text.count(mark) for mark in "([") - sum(text.count(mark) for mark in ")]")


def _outside_tables(cuts: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    tables = [match.span() for match in TABLE.finditer(text)]
    return sorted(cut for cut in cuts if not any(start <= cut[0] < end for start, end in tables))


def _between(cuts: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """The ranges between cuts."""
    bounds = [0, *(edge for cut in cuts for edge in cut), len(text)]
    return [(bounds[at], bounds[at + 1]) for at in range(0, len(bounds), 2)]


def _add_row(chains: list[Chain], text: str, start: int, around: _Around) -> None:
    """Read one row; a row that begins with `=` continues the chain before it."""
    said, sentence = around.said, around.sentence
    blank = _blanked(text)
    end = 0
    in_first_column = re.match(r"\s*&\s*=", blank) is not None
    for part in split_row(blank):
        aside = "&" in blank[end : part.start] and end > 0
        end = part.end
        pieces = _split_at_equals(_EMPTY_COLUMN.sub("", blank[part.start : part.end]))
        place = start + part.start
        members = [_member(piece, place + at, said) for at, piece in pieces]
        continues = not members[0].text and len(members) > 1
        members = [member for member in members if member.text]
        if not members:
            continue
        # A display goes on with the display before it, whatever stands in the sentence between them.
        before = next(
            (
                at
                for at in reversed(range(len(chains)))
                if (sentence is not None or not chains[at].inline)
                and not (in_first_column and chains[at].aside)
            ),
            None,
        )
        if continues and before is not None and not _names_its_left_side(said, sentence):
            chain = chains[before]
            members[0] = replace(members[0], goes_on=True)
            condition = part.condition or chain.condition
            case = part.case or chain.case
            chains[before] = replace(
                chain, members=(*chain.members, *members), condition=condition, case=case
            )
        else:
            chains.append(Chain(tuple(members), part.condition, part.case, sentence, around.behind, aside))


def _names_its_left_side(said: str, sentence: str | None) -> bool:
    """Whether a formula in a sentence begins with `=` behind a word, which is then its left side."""
    return sentence is not None and re.search(r"\w\s*\Z", said) is not None


def _member(piece: str, start: int, said: str) -> Member:
    """One side of an equality without numbers in front of it, and words or marks behind it."""
    numbering = _NUMBERING.match(piece)
    inner = piece[numbering.end() :] if numbering is not None else piece
    begin = start + len(piece) - len(inner) + _indent(inner)
    text = inner.strip(" &\n\t")
    while (shorter := _BEHIND.sub("", _without_last_words(text))) != text:
        text = shorter
    return Member(text, begin, said)


def _without_last_words(text: str) -> str:
    r"""The formula without a remark `\\text{...}` behind it; a name of one word stays."""
    if len(text) > MAX_LENGTH:
        return text  # it is not read
    for start in _TEXT_COMMAND.finditer(text):
        depth = 0
        for at in range(start.end() - 1, len(text)):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            if depth == 0:
                behind = text[at + 1 :].strip(" )")
                if not behind and re.search(r"[\s$]", text[start.end() : at]):
                    return text[: start.start()]
                break
    return text


def _blanked(text: str) -> str:
    """The row with layout and comments as blanks, so that every character keeps its place."""
    text = re.sub(r"(?m)(?<!\\)%.*$", _blank, text)
    text = re.sub(r"(?m)^[ \t]*>+", _blank, text)
    text = _LAYOUT.sub(_blank, text)
    text = _REMARK.sub(_blank, _without_boxes(text))
    # Words in front of a formula go, a name of what the formula is stays.
    text = re.sub(r"^[\s&]*\\text\{[^{}]*\}(?!\s*(?:\([^()]*\))?\s*&?\s*=)", _blank, text)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", _blank, text)
    text = _GOES_ON_IN_BRACKETS.sub(lambda match: f" {match[1]} ", text)
    return _EQUALS.sub(lambda match: "=" + " " * (len(match[0]) - 1), text)


def _without_boxes(text: str) -> str:
    r"""The row with `\boxed{...}` around a formula, or a part of it, as blanks."""
    while (box := _BOX.search(text)) is not None:
        depth, end = 1, box.end()
        while end < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        text = text[: box.start()] + " " * len(box[0]) + text[box.end() : end - 1] + " " + text[end:]
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _split_at_equals(text: str) -> list[tuple[int, str]]:
    """Pieces between the `=` that stand in no brace and no subscript, with their places."""
    pieces, depth, start = [], 0, 0
    tables = [match.span() for pattern in (TABLE, _INDICATOR) for match in pattern.finditer(text)]
    for at, character in enumerate(text):
        if any(begin <= at < end for begin, end in tables):
            continue
        if character in "{}" and text[at - 1 : at] != "\\":
            depth += 1 if character == "{" else -1
        elif character == "=" and depth <= 0:
            pieces.append((start, text[start:at]))
            start = at + 1
    pieces.append((start, text[start:]))
    return pieces


def _indent(piece: str) -> int:
    return len(piece) - len(piece.lstrip(" &\n\t"))
