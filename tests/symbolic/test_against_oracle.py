"""No formula that is false in the oracle's networks is ever accepted, and no spelling of a true one is refused."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from grader.result import Status
from grader.symbolic.mistakes.diagnosis import Diagnosis
from tests.symbolic.helpers import codes, verdict
from tests.symbolic.oracle import Layer, Tree, agrees
from tests.symbolic.spellings import FREE, LETTERS, Writer, random_edit, renamed, respelled

Left = tuple[str, Layer | None]
LAST: Layer = ("L", 0)
GENERAL: Layer = ("l", 0)
BELOW: Layer = ("l", -1)


A: Tree = (
    "h", 2, ("sum", "i", 0, ("mul", ("w", 2, "j", "i"),
    ("h", 1, ("sum", "k", 0, ("mul", ("w", 1, "i", "k"), ("x", "k")))))),
)  # fmt: skip
B: Tree = (
    "h", 3, ("sum", "m", 0, ("mul", ("w", 3, "j", "m"),
    ("h", 2, ("sum", "i", 0, ("mul", ("w", 2, "m", "i"),
    ("h", 1, ("sum", "k", 0, ("mul", ("w", 1, "i", "k"), ("x", "k"))))))))),
)  # fmt: skip
Y: Tree = ("z", LAST, "j")
Z: Tree = ("h", GENERAL, ("a", GENERAL, "j"))
A_GENERAL: Tree = ("sum", "i", 0, ("mul", ("w", GENERAL, "j", "i"), ("z", BELOW, "i")))
A_FIRST: Tree = ("sum", "i", 0, ("mul", ("w", 1, "j", "i"), ("x", "i")))


@dataclass(frozen=True)
class Exercise:
    """An exercise as the oracle sees it."""

    equations: tuple[tuple[Left, Tree], ...]
    layers: int
    labels: tuple[Layer, ...]
    uppers: dict[Layer, tuple[str, ...]]

    def true(self, at: int, tree: Tree, free: str = "j") -> bool:
        return agrees(self.equations[at][0], free, tree, self.layers)


EXERCISES = {
    "a": Exercise(
        ((("y", None), A),), 2, (0, 1, 2, 3), {1: ("D", "", "I"), 2: ("M", "M_1", "H", "")}
    ),
    "b": Exercise(
        ((("y", None), B),),
        3,
        (1, 2, 3, 4),
        {1: ("D", "", "D"), 2: ("M_1", "M", "", "M^{(1)}"), 3: ("M_2", "M", "", "M^{(2)}")},
    ),
    "c": Exercise(
        (
            (("y", None), Y),
            (("z", GENERAL), Z),
            (("a", GENERAL), A_GENERAL),
            (("a", 1), A_FIRST),
        ),
        4,
        (1, 2, GENERAL, BELOW, ("l", 1), LAST, ("L", -1)),
        {1: ("D", ""), GENERAL: ("M", "", "M_{l-1}")},
    ),
}  # fmt: skip


def rename(tree: Tree, draw: random.Random) -> tuple[str, Tree]:
    """The formula with other letters, the free one included."""
    free = draw.choice(FREE)
    names = dict(zip(("i", "k", "m"), draw.sample(LETTERS, 3), strict=True))
    return free, renamed(tree, {**names, "j": free})


def row(writer: Writer, left: Left, free: str, tree: Tree) -> str:
    name = f"y_{free}" if left[1] is None else writer.write((left[0], left[1], free))
    return f"{name} = {writer.write(tree)}"


def answer(exercise: Exercise, rows: list[tuple[str, Tree]], draw: random.Random) -> str:
    writer = Writer(draw, exercise.uppers)
    written = [
        row(writer, left, free, tree)
        for (left, _), (free, tree) in zip(exercise.equations, rows, strict=True)
    ]
    return writer.display(*written)


def with_a_slip(exercise: Exercise, draw: random.Random) -> tuple[str, bool, str]:
    """An answer with a slip: its kind, whether it is true all the same, and the LaTeX."""
    at = draw.randrange(len(exercise.equations))
    rows = [("j", tree) for _, tree in exercise.equations]
    kind, edited = random_edit(rows[at][1], draw, ("i", "k", "m", "j"), exercise.labels)
    rows[at] = ("j", edited)
    return kind, exercise.true(at, edited), answer(exercise, rows, draw)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_oracle_holds_the_references_for_true(name: str) -> None:
    exercise = EXERCISES[name]
    assert all(exercise.true(at, tree) for at, (_, tree) in enumerate(exercise.equations))


@pytest.mark.parametrize("name", EXERCISES)
def test_the_oracle_holds_every_spelling_for_true(name: str) -> None:
    exercise = EXERCISES[name]
    draw = random.Random(f"true {name}")
    for _ in range(50):
        for at, (_, tree) in enumerate(exercise.equations):
            free, other = rename(tree, draw)
            assert exercise.true(at, respelled(other, draw), free)


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("seed", range(5))
def test_a_true_answer_is_correct_in_every_spelling(name: str, seed: int) -> None:
    exercise = EXERCISES[name]
    draw = random.Random(f"spelling {name} {seed}")
    for _ in range(30):
        rows = []
        for _, tree in exercise.equations:
            free, other = rename(tree, draw)
            rows.append((free, respelled(other, draw)))
        text = answer(exercise, rows, draw)
        found = verdict(name, text)
        assert (found.status, codes(found)) == (Status.CORRECT, []), (text, found)


def refuse(name: str, seed: str, count: int) -> None:
    exercise = EXERCISES[name]
    draw = random.Random(f"slip {name} {seed}")
    while count:
        kind, true, text = with_a_slip(exercise, draw)
        if true:
            continue
        count -= 1
        found = verdict(name, text)
        assert found.status is not Status.CORRECT, (kind, text)


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize("seed", range(5))
def test_an_answer_that_the_oracle_refutes_is_never_correct(
    name: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Mistakes are named after the decision and take most of the time, so that many more can be tried without names.
    monkeypatch.setattr("grader.symbolic.formulas.judge.diagnose", lambda *_: Diagnosis())
    refuse(name, str(seed), 100)


@pytest.mark.parametrize("name", EXERCISES)
def test_naming_the_mistake_makes_no_false_answer_correct(name: str) -> None:
    refuse(name, "named", 50)


def test_the_slips_are_of_many_kinds() -> None:
    draw = random.Random("kinds")
    kinds: dict[str, int] = {}
    for exercise in EXERCISES.values():
        for _ in range(600):
            kind, true, _ = with_a_slip(exercise, draw)
            if not true and " and " not in kind:
                kinds[kind] = kinds.get(kind, 0) + 1
    assert set(kinds) >= {
        "activation doubled",
        "activation dropped",
        "bias lost",
        "bias twice",
        "index replaced",
        "indices swapped",
        "layer changed",
        "operation changed",
        "part dropped",
        "sign",
        "sum dropped",
        "symbol changed",
    }
    assert min(kinds.values()) >= 10
