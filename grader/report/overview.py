"""What a class looks like as a whole: the numbers behind the class page and the terminal's summary."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import nan
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING

import numpy as np

from grader.report.item_analysis import item_analysis
from grader.report.marks import mark
from grader.report.review import waits
from grader.report.text import one_line
from grader.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.report.class_record import ClassRecord, OtherAttempt
    from grader.report.item_analysis import ItemAnalysis
    from grader.report.marks import Mark
    from grader.result import ExerciseResult, Finding, Result, Student

_LONGEST_CAUSE = 160
_LONGEST_EXAMPLE = 120


@dataclass(frozen=True)
class Problem:
    """One cause of trouble and the submissions that have it."""

    code: str
    message: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of finding in one exercise."""

    exercise: str
    code: str
    count: int
    """Submissions that have it."""
    message: str
    """What one of them was told."""
    example: str
    """What one of them typed there, on one line and cut short; empty where nothing is quoted."""
    first: str
    """Name of the files of the submission that the example is from."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long an exercise took to check, in seconds."""

    median: float
    most: float
    """95 % took no longer."""
    longest: float


@dataclass(frozen=True, slots=True)
class Line:
    """One submission in the table of a class."""

    name: str
    """Of its files."""
    who: str
    """The students by their ids."""
    names: str
    """The same by their names, as far as they are known."""
    status: str
    points: float | None
    points_decided: float
    marks: dict[str, Mark]
    """By exercise."""
    waiting: int
    """How many of its answers wait for a person."""
    late: int = 0
    """By how many seconds."""


@dataclass(frozen=True)
class Overview:
    """A class in numbers."""

    lines: tuple[Line, ...]
    assignment: str
    max_points: float
    submissions: Counter[str]
    """Submissions by status."""
    finals: tuple[float, ...]
    """Totals of those for whom nothing is pending."""
    exercises: tuple[str, ...]
    """Ids, in the order of the assignment."""
    statuses: dict[str, Counter[Status]]
    """For every exercise, how many have each status."""
    problems: tuple[Problem, ...]
    """Submissions and exercises that could not be graded, the commonest cause first."""
    notices: tuple[Problem, ...]
    """What was noticed about hand-ins that could be graded."""
    mistakes: tuple[Mistake, ...]
    """What was noticed in answers, the commonest first."""
    analysis: ItemAnalysis
    times: dict[str, Times]
    """By exercise."""
    waiting: dict[str, int]
    """For every exercise with any, how many answers wait for a person."""
    missing: tuple[Student, ...]
    """Who is on the roster and handed in nothing."""
    others: tuple[OtherAttempt, ...]
    """Hand-ins that do not count, because a newer one does."""
    input_problems: tuple[str, ...]
    """What of the input was refused or is in doubt, a sentence each."""
    sandboxes: tuple[str, ...]
    """What kept students' code in, where any ran; more than one after a class was graded on two machines."""
    outdated: int = 0
    """Decisions that count no longer, for the answer has changed or is not there."""

    @property
    def mean(self) -> float | None:
        """Mean of the final totals; None while there is none."""
        return fmean(self.finals) if self.finals else None

    @property
    def median(self) -> float | None:
        """Median of the final totals; None while there is none."""
        return median(self.finals) if self.finals else None

    @property
    def spread(self) -> float | None:
        """Standard deviation of the final totals; None while there are not two."""
        return stdev(self.finals) if len(self.finals) > 1 else None

    @property
    def failures(self) -> int:
        """Submissions of which something could not be graded."""
        return len({name for problem in self.problems for name in problem.names})

    @property
    def failed(self) -> bool:
        """Whether anything could not be graded."""
        return bool(self.problems or self.input_problems)


@dataclass(slots=True)
class _Seen:
    """What is kept of an exercise: a few numbers for each submission, for a class may be large."""

    max_points: float
    statuses: Counter[Status] = field(default_factory=Counter)
    waiting: int = 0
    seconds: array[float] = field(default_factory=lambda: array("d"))
    points: array[float] = field(default_factory=lambda: array("d"))
    """Of each graded submission; nan where they are not decided."""
    findings: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[Finding, str]] = field(default_factory=dict)
    """One of each code, and the submission that it is from; one that quotes the answer if there is any."""

    def add(self, exercise: ExerciseResult, name: str, before: int) -> None:
        """Count an exercise of the submission of that name, before which so many are graded."""
        self.statuses[exercise.status] += 1
        self.waiting += waits(exercise)
        self.seconds.append(exercise.seconds)
        self.pad(before)
        self.points.append(nan if exercise.points is None else exercise.points)
        self.findings.update({finding.code for finding in exercise.findings})
        for finding in exercise.findings:
            if finding.code not in self.examples or (
                finding.text and not self.examples[finding.code][0].text
            ):
                self.examples[finding.code] = finding, name

    def pad(self, graded: int) -> None:
        """Submissions that lack the exercise are undecided in it."""
        self.points.extend([nan] * (graded - len(self.points)))

    def mistakes(self, exercise: str) -> Iterator[Mistake]:
        for code, count in self.findings.items():
            finding, first = self.examples[code]
            yield Mistake(
                exercise,
                code,
                count,
                message=one_line(finding.message, _LONGEST_CAUSE),
                example=one_line(finding.text or "", _LONGEST_EXAMPLE),
                first=first,
            )


def overview(results: Iterable[Result], record: ClassRecord | None = None) -> Overview:
    """Count a class of at least one; each result is looked at once and forgotten."""
    lines: list[Line] = []
    exercises: dict[str, _Seen] = {}
    problems: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    notices: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    sandboxes: set[str] = set()
    assignment, max_points, graded = "", 0.0, 0
    for result in results:
        assignment, max_points = result.assignment, result.max_points
        lines.append(_line(result))
        for problem in _problems(result):
            problems[problem].append(result.key)
        for notice in _notices(result):
            notices[notice].append(result.key)
        if result.environment.sandbox is not None:
            sandboxes.add(result.environment.sandbox)
        for exercise in result.exercises:
            exercises.setdefault(exercise.id, _Seen(exercise.max_points)).add(exercise, result.key, graded)
        graded += bool(result.exercises)
    for seen in exercises.values():
        seen.pad(graded)
    mistakes = (mistake for name, seen in exercises.items() for mistake in seen.mistakes(name))
    return Overview(
        lines=tuple(lines),
        assignment=assignment,
        max_points=max_points,
        submissions=Counter(line.status for line in lines),
        finals=tuple(line.points for line in lines if line.points is not None),
        exercises=tuple(exercises),
        statuses={name: seen.statuses for name, seen in exercises.items()},
        problems=_by_cause(problems),
        notices=_by_cause(notices),
        missing=record.missing if record else (),
        others=record.others if record else (),
        input_problems=record.problems if record else (),
        mistakes=tuple(sorted(mistakes, key=lambda m: (-m.count, m.exercise, m.code))),
        analysis=item_analysis(
            {name: seen.points for name, seen in exercises.items()},
            {name: seen.max_points for name, seen in exercises.items()},
        ),
        times={name: _times(seen.seconds) for name, seen in exercises.items()},
        sandboxes=tuple(sorted(sandboxes)),
        waiting={name: seen.waiting for name, seen in exercises.items() if seen.waiting},
    )


def _line(result: Result) -> Line:
    return Line(
        name=result.key,
        who=", ".join(student.id for student in result.students),
        names=", ".join(student.name for student in result.students if student.name),
        status=result.status,
        points=result.points,
        points_decided=result.points_decided,
        marks={exercise.id: mark(exercise) for exercise in result.exercises},
        waiting=sum(map(waits, result.exercises)),
        late=result.submission.late.seconds,
    )


def _times(seconds: array[float]) -> Times:
    middle, most, longest = np.quantile(np.asarray(seconds), (0.5, 0.95, 1.0))
    return Times(float(middle), float(most), float(longest))


def _by_cause(names: Mapping[tuple[str, str], list[str]]) -> tuple[Problem, ...]:
    problems = (Problem(code, message, tuple(who)) for (code, message), who in names.items())
    return tuple(sorted(problems, key=lambda problem: (-len(problem.names), problem.code, problem.message)))


def _problems(result: Result) -> Iterator[tuple[str, str]]:
    """Code and message of what could not be graded."""
    causes = [(finding.code, finding.message) for finding in result.findings if _fails(finding, result)]
    causes += [
        ("error", f"exercise {exercise.id}: {exercise.cause or 'not checked'}")
        for exercise in result.exercises
        if exercise.status is Status.ERROR
    ]
    for code, message in causes:
        yield code, one_line(message, _LONGEST_CAUSE)


def _notices(result: Result) -> Iterator[tuple[str, str]]:
    """Code and message of what was noticed about a hand-in that could be graded."""
    for finding in result.findings:
        if not _fails(finding, result):
            yield finding.code, one_line(finding.message, _LONGEST_CAUSE)


def _fails(finding: Finding, result: Result) -> bool:
    """Whether somebody must do something before the mark can count."""
    return result.status != "graded" or finding.code == "unknown_student"
