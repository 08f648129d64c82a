"""Tasks done by several processes, or by this one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from initscope_lint.runner.project import Project
from initscope_lint.runner.tasks import Result, Task, Worker
from initscope_lint.runner.world import World

_FEW = 24
"""So many tasks for a process are done before another one would have begun."""


def processors() -> int:
    """How many processes can run at the same time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def can_copy() -> bool:
    """Whether there are processes that are copies of this one."""
    return hasattr(os, "fork")


def do_all(project: Project, world: World, tasks: Sequence[Task], jobs: int | None) -> Iterator[tuple[Task, Result]]:
    """Do tasks, and yield what came of each as soon as it is there; ``jobs`` is None for as many as pays."""
    jobs = min(processors(), len(tasks) // _FEW) if jobs is None else min(jobs, len(tasks))
    if jobs <= 1 or not can_copy() or not project.has_text_names():  # what processes tell each other is text
        worker = Worker(project, world)
        yield from ((task, worker.do(task)) for task in tasks)
        return
    if any(task.kind == "run" for task in tasks):
        import initscope_lint.runner.units  # noqa: F401 - once for all copies
    from initscope_lint.runner.pool import Pool  # which takes long to import for a run that needs none

    pool = Pool(project, world, tasks)
    try:
        for _ in range(jobs):
            pool.start()
        yield from pool.results()
    finally:
        pool.end()
