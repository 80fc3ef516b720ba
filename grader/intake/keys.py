"""Keys of hand-ins: file names that are safe everywhere, unique, and moved by no new file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grader.submission import safe_key, short_hash

if TYPE_CHECKING:
    from collections.abc import Sequence


def unique_keys(names: Sequence[tuple[str, str]]) -> list[str]:
    """A key for each (text to make it from, whole name); a hash of the whole name tells apart what would be alike."""
    stems = [stem for stem, _ in names]
    keys = [safe_key(stem) for stem in stems]
    times = Counter(key.casefold() for key in keys)
    as_named = Counter(stem.casefold() for stem, key in zip(stems, keys, strict=True) if stem == key)
    return [
        key
        if times[key.casefold()] == 1 or (stem == key and as_named[key.casefold()] == 1)
        else f"{key}-{short_hash(name)}"
        for key, (stem, name) in zip(keys, names, strict=True)
    ]
