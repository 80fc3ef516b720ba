"""What commands share: running a command line, stopping with a sentence, and finding what runs students' code."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs

from __future__ import annotations

import io
import shlex
import sys
import tempfile
import traceback
from typing import TYPE_CHECKING, NoReturn

import typer

from grader import __version__
from grader.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.numeric import Runtime, SandboxError
    from grader.numeric.probe import Tier


LANG = "Language of the students' pages: the code of a file in grader/languages, or en."
PLAIN = "Print words instead of marks, tables and colours."


def command_line() -> typer.Typer:
    """A command line to which commands are added; `run` runs it."""
    return typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def run(app: typer.Typer) -> NoReturn:
    """Run a command line; exits with an `ExitCode`, and says so where the grader itself fails."""
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


def print_version(asked: bool) -> None:
    """The option `--version`: say which grader this is, and no more."""
    if asked:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


def stop(message: str, code: ExitCode) -> NoReturn:
    typer.echo(message, err=True)
    raise SystemExit(code)


def command(name: str, argument: Path, **options: object) -> str:
    """A command that can be pasted into a shell; options that are not given are left out."""
    words = ["grader", name, str(argument)]
    for option, value in options.items():
        if value is True:
            words.append(option)
        elif value:
            words += [option, str(value)]
    return shlex.join(words)


def runtime_for(assignment: Assignment) -> Runtime | None:
    """What runs students' code; says so before it is made."""
    from grader.checking import environment_of, runtime_of
    from grader.numeric import SandboxError

    try:
        pinned = environment_of(assignment)
        if pinned is not None and not pinned.ready:
            typer.echo(
                f"Making the environment for students' code in {pinned.folder}: {pinned}. "
                "Packages are downloaded; this is done once and may take some minutes.",
                err=True,
            )
        return runtime_of(assignment)
    except SandboxError as error:
        _cannot_run(error)


def keep_in(runtime: Runtime | None, *, trust_students: bool) -> None:
    """Go no further where students' code cannot be kept in, unless they are trusted; then say so."""
    from grader.doctor import BELOW_THE_FLOOR

    if tier_of(runtime).walled:
        return
    if not trust_students:
        stop(
            f"{BELOW_THE_FLOOR} Nothing was graded. `grader doctor` shows what was tried; "
            "if you trust these students with all that, add --trust-students.",
            ExitCode.USAGE,
        )
    typer.echo(f"{BELOW_THE_FLOOR} You trust these students (--trust-students).", err=True)


def tier_of(runtime: Runtime | None) -> Tier:
    """How students' code is kept in here."""
    from grader.numeric import SandboxError
    from grader.numeric.probe import tier

    try:
        return tier(runtime)
    except SandboxError as error:
        _cannot_run(error)


def _cannot_run(error: SandboxError) -> NoReturn:
    stop(f"Students' code cannot be run on this machine: {error}", ExitCode.INTERNAL)
