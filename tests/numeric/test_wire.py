from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.numeric.child.wire import (
    DTYPES,
    HEADER,
    MAGIC,
    MAX_FRAME,
    MAX_NODES,
    Helper,
    Opaque,
    Ref,
    WireError,
    content_length,
    decode,
    encode,
    pack,
)

text = st.text(st.characters(exclude_categories=["Cs"]))
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.complex_numbers()
    | text
    | st.binary()
    | st.builds(Ref, text)
    | st.builds(Helper, text)
    | st.builds(Opaque, text)
    | st.sampled_from(DTYPES).flatmap(
        lambda dtype: arrays(dtype, array_shapes(min_dims=0, min_side=0, max_dims=4))
    )
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(text, inner),
    max_leaves=20,
)


def same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray):
        return (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right) or repr(left) == repr(right)


@settings(deadline=None)
@given(values)
def test_what_is_sent_arrives(value: Any) -> None:
    assert same(decode(encode(value)), value)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_give_a_value_or_a_wire_error(content: bytes) -> None:
    decode_or_refuse(content)


@settings(deadline=None)
@given(values, st.data())
def test_damaged_values_give_a_value_or_a_wire_error(value: Any, data: st.DataObject) -> None:
    content = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.sampled_from([0, 1, 127, 128, 255]) | st.integers(0, 255))
    decode_or_refuse(bytes(content))


def decode_or_refuse(content: bytes) -> None:
    try:
        value = decode(content)
    except WireError:
        return
    assert same(decode(encode(value)), value)


@settings(deadline=None)
@given(values)
def test_a_value_cut_short_or_followed_by_more_is_refused(value: Any) -> None:
    content = encode(value)
    for wrong in (content[:-1], content + b"N"):
        with pytest.raises(WireError):
            decode(wrong)


@settings(deadline=None)
@given(st.permutations([0, 1, 2]), st.integers(0, 2**31 - 1), st.integers(0, 2**15))
def test_an_array_without_elements_arrives_or_is_not_sent(order: list[int], many: int, more: int) -> None:
    sizes = (0, many, more)
    try:
        array = np.zeros([sizes[place] for place in order])
    except ValueError:  # more than NumPy itself can hold
        return
    try:
        content = encode(array)
    except WireError:
        return
    assert same(decode(content), array)


def test_arrays_arrive_writable_and_of_their_own() -> None:
    content = encode(np.zeros(3))
    first, second = decode(content), decode(content)
    first[0] = 1.0
    assert second[0] == 0.0


def test_other_memory_layouts_arrive_in_order() -> None:
    array = np.arange(12.0).reshape(3, 4)
    for view in (array.T, array[::2, ::-1], array.astype(">f8")):
        np.testing.assert_array_equal(decode(encode(view)), view)


class Liar(dict[str, int]):
    pass


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        {1: 2},
        Liar(),
        "\ud800",
        2**63,
        np.float64(1.0),
        np.array([object()]),
        np.array(["text"]),
        np.array([1], dtype="datetime64[s]"),
        np.zeros(1).view(np.recarray),
        np.zeros((1,) * 9),
        np.zeros((0, 2**31 - 1)),
        [0] * MAX_NODES,
        bytes(MAX_FRAME + 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_in_the_language_is_not_sent(value: Any) -> None:
    with pytest.raises(WireError):
        encode(value)


def test_depth_is_limited_on_both_sides() -> None:
    deep: list[Any] = []
    for _ in range(40):
        deep = [deep]
    with pytest.raises(WireError):
        encode(deep)
    with pytest.raises(WireError):
        decode(b"l\0\0\0\1" * 40 + b"N")


@pytest.mark.parametrize(
    "shape", [(0, 2**32 - 1, 2**32 - 1), (2**31, 2**31, 2**31), (2**32 - 1, 0), (2**16, 2**16, 4)]
)
def test_shapes_are_held_against_the_bytes(shape: tuple[int, ...]) -> None:
    head = b"a" + bytes([DTYPES.index(np.dtype("<f8")), len(shape)])
    with pytest.raises(WireError):
        decode(head + b"".join(struct.pack(">I", size) for size in shape) + bytes(64))


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(WireError):
        decode(b"m\0\0\0\2" + b"s\0\0\0\1xN" * 2)


@pytest.mark.parametrize(
    "header", [b"", b"GRW", HEADER.pack(b"HTTP", 4), HEADER.pack(MAGIC, MAX_FRAME + 1), bytes(9)]
)
def test_headers_are_checked_before_anything_is_read(header: bytes) -> None:
    with pytest.raises(WireError):
        content_length(header)


def test_a_frame_announces_its_length() -> None:
    frame = pack(b"abc")
    assert content_length(frame[: HEADER.size]) == 3
    assert frame[HEADER.size :] == b"abc"
