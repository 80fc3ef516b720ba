"""Pictures of a class: SVG inside the page, in the page's own colours and font, the same for the same class.

Importing this costs a second or two, for it brings Matplotlib.
"""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from grader.report.marks import MARKS
from grader.report.text import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from grader.result import Status

# Matplotlib knows no style sheet: each of its colours here stands for one of the page's, light or dark.
_TEXT, _LINE, _BAR = "#010101", "#010102", "#010103"
_STATUS_COLOURS = {status: f"#0102{i:02x}" for i, status in enumerate(MARKS)}
_PAGE_COLOURS = {
    _TEXT: "var(--text)",
    _LINE: "var(--line)",
    _BAR: "var(--link)",
    **{colour: f"var(--{MARKS[status].name})" for status, colour in _STATUS_COLOURS.items()},
}
_STYLE: Any = {  # the type of the keys differs from one release of Matplotlib to the next
    "svg.hashsalt": "grader",  # else ids differ from run to run
    "svg.fonttype": "none",  # words stay words: they can be read aloud and take the page's font
    "text.parse_math": False,
    "text.color": _TEXT,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}
_NO_METADATA: dict[str, Any] = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_NOT_OURS = re.compile(r'<defs>\s*<style.*?</style>\s*</defs>|(?<=<g) id="[^"]*"|\s+(?=\n)', re.DOTALL)
_WIDTH = 5.2
_MOST_BINS = 20


def histogram(totals: Sequence[float], max_points: float) -> Markup:
    """How many have how many points."""
    edges = bins(totals, max_points)
    counts, _ = np.histogram(totals, edges)
    words = ", ".join(
        f"{number(low)} to {number(high)} points: {count}"
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        if count
    )
    with mpl.rc_context(_STYLE):
        figure, axes = _axes(2.2)
        axes.bar(edges[:-1], counts, 0.94 * np.diff(edges), align="edge", color=_BAR, clip_on=False)
        axes.set_xlim(edges[0], edges[-1])
        # From the maximum down, so that it has a label.
        ticks = edges[:: -max(1, round(len(edges) / 8))]
        axes.set_xticks(ticks, [number(tick) for tick in ticks])
        axes.set_xlabel("points")
        axes.set_ylabel("submissions")
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        return _svg(figure, f"Histogram of the totals: {words}.")


def bins(totals: Sequence[float], max_points: float) -> list[float]:
    """Edges of bins that hold all totals, of one round width; one of them is the maximum."""
    low, high = min(0.0, *totals), max(max_points, *totals)
    widths = (step * 10.0**power for power in range(-2, 9) for step in (1, 2, 5))
    width = next(width for width in widths if (high - low) <= width * _MOST_BINS)
    below = max(1, math.ceil(round((max_points - low) / width, 6)))
    above = math.ceil(round((high - max_points) / width, 6))
    return [round(max_points + i * width, 6) for i in range(-below, above + 1)]


def verdicts(statuses: Mapping[str, Mapping[Status, int]]) -> Markup:
    """How many have each status, a bar for each exercise."""
    names = list(statuses)
    words = "; ".join(
        f"{name}: " + ", ".join(f"{count} {MARKS[s].word.lower()}" for s, count in statuses[name].items())
        for name in names
    )
    with mpl.rc_context(_STYLE):
        figure, axes = _axes(0.5 + 0.24 * len(names))
        left = np.zeros(len(names))
        for status, colour in _STATUS_COLOURS.items():
            counts = np.array([statuses[name].get(status, 0) for name in names])
            axes.barh(range(len(names)), counts, 0.75, left=left, color=colour, clip_on=False)
            left += counts
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(0, left.max())
        axes.set_xlabel("submissions")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        return _svg(figure, f"Verdicts by exercise: {words}.")


def _axes(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    return figure, figure.subplots()


def _svg(figure: Figure, words: str) -> Markup:
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata=_NO_METADATA, transparent=True)
    svg = _NOT_OURS.sub("", stream.getvalue())
    for colour, variable in _PAGE_COLOURS.items():
        svg = svg.replace(colour, variable)
    svg = svg.replace("'DejaVu Sans'", "system-ui, sans-serif")
    # What stands before the element is for files of their own.
    _, _, element = svg.partition("<svg ")
    return Markup('<svg role="img" aria-label="{}" {}').format(words, Markup(element.rstrip()))  # noqa: S704 - Matplotlib's own
