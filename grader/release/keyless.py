"""An assignment without its key: what the check needs, and nothing that answers an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomli_w

if TYPE_CHECKING:
    from grader.schema import Spec

KEY = {
    "solution": True,
    "solution_after": True,
    "exercises": {"__all__": {"known_words": True, "equations": {"__all__": {"reference"}}}},
}
"""What stays with the teachers, by place in the assignment."""

_HEAD = "# The assignment as the checker needs it: it says what is asked for, and no answer.\n\n"


def keyless(spec: Spec) -> str:
    """The `assignment.toml` of the copy that students get."""
    content: dict[str, Any] = spec.model_dump(exclude_unset=True, exclude_none=True, exclude=KEY)  # type: ignore[arg-type]
    for exercise, released in zip(spec.exercises, content["exercises"], strict=True):
        if exercise.known_words:
            released["known_words_sha256"] = exercise.fingerprint(exercise.known_words)
    return _HEAD + tomli_w.dumps(content)
