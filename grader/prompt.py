"""The prompt's own text, told from the student's: by comparison with the sheet, and without it.

A hand-in carries the prompt of its own year, which may be worded otherwise than our sheet. So three things make a
piece of an exercise the prompt: it says word for word what the sheet (or a known earlier sheet) says; it is a
display that the assignment lists as given; or it talks like a prompt, in the prompt's place and with its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.markup import split_blocks
from grader.symbolic.reading.reader import read
from grader.symbolic.reading.statements import read_chains

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.symbolic.reading.expression import Expression

_VERB = r"(?:show|argue|derive|calculate|compute|write|prove|find|modify|use|explain|complete|perform)"
_INSTRUCTION = re.compile(
    rf"(?:^|[.!?:]\s+)\W*(?:(?:then|further|furthermore|finally|also)\W+)?{_VERB}\b", re.IGNORECASE
)
"""A sentence that tells somebody to do something."""
_ASIDE = re.compile(r"\bhints?\b|^\W*optional exercises?\b", re.IGNORECASE)
"""What only a prompt says."""
_LETTERED = re.compile(rf"\W*[a-z]\)\s.*?(?:\b{_VERB}\b|\?)", re.IGNORECASE | re.DOTALL)
"""The first line of most prompts: the exercise's letter and an instruction."""
_CONTINUES = re.compile(
    r"(?:for|to get|to obtain|which|where|and put)\b|(?:this|it) is (?:also )?(?:known|called)\b",
    re.IGNORECASE,
)
"""How a sentence goes on or is commented on behind a displayed formula of the prompt."""
_FORMULA = re.compile(r"\$[^$]*(?:[=+]|\\frac|\\sum|\\partial|\\log|\\prod|\\exp|[^l]-)[^$]*\$")
"""An inline formula that says something; prompts only name symbols."""
_STOP_WORDS = frozenset(
    (
        "this that with from then than have will which where what when into also same there here they their them your "
        "only very just some more most such each both does done been being were would could should about after before"
    ).split()
)
_HEADING = re.compile(r"^\s*#{1,6}\s.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is known of one exercise's prompt."""

    paragraphs: tuple[str, ...]
    """Paragraphs of the sheet and of earlier sheets, markdown as it stands there."""
    displays: tuple[str, ...]
    """Displays of the sheets and those that the assignment lists as given, LaTeX."""


def make_prompt(texts: Sequence[str], given: Sequence[str]) -> Prompt:
    """The prompt from the sheets' texts of an exercise and the displays that the assignment lists."""
    paragraphs: list[str] = []
    displays = list(given)
    for text in texts:
        paragraphs += [heading.lstrip("# ") for heading in _HEADING.findall(text)]
        for segment in _segments(text):
            (displays if segment.display else paragraphs).append(segment.text)
    return Prompt(tuple(paragraphs), tuple(displays))


def without_prompt(text: str, prompt: Prompt, *, heading: bool) -> str:
    """The student's part of a text that stands in an exercise; `heading` says that its heading stands there too.

    Only with the heading there can be a prompt in other words than the sheet's.
    """
    known = text
    text = _without_known_words(text, prompt.paragraphs)
    if not heading:
        return text.strip()
    # Where the sheet's own words stand, nothing else there is the prompt.
    reworded = known == text
    segments = _segments(text)
    given = [_is_given(segment.text, prompt) if segment.display else False for segment in segments]
    last_given = max((at for at, is_given in enumerate(given) if is_given), default=-1)
    first_own = min(
        (at for at, segment in enumerate(segments) if segment.display and not given[at]),
        default=len(segments),
    )
    seen: set[str] = set()
    kept: list[str] = []
    for at, segment in enumerate(segments):
        if segment.display:
            repeated = segment.text in seen
            seen.add(segment.text)
            # Behind a formula of the student's own a given one is a step of his, not the prompt's.
            if given[at] and not repeated and at < first_own:
                continue
        elif reworded and at < min(last_given, first_own):
            # Between heading and last given display nobody answers, unless formulas of his own stand there.
            continue
        elif reworded and not kept:
            own = _own_lines(segment.text, prompt, behind_given=0 <= last_given == at - 1)
            kept.extend([own] if own else [])
            continue
        kept.append(segment.whole)
    return "\n\n".join(kept).strip()


def _own_lines(paragraph: str, prompt: Prompt, *, behind_given: bool) -> str:
    """A paragraph from the first line on that does not talk like the prompt: below its last line people type on."""
    lines = paragraph.split("\n")
    for at, line in enumerate(lines):
        if not _talks_like(line, prompt, behind_given=behind_given and at == 0):
            return "\n".join(lines[at:])
    return ""


@dataclass(frozen=True, slots=True)
class _Segment:
    text: str
    whole: str
    display: bool


def _segments(text: str) -> list[_Segment]:
    """Displays and paragraphs of a text; inline formulas belong to their paragraph."""
    text = _HEADING.sub("", text)
    segments: list[_Segment] = []
    words = ""
    for block in split_blocks(text):
        whole = text[slice(*block.whole)]
        if block.kind != "display":
            words += whole
            continue
        segments.extend(_paragraphs(words))
        words = ""
        segments.append(_Segment(block.text, whole, display=True))
    segments.extend(_paragraphs(words))
    return segments


def _paragraphs(text: str) -> list[_Segment]:
    parts = [part.strip() for part in re.split(r"\n\s*\n", text)]
    return [_Segment(part, part, display=False) for part in parts if re.search(r"\w", part)]


def _without_known_words(text: str, paragraphs: Sequence[str]) -> str:
    """Remove the sheet's paragraphs wherever they stand, whatever became of spaces, line breaks and emphasis."""
    for paragraph in paragraphs:
        pattern = _words_pattern(paragraph)
        if pattern is not None:
            text = pattern.sub("", text, count=1)
    return text


@lru_cache(maxsize=512)
def _words_pattern(paragraph: str) -> re.Pattern[str] | None:
    words = re.findall(r"\w+", paragraph)
    if len(words) < 2:
        return None
    return re.compile(
        r"(?:#{1,6}[ \t]{1,4})?[*_>#(]{0,8}"
        + r"[\W_]{1,12}?".join(map(re.escape, words))
        + r"(?:[^\w\n$]|\$(?!\$)){0,12}(?=\n|$|\s)",
        re.IGNORECASE,
    )


def _is_given(display: str, prompt: Prompt) -> bool:
    squeezed = _squeezed(display)
    if any(squeezed == _squeezed(known) for known in prompt.displays):
        return True
    ours = _expressions(display)
    if not ours:
        return False
    known = [expression for text in prompt.displays for expression in _expressions(text)]
    return all(expression in known for expression in ours)


def _squeezed(display: str) -> str:
    return re.sub(r"\s|\\[ ,;:!]|[.,]+$", "", display)


@lru_cache(maxsize=512)
def _expressions(display: str) -> tuple[tuple[Expression, ...], ...]:
    """What a display says, row by row, so that spacing, order of scripts and layout make no difference."""
    chains = read_chains(f"$${display}$$")
    try:
        return tuple(tuple(read(member.text)[0].expression for member in chain.members) for chain in chains)
    except ReadError:
        return ()


def _talks_like(line: str, prompt: Prompt, *, behind_given: bool) -> bool:
    """Whether a line is a prompt's in other words: it instructs in the prompt's terms, or ends a given formula's sentence."""
    words = _content_words(line)
    if not words:
        return len(line) < 40 and (behind_given or not re.search(r"\w", line))
    known = {word for paragraph in prompt.paragraphs for word in _content_words(paragraph)}
    if _ASIDE.search(line):
        return True
    overlap = len([word for word in words if word in known]) / len(words)
    if _LETTERED.match(line):
        return overlap >= 0.2
    if _FORMULA.search(line):
        return False
    if behind_given and len(words) <= 6 and _CONTINUES.match(line.strip()):
        return True
    return bool(_INSTRUCTION.search(line)) and overlap >= 0.4


def _content_words(text: str) -> list[str]:
    """Word stems that carry meaning."""
    text = re.sub(r"\$[^$]*\$", " ", text)
    return [word[:6] for word in re.findall(r"[^\W\d_]{4,}", text.lower()) if word not in _STOP_WORDS]
