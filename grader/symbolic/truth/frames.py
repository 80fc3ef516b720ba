"""The readings of a setting: the worlds in which an equation is judged, and what the sheet leaves open there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from grader.symbolic.truth.scope import Setting
from grader.symbolic.truth.world import Output, worlds

if TYPE_CHECKING:
    from collections.abc import Mapping


class WorldSpec(Protocol):
    """What an assignment says about the networks of an exercise: `grader.assignment.World`."""

    @property
    def layers(self) -> int: ...
    @property
    def layer(self) -> int | None: ...
    @property
    def output(self) -> Output: ...
    @property
    def sizes(self) -> Mapping[str, str]: ...
    @property
    def data(self) -> str | None: ...
    @property
    def every_point(self) -> bool: ...
    @property
    def whole_data(self) -> bool: ...
    @property
    def best_variance(self) -> bool: ...
    @property
    def half_loss(self) -> bool: ...
    @property
    def linear_output(self) -> bool: ...
    @property
    def names(self) -> Mapping[str, str]: ...


Frame = tuple[Setting, ...]
"""One way to understand the sheet, in several worlds: an equation is true if it holds in all of them."""


def settings(
    spec: WorldSpec, *, one_hot: bool = False, best_variance: bool = False, linear: bool = False
) -> Frame:
    """The sheet's usual understanding: E and p without an index are about all data points."""
    shorthand: tuple[str, ...] = ("a", "delta") if spec.data is not None else ()
    if spec.layers == 1:
        shorthand = ("w", "a", "z", "delta")  # there is no other layer
    return tuple(
        Setting(
            world,
            spec.layer,
            shorthand,
            data=spec.data,
            strict=spec.every_point,
            total=True,
            inputs_are_layer_0=spec.data is not None,
            at_optimum=best_variance,
            sizes=spec.sizes,
        )
        for world in worlds(
            spec.layers, spec.output, one_hot=one_hot, best_variance=best_variance, linear=linear
        )
    )


def frames(spec: WorldSpec, *, one_hot: bool = False, linear: bool = False) -> tuple[Frame, ...]:
    """Every understanding of the sheet in a setting, the usual one first.

    E and p without an index may be about all data points or about the one that the formula is about, unless the
    assignment wants every quantity to say which point it belongs to. Where it asks for the best variance, an equation
    may also be about that one.
    """
    usual = settings(spec, one_hot=one_hot, linear=linear)
    found = [usual]
    if spec.data is not None and not spec.every_point and not spec.whole_data:
        found.append(tuple(replace(setting, total=False) for setting in usual))
    if spec.best_variance:
        found.append(settings(spec, best_variance=True))
    return tuple(found)


def halved(understandings: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The same for a loss with 1/2 in front."""
    return tuple(tuple(replace(setting, loss_factor=0.5) for setting in frame) for frame in understandings)
