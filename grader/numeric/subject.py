"""A student's function as a check sees it: something that is asked, and may fail to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.numeric.child.wire import Helper, Ref, Value
from grader.numeric.compare import is_equal
from grader.numeric.outcome import NoAnswerError
from grader.numeric.replies import (
    Crashed,
    EndedItself,
    Exhausted,
    FilledFolder,
    Forged,
    Lost,
    NotDefined,
    OutOfMemory,
    Raised,
    Reply,
    Returned,
    TimedOut,
    TooLarge,
    WrongSignature,
)
from grader.result import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from grader.numeric.session import Place, Session


class Subject:
    """One definition of one function in a session.

    Attributes:
        name: the name that the assignment gives it.
        mutated: positions of arguments that calls have changed.

    """

    def __init__(self, session: Session, name: str, called: str, place: Place) -> None:
        self.name = name
        self.mutated: set[int] = set()
        self._session = session
        self._called = called
        self._place = place

    def ask(self, *args: Value) -> Value:
        """Value of the function at these arguments.

        Raises:
            NoAnswerError: there is none.
            SandboxError: the child process did not come up.

        """
        return self._ask(args).value

    def ask_printed(self, *args: Value) -> str:
        """What the function prints at these arguments: text to be read, of limited length.

        Raises:
            NoAnswerError: it does not come to an end.
            SandboxError: the child process did not come up.

        """
        return self._ask(args).printed

    def ask_other(self, name: str, *args: Value) -> Value:
        """Value of another function of the notebook, on which this one may lean: the last one of that name.

        Raises:
            NoAnswerError: there is none.
            SandboxError: the child process did not come up.

        """
        reply = self._session.call(name, args)
        if not isinstance(reply, Returned):
            raise explain(reply, name)
        return reply.value

    def _ask(self, args: tuple[Value, ...]) -> Returned:
        reply = self._session.call(self._called, args, place=self._place)
        if not isinstance(reply, Returned):
            raise explain(reply, self._called)
        pairs = zip(args, reply.args, strict=False)
        self.mutated |= {place for place, (before, after) in enumerate(pairs) if not _same(before, after)}
        return reply


def explain(reply: Reply, name: str) -> NoAnswerError:
    """What a reply without a value means, in words."""
    if isinstance(reply, Raised):
        return NoAnswerError(
            Finding(
                code="raised",
                message=f"`{name}` stops with an exception: {reply.text}",
                hint="Run it on a small example of your own and read the last line of the traceback."
                if reply.line is None
                else f"The exception comes from line {reply.line} of the cell.",
                cell=reply.cell,
                evidence={} if reply.line is None else {"line": reply.line},
            )
        )
    if isinstance(reply, WrongSignature):
        return NoAnswerError(
            Finding(
                code="wrong_signature",
                message=f"`{name}{reply.signature}` cannot be called with the arguments that the sheet gives it.",
                hint="Keep the parameters in the number and the order of the sheet.",
            )
        )
    code, message, hint = _SENTENCES[type(reply)]
    if isinstance(reply, TimedOut) and reply.computing is None:
        message = "`{}` gave no answer in the time allowed."
    if isinstance(reply, TimedOut) and reply.computing is False:
        message = (
            "`{}` gave no answer in the time allowed, though it did little work: it waits for something."
        )
    if isinstance(reply, NotDefined):
        message = f"`{name}` uses `{reply.name}`, which the notebook does not define."
    if isinstance(reply, Crashed):
        message += f" ({reply.signal})"
    fatal = isinstance(reply, TimedOut | Crashed | EndedItself | Forged | FilledFolder | Lost | Exhausted)
    unsure = (
        isinstance(reply, Exhausted | Lost)
        or (isinstance(reply, TimedOut) and not reply.computing)
        # It may have been the machine, short of memory, that killed it.
        or reply == Crashed("SIGKILL")
    )
    finding = Finding(code=code, message=message.format(name), hint=hint)
    return NoAnswerError(finding, fatal=fatal, unsure=unsure)


_SENTENCES: dict[type, tuple[str, str, str]] = {
    NotDefined: (
        "not_defined",
        "`{}` is not defined.",
        "Restart the kernel and run all cells: does it still work?",
    ),
    TimedOut: (
        "timed_out",
        "`{}` does not finish: it was stopped after the computing time allowed.",
        "Look for a loop whose condition never becomes false; small networks need far less than a second.",
    ),
    OutOfMemory: (
        "out_of_memory",
        "`{}` asks for more memory than a small network can need.",
        "Look at the shapes: which array grows with something it should not depend on?",
    ),
    TooLarge: (
        "output_too_large",
        "`{}` returns far more numbers than were asked for.",
        "Look at the shapes of what you return.",
    ),
    EndedItself: (
        "ended_itself",
        "`{}` ends the whole program instead of returning a value.",
        "Return a value; do not call `exit`.",
    ),
    Crashed: (
        "crashed",
        "`{}` makes Python itself crash.",
        "Which call reaches below Python, or recurses without end?",
    ),
    Forged: (
        "forged_reply",
        "While `{}` ran, bytes were written to the grader's own channel, so its answers do not count.",
        "Write to no file descriptors that you did not open.",
    ),
    FilledFolder: (
        "sandbox_violation",
        "`{}` writes more files than a lab needs, so it was stopped.",
        "Return values; write no files.",
    ),
    Lost: (
        "sandbox_violation",
        "While `{}` ran, the grader's own server of processes ended, so it is not known what it answers.",
        "Leave other processes alone.",
    ),
    Exhausted: (
        "timed_out",
        "`{}` was not tried: other functions of this notebook had stopped the process too often.",
        "Repair the functions that do not finish first.",
    ),
}


def _same(before: Value, after: Value) -> bool:
    """Whether an argument holds what it held, up to the rounding of a change that was taken back.

    Functions cannot be looked at and count as unchanged.
    """
    if isinstance(before, Ref | Helper):
        return True
    if isinstance(before, np.ndarray):
        return isinstance(after, np.ndarray) and (_identical(after, before) or is_equal(after, before))
    if isinstance(before, list | tuple):
        return (
            type(before) is type(after)
            and len(before) == len(after)
            and all(_same(*pair) for pair in zip(before, after, strict=True))
        )
    return bool(before == after) if type(before) is type(after) else False


def _identical(after: NDArray[Any], before: NDArray[Any]) -> bool:
    """Whether two arrays are the same bytes, as nearly all are: quicker to see than that the numbers are close."""
    return (after.dtype, after.shape) == (before.dtype, before.shape) and after.tobytes() == before.tobytes()
