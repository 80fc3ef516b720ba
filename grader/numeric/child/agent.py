"""The loop of the child process: reads questions, runs the student's code, sends plain values back.

It decides nothing: what comes from here is only ever an answer, and the parent compares.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import platform
import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import array, generic, ndarray

from . import helpers, namespaces, wall
from .budget import limit_call
from .cells import CELL_NAME, describe
from .limits import limit_cpu, set_limits
from .notebook import Definition, Notebook, is_not_the_students_fault, parameters_of
from .wire import (
    DTYPES,
    HEADER,
    MAX_DEPTH,
    MAX_FRAME,
    MAX_NODES,
    Helper,
    Opaque,
    Ref,
    Value,
    WireError,
    content_length,
    decode,
    encode,
    pack,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

READY_ID = b"ready"
SURROGATES = "backslashreplace"
MAX_ITEMS = 1000
"""Definitions, and notes, that are told."""
MAX_PRINTED = 20_000
"""Characters of what a function prints that are told."""


class TooLargeError(Exception):
    """The value is more than a reply may carry."""


class Page(io.TextIOBase):
    """What a function prints; the beginning, where it is too much."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text[: MAX_PRINTED - len(self.text)]
        return len(text)


class UnknownNameError(Exception):
    """A name that the notebook does not define."""


def serve(channel: socket.socket, limits: Mapping[str, float], confine: Callable[[], str]) -> None:
    """Answer questions on a socket until the parent closes it.

    Args:
        channel: the connected socket.
        limits: the numbers that `set_limits` takes, `cpu_seconds` per question and `call_seconds` per call.
        confine: shuts this process in, before anything of the student's is read; says how.

    """
    try:
        walls = confine()
        set_limits(limits)
    except OSError as error:
        _send(channel, {"id": READY_ID, "problem": describe(error)})
        return
    # From here on nothing that the notebook prints goes anywhere; until here, stderr told the parent what failed.
    os.dup2(1, 2)
    versions = {"python": platform.python_version(), "numpy": np.__version__, "walls": walls}
    _send(channel, {"id": READY_ID, **versions})
    notebook = Notebook()
    while (content := _receive(channel)) is not None:
        question = decode(content)
        limit_cpu(question.get("seconds", limits["cpu_seconds"]))
        if question["do"] == "load":
            reply = _load(notebook, question)
        else:
            limit_call(limits["call_seconds"])
            reply = _call(notebook, question)
        _send_fitting(channel, {**reply, "id": question["id"]})


def _receive(channel: socket.socket) -> bytes | None:
    header = _receive_exactly(channel, HEADER.size)
    return None if header is None else _receive_exactly(channel, content_length(header))


def _receive_exactly(channel: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:
        piece = channel.recv(size - len(received))
        if not piece:
            return None
        received += piece
    return bytes(received)


def _send(channel: socket.socket, reply: dict[str, Value]) -> None:
    channel.sendall(pack(encode(reply)))


def _send_fitting(channel: socket.socket, reply: dict[str, Value]) -> None:
    """Send a reply, or that it is more than a reply may carry, or than there is memory for."""
    try:
        frame = pack(encode(reply))
    except (WireError, MemoryError) as error:
        kind = "too_large" if isinstance(error, WireError) else "out_of_memory"
        frame = pack(encode({"kind": kind, "id": reply["id"]}))
    channel.sendall(frame)


def _load(notebook: Notebook, question: dict[str, Value]) -> dict[str, Value]:
    notebook.run(
        question["cells"], wanted=question["wanted"], way=question["way"], seconds=question["seconds"]
    )
    return {
        "kind": "loaded",
        "definitions": {
            _text(name): [(one.cell, one.line, *parameters_of(one)) for one in definitions]
            for name, definitions in list(notebook.definitions.items())[:MAX_ITEMS]
        },
        "unread": [
            (_text(one.name), cell, one.line, _text(one.why)) for cell, one in notebook.unread[:MAX_ITEMS]
        ],
        "notes": [
            (one.cell, one.line, _text(one.text), [_text(name) for name in one.functions], one.doubt)
            for one in notebook.notes[:MAX_ITEMS]
        ],
        "hidden": [_text(name) for name in notebook.hidden],
        "others": [(_text(name), cell, line) for name, cell, line in notebook.others[:MAX_ITEMS]],
    }


def _call(notebook: Notebook, question: dict[str, Value]) -> dict[str, Value]:
    try:
        definition = _find(notebook, question["name"], question["place"])
        args = _resolve(question["args"], notebook)
    except UnknownNameError as error:
        return {"kind": "not_defined", "name": _text(str(error))}
    try:
        if mismatch := _signature_mismatch(definition, args):
            return {"kind": "wrong_signature", "signature": mismatch}
        page = Page()
        with contextlib.redirect_stdout(page), contextlib.redirect_stderr(page):
            value = definition.function(*args)
        return {
            "kind": "returned",
            "value": _plain(value),
            "args": _plain(args),
            "printed": _text(page.text, MAX_PRINTED),
        }
    except TooLargeError:
        return {"kind": "too_large"}
    except MemoryError:
        return {"kind": "out_of_memory"}
    except SystemExit:
        return {"kind": "exited"}
    except BaseException as error:  # noqa: BLE001  (whatever a student raises is an answer)
        return {
            "kind": "raised",
            "text": _text(describe(error)),
            "place": _place(error),
            "bound": notebook.may_be_bound(error),
            "lacking": is_not_the_students_fault(error),
        }


def _find(notebook: Notebook, name: str, place: tuple[int, int] | None) -> Definition:
    for definition in reversed(notebook.definitions.get(name, [])):
        if place is None or place == (definition.cell, definition.line):
            return definition
    raise UnknownNameError(name)


def _resolve(value: Value, notebook: Notebook) -> Value:
    """Put the objects that Ref and Helper stand for in their places."""
    if type(value) is Ref:
        return _find(notebook, value.name, None).function
    if type(value) is Helper:
        return getattr(helpers, value.name)
    if type(value) is list or type(value) is tuple:
        return type(value)(_resolve(item, notebook) for item in value)
    return value


def _signature_mismatch(definition: Definition, args: list[Value]) -> str | None:
    """The signature, where the function does not take these arguments."""
    signature = definition.signature
    if signature is None:
        return None
    try:
        signature.bind(*args)
    except TypeError:
        return _text(str(signature))
    return None


def _place(error: BaseException) -> tuple[int, int] | None:
    """Cell and line of the innermost frame that is the student's."""
    prefix = CELL_NAME.partition("{")[0]
    place = None
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(prefix):
            place = (int(file[len(prefix) : -1]), trace.tb_lineno)
        trace = trace.tb_next
    return place


def _plain(value: object, depth: int = 0) -> Value:
    """The same value in the language of the wire; what does not fit in it becomes an Opaque."""
    if value is None or type(value) in {bool, float, complex, Opaque}:
        return value
    if type(value) is int:
        return value if value.bit_length() < 64 else Opaque("an integer of more than 64 bits")
    if type(value) is str:
        return _text(value)
    if type(value) is list or type(value) is tuple:
        if depth > MAX_DEPTH - 4 or len(value) > MAX_NODES:
            raise TooLargeError
        return type(value)(_plain(item, depth + 1) for item in value)
    if isinstance(value, (ndarray, generic)):
        return _plain_array(value)
    return Opaque(f"an object of type {_text(type(value).__name__)}")


def _plain_array(value: Any) -> Value:
    if value.nbytes > MAX_FRAME // 2:
        raise TooLargeError
    # A copy of the base class: a subclass would otherwise answer for itself.
    plain = array(value, copy=True, subok=False)
    if type(plain) is not ndarray or plain.dtype.newbyteorder("<") not in DTYPES:
        return Opaque(f"an array of dtype {_text(str(value.dtype))}")
    return plain


def _text(text: str, most: int = 2000) -> str:
    return text.encode("utf-8", SURROGATES).decode("utf-8")[:most]


def run() -> None:
    """Entry point of a fresh process: folder of the program, own folder, limits and socket come as the last arguments."""
    program, work, limits, descriptor = sys.argv[-4:]
    enter(socket.socket(fileno=int(descriptor)), program, work, limits)


def enter(channel: socket.socket, program: str, work: str, limits: str) -> None:
    """Serve in a fresh process: folder of the program, own folder and limits as its arguments say them."""
    serve(channel, json.loads(limits), partial(_confine, work, Path(program), channel.fileno()))


def _confine(work: str, program: Path, channel: int) -> str:
    if sys.platform == "linux":
        places = wall.open_places(program)
        return wall.raise_wall(work, places, channel, in_namespaces=not namespaces.enter())
    os.chdir(work)
    return ""
