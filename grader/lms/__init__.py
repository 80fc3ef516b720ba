"""Learning platforms: what they give, and what they take back."""

from enum import StrEnum


class ExportError(Exception):
    """Nothing can be exported; the message says why and what to do."""


class Platform(StrEnum):
    """The platforms that `grader export` knows."""

    BRIGHTSPACE = "brightspace"
    CANVAS = "canvas"
    MOODLE = "moodle"
    BLACKBOARD = "blackboard"
    GRADESCOPE = "gradescope"
