"""One project, linted: what a worker does."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from initscope_lint import __version__
from initscope_lint.corpus.sources import fetch


class Record(msgspec.Struct, frozen=True):
    """What is known of a project, a line of the results.

    ``report`` is the document of ``check --output-format json``, with paths from the project's directory, and None if
    there is none, for the reason in ``error``. ``version`` and ``options`` are those of the linter.
    """

    source: str
    version: str
    options: Sequence[str]
    seconds: float
    report: dict[str, Any] | None = None
    error: str | None = None


_LINTER = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from initscope_lint.cli import main
raise SystemExit(main(sys.argv[2:]))
"""


def lint(source: str, options: Sequence[str], time_limit: float) -> Record:
    """Bring a project here and lint it in a process of its own, which may fail, die or take too long.

    Raises CannotFetch if it cannot be had; to try again may help.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="initscope-lint-", ignore_cleanup_errors=True) as temporary:
        directory = fetch(source, Path(temporary))
        report, error = _report(directory, options, time_limit)
    return Record(source, __version__, list(options), round(time.monotonic() - started, 3), report, error)


def _report(directory: Path, options: Sequence[str], time_limit: float) -> tuple[dict[str, Any] | None, str | None]:
    # Isolated, with our own import path: nothing of the linted project, which is where it runs, must be imported.
    python = [sys.executable, "-I", "-c", _LINTER, json.dumps([path for path in sys.path if path])]
    own = ["check", ".", "--isolated", "--no-cache", "--output-format=json"]
    try:
        done = subprocess.run(
            [*python, *own, *options],
            cwd=directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=time_limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, f"not linted within {time_limit:g} seconds"
    try:
        return msgspec.json.decode(done.stdout, type=dict[str, Any]), None
    except msgspec.DecodeError:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return None, f"the linter ended with status {done.returncode}" + (f": {said[-1]}" if said else "")
