"""A server that runs programs under this interpreter's TensorFlow: a JSON document a line in, an outcome a line out.

TensorFlow is imported once, each program runs in a fork of its own (see ``tests/oracle/run.py``, whose pieces these
are). Runs under Python 3.7, for TensorFlow 1.15.
"""

# ruff: noqa: UP006, UP035  (Python 3.7)

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.oracle.run import child, import_tensorflow, outcome_of

TIMEOUT = 60.0


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count() or 1
    # What TensorFlow and the programs print must not get among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    version = import_tensorflow()
    print(json.dumps({"tensorflow": version}), file=answers, flush=True)
    work = tempfile.mkdtemp(prefix="differential-")
    waiting: List[Dict[str, Any]] = []
    running: Dict[int, Any] = {}
    rest, ended = b"", False
    try:
        while not ended or waiting or running:
            ready = not ended and select.select([0], [], [], 0.005)[0]
            if ready:
                data = os.read(0, 1 << 16)
                ended = not data
                *lines, rest = (rest + data).split(b"\n")
                waiting += [json.loads(line.decode("utf-8")) for line in lines]
            while waiting and len(running) < jobs:
                request = waiting.pop(0)
                directory = tempfile.mkdtemp(dir=work)
                path = os.path.join(directory, "program.py")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(request["source"])
                pid = os.fork()
                if pid == 0:
                    child(path, True, directory + ".json", directory, in_detail=True)
                running[pid] = (request["id"], directory, time.monotonic() + TIMEOUT)
            for pid, (key, directory, deadline) in list(running.items()):
                done, status = os.waitpid(pid, os.WNOHANG)
                if not done and time.monotonic() <= deadline:
                    continue
                if done:
                    outcome = outcome_of(status, directory + ".json")
                else:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    outcome = {"outcome": "timeout"}
                del running[pid]
                shutil.rmtree(directory, ignore_errors=True)
                print(json.dumps({"id": key, "outcome": outcome}), file=answers, flush=True)
            if ended or running:
                time.sleep(0.005)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
