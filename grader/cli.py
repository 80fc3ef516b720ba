"""The command line: which commands there are."""

# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from grader.commands.assignments import autograder
from grader.commands.assignments import check as prove
from grader.commands.check import check
from grader.commands.exporting import export
from grader.commands.grading import diff, grade, report
from grader.commands.machine import doctor, environment
from grader.commands.release import release
from grader.commands.usage import command_line, print_version, run

app = command_line()
assignments = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(assignments, name="assignment", help="Look after assignments.")


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


for command in (check, grade, report, diff, export, release, doctor, environment):
    app.command()(command)
assignments.command("check")(prove)
assignments.command()(autograder)
