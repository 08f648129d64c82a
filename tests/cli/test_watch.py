"""``--watch``, as a process that really watches files that really change."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

MISTAKE = "import tensorflow as tf\n\nwith tf.init_scope:\n    pass\n"
WATCHING = "Watching for changes; Ctrl-C ends it.\n"
PATIENCE = 60.0
"""Seconds after which a watch that says nothing is ended, and the test fails."""


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The process, in a directory with a mistake in it."""
    (tmp_path / "a.py").write_text(MISTAKE)
    command = [sys.executable, "-m", "initscope_lint", "--watch", "--output-format", "concise"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as process:
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        yield process
        timer.cancel()
        process.kill()


def wait_for(process: subprocess.Popen[str], expected: str) -> str:
    """Read until a run has said something, and is done; return all that this run has said."""
    assert process.stdout is not None
    run = ""
    while line := process.stdout.readline():
        if line != WATCHING:
            run += line
        elif expected in run:
            return run
        else:
            run = ""  # a change may be seen in two steps
    raise AssertionError(f"it ended, or was ended: {run}")


def change(file: Path, text: str) -> None:
    """Change a file, which nobody sees half changed."""
    draft = file.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(file)


def test_it_lints_again_when_something_changes(watching: subprocess.Popen[str], tmp_path: Path) -> None:
    """A change is not seen, an old configuration counts, or a mistake in it ends the watch."""
    found = wait_for(watching, "a.py:3:6: error: ISL401 [*] init-scope-not-called: ")
    assert found.endswith("Found 1 error in 1 file (1 file analysed); 1 can be fixed with --fix.\n")
    change(tmp_path / "a.py", MISTAKE.replace("init_scope", "init_scope()"))
    assert "ISL401" not in wait_for(watching, "a.py:3:6: warning: ISL306 [*] init-scope-without-effect: ")
    change(tmp_path / "initscope-lint.toml", "ignor = ['ISL306']\n")
    mistake = wait_for(watching, "ignor: unknown key; did you mean `ignore`?")
    assert mistake.startswith("Error: ") and 1 == mistake.count("\n")
    change(tmp_path / "initscope-lint.toml", "ignore = ['ISL306']\n")
    assert "Nothing to report (1 file analysed).\n" == wait_for(watching, "Nothing to report")
    watching.send_signal(signal.SIGINT)
    out, _ = watching.communicate()
    assert (130, "Interrupted.") == (watching.returncode, out.strip())
