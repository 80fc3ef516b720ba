"""Pictures that explain a finding, as SVG written by hand: small, in the page's colours, each with its text alternative."""

from __future__ import annotations

import math
from itertools import zip_longest
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from grader.evidence import Convergence, Deviation, Deviations, evidence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.result import Finding

    Say = Callable[[str], str]

_SMALLEST = 1e-16
"""Errors below the arithmetic's own are drawn there, for 0 has no logarithm."""
_WIDTH, _HEIGHT = 420, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 24, 44
_CELL = 22
_LETTER = 6.5
"""Width of a letter of a label, about."""


def drawings(finding: Finding, say: Say = str) -> list[Markup]:
    """The pictures for which a finding holds the numbers; `say` translates what is written in them."""
    drawn = []
    if (deviations := evidence_of(finding, Deviations)) is not None:
        drawn.append(_figure(*_heat_maps(deviations, say)))
    if (convergence := evidence_of(finding, Convergence)) is not None and len(convergence.steps) > 1:
        drawn.append(_figure(*_curves(convergence, say)))
    return drawn


def _figure(svg: Markup, caption: str) -> Markup:
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(svg, caption)


def _svg(width: float, height: float, title: str, alternative: str, content: Sequence[str]) -> Markup:
    return Markup(
        '<svg role="img" aria-label="{} {}" viewBox="0 0 {:g} {:g}" width="{:g}" height="{:g}">'
        "<title>{}</title>\n{}\n</svg>"
    ).format(title, alternative, width, height, width, height, title, Markup("\n".join(content)))  # noqa: S704 - escaped by `_text`


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    """Pictures have many of these: plain strings, escaped once, are several times as fast as formatted markup."""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'


def _curves(seen: Convergence, say: Say) -> tuple[Markup, str]:
    """Error against step size, both as powers of ten: a V where the derivative is right, flat where it is not."""
    steps = [math.log10(step) for step in seen.steps]
    curves = [[math.log10(max(error, _SMALLEST)) for error in errors] for errors in (seen.right, seen.errors)]
    low = math.floor(min(map(min, curves)))
    high = max(math.ceil(max(map(max, curves))), low + 1)

    def x(step: float) -> float:
        return _LEFT + (steps[0] - step) / (steps[0] - steps[-1]) * (_WIDTH - _LEFT - _RIGHT)

    def y(error: float) -> float:
        return _TOP + (high - error) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    def content() -> Iterator[str]:
        bottom = _HEIGHT - _BOTTOM
        for power in range(low, high + 1, 1 + (high - low) // 7):
            yield f'<path class="grid" d="M{_LEFT} {y(power):.1f}H{_WIDTH - _RIGHT}"/>'
            yield _text(_LEFT - 6, y(power) + 4, _power(power), "end")
        for step in steps[:: 1 + len(steps) // 8]:
            yield f'<path class="grid" d="M{x(step):.1f} {bottom}V{bottom + 4}"/>'
            yield _text(x(step), bottom + 18, _power(round(step)), "middle")
        yield _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 6, say("step size"), "middle")
        yield _text(4, 14, say("error"))
        for name, curve in zip(("right", "yours"), curves, strict=True):
            points = " ".join(
                f"{x(step):.1f},{y(error):.1f}" for step, error in zip(steps, curve, strict=True)
            )
            yield f'<polyline class="curve {name}" points="{points}"/>'
        for name, label, curve, place, below in (
            ("right", "a right one", curves[0], len(steps) // 6, 12),
            ("yours", "yours", curves[1], len(steps) // 2, -8),
        ):
            text = _text(x(steps[place]) + 12, y(curve[place]) + below, say(label))
            yield f'<g class="label {name}">{text}</g>'

    closest, best = min(seen.errors), min(seen.right)
    title = f"Error of {seen.about} for smaller and smaller steps"
    alternative = (
        f"Yours: {seen.errors[0]:.2g} at step {seen.steps[0]:g}, {seen.errors[-1]:.2g} at step {seen.steps[-1]:g}, "
        f"at best {closest:.2g}. A right one: at best {best:.2g}."
    )
    if closest > 100 * max(best, _SMALLEST):
        lesson = f"Yours stays near {closest:.2g} however small the step is: no step size helps, the derivative itself is another one."
    else:
        lesson = "Yours comes close too: look at the step sizes at which the two curves part."
    caption = (
        f"{title}. A right derivative comes closer until rounding takes over, which makes a V (its left arm is missing where "
        f"the quotient is exact). {lesson}"
    )
    return _svg(_WIDTH, _HEIGHT, f"{say(title)}.", say(alternative), list(content())), say(caption)


def _power(power: int) -> str:
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _heat_maps(seen: Deviations, say: Say) -> tuple[Markup, str]:
    """A block of squares per array, weights on the left and biases on the right; where the shape is wrong, both shapes in words."""
    half = len(seen.arrays) // 2
    columns = (seen.arrays[:half], seen.arrays[half:])
    widths = [max((_width(array, say) for array in column), default=0.0) for column in columns]
    content: list[str] = []
    top = 0.0
    for layer in zip_longest(*columns):
        for array, left in zip(layer, (0.0, widths[0]), strict=True):
            if array is not None:
                content += _heat_map(array, left, top, say)
        top += 32 + _CELL * max(len(array.rows) for array in layer if array is not None)
    title = "Where the gradients are wrong"
    drawn = any(array.rows for array in seen.arrays)
    caption = say(f"{title}, in a random network.")
    if drawn:
        legend = say("A dot is right; 1 to 9 says how far off an entry is, 9 as far as the worst of all.")
        caption = f"{caption} {legend}"
    sentences = "; ".join(_label(array, say) for array in seen.arrays)
    return _svg(sum(widths), top, f"{say(title)}.", f"{sentences}.", content), caption


def _heat_map(array: Deviation, left: float, top: float, say: Say) -> Iterator[str]:
    yield _text(left, top + 14, _label(array, say))
    for n, row in enumerate(array.rows):
        for column, digit in enumerate(row):
            yield _square(left + column * _CELL, top + 20 + n * _CELL, int(digit))


def _width(array: Deviation, say: Say) -> float:
    """Of its label or its squares, and a gap."""
    return max(len(_label(array, say)) * _LETTER, _CELL * max(map(len, array.rows), default=0)) + _CELL


def _label(array: Deviation, say: Say) -> str:
    return f"{array.name}: {say(_state(array))}"


def _state(array: Deviation) -> str:
    if array.shape is None:
        return "no array of numbers"
    if array.shape != array.expected_shape:
        return f"shape {_shape(array.shape)}, expected {_shape(array.expected_shape)}"
    if not array.rows:
        return "NaN or infinite"
    digits = "".join(array.rows)
    wrong = len(digits) - digits.count("0")
    return f"{wrong} of {len(digits)} entries wrong" if wrong else "right"


def _shape(shape: Sequence[int]) -> str:
    return f"({', '.join(map(str, shape))})" if len(shape) != 1 else f"({shape[0]},)"


def _square(x: float, y: float, level: int) -> str:
    """A square that is stronger in colour the farther off its entry is, with the level written in it."""
    side = _CELL - 2
    square = f'<rect class="off" x="{x:g}" y="{y:g}" width="{side}" height="{side}" fill-opacity="{level / 9 * 0.55:.2f}"/>'
    return square + _text(x + _CELL / 2 - 1, y + 15, str(level or "·"), "middle")
