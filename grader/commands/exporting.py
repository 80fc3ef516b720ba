"""Take grades back to a learning platform."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs
# ruff: noqa: D301 - a \b before a paragraph tells the help to keep its lines

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when it runs
from typing import Annotated

import typer

from grader.commands.mistakes import mistakes
from grader.commands.usage import stop
from grader.exit_codes import ExitCode
from grader.lms import Platform


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
    from grader.report.views import language_of, page_of, read_merged
    from grader.solutions import solutions

    _export_usage(lms, sheet, out, feedback)
    with mistakes():
        graded = list(read_merged(results).values())
        loaded = load_assignment(assignment or graded[0].assignment)
        if sheet is None:
            check_results(graded, loaded)
            if len(graded) != 1:
                raise ExportError(
                    f"{results} holds {len(graded)} results; a results.json is about one submission."
                )
            if not dry_run:
                write_atomically(
                    out,
                    serialise(
                        results_json(graded[0], full_marks=loaded.full_marks, language=language_of(results))
                    ),
                )
            return
        shown = solutions(loaded, datetime.now().astimezone().date())
        made = fill(
            lms,
            graded,
            loaded,
            sheet.read_bytes(),
            column=column,
            pending=pending,
            feedback=partial(page_of, results, solutions=shown) if feedback is not None else None,
            language=language_of(results),
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
            stop(
                "Gradescope takes no sheet and no feedback files: leave out --sheet and --feedback.",
                ExitCode.USAGE,
            )
    elif sheet is None:
        stop(f"Download the grade sheet from {lms.capitalize()} and name it with --sheet.", ExitCode.USAGE)
    files = [path.resolve() for path in (sheet, out, feedback) if path is not None]
    if len(files) != len(set(files)):
        stop("--sheet, --out and --feedback must be different files.", ExitCode.USAGE)
