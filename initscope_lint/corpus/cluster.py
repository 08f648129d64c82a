"""Projects as tasks of Dask distributed, which gives those of a worker that died to another one."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from initscope_lint import __version__
from initscope_lint.corpus.sources import CannotFetch
from initscope_lint.corpus.task import Record, lint

CONNECTING = 30.0
"""Seconds after which a scheduler that does not answer is none."""


_NAME = "initscope-lint"
"""What the names of the tasks begin with, in the scheduler's own views."""


class NoCluster(Exception):
    """Dask is not installed, or the scheduler is not there."""


def lint_all(
    sources: Sequence[str], options: Sequence[str], *, scheduler: str | None, retries: int, time_limit: float
) -> Iterator[Record]:
    """Lint projects as tasks and give their records as they come, one of each.

    ``scheduler`` is the address of one; without it the tasks run in threads of this process, as many as there are
    cores. A task that fails is run again up to ``retries`` times, and one whose worker dies by another worker.

    Raises NoCluster.
    """
    try:
        dask: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise NoCluster(f"there is no {error.name}: pip install 'initscope-lint[cluster]'") from error
    with contextlib.ExitStack() as stack:
        try:
            # In threads: each task waits for a process of its own.
            cluster = scheduler or stack.enter_context(
                dask.LocalCluster(
                    n_workers=1,
                    threads_per_worker=os.cpu_count(),
                    processes=False,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,  # what fails is in the records
                )
            )
            client = stack.enter_context(dask.Client(cluster, timeout=CONNECTING))
        except (OSError, ValueError) as error:
            raise NoCluster(f"cannot connect to the scheduler {scheduler}: {error}") from error
        run = uuid.uuid4().hex  # Others may lint the same with this scheduler.
        futures = {
            client.submit(lint, source, options, time_limit, key=f"{_NAME}-{run}-{number}", retries=retries): source
            for number, source in enumerate(sources)
        }
        for future in dask.as_completed(futures):
            if future.cancelled():
                raise NoCluster(f"the scheduler {scheduler} is gone; run again to go on")
            source, failure = futures.pop(future), future.exception()
            if failure is None:
                yield future.result()
            else:
                yield Record(source, __version__, list(options), 0.0, None, _said(failure))


def _said(error: BaseException) -> str:
    return str(error) if isinstance(error, CannotFetch) else f"{type(error).__name__}: {error}".splitlines()[0]
