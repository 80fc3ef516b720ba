"""One way to run the cells of a notebook: a child process that has run them, replaced when it dies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.numeric.loaded import Loaded, read_loaded
from grader.numeric.replies import (
    EndedItself,
    Exhausted,
    Failure,
    Forged,
    Lost,
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
    from grader.numeric.loaded import Place
    from grader.numeric.sandbox import Runtime

MAX_REPLACEMENTS = 3

Way: TypeAlias = Literal["slice", "plain", "whole"]
"""Which statements run: those that the functions need; of them, those that cannot take long; all."""


class Execution:
    """A child in which cells have run; it starts at the first question.

    Args:
        cells: index and source of each.
        wanted: functions asked for; None for all.
        ways: how the cells are run, and how instead, when that takes too long or kills the process.
        seconds: computing time for running them.
        limits: what the process may use.
        runtime: what runs it; None for the grader's own.

    """

    def __init__(
        self,
        cells: Sequence[tuple[int, str]],
        wanted: Sequence[str] | None,
        ways: Sequence[Way],
        seconds: int,
        limits: Limits,
        runtime: Runtime | None = None,
    ) -> None:
        self._question = {
            "do": "load",
            "cells": list(cells),
            "wanted": None if wanted is None else list(wanted),
            "seconds": seconds,
        }
        self._ways = list(ways)
        self._limits = limits
        self._runtime = runtime
        self._child: Child | None = None
        self._loaded: Loaded | None = None
        self.last: Loaded | None = None
        """What the cells gave when they last ran, also after the process is gone."""
        self._failure: Failure | None = None
        self._unstartable: SandboxError | None = None
        self._starts = 0
        self._lost_once = False
        self.versions: Versions | None = None
        """What ran the code; None as long as no process has come up."""

    def close(self) -> None:
        """End the process, if there is one."""
        if self._child is not None:
            self._child.close()
        self._child = None
        self._loaded = None

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
                self._child = Child(self._limits, self._runtime)
                self.versions = self._child.versions
                self._loaded = self.last = self._run_cells(self._child)
            except SandboxError as error:
                self._unstartable = error
                raise
            except DiedError as error:
                self.close()
                if self._is_first_loss(error.failure):
                    continue
                if len(self._ways) == 1:
                    self._failure = error.failure
                self._ways = self._ways[-1:]
        return self._loaded

    def call(self, name: str, args: Sequence[Value], place: Place | None) -> Reply:
        """Call a function: the definition at `place`, or the last one.

        Raises:
            SandboxError: the child process did not come up.

        """
        loaded = self.load()
        if not isinstance(loaded, Loaded):
            return loaded
        assert self._child is not None, "there is a child as long as its cells have run"  # noqa: S101
        where = None if place is None else tuple(place)
        try:
            return _read(self._child.ask({"do": "call", "name": name, "args": list(args), "place": where}))
        except DiedError as error:
            self.close()
            if self._is_first_loss(error.failure):
                return self.call(name, args, place)
            return error.failure
        except (KeyError, TypeError, ValueError):
            self.close()
            return Forged()

    def _run_cells(self, child: Child) -> Loaded:
        reply = child.ask({**self._question, "way": self._ways[0]})
        try:
            return read_loaded(reply, child.versions)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DiedError(Forged()) from error

    def _is_first_loss(self, failure: Failure) -> bool:
        """Whether to ask again: another notebook may have been to blame, but not twice."""
        if not isinstance(failure, Lost) or self._lost_once:
            return False
        self._lost_once = True
        return True


def _read(reply: Mapping[str, Value]) -> Reply:
    kind = reply["kind"]
    if kind == "returned" and type(reply["args"]) is list and type(reply["printed"]) is str:
        return Returned(reply["value"], reply["args"], reply["printed"])
    if kind == "raised":
        cell, line = (None, None) if reply["place"] is None else map(int, reply["place"])
        return Raised(str(reply["text"]), cell, line, bool(reply["bound"]), bool(reply["lacking"]))
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
