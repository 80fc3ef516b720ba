"""The command line of the copy that students get: what it holds is what this imports."""

# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from grader.commands.check import check
from grader.commands.usage import print_version, run

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
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
