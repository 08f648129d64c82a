"""Ctrl-C at moments all over a run: ``python -m tests.fuzz.interrupts --count 300``.

A moment is a number: that of the call of a function of Python, counted from the start of the program, at which the
process interrupts its whole group, as a terminal does. A run with ``-j 2`` has its own moments.
"""

from __future__ import annotations

import collections
import json
import os
import pty
import random
import signal
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

ROOT = Path(__file__).parents[2]

_PROGRAM = """\
import os, runpy, signal, sys, threading

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored in the background
me, moment, calls = os.getpid(), int(sys.argv[1]), 0

def count(frame, event, argument):
    global calls
    if event == "call" and os.getpid() == me:
        calls += 1
        if calls == moment:
            os.killpg(0, signal.SIGINT)

sys.argv[:] = ["initscope-lint", *sys.argv[2:]]
if not moment:
    import atexit

    atexit.register(lambda: print("calls", calls, file=open(os.environ["CALLS"], "w")))
threading.setprofile(count)
sys.setprofile(count)
runpy.run_module("initscope_lint", run_name="__main__")
"""

BAD = "import tensorflow as tf\n\n@tf.function\ndef f():\n    return tf.Variable(1.0)\n\nf()\n"


class Ended(NamedTuple):
    """How a run has ended: the exit status, what it said, and whether all of its report was there."""

    status: int
    said: str
    report: bytes | None
    faults: list[str]


class Runs:
    """Runs on a project of a few files, with a cache and a report in a file, that is there from the start."""

    def __init__(self, directory: Path, jobs: int) -> None:
        self._directory = directory
        self._jobs = jobs
        self._project = directory / "project"
        self._project.mkdir()
        (self._project / "pyproject.toml").touch()
        for number in range(2):
            (self._project / f"bad_{number}.py").write_text(BAD)
        # This one is parsed in a process of its own.
        (self._project / "parsed_apart.py").write_text(BAD + "x = " + "lambda: " * 101 + "0\n")
        self._whole = b""
        self.moments = self._counted()

    def _counted(self) -> int:
        calls = self._directory / "calls"
        self._whole = self.run(0, CALLS=str(calls)).report or b""
        return int(calls.read_text().split()[1])

    def run(self, moment: int, **environment: str) -> Ended:
        """A run that is interrupted at a moment (0: never), on a terminal."""
        with tempfile.TemporaryDirectory(dir=self._directory) as scratch:
            report, cache = Path(scratch, "report.json"), Path(scratch, "cache")
            report.write_bytes(b"earlier")
            command = [sys.executable, "-c", _PROGRAM, str(moment), "check", "--isolated", "--cache-dir", str(cache)]
            command += ["-j", str(self._jobs), "--output-format", "json", "--output-file", str(report), "."]
            terminal, end = pty.openpty()
            before = termios.tcgetattr(end)
            process = subprocess.Popen(
                command,
                cwd=self._project,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                stdin=end,
                stdout=end,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            _, errors = process.communicate()
            faults = [f"process {pid} is left" for pid in _of_session(process.pid)]
            if termios.tcgetattr(end) != before:
                faults.append("the terminal is not as it was")
            os.close(end)
            os.close(terminal)
            held = report.read_bytes()
            beside = [path.name for path in Path(scratch).rglob(".initscope-lint-*")]
            faults += [f"{name} is left" for name in beside]
        faults += [f"{path.name} is new" for path in self._project.iterdir() if path.suffix not in (".py", ".toml")]
        said = errors.decode()
        if moment:
            faults += self._faults(process.returncode, said, held)
        return Ended(process.returncode, said, held, faults)

    def _faults(self, status: int, said: str, held: bytes) -> Iterator[str]:
        if held not in (b"earlier", self._whole):
            yield "half a report"
        if status == 130:
            if said.strip() != "Interrupted.":
                yield f"it said {said!r}"
        elif status == -signal.SIGINT and ", in run\n" not in said:
            return  # it came before the linter had begun, so Python has ended the process
        elif status != 1 or held != self._whole or said:  # it came too late
            yield f"status {status}, {said!r}"


def moments(count: int, total: int, seed: int) -> list[int]:
    """So many moments of a run, some of each part of it."""
    chance = random.Random(seed)
    return [1 + (total * number + chance.randrange(total)) // count for number in range(count)]


def _of_session(leader: int) -> list[int]:
    """The processes of a session."""
    listing = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True).stdout
    found = []
    for pid in map(int, listing.split()):
        try:
            if os.getsid(pid) == leader:
                found.append(pid)
        except ProcessLookupError:
            continue
    return found


@click.command()
@click.option("--count", default=300, help="How many moments, of runs of one and of two processes each.")
@click.option("--seed", default=0, help="Other seeds are other moments.")
@click.option("--one", nargs=2, type=int, help="Try this alone: how many processes, and the moment.")
def main(count: int, seed: int, one: tuple[int, int] | None) -> None:
    """Interrupt runs; exit with 1 if one of them shows a fault."""
    figures: dict[str, collections.Counter[str]] = {}
    for jobs in (1, 2) if one is None else one[:1]:
        tally = figures[f"-j {jobs}"] = collections.Counter()
        with tempfile.TemporaryDirectory() as directory:
            runs = Runs(Path(directory), jobs)
            for moment in moments(count, runs.moments, seed) if one is None else one[1:]:
                ended = runs.run(moment)
                tally.update([f"status {ended.status}", *("fault" for _ in ended.faults)])
                for fault in ended.faults:
                    click.echo(f"-j {jobs}, moment {moment} of {runs.moments}: {fault}")
    click.echo(json.dumps(figures, indent=1))
    sys.exit(any(tally["fault"] for tally in figures.values()))


if __name__ == "__main__":
    main()
