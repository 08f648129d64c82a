"""The long run: ``python -m tests.fuzz.run --count 50000 [--record FILE]``.

A worker lints, a batch at a time. One that takes too long or dies is replaced, its batch is tried again input by
input, and whatever processes it has left behind are counted.
"""

from __future__ import annotations

import collections
import itertools
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from tests.fuzz.inputs import GRAMMAR, GRAMMAR_SHARE, KINDS
from tests.fuzz.judge import Fault, judged

ROOT = Path(__file__).parents[2]
SHARES = {kind: share for kind, (_, share) in KINDS.items()} | {GRAMMAR: GRAMMAR_SHARE}
PROMISES = (
    "crash", "hang", "wrong status", "lost finding", "more than one line", "wrong line", "written outside", "orphan",
)  # fmt: skip
BATCH = 50
TIME_LIMIT = 300.0
"""Seconds for a batch; an input alone gets a third of it, which is a hundred times what any is known to need."""

_LIFE = 40
"""Batches that one worker lints."""


class Worker:
    """A process, the first of its own group, that lints batches."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.fuzz.run", "--worker"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self.age = 0

    def judge(self, batch: Sequence[tuple[str, int]], limit: float) -> list[Fault] | None:
        """The faults that a batch shows; None if it took too long or ended the process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self.age += 1
        self._process.stdin.write(json.dumps(batch).encode() + b"\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], limit)
        answer = self._process.stdout.readline() if ready else b""
        return [Fault(*each) for each in json.loads(answer)] if answer else None

    def end(self, *, by_force: bool = False) -> tuple[bool, bool]:
        """Whether it had already died, and whether it leaves a process behind."""
        died = by_force and self._process.poll() is not None
        if by_force and not died:
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.communicate()
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return died, False
        return died, not by_force


def batches(count: int, first: int) -> Iterator[list[tuple[str, int]]]:
    """The inputs in the order in which they are tried, by kind and number."""
    total = sum(SHARES.values())
    every = [(kind, first + number) for kind, share in SHARES.items() for number in range(round(count * share / total))]
    step = -(-len(every) // BATCH)  # a batch has inputs of all kinds
    for start in range(step):
        yield every[start::step]


def tried(count: int, first: int) -> Iterator[tuple[list[tuple[str, int]], list[Fault]]]:
    """The batches of a run and the faults that each shows."""
    worker = Worker()
    for batch in batches(count, first):
        faults = worker.judge(batch, TIME_LIMIT)
        if faults is None or any(fault.kind is None for fault in faults):
            orphan = _replaced(worker, faults is None)
            faults = [*orphan, *itertools.chain.from_iterable(_alone(key) for key in batch)] or [
                Fault("hang", None, None, f"only all together: {batch}")
            ]
            worker = Worker()
        elif worker.age >= _LIFE:
            faults += _replaced(worker, False)
            worker = Worker()
        yield batch, faults
    last = _replaced(worker, False)
    yield [], last


def _alone(key: tuple[str, int]) -> list[Fault]:
    worker = Worker()
    faults = worker.judge([key], TIME_LIMIT / 3)
    died, orphan = worker.end(by_force=faults is None)
    if faults is None:
        faults = [Fault("crash" if died else "hang", *key, "")]
    return [fault._replace(kind=key[0], number=key[1]) for fault in faults] + [
        Fault("orphan", *key, "") for _ in range(orphan)
    ]


def _replaced(worker: Worker, by_force: bool) -> list[Fault]:
    _, orphan = worker.end(by_force=by_force)
    return [Fault("orphan", None, None, "")] * orphan


@click.command()
@click.option("--count", default=1000, help="How many inputs, of all kinds together.")
@click.option("--first", default=0, help="The number of the first of each kind; other numbers are other inputs.")
@click.option("--one", nargs=2, type=(str, int), help="Judge this input alone: its kind and number.")
@click.option("--record", type=click.Path(path_type=Path), help="Keep the figures in FILE, as JSON, as they come.")
@click.option("--worker", is_flag=True, hidden=True)
def main(count: int, first: int, one: tuple[str, int] | None, record: Path | None, worker: bool) -> None:
    """Try inputs; exit with 1 if one of them shows a fault."""
    if worker:
        _serve()
        return
    inputs: collections.Counter[str] = collections.Counter()
    faults: collections.Counter[str] = collections.Counter()
    for batch, shown in [([one], _alone(one))] if one else tried(count, first):
        inputs.update(kind for kind, _ in batch)
        faults.update(fault.promise for fault in shown)
        for fault in shown:
            click.echo(f"{fault.promise}: {fault.kind} {fault.number}: {fault.said}")
        figures = {"inputs": dict(inputs), "faults": {promise: faults[promise] for promise in PROMISES}}
        if record is not None:
            record.write_text(json.dumps(figures, indent=1) + "\n")
    click.echo(json.dumps(figures, indent=1))
    sys.exit(bool(faults.total()))


def _serve() -> None:
    """Judge the batches that come on stdin, a line each."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the linter or a library prints is no answer
    for line in sys.stdin:
        faults = judged([(kind, number) for kind, number in json.loads(line)])
        answers.write(json.dumps(faults) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
