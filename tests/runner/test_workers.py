"""Several processes find what one finds, and none of them outlives the run or takes it with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from initscope_lint.runner import CheckRun, Settings, Store, check
from initscope_lint.runner.workers import can_copy

pytestmark = pytest.mark.skipif(not can_copy(), reason="there are no copies of processes here, so one does all")

BAD = "import tensorflow as tf\n\n@tf.function\ndef f():\n    return tf.Variable(1.0)\n\nf()\n"
DRIVER = """\
import os, signal, sys
from initscope_lint.cli import main
from initscope_lint.interpreter.analysis import Session

# A process that a shell has put into the background ignores it, and so do those that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
unit = Session.unit

def patched(session, path):
    if path == "dies.py":
        os.kill(os.getpid(), signal.SIGKILL)
    if path == "hangs.py":
        print(os.getpid(), flush=True)
        while True:
            pass
    return unit(session, path)

Session.unit = patched
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "lib").mkdir(parents=True)
    (root / "pyproject.toml").write_text("")
    (root / "lib/__init__.py").write_text("")
    (root / "lib/make.py").write_text("import tensorflow as tf\n\ndef make():\n    return tf.Variable(1.0)\n")
    (root / "lib/scope.py").write_text(
        "import tensorflow as tf\n\ndef lift():\n    with tf.init_scope():\n        pass\n"
    )
    for number in range(30):
        (root / f"bad_{number}.py").write_text(BAD)
        (root / f"user_{number}.py").write_text(
            "import lib\nimport tensorflow as tf\nfrom lib.scope import lift\n\n@tf.function\ndef f():\n"
            "    lib.make.make()\n    lift()\n\nf()\n"
        )
        (root / f"broken_{number}.py").write_text("def f(:\n")
        (root / f"plain_{number}.py").write_text("import os  # noqa: ISL101\n")
    monkeypatch.chdir(root)
    return root


def lint(jobs: int, store: Store | None = None) -> CheckRun:
    return check(["."], lambda _: Settings(), pedantic=True, jobs=jobs, store=store)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("jobs", [2, 5])
def test_the_number_of_processes_does_not_count(jobs: int) -> None:
    alone = lint(1)
    assert 90 <= len(alone.diagnostics)
    assert alone == lint(jobs)


def test_what_processes_learn_is_kept(project: Path, tmp_path: Path) -> None:
    """Also what an attribute has looked up, which no import says."""
    kept = Store(tmp_path / "cache")
    assert lint(3, kept) == lint(1, kept)
    (project / "lib/make.py").write_text("def make():\n    return None\n")
    changed = lint(1)
    assert changed == lint(2, kept) == lint(1, kept)
    (project / "lib/make.py").unlink()
    assert lint(1) == lint(2, kept)


def drive(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", DRIVER, "--no-cache", "--output-format", "json", "--pedantic", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def test_a_process_that_dies_costs_one_file(project: Path) -> None:
    before = {(each.path, each.code) for each in lint(1).diagnostics}
    (project / "dies.py").write_text(BAD)
    running = drive("-j", "2")
    output, _ = running.communicate()
    report = json.loads(output)
    assert 2 == running.returncode
    found = {(each["path"], each["code"]) for each in report["diagnostics"]}
    assert before | {("dies.py", "ISL903")} == found
    said = [each["message"] for each in report["diagnostics"] if each["code"] == "ISL903"]
    assert ["the process that analysed it was killed by signal 9"] == said


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("whom", [os.killpg, os.kill])
def test_an_interrupt_ends_at_once(project: Path, jobs: str, whom: object) -> None:
    """As Ctrl-C does, which goes to all processes in the foreground, and as `kill -INT` does to one."""
    (project / "hangs.py").write_text(BAD)
    running = drive("-j", jobs)
    assert running.stdout is not None
    worker = int(running.stdout.readline())
    assert (worker == running.pid) == (jobs == "1")
    whom(running.pid, signal.SIGINT)  # type: ignore[operator]
    _, errors = running.communicate()
    assert (130, "Interrupted.") == (running.returncode, errors.strip())
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


@pytest.mark.parametrize(("options", "there"), [([], True), (["-q"], False), (None, False)])
def test_there_is_a_bar_on_a_terminal_only(project: Path, options: list[str] | None, there: bool) -> None:
    """None: stderr is a pipe."""
    program = (
        "import sys; from initscope_lint.cli import main, progress\n"
        "progress._LONG = -1.0\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    terminal, end = os.openpty()
    command = [sys.executable, "-c", program, "--no-cache", "--output-file", os.devnull, *(options or [])]
    running = subprocess.Popen(command, stderr=subprocess.PIPE if options is None else end)
    os.close(end)
    shown = b""
    try:
        source = running.stderr.fileno() if running.stderr else terminal
        while piece := os.read(source, 1024):
            shown += piece
    except OSError:  # how Linux says that nobody has the terminal open any more
        pass
    assert 1 == running.wait()
    os.close(terminal)
    assert there == (b"Reading" in shown) == (b"Analysing" in shown)
