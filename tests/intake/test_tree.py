"""Where a class lies: what is listed, what is refused and why, and that nothing is unpacked or followed."""

from __future__ import annotations

import os
import random
import stat
import tracemalloc
import unicodedata
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.intake import archive
from grader.intake.names import shown, why_no_plain_path
from grader.intake.tree import Entry, Tree, open_tree
from grader.notebook import UnreadableError
from grader.submission import InputError
from tests.fixtures.make_fixtures import EXAMPLE_ANSWERS, OUTSIDE, class_folder, class_zip
from tests.intake.zips import (
    FLAGS,
    METHOD,
    OFFSET,
    PACKED_SIZE,
    SIZE,
    patched,
    renamed,
    with_mode,
    zip_bytes,
    zip_file,
)

LIMIT = 2**20


def paths(tree: Tree) -> list[str]:
    return [entry.path for entry in tree.entries]


def refusals(tree: Tree) -> dict[str, str]:
    return {refused.path: refused.reason for refused in tree.refused}


def opened(folder: Path, data: bytes) -> Tree:
    path = folder / "class.zip"
    path.write_bytes(data)
    return open_tree(path)


# --- folders --------------------------------------------------------------------------------------------------------


def test_a_folder_gives_all_notebooks_that_are_no_links(tmp_path: Path) -> None:
    folder = class_folder(tmp_path, EXAMPLE_ANSWERS)
    with open_tree(folder.folder) as tree:
        notebooks = [path for path in paths(tree) if path.lower().endswith(".ipynb")]
    expected = {*folder.hand_ins, *folder.other_lab} - set(folder.links)
    assert set(notebooks) == {path.relative_to(folder.folder).as_posix() for path in expected}
    assert paths(tree) == sorted(paths(tree))


def test_links_in_a_folder_are_refused_and_nothing_outside_is_read(tmp_path: Path) -> None:
    folder = class_folder(tmp_path, EXAMPLE_ANSWERS)
    with open_tree(folder.folder) as tree:
        for link in folder.links:
            assert "link" in refusals(tree)[link.relative_to(folder.folder).as_posix()]
        assert all(OUTSIDE.encode() not in tree.read(entry, LIMIT) for entry in tree.entries)


def test_a_file_that_becomes_a_link_after_listing_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    path = tmp_path / "class" / "s001.ipynb"
    path.write_bytes(b"{}")
    with open_tree(tmp_path / "class") as tree:
        path.unlink()
        path.symlink_to(tmp_path / "secret")
        with pytest.raises(UnreadableError, match="links are not followed"):
            tree.read(tree.entries[0], LIMIT)


def test_what_is_no_plain_file_and_archives_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "s001.zip").write_bytes(zip_bytes({"s001.ipynb": b"{}"}))
    with open_tree(tmp_path) as tree:
        assert not tree.entries
        assert "no plain file" in refusals(tree)["pipe.ipynb"]
        assert "Unpack it" in refusals(tree)["s001.zip"]


def test_one_notebook_is_a_tree(tmp_path: Path) -> None:
    path = tmp_path / "s001.ipynb"
    path.write_bytes(b"{}")
    with open_tree(path) as tree:
        assert tree.entries == (Entry("s001.ipynb", 2),)
        assert tree.read(tree.entries[0], LIMIT) == b"{}"


def test_a_place_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_tree(tmp_path / "nowhere")


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_over_the_limit_is_not_read(tmp_path: Path, *, zipped: bool) -> None:
    path = tmp_path / "s001.ipynb"
    path.write_bytes(b"x" * 101)
    place = zip_file(tmp_path, {"s001.ipynb": b"x" * 101}) if zipped else path
    with open_tree(place) as tree:
        assert len(tree.read(tree.entries[0], 101)) == 101
        with pytest.raises(UnreadableError) as caught:
            tree.read(tree.entries[0], 100)
    assert caught.value.finding.code == "too_large"


# --- zips -----------------------------------------------------------------------------------------------------------


def test_a_zip_of_a_mac_gives_its_hand_ins_without_leftovers(tmp_path: Path) -> None:
    with opened(tmp_path, class_zip(EXAMPLE_ANSWERS)) as tree:
        assert paths(tree) == ["class/Rønne – week 1.ipynb", "class/s201.ipynb", "class/s202/week1.ipynb"]
        assert not tree.refused
        assert all(tree.read(entry, LIMIT).lstrip(b"\xef\xbb\xbf").startswith(b"{") for entry in tree.entries)


def test_an_empty_zip_is_an_empty_tree(tmp_path: Path) -> None:
    with opened(tmp_path, zip_bytes({})) as tree:
        assert not tree.entries
        assert not tree.refused


def test_a_zip_is_known_by_its_first_bytes_too(tmp_path: Path) -> None:
    path = tmp_path / "download"
    path.write_bytes(zip_bytes({"s001.ipynb": b"{}"}))
    with open_tree(path) as tree:
        assert paths(tree) == ["s001.ipynb"]


def test_leftovers_are_passed_over_in_silence(tmp_path: Path) -> None:
    names = [
        "__MACOSX/._a.ipynb",
        "._a.ipynb",
        ".DS_Store",
        "x/.DS_Store",
        "~$notes.docx",
        "Thumbs.db",
        "s1/.ipynb_checkpoints/a-checkpoint.ipynb",
        "s1/",
    ]
    with opened(tmp_path, zip_bytes(dict.fromkeys([*names, "a.ipynb", "~final.ipynb"], b""))) as tree:
        assert paths(tree) == ["a.ipynb", "~final.ipynb"]
        assert not tree.refused


UNSAFE = {
    "../s001.ipynb": "leads out",
    "a/../../s001.ipynb": "leads out",
    "/etc/s001.ipynb": "absolute",
    "//host/share.ipynb": "absolute",
    "C:/s001.ipynb": "absolute",
    "c:s001.ipynb": "absolute",
    "a\\b.ipynb": "backslash",
    "..\\s001.ipynb": "backslash",
    "a\nb.ipynb": "control",
    "a\x9bb.ipynb": "control",
    "aux.ipynb": "device",
    "x/NUL": "device",
    "a" * 1001: "1000 characters",
}


@pytest.mark.parametrize(("name", "reason"), UNSAFE.items())
def test_a_name_that_no_platform_writes_is_refused_and_the_rest_read(
    name: str, reason: str, tmp_path: Path
) -> None:
    with opened(tmp_path, zip_bytes({name: b"{}", "s001.ipynb": b"{}"})) as tree:
        assert paths(tree) == ["s001.ipynb"]
        (refused,) = tree.refused
        assert reason in refused.reason
        assert refused.path.isprintable()
        assert not refused.plain


def test_a_name_that_ends_in_a_null_byte_is_refused_whole(tmp_path: Path) -> None:
    data = renamed(zip_bytes({"s001.ipynb-exe": b"{}"}), b"s001.ipynb-exe", b"s001.ipynb\0exe")
    with opened(tmp_path, data) as tree:
        assert not tree.entries
        assert "control" in tree.refused[0].reason


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=30) | st.text(alphabet="./\\:CcAaUuXx\0", max_size=12))
def test_a_path_that_is_taken_never_leads_out(name: str) -> None:
    assert shown(name).isprintable()
    if why_no_plain_path(name) is None:
        assert not Path(name).is_absolute()
        assert Path(os.path.normpath("/class/" + name)).is_relative_to("/class")


def test_parts_that_say_nothing_fall_out_of_a_path(tmp_path: Path) -> None:
    with opened(tmp_path, zip_bytes({"./a//b.ipynb": b"{}"})) as tree:
        assert paths(tree) == ["a/b.ipynb"]
        assert tree.read(tree.entries[0], LIMIT) == b"{}"


def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path) -> None:
    members = [
        (with_mode("link.ipynb", stat.S_IFLNK | 0o777), b"/etc/passwd"),
        (with_mode("device.ipynb", stat.S_IFBLK | 0o600), b""),
        (with_mode("plain.ipynb", stat.S_IFREG | 0o600), b"{}"),
    ]
    with open_tree(zip_file(tmp_path, members)) as tree:
        assert paths(tree) == ["plain.ipynb"]
        assert "link" in refusals(tree)["link.ipynb"]
        assert "no plain file" in refusals(tree)["device.ipynb"]


def test_an_archive_within_is_refused_and_its_place_trusted(tmp_path: Path) -> None:
    members = {"s001/work.zip": zip_bytes({"a.ipynb": b"{}"}), "s002/work.7z": b"7z", "s003/a.ipynb": b"{}"}
    with open_tree(zip_file(tmp_path, members)) as tree:
        assert paths(tree) == ["s003/a.ipynb"]
        assert [(refused.path, refused.plain) for refused in tree.refused] == [
            ("s001/work.zip", True),
            ("s002/work.7z", True),
        ]


def test_two_files_of_one_name_are_both_refused(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the zip module warns of what is meant here
        data = zip_bytes([("s001.ipynb", b"[1]"), ("s001.ipynb", b"[2]"), ("s002.ipynb", b"{}")])
    with opened(tmp_path, data) as tree:
        assert paths(tree) == ["s002.ipynb"]
        assert "more than one file" in refusals(tree)["s001.ipynb"]


PAYLOAD = {"s001.ipynb": bytes(range(256)) * 40, "s002.ipynb": b"{}"}
LIES = {
    "encrypted": ((FLAGS, 1, "<H"), "encrypted"),
    "a rare way to pack": ((METHOD, zipfile.ZIP_BZIP2, "<H"), "packed in a way"),
    "a size beyond what can be packed": ((SIZE, 2**31, "<I"), "zip bomb"),
    "bytes of the next file": ((PACKED_SIZE, 2**20, "<I"), "zip bomb"),
}


@pytest.mark.parametrize(("lie", "reason"), LIES.values(), ids=LIES)
def test_what_a_zip_says_of_a_file_is_checked(lie: tuple[int, int, str], reason: str, tmp_path: Path) -> None:
    place, value, form = lie
    with opened(tmp_path, patched(zip_bytes(PAYLOAD), b"s001.ipynb", place, value, form)) as tree:
        assert paths(tree) == ["s002.ipynb"]
        assert reason in refusals(tree)["s001.ipynb"]
        assert tree.read(tree.entries[0], LIMIT) == b"{}"


def test_files_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    data = patched(zip_bytes({**PAYLOAD, "s003.ipynb": b"[]"}), b"s002.ipynb", OFFSET, 0)
    with opened(tmp_path, data) as tree:
        assert paths(tree) == ["s003.ipynb"]
        assert set(refusals(tree)) == {"s001.ipynb", "s002.ipynb"}


def test_a_file_that_is_larger_than_it_says_is_damaged(tmp_path: Path) -> None:
    data = patched(zip_bytes({"s001.ipynb": b"\0" * 2**20}), b"s001.ipynb", SIZE, 100)
    with opened(tmp_path, data) as tree, pytest.raises(UnreadableError, match="damaged"):
        tree.read(tree.entries[0], LIMIT)


def test_a_file_that_lies_about_its_size_does_not_fill_the_memory(tmp_path: Path) -> None:
    data = patched(zip_bytes({"s001.ipynb": b"\0" * 2**25}), b"s001.ipynb", SIZE, 100)
    with opened(tmp_path, data) as tree:
        tracemalloc.start()
        try:
            with pytest.raises(UnreadableError):
                tree.read(tree.entries[0], LIMIT)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 2**22


def test_a_damaged_file_costs_no_other(tmp_path: Path) -> None:
    data = bytearray(zip_bytes({"s001.ipynb": random.Random(0).randbytes(1000), "s002.ipynb": b"{}"}))
    at = data.index(b"s001.ipynb") + 500
    data[at] ^= 0xFF
    with opened(tmp_path, bytes(data)) as tree:
        first, second = tree.entries
        with pytest.raises(UnreadableError, match="damaged") as caught:
            tree.read(first, LIMIT)
        assert caught.value.finding.code == "unreadable"
        assert tree.read(second, LIMIT) == b"{}"


@pytest.mark.parametrize("end", [0, 10, 200, -30])
def test_a_broken_zip_is_an_input_error(end: int, tmp_path: Path) -> None:
    data = zip_bytes(PAYLOAD)
    with pytest.raises(InputError, match="the zip is broken"):
        opened(tmp_path, data[: end or None] if end else b"")


def test_a_broken_list_of_files_is_an_input_error(tmp_path: Path) -> None:
    data = bytearray(zip_bytes(PAYLOAD))
    data[data.rindex(b"PK\x01\x02")] = 0
    with pytest.raises(InputError, match="the zip is broken"):
        opened(tmp_path, bytes(data))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
def test_no_broken_byte_of_a_zip_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(zip_bytes(PAYLOAD))
    for at, value in changes:
        data[at % len(data)] = value
    path = tmp_path_factory.mktemp("zip") / "class.zip"
    path.write_bytes(data)
    try:
        tree = open_tree(path)
    except InputError:
        return
    with tree:
        for entry in tree.entries:
            try:
                content = tree.read(entry, LIMIT)
            except UnreadableError:
                continue
            assert len(content) <= LIMIT


@pytest.mark.parametrize(("limit", "value"), [("MAX_MEMBERS", 1), ("MAX_TOTAL", 1000)])
def test_a_zip_of_too_many_files_or_bytes_is_an_input_error(
    limit: str, value: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, limit, value)
    with pytest.raises(InputError, match=r"more than|larger than"):
        opened(tmp_path, zip_bytes(PAYLOAD))


NAMES = {
    "UTF-8 with its flag": ("Ærø.ipynb", None),
    "UTF-8 without the flag": ("Ærø.ipynb", "utf-8"),
    "the code page of Windows": ("Ærø.ipynb", "cp850"),
    "the code page of the format, where the other gives no letters": ("½ α.ipynb", "cp437"),
}


@pytest.mark.parametrize(("name", "encoding"), NAMES.values(), ids=NAMES)
def test_a_name_is_read_in_whatever_encoding_it_was_written(
    name: str, encoding: str | None, tmp_path: Path
) -> None:
    raw = name.encode(encoding or "utf-8")
    ascii_name = "x" * len(raw)
    data = zip_bytes({ascii_name if encoding else name: b"{}"})
    if encoding:
        data = renamed(data, ascii_name.encode(), raw)
    with opened(tmp_path, data) as tree:
        assert paths(tree) == [name]
        assert tree.read(tree.entries[0], LIMIT) == b"{}"


def test_composed_and_decomposed_names_stay_two_files(tmp_path: Path) -> None:
    names = [unicodedata.normalize(form, "Å.ipynb") for form in ("NFC", "NFD")]
    with opened(tmp_path, zip_bytes({name: name.encode() for name in names})) as tree:
        assert sorted(paths(tree)) == sorted(names)
        assert all(tree.read(entry, LIMIT) == entry.path.encode() for entry in tree.entries)


def test_nothing_is_written_beside_a_zip(tmp_path: Path) -> None:
    with opened(tmp_path, zip_bytes(PAYLOAD)) as tree:
        for entry in tree.entries:
            tree.read(entry, LIMIT)
    assert [path.name for path in tmp_path.iterdir()] == ["class.zip"]
