"""What goes wrong around a run: full disks, caches that are none, clocks, streams, files that go, and interrupts.

In processes of their own, for what matters is what a shell sees of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fuzz import interrupts

ROOT = Path(__file__).parents[2]
BAD = "import tensorflow as tf\n\n@tf.function\ndef f():\n    return tf.Variable(1.0)\n\nf()\n"
FOUND = (
    "bad.py:5:12: error: ISL101 variable-created-every-trace: `tf.Variable` is created on every trace of `f`, not once."
)

LIMITED = """\
import resource, signal, sys
from initscope_lint.cli import main

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit fails, as one to a full disk does
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(main(sys.argv[2:]))
"""
UNPRIVILEGED = """\
import ctypes, os, sys

if os.geteuid() == 0:  # who may read and write everything, as long as there are these capabilities
    for CAP_DAC in (1, 2):
        ctypes.CDLL(None).prctl(24, CAP_DAC, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "initscope_lint", *sys.argv[1:]])
"""
VANISHING = """\
import os, sys
from initscope_lint.cli import main
import initscope_lint.cli.lint

found = initscope_lint.cli.lint.discover

def discover(*arguments, **options):
    files = found(*arguments, **options)
    if os.path.exists("gone.py"):  # it is asked again for what lies around the files
        os.unlink("gone.py")
        os.rename("directory", "elsewhere")
    return files

initscope_lint.cli.lint.discover = discover
sys.exit(main(sys.argv[1:]))
"""

posix = pytest.mark.skipif(os.name != "posix", reason="limits, permissions and signals as POSIX has them")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "bad.py").write_text(BAD)
    monkeypatch.chdir(root)
    return root


def lint(*arguments: str, program: str | None = None, stdout: object = subprocess.PIPE) -> tuple[int, list[str], str]:
    """The exit status, the lines of the report, and what is said beside it."""
    code = ["-m", "initscope_lint"] if program is None else ["-c", program]
    run = subprocess.run(
        [sys.executable, *code, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=stdout,  # type: ignore[call-overload]
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return run.returncode, (run.stdout or "").splitlines(), run.stderr


def check(cache: Path) -> list[str]:
    return ["check", "--isolated", "--output-format", "concise", "--cache-dir", str(cache), "."]


def warnings(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("Warning: ")]


@posix
def test_full_disk(tmp_path: Path) -> None:
    """A cache that cannot be filled takes findings with it, or is not mentioned."""
    cache = tmp_path / "cache"
    status, report, said = lint("400", *check(cache), program=LIMITED)
    assert (1, [FOUND]) == (status, report)
    assert [f"Warning: nothing more is kept in the cache {cache}: File too large"] == warnings(said)
    assert [] == [path for path in cache.rglob("*") if path.name.startswith(".initscope-lint-")]
    assert (1, [FOUND], []) == (*(again := lint(*check(cache)))[:2], warnings(again[2]))
    assert any(len(path.name) == 2 for path in cache.iterdir())


@posix
def test_disk_that_was_full_from_the_start(tmp_path: Path) -> None:
    """A directory that was only begun is never used, nor removed."""
    cache = tmp_path / "cache"
    assert (1, [FOUND]) == lint("0", *check(cache), program=LIMITED)[:2]
    assert [] == warnings(lint(*check(cache))[2])
    assert any(len(path.name) == 2 for path in cache.iterdir())


@posix
def test_read_only_cache(tmp_path: Path) -> None:
    """What is in it counts all the same, and one line says that nothing is added."""
    cache = tmp_path / "cache"
    lint(*check(cache))
    held = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    for path in (cache, *cache.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert (1, [FOUND], []) == (*(warm := lint(*check(cache), program=UNPRIVILEGED))[:2], warnings(warm[2]))
    Path("another.py").write_text(BAD)
    status, report, said = lint(*check(cache), program=UNPRIVILEGED)
    assert (1, 2) == (status, len(report))
    assert [f"Warning: nothing more is kept in the cache {cache}: Permission denied"] == warnings(said)
    for path in (cache, *cache.rglob("*")):
        path.chmod(0o755)  # so that it can be removed
    assert held == {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}


def test_clocks(tmp_path: Path) -> None:
    """A file or a record from tomorrow, or from 1970, is taken for new, for old, or for none."""
    cache = tmp_path / "cache"
    for shift in (-(10**9), 0, 10**9):
        when = time.time() + shift
        Path("bad.py").write_text(BAD)
        os.utime("bad.py", (when, when))
        lint(*check(cache))
        for path in cache.rglob("*"):
            os.utime(path, (when, when))
        assert [FOUND] == lint(*check(cache))[1]
        Path("bad.py").write_text(BAD.replace("1.0", "2"))
        os.utime("bad.py", (when, when))
        assert [FOUND] == lint(*check(cache))[1]
        Path("bad.py").write_text("x = 1\n" * 10)
        os.utime("bad.py", (when, when))
        assert (0, []) == lint(*check(cache))[:2]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
def test_nobody_can_be_told(tmp_path: Path) -> None:
    """A report that is lost counts as one that was written; or a full disk is called a bug of the linter."""
    arguments = check(tmp_path / "cache")
    with open("/dev/full", "w") as full:
        status, _, said = lint(*arguments, stdout=full)
    assert (2, "Error: cannot write to stdout: No space left on device\n") == (status, said)
    status, _, said = lint(*arguments, "--output-file", "/dev/full")
    assert (2, "Error: /dev/full: No space left on device\n") == (status, said)
    for stream, expected in ((">&-", ""), ("2>&-", f"{FOUND}\n"), ("2>/dev/full", f"{FOUND}\n")):
        command = f'"$@" {stream}'
        run = subprocess.run(
            ["sh", "-c", command, "sh", sys.executable, "-m", "initscope_lint", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert (1, expected) == (run.returncode, run.stdout)
        assert "Traceback" not in run.stderr


@posix
@pytest.mark.parametrize("option", ["--output-file", "--write-baseline"])
def test_what_is_written_is_whole(tmp_path: Path, option: str) -> None:
    """A disk that is full leaves half a report, in the place of the one that was there."""
    for number in range(40):
        Path(f"bad_{number}.py").write_text(BAD)
    file = tmp_path / "written" / "file.json"
    file.parent.mkdir()
    before = b'{"version": "1", "findings": []}'
    file.write_bytes(before)
    arguments = ["check", "--isolated", "--no-cache", "--output-format", "json", option, str(file), "."]
    status, _, said = lint("2000", *arguments, program=LIMITED)
    assert 2 == status
    assert said.endswith(f"{file}: File too large\n")
    assert [file] == list(file.parent.iterdir())
    assert before == file.read_bytes()
    assert 2 > lint(*arguments)[0]
    assert 41 <= len(json.loads(file.read_bytes())["diagnostics" if option == "--output-file" else "findings"])


@posix
def test_unreadable() -> None:
    """One file that nobody may read takes the others with it."""
    Path("secret.py").write_text(BAD)
    Path("secret.py").chmod(0)
    Path("closed").mkdir()
    Path("closed/a.py").write_text(BAD)
    Path("closed").chmod(0)
    try:
        status, report, _ = lint("--no-cache", "--isolated", "--output-format", "concise", program=UNPRIVILEGED)
    finally:
        Path("closed").chmod(0o755)
    denied = "error: ISL902 unreadable-file: cannot read: Permission denied"
    assert (2, [FOUND, f"closed:1:1: {denied}", f"secret.py:1:1: {denied}"]) == (status, report)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_files_that_vanish(tmp_path: Path, jobs: str) -> None:
    """What was found and is not there any more takes the others with it."""
    Path("directory").mkdir()
    for name in ("gone.py", "directory/a.py"):
        Path(name).write_text(BAD)
    arguments = ["-j", jobs, "--isolated", "--output-format", "concise", "--cache-dir", str(tmp_path / "cache")]
    status, report, _ = lint(*arguments, program=VANISHING)
    gone = "error: ISL902 unreadable-file: cannot read: it does not exist"
    assert (2, [FOUND, f"directory/a.py:1:1: {gone}", f"gone.py:1:1: {gone}"]) == (status, report)
    assert 2 == len(lint(*arguments)[1])  # bad.py and elsewhere/a.py: what was said is not kept


@posix
@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupts(tmp_path: Path, jobs: int) -> None:
    """Ctrl-C leaves a process, half a file or a terminal that echoes nothing; `tests.fuzz.interrupts` tries more."""
    directory = tmp_path / "runs"
    directory.mkdir()
    runs = interrupts.Runs(directory, jobs)
    ended = [runs.run(moment) for moment in interrupts.moments(4, runs.moments, seed=1)]
    assert [] == [fault for each in ended for fault in each.faults]
    assert 130 in {each.status for each in ended}
