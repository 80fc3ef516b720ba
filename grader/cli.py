"""The command line: which commands there are, and what is said where the grader itself fails."""

# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

import io
import sys
import tempfile
import traceback
from typing import Annotated, NoReturn

import typer

from grader import __version__
from grader.commands.assignments import autograder
from grader.commands.assignments import check as prove
from grader.commands.check import check
from grader.commands.exporting import export
from grader.commands.grading import diff, grade, report
from grader.commands.machine import doctor, environment
from grader.commands.usage import stop
from grader.exit_codes import ExitCode

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
assignments = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(assignments, name="assignment", help="Look after assignments.")


def main() -> NoReturn:
    """Run the command line; exits with an `ExitCode`."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter of somebody's name shows a question mark instead of stopping the run.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="grader")
    except Exception as error:  # noqa: BLE001 - the last one who can say something sensible
        with tempfile.NamedTemporaryFile(
            "w", prefix="grader-error-", suffix=".txt", delete=False, encoding="utf-8"
        ) as log:
            traceback.print_exc(file=log)
        stop(
            f"The grader failed: {type(error).__name__}: {error}. That is our fault, not yours. "
            f"Please report it with the file {log.name}",
            ExitCode.INTERNAL,
        )
    sys.exit(ExitCode.DONE)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


@app.callback()
def grader(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Grade the first two labs of a deep-learning course.

    \b
    Your own notebook, before you hand it in:
      grader check lab1.ipynb

    \b
    A class, start to end:
      grader grade submissions/ --assignment week1 --out OUT
      open OUT/index.html, fill in OUT/review.csv
      grader report OUT
      grader export canvas --results OUT --sheet grades.csv --out filled.csv

    Exit codes: 0 done; 1 done, but something failed; 2 wrong usage; 3 the input cannot be read; 4 the grader itself
    failed; 130 interrupted.
    """


for command in (check, grade, report, diff, export, doctor, environment):
    app.command()(command)
assignments.command("check")(prove)
assignments.command()(autograder)
