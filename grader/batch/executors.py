"""Where the work is done: processes on this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import os
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

_AHEAD = 2
"""Submissions sent off for each worker: the next one is there when it has done the last."""


class ClusterError(Exception):
    """The cluster cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Workforce:
    """An executor and how many submissions should be with it at a time."""

    executor: Executor
    ahead: int


def cores() -> int:
    """How many workers this process may keep busy."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def local(workers: int) -> Iterator[Workforce]:
    """So many processes on this machine; they end with the block, at once where it is left by an exception."""
    from grader.batch.pool import Pool  # noqa: PLC0415 - a cluster needs none

    pool = Pool(workers)
    try:
        yield Workforce(pool, _AHEAD * workers)
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def cluster(address: str) -> Iterator[Workforce]:
    """The workers of a Dask cluster whose scheduler is at an address (`tcp://host:8786`).

    Raises:
        ClusterError: Dask is not installed, no scheduler with a worker answers there, or it goes away.

    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ClusterError(
            "--cluster needs Dask: install it with pip install 'grader[cluster]' here and on the workers."
        ) from error
    try:
        client = Client(address, timeout=_SECONDS_TO_ANSWER)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no scheduler answers at {address} ({error}). Start one with `dask scheduler`."
        ) from error
    with client:
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        if not workers:
            raise ClusterError(
                f"the scheduler at {address} has no workers. Start some with `dask worker {address}`."
            )
        executor = client.get_executor(pure=False)
        try:
            yield Workforce(executor, _AHEAD * workers)
        except CancelledError as error:
            # Nobody else cancels what this command asked for.
            raise ClusterError(
                f"the scheduler at {address} went away. What was graded is kept, and the same command goes on."
            ) from error
        except BaseException:
            executor.shutdown(wait=False)
            raise
        executor.shutdown()


_SECONDS_TO_ANSWER = 10.0
