"""The loop of the child process: reads questions, runs the student's code, sends plain values back.

It decides nothing: what comes from here is only ever an answer, and the parent compares.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import math
import os
import platform
import resource
import socket
import sys
import time
from typing import Any

import numpy as np
from numpy import array, generic, ndarray

from . import helpers
from .notebook import CELL_NAME, Notebook, describe
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

READY_ID = b"ready"
SURROGATES = "backslashreplace"


class TooLargeError(Exception):
    """The value is more than a reply may carry."""


class UnknownNameError(Exception):
    """A name that the notebook does not define."""


def main(descriptor: int, limits: str) -> None:
    """Answer questions on a socket until the parent closes it.

    Args:
        descriptor: the connected socket.
        limits: JSON with `cpu` (seconds per question), `cpu_total`, `memory`, `file_size` (bytes), `processes` and `files`.

    """
    channel = socket.socket(fileno=descriptor)
    numbers = json.loads(limits)
    _set_limits(numbers)
    # From here on nothing that the notebook prints goes anywhere; until here, stderr told the parent what failed.
    os.dup2(1, 2)
    _send(channel, {"id": READY_ID, "python": platform.python_version(), "numpy": np.__version__})
    notebook = Notebook()
    while (content := _receive(channel)) is not None:
        _limit_cpu(numbers["cpu"])
        question = decode(content)
        reply = _load(notebook, question) if question["do"] == "load" else _call(notebook, question)
        _send(channel, {**reply, "id": question["id"]})


def _set_limits(numbers: dict[str, int]) -> None:
    kinds = {
        resource.RLIMIT_CPU: numbers["cpu_total"],
        resource.RLIMIT_AS: numbers["memory"],
        resource.RLIMIT_FSIZE: numbers["file_size"],
        resource.RLIMIT_NPROC: numbers["processes"],
        resource.RLIMIT_NOFILE: numbers["files"],
        resource.RLIMIT_CORE: 0,
    }
    for kind, number in kinds.items():
        # Not every system knows every limit (macOS has no bound on the address space).
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (number, number))


def _limit_cpu(seconds: int) -> None:
    """Let the kernel end this process when one question costs more than `seconds` of computing."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard), hard))


def _receive(channel: socket.socket) -> bytes | None:
    header = _receive_exactly(channel, HEADER.size)
    return None if header is None else _receive_exactly(channel, content_length(header))


def _receive_exactly(channel: socket.socket, size: int) -> bytes | None:
    received = b""
    while len(received) < size:
        piece = channel.recv(size - len(received))
        if not piece:
            return None
        received += piece
    return received


def _send(channel: socket.socket, reply: dict[str, Value]) -> None:
    channel.sendall(pack(encode(reply)))


def _load(notebook: Notebook, question: dict[str, Value]) -> dict[str, Value]:
    notebook.run(question["cells"], calls=question["calls"])
    return {
        "kind": "loaded",
        "definitions": {
            _text(name): [(definition.cell, definition.line) for definition in definitions]
            for name, definitions in list(notebook.definitions.items())[:1000]
        },
        "notes": [(note.cell, note.line, _text(note.text)) for note in notebook.notes[:1000]],
    }


def _call(notebook: Notebook, question: dict[str, Value]) -> dict[str, Value]:
    try:
        function = _find(notebook, question["name"], question["cell"])
        args = _resolve(question["args"], notebook)
    except UnknownNameError as error:
        return {"kind": "not_defined", "name": _text(str(error))}
    try:
        if mismatch := _signature_mismatch(function, args):
            return {"kind": "wrong_signature", "signature": mismatch}
        value = function(*args)
        return _fitting({"kind": "returned", "value": _plain(value), "args": _plain(args)})
    except TooLargeError:
        return {"kind": "too_large"}
    except MemoryError:
        return {"kind": "out_of_memory"}
    except SystemExit:
        return {"kind": "exited"}
    except BaseException as error:  # noqa: BLE001  (whatever a student raises is an answer)
        return {"kind": "raised", "text": _text(describe(error)), "place": _place(error)}


def _find(notebook: Notebook, name: str, cell: int | None) -> Any:
    definitions = notebook.definitions.get(name, [])
    for definition in reversed(definitions):
        if cell is None or definition.cell == cell:
            return definition.function
    raise UnknownNameError(name)


def _resolve(value: Value, notebook: Notebook) -> Value:
    """Put the objects that Ref and Helper stand for in their places."""
    if type(value) is Ref:
        return _find(notebook, value.name, None)
    if type(value) is Helper:
        return getattr(helpers, value.name)
    if type(value) is list or type(value) is tuple:
        return type(value)(_resolve(item, notebook) for item in value)
    return value


def _signature_mismatch(function: Any, args: list[Value]) -> str | None:
    """The signature, where the function does not take these arguments."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
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


def _fitting(reply: dict[str, Value]) -> dict[str, Value]:
    try:
        encode(reply)
    except WireError as error:
        raise TooLargeError from error
    return reply


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
    if isinstance(value, ndarray | generic):
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


def _text(text: str) -> str:
    return text.encode("utf-8", SURROGATES).decode("utf-8")[:2000]


def run() -> None:
    """Entry point: socket and limits come as the last two arguments."""
    main(int(sys.argv[-2]), sys.argv[-1])
