"""What the exit code of every command says."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of all commands."""

    DONE = 0
    """Done; `grade`: every submission has a result, those that wait for a person included."""
    FAILED = 1
    """Done, but something failed; `grade`: a submission is unreadable or in error."""
    USAGE = 2
    """The command was not written as it must be: an unknown option, a missing file, no such assignment."""
    INPUT = 3
    """The input as a whole cannot be read."""
    INTERNAL = 4
    """The grader itself failed; the message names the file with the traceback."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C; what was finished is kept."""
