"""What is known about one graded submission: the record that every view is made from.

`OUT/results/<key>.json` is `Result.model_dump_json()`; README.md shows one. Add keys, never rename them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

_CODES = """
index_reuse wrong_index free_index_mismatch transposed_weight wrong_limits wrong_layer wrong_symbol bias_double
bias_missing missing_activation missing_term extra_term sign_error missing_factor wrong_factor unbalanced
matrix_notation invalid_step given_not_derived incomplete prose_only image
not_defined wrong_signature raised timed_out out_of_memory wrong_shape wrong_dtype not_finite wrong_value
wrong_gradient not_stable mutates_input convention as_run follow_through ended_itself crashed output_too_large forged_reply
sandbox_violation
unreadable not_a_notebook too_large duplicate unknown_student other_assignment
grader_error
"""
FINDING_CODES = frozenset(_CODES.split())
"""The one vocabulary of findings: mathematics, code, files, and our own failure. Add, never rename."""

REMARKS = frozenset({"convention", "as_run", "follow_through"})
"""Findings that say how an answer was taken; they cost nothing unless the rubric prices them."""


class Status(StrEnum):
    """The verdict on one exercise."""

    CORRECT = "correct"
    """Right as asked."""
    PARTIAL = "partial"
    """Right but for slips that the rubric prices."""
    WRONG = "wrong"
    MISSING = "missing"
    """Nothing but the prompt."""
    REVIEW = "review"
    """A person must look."""
    ERROR = "error"
    """Our fault or the machine's, never the student's."""


class Record(BaseModel):
    """Base of all records: immutable, and strict about keys so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(Record):
    """One thing that was noticed, with the place where it stands."""

    code: str
    message: str
    hint: str | None = None
    cell: int | None = None
    """Index of the cell in the notebook, from 0."""
    text: str | None = None
    """The piece of the answer that the finding is about, as typed."""
    evidence: dict[str, Any] = Field(default_factory=dict)


class Step(Record):
    """One link of a chain of equalities."""

    text: str
    status: Literal["true", "false", "definition", "unread"]
    message: str | None = None


class Passage(Record):
    """What of an answer stands in one cell."""

    cell: int
    start: int
    """Where in `ExerciseResult.answer` it begins; it ends where the next passage does."""


class Verdict(Record):
    """What a check says about one answer; points are the rubric's business, not the check's."""

    status: Status
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    cause: str | None = None
    """Why a person must look, or what failed: one sentence."""
    method: str | None = None
    read_as: str | None = None
    """LaTeX of what was understood."""
    taken: str | None = None
    """Which definition counted, for code: `forward_pass, cell 12`."""
    reached: float = 1.0
    """Part of what was asked for that the answer gets to, from 0 to 1; the rubric prices what is there."""
    share: float | None = None
    """Part of the points earned, from 0 to 1, where the check itself knows it; None: by the rubric."""
    parts: tuple[Part, ...] = ()
    """Several functions of which some are right: each is priced alone."""


class Part(Record):
    """The verdict on one of several functions of an exercise, and its weight among them."""

    weight: float
    verdict: Verdict


class ExerciseResult(Record):
    """The verdict on one exercise with its points, its place and the student's own words."""

    id: str
    kind: str
    optional: bool
    status: Status
    cause: str | None
    method: str | None
    points: float | None
    """None while a person must look, and for optional exercises, which carry no points."""
    max_points: float
    read_as: str | None
    cells: tuple[int, ...]
    taken: str | None
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    seconds: float
    title: str = ""
    answer: str = ""
    """The student's own text, prompt removed; views show it beside what we read."""
    passages: tuple[Passage, ...] = ()
    """The cells in `answer`, in the order of the notebook."""
    answer_sha256: str = ""
    """Decisions of a person in `review.csv` hold as long as this does not change."""
    comment: str | None = None
    """What a person wrote in `review.csv`."""
    decided_by: Literal["grader", "person"] = "grader"


class Student(Record):
    """Who handed in; `id` comes from LMS, roster or file name, never from inside the notebook."""

    id: str
    name: str | None = None


class Late(Record):
    seconds: int = 0
    penalty: float = 0.0


class SubmissionInfo(Record):
    file: str
    sha256: str
    attempt: int = 1
    submitted: str | None = None
    late: Late = Late()


class Environment(Record):
    """What graded: so that two results can be compared years later."""

    grader: str
    sandbox: str | None = None
    student_python: str | None = None
    student_numpy: str | None = None


class Result(Record):
    """Everything known about one graded submission."""

    version: Literal[1] = 1
    assignment: str
    key: str
    """Name of this submission's files in OUT."""
    fingerprint: str = ""
    """Hash of everything that the result depends on; what has not changed is not graded again."""
    status: Literal["graded", "unreadable", "error"]
    students: tuple[Student, ...]
    submission: SubmissionInfo
    environment: Environment
    points: float | None
    """The total; None while something is pending or the submission could not be read."""
    points_decided: float
    points_pending: float
    max_points: float
    findings: tuple[Finding, ...] = ()
    exercises: tuple[ExerciseResult, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        """Results of earlier versions are named by their students alone."""
        if isinstance(data, dict) and "key" not in data:
            students = data.get("students")
            if isinstance(students, list) and all(isinstance(one, dict) for one in students):
                return {**data, "key": "+".join(str(one.get("id")) for one in students)}
        return data

    @property
    def final(self) -> float | None:
        """The total after the penalty for being late, never below 0; None while the total is."""
        late = self.submission.late
        return None if self.points is None else round(max(0.0, self.points - late.penalty), 2)
