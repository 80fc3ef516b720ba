"""Judges functions of NumPy labs: students' code answers in a process of its own, comparison happens here."""

from grader.numeric.checks import CHECKS
from grader.numeric.placeholder import asked, comments, unfilled
from grader.numeric.replies import Reply, Returned
from grader.numeric.sandbox import Limits, Runtime, SandboxError, StudentEnvironment, Versions
from grader.numeric.session import CellNote, CodeCell, Loaded, Place, Session
from grader.numeric.verdict import check_functions, submission_seed

__all__ = [
    "CHECKS",
    "CellNote",
    "CodeCell",
    "Limits",
    "Loaded",
    "Place",
    "Reply",
    "Returned",
    "Runtime",
    "SandboxError",
    "Session",
    "StudentEnvironment",
    "Versions",
    "asked",
    "check_functions",
    "comments",
    "submission_seed",
    "unfilled",
]
