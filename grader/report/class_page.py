"""`OUT/index.html`: the class on one page, which needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from grader.report.item_analysis import Flag
from grader.report.pages import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.report.overview import Overview


def class_page(overview: Overview) -> Iterator[str]:
    """The page of a class, piece by piece."""
    script = files("grader.report").joinpath("templates", "class.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return pieces(
        "class.html.j2",
        overview=overview,
        named=any(line.names for line in overview.lines),
        alarms=list(_alarms(overview)),
        pictures=_pictures(overview),
        script=Markup(script),  # noqa: S704 - a file of ours
        script_hash=f"sha256-{digest}",
    )


def _alarms(overview: Overview) -> Iterator[tuple[Flag, list[tuple[str, float]]]]:
    """Reasons to look at exercises, the most urgent first, each with its exercises and their numbers."""
    for flag in Flag:
        found = [
            (exercise, item.discrimination if flag in {Flag.NEGATIVE, Flag.POOR} else item.difficulty)
            for exercise, item in overview.analysis.items.items()
            if flag in item.flags
        ]
        if found:
            yield flag, found


def _pictures(overview: Overview) -> dict[str, Markup | None]:
    """What there is to be drawn; where there is nothing, Matplotlib is not even loaded."""
    if not overview.exercises:
        return {"verdicts": None, "totals": None}
    from grader.report import plots  # noqa: PLC0415 - costs a second; a run that is interrupted never needs it

    return {
        "verdicts": plots.verdicts(overview.statuses),
        "totals": plots.histogram(overview.finals, overview.max_points) if overview.finals else None,
    }
