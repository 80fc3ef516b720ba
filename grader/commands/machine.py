"""What this machine can do with students' code."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs
# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

from typing import Annotated

import typer

from grader.commands.usage import mistakes, runtime_for, tier_of
from grader.exit_codes import ExitCode


def doctor(
    assignment: Annotated[
        str | None,
        typer.Argument(
            metavar="ASSIGNMENT", help="Name of an assignment, or its folder.", show_default=False
        ),
    ] = None,
) -> None:
    """Try what students' code must not do, and say what held.

    Where an ASSIGNMENT is given, in the environment in which its code runs. Exit code 0 where everything was refused, so that strangers'
    notebooks can be graded; 1 where it was not.

    \b
    Examples:
      grader doctor
      grader doctor week2
    """
    from grader.assignment import load_assignment
    from grader.doctor import describe

    with mistakes():
        runtime = None if assignment is None else runtime_for(load_assignment(assignment))
    found = tier_of(runtime)
    typer.echo(describe(found))
    raise typer.Exit(ExitCode.DONE if found.walled else ExitCode.FAILED)


def environment(
    assignment: Annotated[
        str, typer.Argument(metavar="ASSIGNMENT", help="Name of an assignment, or its folder.")
    ],
) -> None:
    """Make the environment that an assignment pins for students' code.

    `grade` makes it too, where that is not done; it is made once for all assignments that pin the same.

    \b
    Example:
      grader environment week2
    """
    from grader.assignment import load_assignment
    from grader.checking import environment_of

    with mistakes():
        loaded = load_assignment(assignment)
    pinned = environment_of(loaded)
    if pinned is None:
        typer.echo(
            f"{loaded.name} pins no environment: students' code runs with the grader's own Python and NumPy."
        )
        return
    runtime_for(loaded)
    typer.echo(f"Students' code for {loaded.name} runs in {pinned.folder}: {pinned}")
