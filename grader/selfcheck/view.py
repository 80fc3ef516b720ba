"""The check in the terminal: a line for each exercise, what was noticed below it, and what it comes to."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from grader.report.marks import mark
from grader.report.notebook_order import in_notebook_order
from grader.report.terminal import has_marks, print_text, shape
from grader.report.text import clean, number, one_line
from grader.result import REMARKS, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from grader.result import ExerciseResult, Finding, Result

ENOUGH = 20
"""Lines after which only what there is something to do about is shown, unless everything is asked for."""
WIDEST = 100
_MOST = 3
"""Findings of one exercise that are shown, unless everything is asked for."""
_LONGEST = 1000
_LABEL = 6
_SENTENCES = frozenset({"why", "later", "note", "hint"})
_STEPS = {"true": ("✓", "+"), "false": ("✗", "x"), "definition": ("≔", "="), "unread": ("…", "?")}
_STEP_WORDS = {"true": "true", "false": "false", "definition": "a definition", "unread": "not read"}
_OF_RUNNING = frozenset(
    {"raised", "timed_out", "out_of_memory", "ended_itself", "crashed", "output_too_large"}
)
"""What the student's own code did: all that follows from it is not worth a line."""
_FAILED = frozenset({Status.PARTIAL, Status.WRONG, Status.ERROR})


@dataclass(frozen=True)
class _Look:
    """How the terminal takes it."""

    width: int
    plain: bool
    ascii_only: bool
    verbose: bool

    @property
    def indent(self) -> int:
        return 2 if self.plain else 6


def print_check(result: Result, console: Console, *, plain: bool = False, verbose: bool = False) -> None:
    """Print what a student is told.

    Args:
        result: as the student is told it.
        console: where.
        plain: words instead of marks and colours.
        verbose: everything that was found, every step of a derivation, also beyond the first lines.

    """
    look = _Look(min(console.width, WIDEST), plain, plain or not has_marks(console), verbose)
    print_text(
        console,
        Text.assemble(
            (one_line(result.submission.file, 60), "bold"),
            f"  {result.assignment} (grader {result.environment.grader})",
        ),
    )
    for finding in result.findings:
        for line in _wrapped("", finding.message, look):
            print_text(console, line)
    printed = 0
    left_out: list[str] = []
    said: dict[str, str] = {}
    for exercise in in_notebook_order(result.exercises):
        if printed >= ENOUGH and not verbose and not _is_telling(exercise):
            left_out.append(exercise.id)
            continue
        lines = [_headline(exercise, look), *_details(exercise, said, look)]
        for line in lines:
            print_text(console, line)
        printed += len(lines)
    if left_out:
        print_text(
            console,
            Text(
                f"\n{'  ' * (not plain)}Nothing to do, not shown (-v): {', '.join(left_out)}",
                "dim",
            ),
        )
    print_text(console, Text())
    if any(finding.cell is not None for exercise in result.exercises for finding in exercise.findings):
        print_text(console, Text("Cells are counted from 0, text cells too.", "dim"))
    for sentence in summary(result):
        print_text(console, Text("\n").join(map(Text, textwrap.wrap(sentence, look.width))))


def summary(result: Result) -> Iterator[str]:
    """What it comes to: what is checked now, what is not there, what a person reads later."""
    required = [one for one in result.exercises if not one.optional]
    later = [one for one in result.exercises if one.status is Status.REVIEW]
    missing = [one.id for one in required if one.status is Status.MISSING]
    ours = [one.id for one in result.exercises if one.status is Status.ERROR]
    decided = [one for one in required if one.points is not None]
    full = sum(one.status is Status.CORRECT for one in decided)
    points = sum(one.max_points for one in decided)
    if decided:
        got = f"{number(result.points_decided)} of {_counted(points, 'point')}"
        yield f"Checked now: {full} of {_counted(len(decided), 'exercise')} full, {got}."
    if missing:
        yield f"No answer yet: {', '.join(missing)}."
    if later:
        waiting = sum(one.max_points for one in later if not one.optional)
        worth = f" ({_counted(waiting, 'point')})" if waiting else ""
        yield f"A person reads later: {', '.join(one.id for one in later)}{worth}. No program can tell now whether that is right."
    if ours:
        yield f"The grader failed on {', '.join(ours)}: that is our fault, not yours. Send your teachers this output and the notebook."


def _counted(count: float, what: str) -> str:
    return f"{number(count)} {what}{'s' * (count != 1)}"


def _is_telling(exercise: ExerciseResult) -> bool:
    """Whether there is something to do: it is not right, or is for a person where others are decided now."""
    if exercise.status is Status.MISSING:
        return not exercise.optional
    return exercise.status in _FAILED or (exercise.status is Status.REVIEW and exercise.kind != "text")


def _headline(exercise: ExerciseResult, look: _Look) -> Text:
    title = one_line(exercise.title, 60)
    if look.plain:
        points = "optional" if exercise.optional else f"{_points(exercise)} points"
        return Text(f"{exercise.id}: {mark(exercise).word.lower()}, {points}: {title}")
    points = "optional" if exercise.optional else _points(exercise)
    start = Text.assemble(
        "  ", shape(mark(exercise), ascii_only=look.ascii_only), " ", (exercise.id, "bold"), " "
    )
    room = look.width - len(start) - len(points) - 2
    start.append(one_line(title, max(room, 10)))
    return Text.assemble(start, " " * max(look.width - len(start) - len(points), 1), points)


def _points(exercise: ExerciseResult) -> str:
    got = "?" if exercise.points is None else number(exercise.points)
    return f"{got} / {number(exercise.max_points)}"


def _details(exercise: ExerciseResult, said: dict[str, str], look: _Look) -> Iterator[Text]:
    """What is said below an exercise; what was said above already is only pointed to."""
    if exercise.cause:
        yield from _wrapped("later" if exercise.status is Status.REVIEW else "why", exercise.cause, look)
    if exercise.status is Status.REVIEW and not look.verbose:
        for step in exercise.steps:
            if step.status == "unread" and step.message:
                yield from _wrapped("line", step.text, look)
    hinted: set[str] = set()
    findings = _worth_telling(exercise, look)
    for finding in findings[: None if look.verbose else _MOST]:
        if finding.code in _OF_RUNNING and finding.message in said:
            yield from _wrapped("why", f"the same as in {said[finding.message]}", look)
            continue
        said.setdefault(finding.message, exercise.id)
        yield from _wrapped("note" if finding.code in REMARKS else "why", _where(finding), look)
        if finding.hint and finding.hint not in hinted:
            hinted.add(finding.hint)
            yield from _wrapped("hint", finding.hint, look)
    if (more := len(findings) - _MOST) > 0 and not look.verbose:
        yield from _wrapped("", f"and {more} more (-v)", look)
    if exercise.read_as and (look.verbose or exercise.status is not Status.CORRECT):
        yield from _wrapped("read", exercise.read_as, look)
    if look.verbose:
        for step in exercise.steps:
            yield from _step(step.status, step.text, step.message, look)
        if exercise.taken:
            yield from _wrapped("taken", exercise.taken, look)
        if exercise.method:
            yield from _wrapped("by", exercise.method.replace("worlds", "random networks"), look)


def _worth_telling(exercise: ExerciseResult, look: _Look) -> Sequence[Finding]:
    """The findings in the order in which they help: what the student's own code did, what is off, remarks."""
    if look.verbose:
        return exercise.findings
    own = [finding for finding in exercise.findings if finding.code in _OF_RUNNING]
    if own:
        return own[:1]
    if exercise.status is Status.CORRECT:
        return []
    named = [finding for finding in exercise.findings if finding.code != "invalid_step"]
    # A step is not true because of the slip in it, which is told already.
    rest = [one for one in exercise.findings if one.code == "invalid_step" and not _is_within(named, one)]
    return sorted((*named, *rest), key=lambda finding: finding.code in REMARKS)


def _is_within(slips: Sequence[Finding], step: Finding) -> bool:
    return any(slip.text is not None and slip.text in (step.text or "") for slip in slips)


def _where(finding: Finding) -> str:
    place = [] if finding.cell is None else [f"cell {finding.cell}"]
    place += [one_line(finding.text, 80)] if finding.text else []
    return f"{finding.message} ({': '.join(place)})" if place else finding.message


def _step(status: str, text: str, message: str | None, look: _Look) -> Iterator[Text]:
    shown = _STEP_WORDS[status] if look.plain else _STEPS[status][look.ascii_only]
    yield from _wrapped(shown, text, look)
    if message:
        yield from _wrapped("", message, look)


def _wrapped(label: str, text: str, look: _Look) -> Iterator[Text]:
    """A sentence behind its label, wrapped below itself; words of ours and LaTeX of the student's are never markup."""
    line = " ".join(clean(text).split())
    # A reason may be half a sentence, which goes on from another one on the page.
    line = line[:1].upper() + line[1:] if label in _SENTENCES else line
    line = line if look.verbose else one_line(line, _LONGEST)
    start = " " * look.indent
    if look.plain:
        yield Text(f"{start}{label}: {line}" if label else f"{start}{line}")
        return
    margin = look.indent + _LABEL
    first, *rest = textwrap.wrap(
        line, max(look.width - margin, 20), break_long_words=False, break_on_hyphens=False
    ) or [""]
    yield Text.assemble(start, (label.ljust(_LABEL), "dim"), first)
    yield from (Text(f"{' ' * margin}{more}") for more in rest)
