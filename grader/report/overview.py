"""What a class looks like as a whole: the numbers behind the class page and the terminal's summary."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from grader.report.review import waits
from grader.report.text import one_line
from grader.result import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.result import Result

_LONGEST_CAUSE = 160


@dataclass(frozen=True)
class Problem:
    """One cause of trouble and the submissions that have it."""

    code: str
    message: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """A class in numbers."""

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
    findings: tuple[tuple[str, str, int], ...]
    """Exercise, code and number of students with that finding, the commonest first."""
    waiting: dict[str, int]
    """For every exercise with any, how many answers wait for a person."""
    sandboxes: tuple[str, ...]
    """What kept students' code in, where any ran; more than one after a class was graded on two machines."""

    @property
    def mean(self) -> float | None:
        """Mean of the final totals; None while there is none."""
        return fmean(self.finals) if self.finals else None

    @property
    def failed(self) -> bool:
        """Whether anything could not be graded."""
        return bool(self.problems)


def overview(results: Mapping[str, Result]) -> Overview:
    """Count a class; `results` by file name, at least one."""
    first = next(iter(results.values()))
    statuses: defaultdict[str, Counter[Status]] = defaultdict(Counter)
    findings: Counter[tuple[str, str]] = Counter()
    waiting: Counter[str] = Counter()
    for result in results.values():
        for exercise in result.exercises:
            statuses[exercise.id][exercise.status] += 1
            waiting[exercise.id] += waits(exercise)
            findings.update({(exercise.id, finding.code) for finding in exercise.findings})
    return Overview(
        assignment=first.assignment,
        max_points=first.max_points,
        submissions=Counter(result.status for result in results.values()),
        finals=tuple(result.points for result in results.values() if result.points is not None),
        exercises=tuple(statuses),
        statuses=dict(statuses),
        problems=_problems(results),
        findings=tuple((*key, count) for key, count in sorted(findings.items(), key=lambda i: (-i[1], i[0]))),
        sandboxes=tuple(
            sorted({r.environment.sandbox for r in results.values() if r.environment.sandbox is not None})
        ),
        waiting={exercise: count for exercise, count in waiting.items() if count},
    )


def _problems(results: Mapping[str, Result]) -> tuple[Problem, ...]:
    names: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, result in results.items():
        causes = [(finding.code, finding.message) for finding in result.findings]
        causes += [
            ("error", f"exercise {exercise.id}: {exercise.cause or 'not checked'}")
            for exercise in result.exercises
            if exercise.status is Status.ERROR
        ]
        for code, message in causes:
            names[code, one_line(message, _LONGEST_CAUSE)].append(name)
    problems = [Problem(code, message, tuple(who)) for (code, message), who in names.items()]
    return tuple(sorted(problems, key=lambda problem: (-len(problem.names), problem.code, problem.message)))
