"""The secret from which random seeds come, so that no student can tell which numbers a check uses."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

_BYTES = 32


class SecretError(Exception):
    """The stored secret cannot be used; the message says what to do."""


def secret_path() -> Path:
    """Where the secret is stored: in the user's configuration folder."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "grader" / "secret"


def load_secret() -> bytes:
    """The secret of this user, 32 bytes; made at first use.

    Raises:
        SecretError: the file holds something else.
        OSError: it can be neither read nor written.

    """
    path = secret_path()
    if not path.exists():
        _create(path)
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(rf"[0-9a-f]{{{2 * _BYTES}}}", text):
        raise SecretError(
            f"{path} does not hold {2 * _BYTES} hexadecimal digits: put it back from a backup, "
            "or delete it for a new one (answers are then checked with other random numbers)."
        )
    return bytes.fromhex(text)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and linked: whoever sees the file sees all of it, and of two that start at once the first one wins.
    aside = path.with_name(f".secret.{os.getpid()}.tmp")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink(missing_ok=True)
