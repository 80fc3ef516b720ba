"""What students read: how to install the checker, how to use it, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.schema import Exercise, Spec


def instructions(spec: Spec) -> str:
    """The README of the copy that students get."""
    own = [one for one in spec.exercises if not one.in_sheet]
    decided = [one for one in own if one.kind != "text"]
    read = [one for one in own if one.kind == "text"]
    return f"""# {spec.title}

`{spec.notebook}` is your lab: write your answers into it. The checker beside it tells you what a hand-in would be told, before
you hand in.

## Install

You need Python 3.11 or newer. In this folder:

    python3 -m venv .venv
    .venv/bin/pip install .

{_WINDOWS if spec.runs_code else _WINDOWS_TOO}

## Check

    .venv/bin/grader check {spec.notebook}
    .venv/bin/grader check {spec.notebook} --exercise {own[0].id}

Save the notebook first. It is only read, never changed, and nothing is sent anywhere. `--html check.html` writes a page for
your browser, `--help` lists the rest.

Inside the notebook, where the checker is installed in the Python that runs it:

    %load_ext grader
    %check

## What it says

| | |
|---|---|
| ✓ | right as asked |
| ◐ | partly right: what is off, where, and a question that may help |
| ✗ | wrong |
| – | no answer was found: is it below the heading of its exercise? |
| … | for a person: your teachers read it after you have handed in |
| ! | the checker failed. That is not your fault; tell your teachers |

{_sentences(decided, read)}

A ✓ means that grading will find the same. Inputs are drawn at random there, so that code which only knows the inputs of the checker will not do. The
checker has no answers in it: formulas are tried in random networks, and gradients against the definition of a derivative.
"""


_WINDOWS_TOO = "On Windows it is `py -m venv .venv` and `.venv\\Scripts\\pip install .`; say `.venv\\Scripts\\grader` for `.venv/bin/grader` below."
_WINDOWS = "Your code runs in a process of its own, which needs Linux or macOS; on Windows use the Windows Subsystem for Linux."


def _sentences(decided: Iterable[Exercise], read: Iterable[Exercise]) -> str:
    checked, left = (", ".join(one.id for one in exercises) for exercises in (decided, read))
    return " ".join(
        sentence
        for sentence, said in (
            (
                f"Checked now: {checked}; whatever in them is not read for certain waits for a person, too.",
                checked,
            ),
            (f"Always read by a person: {left}.", left),
        )
        if said
    )
