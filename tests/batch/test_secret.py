from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from grader.batch.secret import SecretError, load_secret, secret_path

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def test_the_secret_is_made_once_and_only_its_owner_reads_it(config: Path) -> None:
    secret = load_secret()
    assert len(secret) == 32
    assert load_secret() == secret
    path = config / "grader" / "secret"
    assert secret_path() == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_every_user_has_a_secret_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_secret()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "other"))
    assert load_secret() != first


def test_without_xdg_it_lies_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert secret_path() == tmp_path / ".config" / "grader" / "secret"


def test_who_comes_second_takes_the_secret_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_secret()
    # As if the other process had not seen the file yet when it looked.
    monkeypatch.setattr("pathlib.Path.exists", lambda _: False)
    assert load_secret() == first


@pytest.mark.parametrize("content", ["", "abc", "g" * 64, "æ" * 64])
def test_a_damaged_secret_is_not_used(content: str) -> None:
    path = secret_path()
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(SecretError, match="does not hold 64 hexadecimal digits"):
        load_secret()
