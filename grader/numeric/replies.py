"""What a question to the student's code can come back with. All that is in them is plain: safe to look at, not to believe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from grader.numeric.child.wire import Value


@dataclass(frozen=True)
class Returned:
    """The function returned; `args` is what its arguments hold afterwards, `printed` what it printed, cut where it is too long."""

    value: Value
    args: list[Value]
    printed: str = ""


@dataclass(frozen=True)
class Raised:
    """It raised an exception: type and message, and the line in the cell, where one of the notebook's is involved.

    `bound`: it is about a name that is not there, and that a statement of the notebook binds. `lacking`: about a package, a file or
    a keyboard, which may be there where the student works.
    """

    text: str
    cell: int | None
    line: int | None
    bound: bool = False
    lacking: bool = False


@dataclass(frozen=True)
class NotDefined:
    """The notebook does not define that name."""

    name: str


@dataclass(frozen=True)
class WrongSignature:
    """The function does not take these arguments."""

    signature: str


@dataclass(frozen=True)
class TimedOut:
    """It was stopped: `computing` for the work it did, otherwise only because it took long (the machine may be slow).

    None where the system does not tell how much it worked.
    """

    computing: bool | None


@dataclass(frozen=True)
class OutOfMemory:
    """It asked for more memory than there is."""


@dataclass(frozen=True)
class TooLarge:
    """Its answer is more than a reply may carry."""


@dataclass(frozen=True)
class EndedItself:
    """It ended the process: `sys.exit`, `os._exit`."""


@dataclass(frozen=True)
class Crashed:
    """The process died of a signal."""

    signal: str


@dataclass(frozen=True)
class Forged:
    """Bytes came that answer no question, or the channel was closed while the process went on."""


@dataclass(frozen=True)
class FilledFolder:
    """It wrote more files than its folder may hold."""


@dataclass(frozen=True)
class Lost:
    """The process went away with the server that had started it: nobody knows why."""


@dataclass(frozen=True)
class Exhausted:
    """Not asked: the process had to be replaced too often before."""


Failure: TypeAlias = (
    TimedOut | OutOfMemory | TooLarge | EndedItself | Crashed | Forged | FilledFolder | Lost | Exhausted
)
Reply: TypeAlias = Returned | Raised | NotDefined | WrongSignature | Failure
