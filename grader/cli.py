"""The command line. Commands import what they need when they run, so that help and mistakes answer at once."""

# ruff: noqa: PLC0415 - see above
# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

import io
import shlex
import sys
import tempfile
import traceback
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from grader import __version__
from grader.exit_codes import ExitCode
from grader.lms import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from grader.assignment import Assignment
    from grader.batch.executors import Workforce
    from grader.batch.selection import Shard
    from grader.numeric import Runtime, SandboxError
    from grader.numeric.probe import Tier

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
assignments = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(assignments, name="assignment", help="Look after assignments.")


_PLAIN = "Print words instead of marks, tables and colours."


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
        _stop(
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
    A class, start to end:
      grader grade submissions/ --assignment week1 --out OUT
      open OUT/index.html, fill in OUT/review.csv
      grader report OUT
      grader export canvas --results OUT --sheet grades.csv --out filled.csv

    Exit codes: 0 done; 1 done, but something failed; 2 wrong usage; 3 the input cannot be read; 4 the grader itself
    failed; 130 interrupted.
    """


class Only(StrEnum):
    """Which part of a class is graded again."""

    FAILED = "failed"


@app.command()
def grade(  # noqa: PLR0913, PLR0915 - one for each option
    submissions: Annotated[
        Path,
        typer.Argument(
            exists=True,
            metavar="SUBMISSIONS",
            help="A folder of notebooks, one notebook, or what the learning platform lets you download (zip or unpacked).",
        ),
    ],
    *,
    assignment: Annotated[
        str, typer.Option("--assignment", "-a", metavar="NAME", help="Name of an assignment, or its folder.")
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="OUT", file_okay=False, help="Folder for results and reports."),
    ],
    roster: Annotated[
        Path | None,
        typer.Option(
            "--roster",
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="Who is in the class: CSV with id (name, group, extension), or a list that the platform exports.",
        ),
    ] = None,
    ids: Annotated[
        Path | None,
        typer.Option(
            "--ids",
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="CSV with handed_in and id: who is behind a name that the roster does not know.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-w", min=1, help="Processes that grade; without it one for each core."),
    ] = None,
    only: Annotated[
        Only | None, typer.Option("--only", help="Grade again only what could not be graded the last time.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Grade everything, also what has not changed since the last run.")
    ] = False,
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard", metavar="i/n", help="Grade one part of n, as in a job array; then run `grader report`."
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", metavar="ADDRESS", help="Let the workers of a Dask cluster grade (tcp://host:8786)."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print problems only.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help=_PLAIN)] = False,
    trust_students: Annotated[
        bool,
        typer.Option(
            "--trust-students",
            help="Run students' code also where this machine cannot keep it in; see doctor.",
        ),
    ] = False,
) -> None:
    """Grade a class of notebooks.

    Writes results, tables, a page for the class, one for every student, and a list of what waits for a person. Run it
    again at any time: only what has changed is graded, and what people decided in OUT/review.csv is kept as long as
    the answer stays the same.

    \b
    Examples:
      grader grade submissions/ --assignment week1 --out OUT
      grader grade s001.ipynb --assignment ./my-assignment --out OUT
      grader grade "HW1 Download.zip" -a week1 -o OUT --roster gradebook.csv
      grader grade submissions/ -a week2 -o OUT --only failed
    """
    from grader.assignment import load_assignment
    from grader.batch.grade_class import ClassRun
    from grader.batch.interrupt import ctrl_c_noticed
    from grader.batch.job import Job
    from grader.batch.lock import locked
    from grader.batch.secret import load_secret
    from grader.batch.selection import failed_before
    from grader.intake.handed_in import handed_in
    from grader.lms.roster import read_ids, read_roster
    from grader.report.class_record import write_class
    from grader.report.store import Store
    from grader.report.terminal import console, print_class, track
    from grader.report.views import check_out, write_views

    part = _shard(shard)
    with _mistakes():
        loaded = load_assignment(assignment)
        if loaded.runs_code and cluster is None:
            _keep_in(_runtime(loaded), trust_students=trust_students)
        people = None if roster is None else read_roster(roster.read_bytes())
        meant = None if ids is None else read_ids(ids.read_bytes())
        with (
            handed_in(submissions, loaded, people, meant) as everyone,
            locked(out, shared=part is not None),
        ):
            found = everyone.found
            if not quiet:
                for sentence in everyone.record.told:
                    typer.echo(sentence, err=True)
            decisions = check_out(out, loaded.name)
            job = Job.of(loaded, secret=load_secret(), trust_students=trust_students)
            chosen = failed_before(found, out) if only else found
            if part:
                chosen = tuple(one for one in chosen if part.has(one.key))
            run = ClassRun(job, loaded, out, decisions, fresh=fresh or only is not None)
            kept = 0
            try:
                with ctrl_c_noticed() as check, _workforce(cluster, workers, len(chosen)) as workforce:
                    running = run.grade(chosen, workforce)
                    for outcome in track(
                        running, len(chosen), console(stderr=True, quiet=quiet, plain=plain)
                    ):
                        kept += outcome.kept
                        check()
            except KeyboardInterrupt:
                _stop(
                    f"Interrupted: {run.done} of {len(chosen)} are graded and kept in {out / 'results'}. "
                    "The same command goes on from there.",
                    ExitCode.INTERRUPTED,
                )
            if kept and not quiet:
                typer.echo(
                    f"{kept} of {run.done} had not changed and were not graded again (--fresh grades all)."
                )
            if part:
                typer.echo(
                    f"Shard {shard} is done. When all are, make the pages: grader report {shlex.quote(str(out))}"
                )
                raise typer.Exit
            write_class(out, everyone.record)
            gone = Store(out).retire({one.key for one in found})
            if gone:
                typer.echo(
                    f"{len(gone)} of an earlier run are not in {submissions} and were moved to {out / 'stale'}."
                )
            seen = write_views(out)
    again = _command(
        "grade",
        submissions,
        **{"--assignment": assignment, "--out": out, "--roster": roster, "--ids": ids, "--cluster": cluster},
        **{"--trust-students": trust_students, "--only": Only.FAILED},
    )
    print_class(seen, out, console(quiet=quiet, plain=plain), plain=plain, again=again)
    if quiet:
        for problem in seen.problems:
            typer.echo(f"{problem.code}: {problem.message} ({len(problem.names)})", err=True)
    raise typer.Exit(ExitCode.FAILED if seen.failed else ExitCode.DONE)


def _command(name: str, argument: Path, **options: object) -> str:
    """A command that can be pasted into a shell; options that are not given are left out."""
    words = ["grader", name, str(argument)]
    for option, value in options.items():
        if value is True:
            words.append(option)
        elif value:
            words += [option, str(value)]
    return shlex.join(words)


def _shard(text: str | None) -> Shard | None:
    from grader.batch.selection import Shard

    if text is None:
        return None
    try:
        return Shard.parse(text)
    except ValueError as error:
        _stop(str(error), ExitCode.USAGE)


def _workforce(
    address: str | None, workers: int | None, submissions: int
) -> AbstractContextManager[Workforce]:
    """Where the work is done; never more workers here than there are submissions."""
    from grader.batch.executors import cluster, cores, local

    if address is not None:
        return cluster(address)
    return local(max(1, min(workers or cores(), submissions)))


@app.command()
def report(
    out: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, metavar="OUT", help="The folder that `grader grade` wrote."
        ),
    ],
    *,
    plain: Annotated[bool, typer.Option("--plain", help=_PLAIN)] = False,
) -> None:
    """Make tables and pages anew from decisions.

    Nothing is graded. In OUT/review.csv fill in `points` (from 0 to max_points) and, if you like, `comment`; leave the other columns alone.

    \b
    Example:
      grader report OUT
    """
    from grader.batch.lock import locked
    from grader.report.terminal import console, print_class
    from grader.report.views import write_views

    with _mistakes(), locked(out):
        seen = write_views(out)
    print_class(seen, out, console(plain=plain), plain=plain)


@app.command()
def diff(
    old: Annotated[
        Path,
        typer.Argument(exists=True, file_okay=False, metavar="OLD", help="What `grader grade` wrote before."),
    ],
    new: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, metavar="NEW", help="What it wrote afterwards.")
    ],
    *,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", dir_okay=False, help="Write all changes as a table, too."),
    ] = None,
) -> None:
    """Tell who got other marks, by how much, and why.

    Keep a copy of OUT, change the rubric, grade again and compare. What people decided counts on both sides.

    \b
    Example:
      cp -r OUT OUT-before
      grader grade submissions/ --assignment week1 --out OUT
      grader diff OUT-before OUT
    """
    from rich.console import Console

    from grader.report.changes import changes
    from grader.report.changes_view import print_changes, write_changes
    from grader.report.views import read_merged

    with _mistakes():
        found = changes(read_merged(old), read_merged(new))
        if csv is not None:
            write_changes(csv, found)
    print_changes(found, Console())


@app.command()
def export(  # noqa: PLR0913 - the options of one command
    lms: Annotated[Platform, typer.Argument(metavar="LMS", help="The learning platform.")],
    *,
    results: Annotated[
        Path,
        typer.Option(
            exists=True, file_okay=False, metavar="OUT", help="The folder that `grader grade` wrote."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", dir_okay=False, metavar="FILE", help="The file to write.")
    ],
    sheet: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="DOWNLOADED",
            help="The grade sheet, as downloaded from the LMS.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change and write nothing.")
    ] = False,
    column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Heading of the column with the points, where there are several."),
    ] = None,
    feedback: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            metavar="FILE",
            help="Also write the zip of students' pages that the LMS takes back: brightspace, canvas, moodle.",
        ),
    ] = None,
    pending: Annotated[
        bool,
        typer.Option(
            "--pending", help="Totals count that are not final: what waits for a person is 0 for now."
        ),
    ] = False,
    assignment: Annotated[
        str | None,
        typer.Option(
            "--assignment", "-a", metavar="NAME", help="Where it is not found by the name in the results."
        ),
    ] = None,
) -> None:
    """Fill in the grade sheet of a learning platform.

    Students are found by id, never by name. Only grades and our own feedback change; who has no final total stays as
    the sheet has it. Exit code 1 where a graded student is not in the sheet.

    Gradescope takes no sheet: FILE is its results.json, of the one submission in OUT. `grader assignment autograder`
    makes what grades there.

    \b
    Examples:
      grader export canvas --results OUT --sheet grades.csv --out filled.csv --dry-run
      grader export brightspace --results OUT --sheet export.csv --out import.csv --feedback feedback.zip
      grader export gradescope --results OUT --out results.json
    """
    from grader.assignment import load_assignment
    from grader.lms import ExportError
    from grader.lms.export import check_results, preview
    from grader.lms.export import export as fill
    from grader.lms.gradescope import results_json, serialise
    from grader.report.files import write_atomically
    from grader.report.views import page_of, read_merged

    _export_usage(lms, sheet, out, feedback)
    with _mistakes():
        graded = list(read_merged(results).values())
        loaded = load_assignment(assignment or graded[0].assignment)
        if sheet is None:
            check_results(graded, loaded)
            if len(graded) != 1:
                raise ExportError(
                    f"{results} holds {len(graded)} results; a results.json is about one submission."
                )
            if not dry_run:
                write_atomically(out, serialise(results_json(graded[0], full_marks=loaded.full_marks)))
            return
        made = fill(
            lms,
            graded,
            loaded,
            sheet.read_bytes(),
            column=column,
            pending=pending,
            feedback=partial(page_of, results) if feedback is not None else None,
        )
        for line in preview(made, sheet.name):
            typer.echo(line)
        if not dry_run:
            write_atomically(out, made.filled.data)
            if feedback is not None and made.feedback is not None:
                write_atomically(feedback, made.feedback)
    raise typer.Exit(ExitCode.FAILED if made.filled.absent else ExitCode.DONE)


def _export_usage(lms: Platform, sheet: Path | None, out: Path, feedback: Path | None) -> None:
    """Go no further where the files are not those that the platform needs, or one would overwrite another."""
    if lms is Platform.GRADESCOPE:
        if sheet or feedback:
            _stop(
                "Gradescope takes no sheet and no feedback files: leave out --sheet and --feedback.",
                ExitCode.USAGE,
            )
    elif sheet is None:
        _stop(f"Download the grade sheet from {lms.capitalize()} and name it with --sheet.", ExitCode.USAGE)
    files = [path.resolve() for path in (sheet, out, feedback) if path is not None]
    if len(files) != len(set(files)):
        _stop("--sheet, --out and --feedback must be different files.", ExitCode.USAGE)


@app.command()
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

    with _mistakes():
        runtime = None if assignment is None else _runtime(load_assignment(assignment))
    found = _tier(runtime)
    typer.echo(describe(found))
    raise typer.Exit(ExitCode.DONE if found.walled else ExitCode.FAILED)


@app.command()
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

    with _mistakes():
        loaded = load_assignment(assignment)
    pinned = environment_of(loaded)
    if pinned is None:
        typer.echo(
            f"{loaded.name} pins no environment: students' code runs with the grader's own Python and NumPy."
        )
        return
    _runtime(loaded)
    typer.echo(f"Students' code for {loaded.name} runs in {pinned.folder}: {pinned}")


def _runtime(assignment: Assignment) -> Runtime | None:
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


def _keep_in(runtime: Runtime | None, *, trust_students: bool) -> None:
    """Go no further where students' code cannot be kept in, unless they are trusted; then say so."""
    from grader.doctor import BELOW_THE_FLOOR

    if _tier(runtime).walled:
        return
    if not trust_students:
        _stop(
            f"{BELOW_THE_FLOOR} Nothing was graded. `grader doctor` shows what was tried; "
            "if you trust these students with all that, add --trust-students.",
            ExitCode.USAGE,
        )
    typer.echo(f"{BELOW_THE_FLOOR} You trust these students (--trust-students).", err=True)


def _tier(runtime: Runtime | None) -> Tier:
    """How students' code is kept in here."""
    from grader.numeric import SandboxError
    from grader.numeric.probe import tier

    try:
        return tier(runtime)
    except SandboxError as error:
        _cannot_run(error)


def _cannot_run(error: SandboxError) -> NoReturn:
    _stop(f"Students' code cannot be run on this machine: {error}", ExitCode.INTERNAL)


@assignments.command()
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

    with _mistakes():
        assignment = load_assignment(name)
    if assignment.runs_code:
        _runtime(assignment)
    problems = prove_assignment(assignment)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        raise typer.Exit(ExitCode.FAILED)
    typer.echo(f"{assignment.name}: {len(assignment.exercises)} exercises, no problem found")


@assignments.command()
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

    with _mistakes():
        write_atomically(out, pack(load_assignment(name), trust_students=trust_students))


@contextmanager
def _mistakes() -> Iterator[None]:
    """Answer what a user can put right with a sentence instead of a traceback."""
    from grader.assignment import AssignmentError
    from grader.batch.errors import OtherGraderError, UnwalledError
    from grader.batch.executors import ClusterError
    from grader.batch.secret import SecretError
    from grader.doctor import BELOW_THE_FLOOR
    from grader.lms import ExportError
    from grader.report.review import ReviewError
    from grader.report.store import StoreError
    from grader.submission import InputError

    try:
        yield
    except AssignmentError as error:
        _stop(str(error), ExitCode.USAGE)
    except ClusterError as error:
        _stop(f"The cluster cannot be used: {error}", ExitCode.USAGE)
    except OtherGraderError:
        _stop(
            "A worker of the cluster runs another grader than this one, so its results could differ. "
            f"Install grader {__version__} from the same sources there.",
            ExitCode.USAGE,
        )
    except UnwalledError:
        _stop(f"{BELOW_THE_FLOOR} That is so where a worker runs; see --trust-students.", ExitCode.USAGE)
    except (ExportError, InputError, ReviewError, SecretError, StoreError) as error:
        _stop(str(error), ExitCode.INPUT)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _stop(f"{where}{error.strerror or error}. Choose a folder that can be written.", ExitCode.INPUT)


def _stop(message: str, code: ExitCode) -> NoReturn:
    typer.echo(message, err=True)
    raise SystemExit(code)
