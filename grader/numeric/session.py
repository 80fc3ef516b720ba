"""A submission's code, ready to be asked: one child process, replaced when it dies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from grader.numeric.replies import (
    EndedItself,
    Exhausted,
    Failure,
    Forged,
    NotDefined,
    OutOfMemory,
    Raised,
    Reply,
    Returned,
    TooLarge,
    WrongSignature,
)
from grader.numeric.sandbox import Child, DiedError, Limits, SandboxError, Versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.numeric.child.wire import Value

MAX_REPLACEMENTS = 3


@dataclass(frozen=True)
class CodeCell:
    """A code cell: its index in the notebook, from 0, and its source."""

    index: int
    source: str


@dataclass(frozen=True)
class CellNote:
    """A statement of a cell that did not run, and why."""

    cell: int
    line: int
    text: str


@dataclass(frozen=True)
class Loaded:
    """What running the cells gave."""

    definitions: Mapping[str, tuple[int, ...]]
    """For each function the cells that define it, in the order in which they ran."""
    notes: tuple[CellNote, ...]
    versions: Versions


class Session:
    """The functions of one submission, in a process of their own; a context manager.

    The process starts at the first question. It runs, of every cell, the imports, the definitions and the assignments at the top
    level, each on its own, and neither loops nor bare expressions: a training loop costs nothing. When that takes too long or kills the process,
    assignments that call something are left out too. A process that dies of a question is replaced for the next one, at most three times.
    """

    def __init__(self, cells: Sequence[CodeCell], limits: Limits) -> None:
        self._cells = tuple(cells)
        self._limits = limits
        self._child: Child | None = None
        self._loaded: Loaded | None = None
        self._failure: Failure | None = None
        self._unstartable: SandboxError | None = None
        self._starts = 0
        self._with_calls = True
        self.versions: Versions | None = None
        """What ran the code; None as long as no process has come up."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop()

    def load(self) -> Loaded | Failure:
        """Run the cells, unless that is done, and say what they define.

        Raises:
            SandboxError: the child process did not come up.

        """
        if self._unstartable is not None:
            raise self._unstartable
        while self._loaded is None:
            if self._failure is not None:
                return self._failure
            if self._starts > MAX_REPLACEMENTS:
                return Exhausted()
            self._starts += 1
            try:
                self._child = Child(self._limits)
                self.versions = self._child.versions
                self._loaded = self._run_cells(self._child)
            except SandboxError as error:
                self._unstartable = error
                raise
            except DiedError as error:
                self._drop()
                if not self._with_calls:
                    self._failure = error.failure
                self._with_calls = False
        return self._loaded

    def call(self, name: str, args: Sequence[Value], *, cell: int | None = None) -> Reply:
        """Call a function of the notebook.

        Args:
            name: its name.
            args: plain values and arrays; `Ref` and `Helper`, also in lists, stand for functions.
            cell: take the definition of this cell; without, the last one.

        Raises:
            SandboxError: the child process did not come up.

        """
        loaded = self.load()
        if not isinstance(loaded, Loaded):
            return loaded
        assert self._child is not None, "there is a child as long as its cells have run"  # noqa: S101
        try:
            reply = self._child.ask({"do": "call", "name": name, "args": list(args), "cell": cell})
            return _read(reply)
        except DiedError as error:
            self._drop()
            return error.failure
        except (KeyError, TypeError, ValueError):
            self._drop()
            return Forged()

    def _run_cells(self, child: Child) -> Loaded:
        # JSON can hold halves of surrogate pairs, which no encoding can carry.
        cells = [
            (cell.index, cell.source.encode("utf-8", "backslashreplace").decode()) for cell in self._cells
        ]
        reply = child.ask({"do": "load", "cells": cells, "calls": self._with_calls})
        try:
            definitions = {
                str(name): tuple(int(cell) for cell, _line in places)
                for name, places in reply["definitions"].items()
            }
            notes = tuple(CellNote(int(cell), int(line), str(text)) for cell, line, text in reply["notes"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DiedError(Forged()) from error
        return Loaded(definitions, notes, child.versions)

    def _drop(self) -> None:
        if self._child is not None:
            self._child.close()
        self._child = None
        self._loaded = None


def _read(reply: Mapping[str, Value]) -> Reply:
    kind = reply["kind"]
    if kind == "returned" and type(reply["args"]) is list:
        return Returned(reply["value"], reply["args"])
    if kind == "raised":
        if reply["place"] is None:
            return Raised(str(reply["text"]), None, None)
        cell, line = reply["place"]
        return Raised(str(reply["text"]), int(cell), int(line))
    if kind == "not_defined":
        return NotDefined(str(reply["name"]))
    if kind == "wrong_signature":
        return WrongSignature(str(reply["signature"]))
    simple: dict[str, Reply] = {
        "too_large": TooLarge(),
        "out_of_memory": OutOfMemory(),
        "exited": EndedItself(),
    }
    return simple[kind]
