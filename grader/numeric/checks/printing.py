"""Check of `print_parameters(NN)`, which prints all weights and biases layer by layer and with their shapes.

What it prints for hidden networks is read as numbers, by a strict pattern. No two parameters are alike and none is a whole number, so
that each number that is found says which parameter it is. Right is what is certain; what no slip explains is for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.outcome import NoAnswerError, Outcome
from grader.result import Finding, Status
from reference.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.numeric.subject import Subject

METHOD = "what is printed of two random networks, number by number"
SIZES = ((5, 4, 6), (4, 6, 5, 7))
"""Of their layers. All are larger than a number of layers, so that none is taken for the number of a layer."""

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d{1,9}(?:\.\d{0,20})?(?:[eE][-+]?\d{1,3})?(?![\w.])")
_CLOSE = 1e-9
MAX_TEXT = 20_000
"""Characters that are read. A process that was tampered with may send more than ours would."""

Arrays = list[str]
"""Names of arrays in some order: `W1`, `b1`, `W2`, ..."""


@dataclass(frozen=True)
class Print:
    """What was printed of a network.

    Attributes:
        arrays: those of which all numbers are there, in the order of their first one.
        is_whole: whether nothing else is: no other number with a fraction, and no part of an array.
        tells_shapes: whether the shape of every array stands there.
        tells_sizes: whether any whole number does that may be part of a shape.

    """

    arrays: Arrays
    is_whole: bool
    tells_shapes: bool
    tells_sizes: bool


def check_printing(subject: Subject, rng: np.random.Generator) -> Outcome:
    """Compare which arrays are printed, and in which order, with all of them layer by layer; name the slip that gives others."""
    networks = [_draw(rng, sizes) for sizes in SIZES]
    try:
        texts = [
            subject.ask_printed((list(network.weights), list(network.biases)))[:MAX_TEXT]
            for network in networks
        ]
    except NoAnswerError as error:
        if error.fatal:
            raise
        cause = f"`{subject.name}` could not be run on a network of ours; a person reads the code."
        return Outcome(Status.REVIEW, METHOD, (error.finding,), cause=cause)
    prints = [_read(text, network) for text, network in zip(texts, networks, strict=True)]
    if all(one.is_whole for one in prints):
        found = [one.arrays for one in prints]
        if _are(found, _layer_by_layer):
            return _judge_shapes(prints)
        for name, slip in SLIPS.items():
            if any(_are(found, arrays) for arrays in slip.arrays):
                return _slip(name, slip.code, slip.message, slip.hint)
    cause = "It is not certain that all parameters are printed, layer by layer; a person reads the code."
    return Outcome(Status.REVIEW, METHOD, cause=cause)


def _judge_shapes(prints: Sequence[Print]) -> Outcome:
    if all(one.tells_shapes for one in prints):
        return Outcome(Status.CORRECT, METHOD)
    if not any(one.tells_sizes for one in prints):
        message = "All parameters are printed, layer by layer, but not the shapes of their arrays."
        return _slip(
            "shapes_missing", "missing_term", message, "What does an array know about its own shape?"
        )
    cause = "All parameters are printed, layer by layer; a person sees whether their shapes are told."
    return Outcome(Status.REVIEW, METHOD, cause=cause)


def _slip(name: str, code: str, message: str, hint: str) -> Outcome:
    finding = Finding(code=code, message=message, hint=hint, evidence={"reason": name})
    return Outcome(Status.PARTIAL, METHOD, (finding,))


def _draw(rng: np.random.Generator, sizes: Sequence[int]) -> Network:
    """A network of different numbers with one or two decimals, which any usual way to print shows as they are."""
    shapes = [*pairwise(sizes), *((1, size) for size in sizes[1:])]
    hundredths = np.array([n for n in range(101, 1000) if n % 10])
    drawn = rng.choice(hundredths, sum(n * m for n, m in shapes), replace=False)
    numbers = iter(np.split(drawn * rng.choice([-1, 1], drawn.size) / 100.0, drawn.size))
    arrays = [np.array([next(numbers)[0] for _ in range(n * m)]).reshape(n, m) for n, m in shapes]
    layers = len(sizes) - 1
    return Network(tuple(arrays[:layers]), tuple(arrays[layers:]))


def _named(network: Network) -> dict[str, np.ndarray]:
    pairs = enumerate(zip(network.weights, network.biases, strict=True), start=1)
    return {f"{kind}{n}": array for n, pair in pairs for kind, array in zip("Wb", pair, strict=True)}


def _read(text: str, network: Network) -> Print:
    numbers = [float(token) for token in _NUMBER.findall(text)]
    fractions = np.array([number for number in numbers if not number.is_integer()])
    places = {}
    known = 0
    for name, array in _named(network).items():
        is_this = np.abs(fractions[:, None] - array.ravel()) < _CLOSE
        known += int(is_this.any(axis=1).sum())
        if is_this.any(axis=0).all():
            places[name] = int(is_this.any(axis=1).argmax())
    arrays = sorted(places, key=places.__getitem__)
    of_arrays = sum(_named(network)[name].size for name in arrays)
    return Print(
        arrays,
        is_whole=bool(arrays) and known == len(fractions) == of_arrays,
        tells_shapes=all(_tells(text, array.shape) for array in _named(network).values()),
        tells_sizes=any(number.is_integer() and number >= min(map(min, SIZES)) for number in numbers),
    )


def _tells(text: str, shape: tuple[int, ...]) -> bool:
    rows, columns = shape
    return re.search(rf"(?<![\d.]){rows}\s*[,x]\s*{columns}(?![\d.])", text) is not None


def _are(found: Sequence[Arrays], arrays: Callable[[int], Arrays]) -> bool:
    """Whether these were printed of all networks; `arrays` gives them for a number of layers."""
    return all(one == arrays(len(sizes) - 1) for one, sizes in zip(found, SIZES, strict=True))


def _layer_by_layer(layers: int, first: int = 1) -> Arrays:
    return [f"{kind}{n}" for n in range(first, layers + 1) for kind in "Wb"]


@dataclass(frozen=True)
class Slip:
    """What is printed of a network with so many layers, in one of several ways; what to tell the student, and a hint."""

    arrays: tuple[Callable[[int], Arrays], ...]
    message: str
    hint: str
    code: str = "missing_term"


_WHICH = "Count the arrays of a network with three layers, and those that your function prints."

SLIPS: Mapping[str, Slip] = {
    "layers_mixed": Slip(
        (lambda _: ["W1", "b1"], lambda _: ["W1", "W2", "b1", "b2"]),
        "Layers, and weights and biases, are mixed up: of both lists only the first arrays are printed, however many layers there are.",
        "What is `NN[0]`, and what is `NN[0][1]`: which index says the layer?",
        code="wrong_index",
    ),
    "biases_missing": Slip(
        (lambda layers: [f"W{n}" for n in range(1, layers + 1)],), "The biases are not printed.", _WHICH
    ),
    "weights_missing": Slip(
        (lambda layers: [f"b{n}" for n in range(1, layers + 1)],), "The weights are not printed.", _WHICH
    ),
    "two_layers": Slip(
        (lambda _: _layer_by_layer(2),), "Two layers are printed, also of a network that has more.", _WHICH
    ),
    "last_layer_missing": Slip(
        (lambda layers: _layer_by_layer(layers - 1),), "The last layer is not printed.", _WHICH
    ),
    "first_layer_missing": Slip(
        (lambda layers: _layer_by_layer(layers, first=2),), "The first layer is not printed.", _WHICH
    ),
}
"""By name, which goes into the finding's evidence."""
