"""One command, run and measured."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

LIMIT = 3600.0
"""Seconds after which a command is ended."""


class Run(msgspec.Struct, frozen=True):
    """What a run took: seconds, and megabytes of its largest process. ``output`` is a digest of its stdout."""

    cpu: float
    wall: float
    peak: float
    status: int
    output: str


def run(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None, limit: float = LIMIT) -> Run:
    """Run a command to its end. The CPU time is that of the process and of all that it started and waited for."""
    started = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, "PYTHONHASHSEED": "0", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        timer = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        digest = hashlib.sha256()
        assert process.stdout is not None
        while chunk := process.stdout.read(65536):
            digest.update(chunk)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return Run(cpu, wall, usage.ru_maxrss / 1024, process.returncode, digest.hexdigest())
