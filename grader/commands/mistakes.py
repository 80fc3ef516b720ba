"""Answering what a user can put right with a sentence."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader import __version__
from grader.commands.usage import stop
from grader.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator


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
