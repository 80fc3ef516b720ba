"""What a class looks like as a whole: the numbers behind the class page and the terminal's summary."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from grader.report.marks import mark
from grader.report.review import waits
from grader.report.text import one_line
from grader.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.report.class_record import ClassRecord
    from grader.report.marks import Mark
    from grader.result import Finding, Result, Student

_LONGEST_CAUSE = 160


@dataclass(frozen=True)
class Problem:
    """One cause of trouble and the submissions that have it."""

    code: str
    message: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One submission in the table of a class."""

    name: str
    """Of its files."""
    students: tuple[Student, ...]
    status: str
    points: float | None
    points_decided: float
    marks: dict[str, Mark]
    """By exercise."""
    waiting: int
    """How many of its answers wait for a person."""

    @property
    def who(self) -> str:
        """The students by their ids."""
        return ", ".join(student.id for student in self.students)


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
    findings: tuple[tuple[str, str, int], ...]
    """Exercise, code and number of students with that finding, the commonest first."""
    waiting: dict[str, int]
    """For every exercise with any, how many answers wait for a person."""
    missing: tuple[Student, ...]
    """Who is on the roster and handed in nothing."""
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
    def failed(self) -> bool:
        """Whether anything could not be graded."""
        return bool(self.problems or self.input_problems)


def overview(results: Iterable[Result], record: ClassRecord | None = None) -> Overview:
    """Count a class of at least one; each result is looked at once and forgotten."""
    lines: list[Line] = []
    statuses: defaultdict[str, Counter[Status]] = defaultdict(Counter)
    findings: Counter[tuple[str, str]] = Counter()
    waiting: Counter[str] = Counter()
    problems: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    notices: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    sandboxes: set[str] = set()
    assignment, max_points = "", 0.0
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
            statuses[exercise.id][exercise.status] += 1
            waiting[exercise.id] += waits(exercise)
            findings.update({(exercise.id, finding.code) for finding in exercise.findings})
    return Overview(
        lines=tuple(lines),
        assignment=assignment,
        max_points=max_points,
        submissions=Counter(line.status for line in lines),
        finals=tuple(line.points for line in lines if line.points is not None),
        exercises=tuple(statuses),
        statuses=dict(statuses),
        problems=_by_cause(problems),
        notices=_by_cause(notices),
        missing=record.missing if record else (),
        input_problems=record.problems if record else (),
        findings=tuple((*key, count) for key, count in sorted(findings.items(), key=lambda i: (-i[1], i[0]))),
        sandboxes=tuple(sorted(sandboxes)),
        waiting={exercise: count for exercise, count in waiting.items() if count},
    )


def _line(result: Result) -> Line:
    return Line(
        name=result.key,
        students=result.students,
        status=result.status,
        points=result.points,
        points_decided=result.points_decided,
        marks={exercise.id: mark(exercise) for exercise in result.exercises},
        waiting=sum(map(waits, result.exercises)),
    )


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
