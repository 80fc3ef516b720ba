"""Locate the answer to every exercise in an unmarked notebook.

An exercise starts at its heading and ends at the next exercise or at a section of the lecture. Nothing else is
relied on: cells may be copied, split, moved or missing, and no metadata is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.headings import Sections, exercise_of, titles
from grader.prompt import Prompt, make_prompt, without_prompt
from grader.symbolic.reading.macros import Macros

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.notebook import Cell, Image, Notebook
    from grader.schema import Exercise

MAX_PIECE = 50_000
"""Characters of one cell beyond which nothing is taken out of it: a person reads it then."""
_PLAIN_LETTER = re.compile(
    r"^[ \t]{0,8}(?:#{1,6}[ \t]*)?(?:\*\*|__)?\(?(?P<letter>[a-z])\)(?:\*\*|__)?(?=\s|:|$)", re.MULTILINE
)
_REMARK = re.compile(
    r"\b(?:reviewer|peer[\s-]*(?:review|grad|feedback|assess)\w*|"
    r"(?:comment|remark|feedback|correction|note)s?\s+(?:from|by)\s+"
    r"(?!(?:the|my|our|above|previous|exercise|lecture|class|before)\b))",
    re.IGNORECASE,
)
"""How a line begins that is in somebody else's voice: a fellow student's or a grader's."""
_MARKDOWN_IMAGE = re.compile(
    r"!\[[^\[\]\n]{0,300}\]\([^()\s]*(?:[ \t]+[^()\n]{0,200})?\)|<img\b[^<>\n]{0,5000000}>", re.IGNORECASE
)
_CHECKING = re.compile(
    r"%check\b.*|%(?:re)?load_ext grader|import grader|(?:print\()?grader\.check\([^()]*\)\)?"
)
"""A line that checks the notebook: it is nobody's answer."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer: the text of one cell, prompt removed and the student's macros written out."""

    cell: int
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything in a submission that belongs to one exercise."""

    exercise: str
    pieces: tuple[Piece, ...] = ()
    code: tuple[Piece, ...] = ()
    images: tuple[tuple[int, Image], ...] = ()
    """Pictures attached to markdown cells, each with its cell."""
    pictures: tuple[tuple[int, Image], ...] = ()
    """Pictures that code cells put out."""
    linked_images: tuple[tuple[int, str], ...] = ()
    """Pictures shown by a link or as data in the text: cell and markdown."""
    remarks: bool = False
    """Whether somebody else's remarks stood among it; they were left out."""

    @property
    def text(self) -> str:
        """The student's words and formulas."""
        return "\n\n".join(piece.text for piece in self.pieces)

    @property
    def cells(self) -> tuple[int, ...]:
        """Cells that were taken, in the order of the notebook."""
        taken = {piece.cell for piece in (*self.pieces, *self.code)}
        shown = {cell for cell, _ in (*self.images, *self.pictures, *self.linked_images)}
        return tuple(sorted(taken | shown))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a cell as it stands there, and the macros that count at its beginning."""

    cell: int
    text: str
    macros: Macros


@dataclass(slots=True)
class _Region:
    """What stands under one exercise's headings, prompts included."""

    markdown: list[_Part] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    starts: set[int] = field(default_factory=set)
    """Positions in `markdown` at which the heading, and so the prompt, stands."""


class Sheet:
    """The sheet that students get (and earlier ones), as far as it is needed to find answers."""

    def __init__(
        self, notebooks: Sequence[Notebook], exercises: Sequence[Exercise], sections: Sequence[str]
    ) -> None:
        letters = frozenset(exercise.heading for exercise in exercises)
        self.letters = letters
        self.sections = Sections(notebooks, sections, letters)
        regions = [_regions(notebook, self) for notebook in notebooks]
        self.code = frozenset(
            _squeezed(cell.source)
            for notebook in notebooks
            for cell in notebook.cells
            if cell.kind != "markdown"
        )
        self.images = frozenset(
            image
            for notebook in notebooks
            for cell in notebook.cells
            for image in _MARKDOWN_IMAGE.findall(cell.source)
        )
        self.prompts: dict[str, Prompt] = {}
        for letter in letters:
            given = [text for exercise in exercises if exercise.heading == letter for text in exercise.given]
            texts = [
                piece.text for region in regions if letter in region for piece in region[letter].markdown
            ]
            self.prompts[letter] = make_prompt(texts, given)


def locate(notebook: Notebook, sheet: Sheet, exercises: Sequence[Exercise]) -> dict[str, Answer]:
    """The answer to every exercise, by id; exercises that share a heading share its cells."""
    regions = _regions(notebook, sheet)
    answers = {letter: _answer(letter, region, sheet) for letter, region in regions.items()}
    _move_answers_under_plain_letters(answers, sheet)
    missing = Answer("")
    located: dict[str, Answer] = {}
    for exercise in exercises:
        answer = answers.get(exercise.heading, missing)
        located[exercise.id] = replace(answer, exercise=exercise.id)
    return located


def _only_checks(source: str) -> bool:
    """Whether a cell does nothing but check the notebook; a comment may be an answer."""
    lines = filter(None, map(str.strip, source.splitlines()))
    return all(map(_CHECKING.fullmatch, lines))


def _regions(notebook: Notebook, sheet: Sheet) -> dict[str, _Region]:
    regions: dict[str, _Region] = {}
    current: str | None = None
    macros = Macros()
    headed = _headed(notebook, sheet)
    for cell in notebook.cells:
        if cell.kind != "markdown":
            if current is not None:
                regions[current].cells.append(cell)
            continue
        owners: set[str] = set()
        for letter, text, starts in _parts(cell.source, current, headed, sheet):
            current = letter
            before, macros = macros, macros.after(text)
            if letter is None:
                continue
            region = regions.setdefault(letter, _Region())
            if starts:
                region.starts.add(len(region.markdown))
            region.markdown.append(_Part(cell.index, text, before))
            if letter not in owners and cell.images:
                region.cells.append(cell)
            owners.add(letter)
    return regions


def _headed(notebook: Notebook, sheet: Sheet) -> frozenset[str]:
    """Exercises that have a heading of their own."""
    found = (
        exercise_of(title, sheet.letters)
        for cell in notebook.cells
        if cell.kind == "markdown"
        for title in titles(cell.source)
    )
    return frozenset(exercise.letter for exercise in found if exercise is not None and not exercise.answer)


def _parts(
    source: str, current: str | None, headed: frozenset[str], sheet: Sheet
) -> Iterator[tuple[str | None, str, bool]]:
    """Parts of a markdown cell with the exercise that each belongs to, and whether its heading stands there.

    Where a heading says "answer to b" below exercise c, its place counts and not its letter, unless b stands nowhere.
    """
    cuts: list[tuple[int, int, str | None]] = []
    for title in titles(source):
        now = cuts[-1][2] if cuts else current
        exercise = exercise_of(title, sheet.letters)
        if exercise is not None:
            if not exercise.answer or (
                exercise.letter != now and (now is None or exercise.letter not in headed)
            ):
                cuts.append((title.start, title.end, exercise.letter))
        elif sheet.sections.ends(title, now):
            cuts.append((title.start, title.end, None))
    position, letter, starts = 0, current, False
    for start, end, following in cuts:
        if source[position:start].strip() or starts:
            yield letter, source[position:start], starts
        position, letter, starts = end, following, following is not None
    yield letter, source[position:], starts


def _answer(letter: str, region: _Region, sheet: Sheet) -> Answer:
    prompt = sheet.prompts.get(letter, Prompt((), ()))
    pieces: list[Piece] = []
    linked: list[tuple[int, str]] = []
    remarks = False
    alone = False
    for at, part in enumerate(region.markdown):
        text = _without_remarks(part.text)
        remarks |= text != part.text
        for image in _MARKDOWN_IMAGE.findall(text):
            if image not in sheet.images:
                linked.append((part.cell, image))
            text = text.replace(image, "")
        # A heading may have a cell of its own; the prompt stands in the next one then.
        if len(text) <= MAX_PIECE:
            text = without_prompt(text, prompt, heading=at in region.starts or alone)
        alone = at in region.starts and not part.text.strip()
        text = _written_out(text, part)
        if text:
            pieces.append(Piece(part.cell, text))
    code = [
        Piece(cell.index, cell.source)
        for cell in region.cells
        if cell.kind != "markdown"
        and cell.source.strip()
        and _squeezed(cell.source) not in sheet.code
        and not _only_checks(cell.source)
    ]
    images = [(cell.index, image) for cell in region.cells for image in cell.images if cell.kind != "code"]
    pictures = [(cell.index, image) for cell in region.cells for image in cell.images if cell.kind == "code"]
    return Answer(
        letter,
        tuple(pieces),
        tuple(code),
        tuple(images),
        tuple(pictures),
        tuple(dict.fromkeys(linked)),
        remarks,
    )


def _written_out(text: str, part: _Part) -> str:
    """The student's own text of a part with the macros written out, also those defined in what was taken away from it."""
    expanded, after = part.macros.expand(text)
    behind = part.macros.after(part.text)
    if after.definitions != behind.definitions:
        expanded = part.macros.or_later(behind).expand(text)[0]
    return text if expanded == text else expanded.strip()


def _without_remarks(text: str) -> str:
    """The text without somebody else's remarks, which go on to the end of their font tag or cell."""
    position = 0
    for line in text.split("\n"):
        if _REMARK.search(line[:80]):
            end = text.find("</font>", position)
            rest = text[end + len("</font>") :] if end >= 0 else ""
            return text[:position] + _without_remarks(rest)
        position += len(line) + 1
    return text


def _move_answers_under_plain_letters(answers: dict[str, Answer], sheet: Sheet) -> None:
    """An answer to b typed in the cell of a under a line "b)" belongs to b, if b has nothing of its own."""
    for letter, answer in list(answers.items()):
        kept: list[Piece] = []
        moved: dict[str, list[Piece]] = {}
        for piece in answer.pieces:
            for owner, text in _by_plain_letter(piece.text, letter, sheet.letters):
                other = answers.get(owner)
                elsewhere = owner != letter and (other is None or not other.pieces)
                if elsewhere:
                    moved.setdefault(owner, []).append(Piece(piece.cell, text))
                elif kept and kept[-1].cell == piece.cell:
                    kept[-1] = Piece(piece.cell, f"{kept[-1].text}\n\n{text}")
                else:
                    kept.append(Piece(piece.cell, text))
        if moved:
            answers[letter] = replace(answer, pieces=tuple(kept))
        for owner, texts in moved.items():
            answers[owner] = replace(answers.get(owner, Answer(owner)), pieces=tuple(texts))


def _by_plain_letter(text: str, letter: str, letters: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Parts of an answer, split at lines that begin with the letter of a later exercise."""
    following = {other for other in letters if other > letter}
    owner, position = letter, 0
    for match in _PLAIN_LETTER.finditer(text):
        if match["letter"] in following:
            if text[position : match.start()].strip():
                yield owner, text[position : match.start()].strip()
            owner, position = match["letter"], match.end()
    if text[position:].strip():
        yield owner, text[position:].strip()


def _squeezed(source: str) -> str:
    return re.sub(r"\s+", "", source)
