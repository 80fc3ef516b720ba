"""Make the copy of the grader that students get."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs
# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations when it runs
from typing import Annotated

import typer

from grader.commands.mistakes import mistakes
from grader.commands.usage import stop
from grader.exit_codes import ExitCode


def release(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of an assignment, or its folder.")],
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", file_okay=False, metavar="DIR", help="The folder to make; it must be new or empty."
        ),
    ],
) -> None:
    """Make what students get: the sheet, and a checker without answers.

    The folder installs with pip and works alone. It holds no reference, no solution and no backward pass; what is checked
    gets the status there that grading gives.

    \b
    Example:
      grader release week1 --out week1-students
    """
    from grader.assignment import load_assignment
    from grader.release.write import ReleaseError, write_release

    with mistakes():
        assignment = load_assignment(name)
        try:
            files = write_release(assignment, out)
        except ReleaseError as error:
            stop(str(error), ExitCode.USAGE)
    typer.echo(f"{out}: {files} files for students. Try it as they will: its README.md says how.")
