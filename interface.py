"""The one place where these tests meet the grader."""

from __future__ import annotations


def outcome(setting: str, latex: str) -> str:
    """What the grader says about one display `left = right`: "true", "false" or "unread"."""
    from grader.symbolic.derivations.equation import outcome as judged  # noqa: PLC0415 - the grader is being rewritten

    return judged(setting, latex)
