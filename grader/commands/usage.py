"""What commands share: answering mistakes with a sentence, and finding what runs students' code."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs

from __future__ import annotations

import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from grader import __version__
from grader.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.numeric import Runtime, SandboxError
    from grader.numeric.probe import Tier


LANG = "Language of the students' pages: the code of a file in grader/languages, or en."
PLAIN = "Print words instead of marks, tables and colours."


@contextmanager
def mistakes() -> Iterator[None]:
    """Answer what a user can put right with a sentence instead of a traceback."""
    from grader.assignment import AssignmentError
    from grader.batch.errors import OtherGraderError, UnwalledError
    from grader.batch.executors import ClusterError
    from grader.batch.secret import SecretError
    from grader.doctor import BELOW_THE_FLOOR
    from grader.languages import LanguageError
    from grader.lms import ExportError
    from grader.report.review import ReviewError
    from grader.report.store import StoreError
    from grader.submission import InputError

    try:
        yield
    except (AssignmentError, LanguageError) as error:
        stop(str(error), ExitCode.USAGE)
    except ClusterError as error:
        stop(f"The cluster cannot be used: {error}", ExitCode.USAGE)
    except OtherGraderError:
        stop(
            "A worker of the cluster runs another grader than this one, so its results could differ. "
            f"Install grader {__version__} from the same sources there.",
            ExitCode.USAGE,
        )
    except UnwalledError:
        stop(f"{BELOW_THE_FLOOR} That is so where a worker runs; see --trust-students.", ExitCode.USAGE)
    except (ExportError, InputError, ReviewError, SecretError, StoreError) as error:
        stop(str(error), ExitCode.INPUT)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        stop(f"{where}{error.strerror or error}. Choose a folder that can be written.", ExitCode.INPUT)


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
