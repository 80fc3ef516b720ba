"""Look after assignments."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs
# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations when it runs
from typing import Annotated

import typer

from grader.commands.usage import mistakes, runtime_for
from grader.exit_codes import ExitCode


def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of an assignment, or its folder.")],
) -> None:
    """Prove that an assignment is sound.

    Its references score full marks, and the sheet that students get holds no answer.

    \b
    Example:
      grader assignment check week1
    """
    from grader.assignment import load_assignment
    from grader.proof import prove_assignment

    with mistakes():
        assignment = load_assignment(name)
    if assignment.runs_code:
        runtime_for(assignment)
    problems = prove_assignment(assignment)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        raise typer.Exit(ExitCode.FAILED)
    typer.echo(f"{assignment.name}: {len(assignment.exercises)} exercises, no problem found")


def autograder(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of an assignment, or its folder.")],
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", dir_okay=False, metavar="FILE", help="The zip to write.")
    ],
    trust_students: Annotated[
        bool,
        typer.Option(
            "--trust-students", help="Run students' code also where Gradescope's machine cannot keep it in."
        ),
    ] = False,
) -> None:
    """Make the autograder of an assignment for Gradescope.

    A zip with the grader and the assignment, its references included: upload it as the assignment's autograder there.
    Without --trust-students, students' code runs only behind the wall; else the result says that the grader failed.

    \b
    Example:
      grader assignment autograder week1 --out autograder.zip
    """
    from grader.assignment import load_assignment
    from grader.lms.gradescope import autograder as pack
    from grader.report.files import write_atomically

    with mistakes():
        write_atomically(out, pack(load_assignment(name), trust_students=trust_students))
