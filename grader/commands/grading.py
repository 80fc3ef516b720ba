"""Grade a class, make its views anew, compare two gradings."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs
# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

import shlex
from datetime import datetime
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from grader.commands.mistakes import mistakes
from grader.commands.usage import LANG, PLAIN, command, keep_in, runtime_for, stop
from grader.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from rich.console import Console

    from grader.batch.executors import Workforce
    from grader.batch.grade_class import ClassRun
    from grader.batch.selection import Shard
    from grader.submission import Found


class Only(StrEnum):
    """Which part of a class is graded again."""

    FAILED = "failed"


def grade(  # noqa: PLR0913 - one for each option
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
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="CODE", help=f"{LANG} Without it as the assignment says."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print problems only.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help=PLAIN)] = False,
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
    from grader.batch.job import Job
    from grader.batch.lock import locked
    from grader.batch.secret import load_secret
    from grader.batch.selection import failed_before
    from grader.intake.handed_in import handed_in
    from grader.languages import language
    from grader.lms.roster import read_ids, read_roster
    from grader.report.class_record import write_class
    from grader.report.store import Store
    from grader.report.terminal import console, print_class
    from grader.report.views import check_out, write_views
    from grader.solutions import solutions

    part = _shard(shard)
    with mistakes():
        loaded = load_assignment(assignment)
        spoken = language(lang or loaded.spec.language)
        if loaded.runs_code and cluster is None:
            keep_in(runtime_for(loaded), trust_students=trust_students)
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
            job = Job.of(loaded, secret=load_secret(), trust_students=trust_students, language=spoken.code)
            chosen = failed_before(found, out) if only else found
            if part:
                chosen = tuple(one for one in chosen if part.has(one.key))
            run = ClassRun(job, loaded, out, decisions, fresh=fresh or only is not None)
            kept = _run(
                run,
                chosen,
                _workforce(cluster, workers, len(chosen)),
                console(stderr=True, quiet=quiet, plain=plain),
            )
            if kept and not quiet:
                typer.echo(
                    f"{kept} of {run.done} had not changed and were not graded again (--fresh grades all)."
                )
            # Every shard sees the whole class and writes the same record.
            write_class(out, everyone.record.model_copy(update={"language": spoken.code}))
            if part:
                typer.echo(
                    f"Shard {shard} is done. When all are, make the pages: grader report {shlex.quote(str(out))}"
                )
                raise typer.Exit
            gone = Store(out).retire({one.key for one in found})
            if gone:
                typer.echo(
                    f"{len(gone)} of an earlier run are not in {submissions} and were moved to {out / 'stale'}."
                )
            seen = write_views(out, solutions=solutions(loaded, _today()))
    again = command(
        "grade",
        submissions,
        **{"--assignment": assignment, "--out": out, "--roster": roster, "--ids": ids, "--cluster": cluster},
        **{"--lang": lang},
        **{"--trust-students": trust_students, "--only": Only.FAILED},
    )
    print_class(seen, out, console(quiet=quiet, plain=plain), plain=plain, again=again)
    if quiet:
        for problem in seen.problems:
            typer.echo(f"{problem.code}: {problem.message} ({len(problem.names)})", err=True)
    raise typer.Exit(ExitCode.FAILED if seen.failed else ExitCode.DONE)


def _run(
    run: ClassRun, chosen: Sequence[Found], where: AbstractContextManager[Workforce], progress: Console
) -> int:
    """Grade, and show it; says what is kept where Ctrl-C ends it.

    Returns:
        How many had not changed since an earlier run.

    """
    from grader.batch.interrupt import ctrl_c_noticed
    from grader.report.terminal import track

    kept = 0
    try:
        with ctrl_c_noticed() as check, where as workforce:
            for outcome in track(run.grade(chosen, workforce), len(chosen), progress):
                kept += outcome.kept
                check()
    except KeyboardInterrupt:
        stop(
            f"Interrupted: {run.done} of {len(chosen)} are graded and kept in {run.out / 'results'}. "
            "The same command goes on from there.",
            ExitCode.INTERRUPTED,
        )
    return kept


def _today() -> date:
    return datetime.now().astimezone().date()


def _shard(text: str | None) -> Shard | None:
    from grader.batch.selection import Shard

    if text is None:
        return None
    try:
        return Shard.parse(text)
    except ValueError as error:
        stop(str(error), ExitCode.USAGE)


def _workforce(
    address: str | None, workers: int | None, submissions: int
) -> AbstractContextManager[Workforce]:
    """Where the work is done; never more workers here than there are submissions."""
    from grader.batch.executors import cluster, cores, local

    if address is not None:
        return cluster(address)
    return local(max(1, min(workers or cores(), submissions)))


def report(
    out: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, metavar="OUT", help="The folder that `grader grade` wrote."
        ),
    ],
    *,
    assignment: Annotated[
        str | None,
        typer.Option(
            "--assignment",
            "-a",
            metavar="NAME",
            help="Where pages show solutions and it is not found by the name in the results.",
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="CODE", help=f"{LANG} Without it the one that they were made in."),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help=PLAIN)] = False,
) -> None:
    """Make tables and pages anew from decisions.

    Nothing is graded. In OUT/review.csv fill in `points` (from 0 to max_points) and, if you like, `comment`; leave the other columns alone.

    \b
    Example:
      grader report OUT
    """
    from grader.batch.lock import locked
    from grader.languages import language
    from grader.report.store import Store
    from grader.report.terminal import console, print_class
    from grader.report.views import write_views
    from grader.solutions import solutions_for

    with mistakes(), locked(out):
        shown = solutions_for(Store(out).values(), assignment, _today())
        seen = write_views(out, language(lang) if lang else None, solutions=shown)
    print_class(seen, out, console(plain=plain), plain=plain)


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

    with mistakes():
        found = changes(read_merged(old), read_merged(new))
        if csv is not None:
            write_changes(csv, found)
    print_changes(found, Console())
