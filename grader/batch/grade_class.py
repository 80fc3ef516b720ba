"""Grade a class: what changed is sent to the workers, and every result is on disk before it is told."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.batch.errors import OtherGraderError, UnwalledError
from grader.batch.fingerprint import fingerprint
from grader.batch.job import Graded, grade_one, our_error
from grader.report.files import write_atomically
from grader.report.review import by_student, student_key
from grader.report.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.batch.executors import Workforce
    from grader.batch.job import Job
    from grader.report.review import Decisions
    from grader.submission import Found, Submission


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one submission."""

    key: str
    kept: bool = False
    """Nothing had changed: the result of an earlier run stands."""
    problem: str | None = None
    """Why it could not be graded."""


@dataclass(slots=True)
class ClassRun:
    """The grading of a class; `out` is the class's folder."""

    job: Job
    assignment: Assignment
    out: Path
    decisions: Decisions = field(default_factory=dict)
    """What people decided."""
    fresh: bool = False
    """Whether to grade again what has not changed."""
    done: int = 0
    """How many have a result from this run or, unchanged, from an earlier one."""

    def grade(self, found: Iterable[Found], workforce: Workforce) -> Iterator[Outcome]:
        """Grade what changed since the last run, and pass on what became of each, in no certain order.

        Raises:
            UnwalledError: students' code cannot be kept in where a worker runs, and is not trusted.
            OtherGraderError: a worker runs other sources.
            CancelledError: the executor gave up.
            OSError: a result cannot be written.

        """
        store, decided = Store(self.out), by_student(self.decisions)
        running: dict[Future[Graded], Submission] = {}
        try:
            for one in found:
                submission = one.read()
                mark = fingerprint(self.job.fingerprint, submission)
                if not self.fresh and store.kept(one.key, mark):
                    self.done += 1
                    yield Outcome(one.key, kept=True)
                    continue
                decisions = decided.get(student_key(one.key), {})
                future = workforce.executor.submit(grade_one, self.job, submission, mark, decisions)
                running[future] = submission
                if len(running) >= workforce.ahead:
                    yield from self._collect(running)
            while running:
                yield from self._collect(running)
        except BaseException:
            # Interrupted: what has come back already is kept.
            for future, submission in running.items():
                if future.done() and not future.cancelled():
                    self._keep(future, submission)
            raise

    def _collect(self, running: dict[Future[Graded], Submission]) -> Iterator[Outcome]:
        """Wait for at least one, write what came back, and take it off the list."""
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            graded = self._keep(future, running[future])
            del running[future]
            problem = f"{graded.problem.code}: {graded.problem.message}" if graded.problem else None
            yield Outcome(graded.key, problem=problem)

    def _keep(self, future: Future[Graded], submission: Submission) -> Graded:
        """Write what came back for a submission; a worker's death costs no other."""
        try:
            graded = future.result()
        except (UnwalledError, OtherGraderError, CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever became of the worker, the class goes on
            graded = our_error(submission, self.assignment, error)
        self._write(graded)
        self.done += 1
        return graded

    def _write(self, graded: Graded) -> None:
        store, log = Store(self.out), self.out / "errors" / f"{graded.key}.txt"
        if graded.log is not None:
            write_atomically(log, graded.log)
        # The page first: whoever sees the result may rely on it.
        if graded.page is not None:
            write_atomically(store.page(graded.key), graded.page)
        store.write(graded.key, graded.content)
        if graded.log is None:
            log.unlink(missing_ok=True)
