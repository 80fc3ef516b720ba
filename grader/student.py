"""The command line of the copy that students get: what it holds is what this imports."""

# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from grader.commands.check import check
from grader.commands.usage import command_line, print_version, run

app = command_line()
app.command()(check)


def main() -> NoReturn:
    """Run the command line; exits with an `ExitCode`."""
    run(app)


@app.callback()
def grader(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Check a notebook before it is handed in.

    \b
    Example:
      grader check notebook.ipynb
    """
