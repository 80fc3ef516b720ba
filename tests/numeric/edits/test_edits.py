"""No edit of a right function that loops over single numbers call wrong is called right, and no right one is refused."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from grader.numeric import CodeCell, Place, Session, check_functions
from grader.result import REMARKS, Status, Verdict
from grader.schema import Exercise, Function
from tests.numeric.edits.oracle import ACTIVATIONS, Judgement, judge
from tests.numeric.edits.solutions import HELPERS, SOLUTIONS
from tests.numeric.edits.writer import edits
from tests.numeric.solutions import QUICK, SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 40
"""Edits in one process: each stands in a cell of its own, and the exercise's own cell counts."""

SAMPLE = None if os.environ.get("EVERY_EDIT") else 400
"""How many edits are tried; with EVERY_EDIT set, all."""


@dataclass(frozen=True)
class Edit:
    """A function, what was done to it, and its source then."""

    name: str
    label: str
    source: str


def all_edits() -> list[Edit]:
    return [Edit(name, *edit) for name, source in SOLUTIONS for edit in edits(source)]


EDITS = all_edits()
CHOSEN = EDITS if SAMPLE is None else random.Random(4).sample(EDITS, SAMPLE)


def groups() -> Iterator[list[Edit]]:
    """Edits of one function each, for another function might call it."""
    for name in dict(SOLUTIONS):
        same = [edit for edit in CHOSEN if edit.name == name]
        yield from (same[n : n + AT_ONCE] for n in range(0, len(same), AT_ONCE))


def names_of(source: str) -> dict[str, Any]:
    """The names that a piece of our own code defines, over the given functions."""
    names: dict[str, Any] = {}
    exec(HELPERS, names)  # noqa: S102
    exec(source, names)  # noqa: S102
    return names


def judged(group: list[Edit]) -> list[Verdict]:
    """What the grader says of edits, all asked in one process."""
    cells = [CodeCell(0, HELPERS), *(CodeCell(n, edit.source) for n, edit in enumerate(group, start=1))]
    with Session(cells, QUICK) as session:
        return [
            check_functions(exercise_of(edit.name), session, frozenset({n}), SEED, others_than(n, group))
            for n, edit in enumerate(group, start=1)
        ]


def others_than(cell: int, group: list[Edit]) -> frozenset[tuple[str, Place]]:
    """The edits in other cells, as what counts no more than a placeholder: none may stand in for the one that is asked."""
    return frozenset(
        (edit.name, Place(n, line))
        for n, edit in enumerate(group, start=1)
        for line, text in enumerate(edit.source.split("\n"), start=1)
        if n != cell and text.startswith(f"def {edit.name}(")
    )


def exercise_of(name: str) -> Exercise:
    check = "activation" if name in ACTIVATIONS else name
    return Exercise(id="x", kind="function", title="x", functions=(Function(name=name, check=check),))


def agrees(verdict: Verdict, judgement: Judgement) -> bool:
    """Whether a verdict is what loops say."""
    findings = {finding.code for finding in verdict.findings} - REMARKS
    if judgement == "wrong":
        return verdict.status is not Status.CORRECT
    if judgement == "right":
        return verdict.status is Status.CORRECT and not findings
    return verdict.status is Status.PARTIAL and findings == {judgement}


@pytest.mark.parametrize("group", list(groups()), ids=lambda group: group[0].name)
def test_no_wrong_edit_is_called_right_and_no_right_one_is_refused(group: list[Edit]) -> None:
    verdicts = judged(group)
    found = [judge(edit.name, names_of(edit.source)[edit.name]) for edit in group]
    bad = [
        f"{edit.name}, {edit.label}\n{edit.source}\nloops: {judgement}, grader: {verdict.status} {[f.message for f in verdict.findings]}"
        for edit, verdict, judgement in zip(group, verdicts, found, strict=True)
        if not agrees(verdict, judgement)
    ]
    assert not bad, "\n\n".join(bad)


def test_the_solutions_are_right_for_both() -> None:
    originals = [Edit(name, "as it is", source) for name, source in SOLUTIONS]
    assert [judge(edit.name, names_of(edit.source)[edit.name]) for edit in originals] == ["right"] * len(
        originals
    )
    assert {verdict.status for edit in originals for verdict in judged([edit])} == {Status.CORRECT}


def test_there_are_edits_of_every_kind_and_enough_of_them() -> None:
    assert len(CHOSEN) >= 300
    assert {edit.label.partition(":")[0] for edit in CHOSEN} >= {
        "operator", "sign", "number", "not transposed", "index", "name", "statement left out", "pair", "option",
    }  # fmt: skip
    assert {edit.name for edit in CHOSEN} == {name for name, _ in SOLUTIONS}
