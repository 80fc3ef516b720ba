"""The language between the two processes: frames of tagged plain values.

A frame is the magic number, the length of its content (4 bytes, big endian) and the content: one value. A value is a tag
(1 byte) and its data; containers carry the number of their items. Nothing in it names code, and every size is checked
against the bytes that are there before anything is built.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

MAGIC = b"GRW1"
HEADER = struct.Struct(">4sI")
MAX_FRAME = 16 << 20
MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_NDIM = 8
DTYPES = tuple(
    np.dtype(code)
    for code in (
        "?",
        "<i1",
        "<i2",
        "<i4",
        "<i8",
        "<u1",
        "<u2",
        "<u4",
        "<u8",
        "<f2",
        "<f4",
        "<f8",
        "<c8",
        "<c16",
    )
)

_CODES = {dtype: code for code, dtype in enumerate(DTYPES)}
_COUNT = struct.Struct(">I")
_INTEGER = struct.Struct(">q")
_FLOAT = struct.Struct(">d")
_COMPLEX = struct.Struct(">dd")


class WireError(Exception):
    """The bytes are no value of this language, or the value does not fit into it."""


@dataclass(frozen=True)
class Ref:
    """Stands for an object of the notebook, by its name."""

    name: str


@dataclass(frozen=True)
class Helper:
    """Stands for a function of `helpers.py`, by its name."""

    name: str


@dataclass(frozen=True)
class Opaque:
    """Stands in a reply for an object that cannot travel; says in words what it was."""

    description: str


Value: TypeAlias = Any
"""None, bool, int (64 bits), float, complex, str, bytes, list, tuple, dict with str keys, array, Ref, Helper, Opaque."""

_NAMED: dict[bytes, type[Ref | Helper | Opaque]] = {b"R": Ref, b"H": Helper, b"O": Opaque}
_TAG_OF = {kind: tag for tag, kind in _NAMED.items()}
_CONSTANTS: dict[bytes, Value] = {b"N": None, b"T": True, b"F": False}


def encode(value: Value) -> bytes:
    """Content of a frame.

    Raises:
        WireError: a type that is not in the language, or more than its limits allow.

    """
    parts: list[bytes] = []
    _Encoder(parts).write(value, 0)
    content = b"".join(parts)
    if len(content) > MAX_FRAME:
        raise WireError("value too large")
    return content


def decode(content: bytes) -> Value:
    """The value that a frame's content stands for; arrays are fresh and writable.

    Raises:
        WireError: anything else than exactly one well-formed value.

    """
    decoder = _Decoder(content)
    value = decoder.read(0)
    if decoder.place != len(content):
        raise WireError("bytes after the value")
    return value


def pack(content: bytes) -> bytes:
    """A frame: header and content."""
    return HEADER.pack(MAGIC, len(content)) + content


def content_length(header: bytes) -> int:
    """Length that a header announces.

    Raises:
        WireError: not a header, or more than MAX_FRAME.

    """
    if len(header) != HEADER.size:
        raise WireError("not a header")
    magic, length = HEADER.unpack(header)
    if magic != MAGIC or length > MAX_FRAME:
        raise WireError("not a header")
    return int(length)


class _Encoder:
    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts
        self.nodes = 0

    def write(self, value: Value, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError("value too deep or of too many parts")
        # Exact types: a subclass may answer anything to what is asked of it below.
        kind = type(value)
        if kind is list or kind is tuple:
            self.parts += b"l" if kind is list else b"t", _COUNT.pack(len(value))
            for item in value:
                self.write(item, depth + 1)
        elif kind is dict:
            self._write_dict(value, depth)
        elif kind is np.ndarray:
            self._write_array(value)
        elif kind in _TAG_OF:
            self._write_bytes(_TAG_OF[kind], _utf8(value.description if kind is Opaque else value.name))
        else:
            self._write_scalar(value)

    def _write_scalar(self, value: Value) -> None:
        kind = type(value)
        if value is None or kind is bool:
            self.parts.append(b"N" if value is None else b"T" if value else b"F")
        elif kind is int:
            self._write_integer(value)
        elif kind is float:
            self.parts += b"d", _FLOAT.pack(value)
        elif kind is complex:
            self.parts += b"c", _COMPLEX.pack(value.real, value.imag)
        elif kind is str:
            self._write_bytes(b"s", _utf8(value))
        elif kind is bytes:
            self._write_bytes(b"b", value)
        else:
            raise WireError("type not in the language")

    def _write_integer(self, value: int) -> None:
        try:
            self.parts += b"i", _INTEGER.pack(value)
        except struct.error as error:
            raise WireError("integer of more than 64 bits") from error

    def _write_bytes(self, tag: bytes, value: bytes) -> None:
        if len(value) > MAX_FRAME:
            raise WireError("value too large")
        self.parts += tag, _COUNT.pack(len(value)), value

    def _write_dict(self, value: dict[str, Value], depth: int) -> None:
        self.parts += b"m", _COUNT.pack(len(value))
        for key, item in value.items():
            if type(key) is not str:
                raise WireError("key that is not a string")
            self._write_bytes(b"s", _utf8(key))
            self.write(item, depth + 1)

    def _write_array(self, value: np.ndarray[Any, Any]) -> None:
        dtype = value.dtype.newbyteorder("<")
        code = _CODES.get(dtype)
        if code is None or value.ndim > MAX_NDIM or max(value.nbytes, _extent(value.shape)) > MAX_FRAME:
            raise WireError("array of a type, rank or size that cannot travel")
        head = struct.pack(f">BB{value.ndim}I", code, value.ndim, *value.shape)
        self.parts += b"a", head, value.astype(dtype, copy=False).tobytes()


class _Decoder:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = 0
        self.nodes = 0

    def read(self, depth: int) -> Value:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError("value too deep or of too many parts")
        tag = self._take(1)
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        if tag == b"i":
            return _INTEGER.unpack(self._take(8))[0]
        if tag == b"d":
            return _FLOAT.unpack(self._take(8))[0]
        if tag == b"c":
            return complex(*_COMPLEX.unpack(self._take(16)))
        if tag == b"b":
            return self._take(self._count())
        if tag == b"s":
            return self._text()
        if tag in _NAMED:
            return _NAMED[tag](self._text())
        if tag == b"a":
            return self._array()
        if tag in {b"l", b"t"}:
            items = [self.read(depth + 1) for _ in range(self._count())]
            return items if tag == b"l" else tuple(items)
        if tag == b"m":
            return self._dict(depth)
        raise WireError("unknown tag")

    def _take(self, size: int) -> bytes:
        taken = self.content[self.place : self.place + size]
        if len(taken) != size:
            raise WireError("value cut short")
        self.place += size
        return taken

    def _count(self) -> int:
        return int(_COUNT.unpack(self._take(4))[0])

    def _text(self) -> str:
        try:
            return self._take(self._count()).decode("utf-8")
        except UnicodeDecodeError as error:
            raise WireError("text that is not UTF-8") from error

    def _dict(self, depth: int) -> dict[str, Value]:
        result: dict[str, Value] = {}
        for _ in range(self._count()):
            if self._take(1) != b"s":
                raise WireError("key that is not a string")
            key = self._text()
            if key in result:
                raise WireError("key given twice")
            result[key] = self.read(depth + 1)
        return result

    def _array(self) -> np.ndarray[Any, Any]:
        code, ndim = self._take(2)
        if code >= len(DTYPES) or ndim > MAX_NDIM:
            raise WireError("array of an unknown type or rank")
        shape = struct.unpack(f">{ndim}I", self._take(4 * ndim))
        if _extent(shape) > MAX_FRAME:
            raise WireError("array too large")
        data = self._take(math.prod(shape) * DTYPES[code].itemsize)
        if code == 0 and data.strip(b"\0\1"):
            raise WireError("truth value that is neither 0 nor 1")
        return np.ndarray(shape, DTYPES[code], data).copy()


def _extent(shape: Iterable[int]) -> int:
    """Number of elements, empty axes left out: NumPy refuses some products beside an axis of length 0."""
    return math.prod(size for size in shape if size)


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise WireError("text with half a surrogate pair") from error
