"""Processes that do tasks.

The processes are copies of this one, made when it knows the files and their imports. Each does one task at a time and
sends what came of it through a pipe. One that dies costs only its task; when this process goes away, they do too.
Each leads a process group, so that whatever it has started ends with it; an interrupt is for this process alone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import msgspec

from initscope_lint.runner.project import Project
from initscope_lint.runner.tasks import Failure, Learnt, Result, Task, Worker, learn
from initscope_lint.runner.world import World
from initscope_lint.source.error import SourceError
from initscope_lint.source.interrupts import undisturbed

_RUN = 8
"""So many neighbours, which import much of the same, go to the same process."""


class _Message(msgspec.Struct, frozen=True):
    result: Result
    learnt: Learnt


class Pool:
    """Processes that do tasks."""

    def __init__(self, project: Project, world: World, tasks: Sequence[Task]) -> None:
        self._project = project
        self._world = world
        self._waiting = deque(tasks[at : at + _RUN] for at in range(0, len(tasks), _RUN))
        self._processes: dict[Connection, BaseProcess] = {}
        self._mine: dict[Connection, deque[Task]] = {}

    @undisturbed()
    def start(self) -> None:
        """Start one more process."""
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe()
        others = [*self._processes, here]
        process = context.Process(target=_serve, args=(there, others, self._project, self._world), daemon=True)
        process.start()
        there.close()
        self._processes[here] = process
        self._mine[here] = deque()
        self._give(here)

    def results(self) -> Iterator[tuple[Task, Result]]:
        """Yield what comes of the tasks."""
        decoder = msgspec.msgpack.Decoder(_Message)
        while self._processes:
            for ready in wait([*self._processes]):
                assert isinstance(ready, Connection)
                task = self._mine[ready][0]
                try:
                    message = decoder.decode(ready.recv_bytes())
                except (EOFError, OSError):
                    yield task, self._lost(ready, task)
                    continue
                self._mine[ready].popleft()
                learn(self._project, self._world, message.learnt)
                self._give(ready)
                yield task, message.result

    @undisturbed()
    def end(self) -> None:
        """End all processes at once, whatever they do."""
        for process in self._processes.values():
            assert process.pid is not None
            with contextlib.suppress(OSError):  # it has ended, or leads no group yet
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
        for connection, process in self._processes.items():
            process.join()
            connection.close()

    def _give(self, connection: Connection) -> None:
        """Give a process its next task; if there is none left, let it end."""
        mine = self._mine[connection]
        if not mine:
            mine.extend(self._waiting.popleft() if self._waiting else self._stolen())
        if mine:
            with contextlib.suppress(OSError):  # it has died, and that will be seen
                connection.send_bytes(msgspec.msgpack.encode(mine[0]))
        else:
            self._drop(connection)

    def _stolen(self) -> list[Task]:
        """The last task that another process has not begun."""
        longest = max(self._mine.values(), key=len)
        return [longest.pop()] if len(longest) > 1 else []

    def _drop(self, connection: Connection) -> BaseProcess:
        process = self._processes.pop(connection)
        del self._mine[connection]
        connection.close()
        process.join()
        return process

    def _lost(self, connection: Connection, task: Task) -> Result:
        """What is said about the task on which a process has died; another one does the rest."""
        left = list(self._mine[connection])[1:]
        status = self._drop(connection).exitcode
        if left:
            self._waiting.appendleft(left)
        if self._waiting:
            self.start()
        how = f"was killed by signal {-status}" if status is not None and status < 0 else f"ended with status {status}"
        said = f"the process that analysed it {how}"
        if task.kind == "check":
            return Result(error=SourceError("unreadable", task.path, 1, 1, said, passing=True))
        return Result(failure=Failure(said))


def _serve(connection: Connection, others: Sequence[Connection], project: Project, world: World) -> None:
    """Do the tasks that come through a pipe, until it is closed."""
    os.setpgid(0, 0)
    for other in others:
        other.close()  # or this one would keep the pipes of the others open
    worker = Worker(project, world)
    decoder = msgspec.msgpack.Decoder(Task)
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = decoder.decode(connection.recv_bytes())
            result = worker.do(task)
            connection.send_bytes(msgspec.msgpack.encode(_Message(result, worker.news())))
    os._exit(0)  # nothing of what this process has copied is to be written or removed twice
