from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grader.report.files import write_atomically
from grader.report.store import Store, StoreError, serialise

from .samples import alice, class_results

if TYPE_CHECKING:
    from pathlib import Path


def test_a_result_is_read_back_as_it_was_written(out: Path) -> None:
    assert dict(Store(out)) == class_results()


def test_a_broken_result_is_named(out: Path) -> None:
    (out / "results" / "s001.json").write_text('{"version": 1')
    with pytest.raises(StoreError, match=r"s001\.json is not a result: delete it"):
        dict(Store(out))


def test_what_left_the_class_moves_to_stale_with_its_page(out: Path) -> None:
    (out / "students").mkdir()
    (out / "students" / "s009.html").write_text("page")
    content = (out / "results" / "s009.json").read_text()
    assert Store(out).retire(keep={"_cmd", "s001", "s002+s003", "s010"}) == ("s009",)
    assert (out / "stale" / "s009.json").read_text() == content
    assert (out / "stale" / "s009.html").exists()
    assert not (out / "students" / "s009.html").exists()
    assert list(Store(out)) == ["_cmd", "s001", "s002+s003", "s010"]


def test_a_write_that_fails_leaves_what_was_there_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_atomically(path, "before")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "after \ud800")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unfinished_file_is_no_result(out: Path) -> None:
    (out / "results" / ".s001.json.77.tmp").write_text("{")
    assert dict(Store(out)) == class_results()


def test_text_that_is_not_unicode_cannot_be_serialised() -> None:
    broken = alice().model_copy(update={"assignment": "\ud800"})
    with pytest.raises(ValueError, match="surrogate"):
        serialise(broken)


def test_a_result_of_an_earlier_version_is_read(out: Path) -> None:
    path = out / "results" / "s001.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["key"], content["fingerprint"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert Store(out)["s001"] == class_results()["s001"]
