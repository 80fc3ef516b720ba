"""Check one's own notebook before handing it in."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs
# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.usage import PLAIN, runtime_for, stop
from grader.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.languages import Language
    from grader.result import Result


def check(  # noqa: PLR0913 - one for each option
    notebook: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, metavar="NOTEBOOK", help="The notebook; it is only read."
        ),
    ],
    *,
    exercise: Annotated[
        list[str] | None,
        typer.Option("--exercise", "-e", metavar="ID", help="Tell of this exercise only; may be repeated."),
    ] = None,
    assignment: Annotated[
        str | None,
        typer.Option(
            "--assignment",
            "-a",
            metavar="NAME",
            help="Name of an assignment, or its folder; without it the notebook itself tells.",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", dir_okay=False, metavar="FILE", help="Also write a page to be read in a browser."
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the result for programs, and nothing else.")
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Tell everything: each step, each finding, what was right."),
    ] = False,
    plain: Annotated[bool, typer.Option("--plain", help=PLAIN)] = False,
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="CODE", help="Language: da, en. Without it that of the assignment."),
    ] = None,
) -> None:
    """Check your own notebook before you hand it in.

    It is checked as your hand-in will be, save that hidden inputs are others; what only a person can judge is left to a person.
    Your code runs here, in a process of its own. The notebook is not changed, and nothing is sent anywhere.

    Exit codes: 0 all that is checked now is full; 1 something is not; 2 wrong usage; 3 the notebook cannot be read; 4 the grader
    itself failed.

    \b
    Examples:
      grader check lab1.ipynb
      grader check lab1.ipynb --exercise b -v
      grader check lab2.ipynb --html lab2.html
    """
    from grader.selfcheck.run import exit_code

    if html is not None:
        _keep_notebook(notebook, html)
    try:
        result, spoken = _checked(notebook, assignment, exercise or (), lang)
        if html is not None:
            _write_page(html, result, spoken)
    except KeyboardInterrupt:
        stop("Interrupted.", ExitCode.INTERRUPTED)
    if json:
        from grader.report.store import serialise

        typer.echo(serialise(result), nl=False)
    elif result.status != "graded":
        for finding in result.findings:
            typer.echo(f"{notebook}: {spoken.say(finding.message)}", err=True)
    else:
        _show(result, spoken, plain=plain, verbose=verbose)
        if html is not None:
            typer.echo(f"Page: {html}")
    raise typer.Exit(exit_code(result))


def _keep_notebook(notebook: Path, html: Path) -> None:
    """Go no further where the page would take the place of a notebook."""
    if html.suffix.lower() == ".ipynb" or (html.exists() and html.samefile(notebook)):
        stop("--html names a notebook; choose another file, such as check.html.", ExitCode.USAGE)


def _checked(
    notebook: Path, name: str | None, only: Collection[str], lang: str | None
) -> tuple[Result, Language]:
    """What the student is told, and in which language."""
    from grader.assignment import AssignmentError
    from grader.languages import ENGLISH, LanguageError, language
    from grader.notebook import UnreadableError
    from grader.selfcheck.run import assignment_for, check_submission, unreadable
    from grader.submission import one_file

    submission = one_file(notebook.resolve())  # a link of their own is theirs to follow
    spoken = ENGLISH
    try:
        spoken = language(lang) if lang else ENGLISH
        assignment = assignment_for(notebook, name, submission)
        spoken = language(lang or assignment.spec.language)
        if assignment.runs_code:
            runtime_for(assignment)
        return check_submission(submission, assignment, only), spoken
    except UnreadableError as error:
        return unreadable(submission, error.finding), spoken
    except (AssignmentError, LanguageError) as error:
        stop(str(error), ExitCode.USAGE)


def _write_page(html: Path, result: Result, spoken: Language) -> None:
    from grader.report.files import write_atomically
    from grader.report.student_page import Telling, student_page

    try:
        write_atomically(html, student_page(result, Telling(spoken)))
    except OSError as error:
        stop(f"{html}: {error.strerror}. Choose a folder that can be written.", ExitCode.INPUT)


def _show(result: Result, spoken: Language, *, plain: bool, verbose: bool) -> None:
    from grader.report.terminal import console
    from grader.selfcheck.view import print_check

    print_check(result, console(plain=plain), spoken, plain=plain, verbose=verbose)
