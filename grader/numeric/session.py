"""A submission's code, ready to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from grader.numeric.execution import Execution
from grader.numeric.loaded import CellNote, Definition, Loaded, Place, Unread
from grader.numeric.replies import NotDefined, Raised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.numeric.child.wire import Value
    from grader.numeric.replies import Failure, Reply
    from grader.numeric.sandbox import Limits, Runtime, Versions

__all__ = ["CellNote", "CodeCell", "Definition", "Loaded", "Place", "Session", "Unread", "WholeRun"]


@dataclass(frozen=True)
class CodeCell:
    """A code cell: its index in the notebook, from 0, and its source."""

    index: int
    source: str


@dataclass(frozen=True)
class WholeRun:
    """The whole notebook was run for a function: why, and whether that came to an end."""

    why: str
    ended: bool


class Session:
    """The functions of one submission, in processes of their own; a context manager.

    What runs is not the notebook but what the functions asked for need of it. The whole notebook runs once, in a second process, where a
    function or a name that it uses is missing and a statement that did not run may define it.

    Args:
        cells: the submission's code.
        limits: what each process may use.
        asked: the functions asked for, with the number of parameters that the sheet gives them where it is known; None for all that
            the notebook defines.
        runtime: what runs the code; None for the grader's own interpreter.

    """

    def __init__(
        self,
        cells: Sequence[CodeCell],
        limits: Limits,
        asked: Mapping[str, int | None] | None = None,
        runtime: Runtime | None = None,
    ) -> None:
        self.asked = asked
        self.runtime = runtime
        # JSON can hold halves of surrogate pairs, which no encoding can carry.
        sources = [(cell.index, cell.source.encode("utf-8", "backslashreplace").decode()) for cell in cells]
        names = None if asked is None else list(asked)
        self._needed = Execution(sources, names, ("slice", "plain"), limits.cpu_seconds, limits, runtime)
        half = max(limits.cpu_seconds, limits.cpu_seconds_total // 2)
        self._whole = Execution(sources, names, ("whole",), half, limits, runtime)
        self._from_whole: dict[str, str] = {}
        self._lacking: dict[str, dict[CellNote, None]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._needed.close()
        self._whole.close()

    @property
    def versions(self) -> Versions | None:
        """What ran the code; None as long as no process has come up."""
        return self._needed.versions

    def load(self) -> Loaded | Failure:
        """Run what the functions need, unless that is done, and say what it defines.

        Raises:
            SandboxError: the child process did not come up.

        """
        return self._needed.load()

    def load_whole(self, name: str) -> Loaded | Failure:
        """Run everything, unless that is done, for a function that what it needs alone does not define.

        Raises:
            SandboxError: the child process did not come up.

        """
        self._from_whole.setdefault(name, f"`{name}` is not defined by a statement of its own")
        return self._whole.load()

    def call(self, name: str, args: Sequence[Value], *, place: Place | None = None) -> Reply:
        """Call a function of the notebook.

        Args:
            name: its name.
            args: plain values and arrays; `Ref` and `Helper`, also in lists, stand for functions.
            place: take the definition that stands there; without, the last one.

        Raises:
            SandboxError: the child process did not come up.

        """
        if name not in self._from_whole:
            reply = self._needed.call(name, args, place)
            if not self._may_be_elsewhere(reply):
                return self._noted(name, reply)
            self._from_whole[name] = reply.text if isinstance(reply, Raised) else f"`{name}` is not defined"
        execution = self._whole if isinstance(self._whole.load(), Loaded) else self._needed
        return self._noted(name, execution.call(name, args, place))

    def whole_run(self, name: str) -> WholeRun | None:
        """Whether and why the whole notebook was run for a function; None if it was not."""
        if name not in self._from_whole:
            return None
        return WholeRun(self._from_whole[name], self._whole.last is not None)

    def notes(self, name: str) -> list[CellNote]:
        """What was not run as it stands and matters to a function."""
        loaded = (self._whole.last if name in self._from_whole else None) or self._needed.last
        found = loaded.notes if loaded is not None else ()
        return [*(note for note in found if name in note.functions), *self._lacking.get(name, {})]

    def _noted(self, name: str, reply: Reply) -> Reply:
        """The same reply; what it says to be lacking here is kept as a doubt."""
        if isinstance(reply, Raised) and reply.lacking and reply.cell is not None and reply.line is not None:
            text = f"`{name}` stopped for something that may be lacking here alone ({reply.text})"
            note = CellNote(reply.cell, reply.line, text, (name,), doubt=True)
            self._lacking.setdefault(name, {})[note] = None
        return reply

    def _may_be_elsewhere(self, reply: Reply) -> bool:
        if isinstance(reply, Raised):
            return reply.bound
        loaded = self._needed.load()
        return isinstance(reply, NotDefined) and isinstance(loaded, Loaded) and reply.name in loaded.hidden
