"""``initscope-lint check`` as a person or a CI job runs it: in a process of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

import click
import msgspec
import pytest

import initscope_lint

MISTAKE = """\
import tensorflow as tf


@tf.function
def f(x):
    v = tf.Variable(1.0)
    return x * v


f(tf.ones([2]))
"""
CLEAN = """\
import tensorflow as tf


class Scale:
    def __init__(self):
        self.v = None

    @tf.function
    def __call__(self, x):
        if self.v is None:
            self.v = tf.Variable(1.0)
        return x * self.v


Scale()(tf.ones([2]))
"""


class Frame(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    name: str
    path: str
    line: int


class Place(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    line: int
    column: int
    note: str


class Edit(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int
    text: str


class Fix(msgspec.Struct, forbid_unknown_fields=True):
    applicability: Literal["safe", "unsafe"]
    description: str
    edits: list[Edit]


class Diagnostic(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    severity: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    help: str | None
    stack: list[Frame]
    trace: list[Place]
    related: list[Place]
    fix: Fix | None


class Summary(msgspec.Struct, forbid_unknown_fields=True):
    files: int
    analyzed: int
    skipped: int
    errors: int
    truncated: int


class Document(msgspec.Struct, forbid_unknown_fields=True):
    version: str
    diagnostics: list[Diagnostic]
    summary: Summary


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A directory with one file that has a mistake and one that has none."""
    (tmp_path / "mistake.py").write_text(MISTAKE)
    (tmp_path / "clean.py").write_text(CLEAN)
    return tmp_path


def run(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a directory."""
    return subprocess.run(
        [sys.executable, "-m", "initscope_lint", *arguments],
        cwd=directory,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_text_report(project: Path) -> None:
    """If this fails, the main job does not work end to end."""
    outcome = run(project, ".")
    first, *rest = outcome.stdout.splitlines()
    assert first == "mistake.py:6:9 error ISL101 variable-created-every-trace"
    assert "    6 |     v = tf.Variable(1.0)" in rest
    assert "      |         ^^^^^^^^^^^^^^^^" in rest
    assert outcome.stderr == ("Found 1 error in 1 file (2 files analysed); 1 can be fixed with --fix --unsafe-fixes.\n")
    assert outcome.returncode == 1


@pytest.mark.parametrize(
    "arguments", [[], ["."], ["check"], ["check", "."], ["--no-cache"], ["mistake.py", "clean.py"]]
)
def test_check_is_the_default_command(project: Path, arguments: list[str]) -> None:
    """If this fails, one of the ways to write ``check`` does something else."""
    outcome = run(project, *arguments, *(["--output-format", "concise"]))
    assert outcome.stdout.startswith("mistake.py:6:9: error: ISL101 variable-created-every-trace: ")
    assert outcome.stdout.count("\n") == 1
    assert outcome.returncode == 1


def test_json_contract(project: Path) -> None:
    """If this fails, programs that read the JSON report break."""
    outcome = run(project, "--output-format", "json")
    document = msgspec.json.decode(outcome.stdout, type=Document)
    assert document.version == "1"
    assert document.summary == Summary(files=2, analyzed=2, skipped=0, errors=0, truncated=0)
    (diagnostic,) = document.diagnostics
    place = (diagnostic.path, diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column)
    assert place == ("mistake.py", 6, 9, 6, 25)
    assert [frame.kind for frame in diagnostic.stack] == ["eager", "function"]
    assert outcome.stderr == ""
    assert outcome.returncode == 1


@pytest.mark.parametrize("output_format", ["text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit"])
def test_every_format(project: Path, output_format: str) -> None:
    """If this fails, a format cannot be chosen, or is written to a file differently."""
    shown = run(project, "--output-format", output_format)
    assert "ISL101" in shown.stdout
    assert (1, output_format in ("text", "concise", "github")) == (shown.returncode, bool(shown.stderr))
    written = run(project, "--output-format", output_format, "--output-file", "report")
    assert ("", shown.stdout) == (written.stdout, (project / "report").read_text("utf-8"))


def test_statistics(project: Path) -> None:
    """If this fails, a large project cannot be looked over."""
    outcome = run(project, "--statistics")
    assert (1, "1  ISL101  variable-created-every-trace\n") == (outcome.returncode, outcome.stdout)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colour(project: Path, environment: dict[str, str], coloured: bool) -> None:
    """If this fails, logs are full of escapes, or a CI that shows colours gets none."""
    clean = {"NO_COLOR": "", "FORCE_COLOR": ""}
    assert coloured is ("\x1b[" in run(project, **{**clean, **environment}).stdout)
    assert "\x1b[" not in run(project, "--output-file", "/dev/stdout", **{**clean, **environment}).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo terminals")
def test_terminal(project: Path) -> None:
    """If this fails, a terminal gets no colours, or lines that are too long for it."""
    import pty

    ours, its = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "", "FORCE_COLOR": "", "TERM": "xterm", "COLUMNS": "60"}
    command = [sys.executable, "-m", "initscope_lint", "mistake.py"]
    process = subprocess.Popen(command, cwd=project, env=environment, stdout=its, stderr=subprocess.DEVNULL)
    os.close(its)
    shown = b""
    with contextlib.suppress(OSError):  # Linux says so when the other end is closed.
        while chunk := os.read(ours, 4096):
            shown += chunk
    os.close(ours)
    assert process.wait() == 1
    assert b"\x1b[31m" in shown
    lines = click.unstyle(shown.decode()).splitlines()
    assert "  raises ValueError: tf.function only supports singleton" in lines
    assert max(map(len, lines)) <= 60


def test_nothing_to_report(project: Path) -> None:
    """If this fails, a clean project does not pass."""
    outcome = run(project, "clean.py")
    assert (outcome.stdout, outcome.stderr, outcome.returncode) == ("", "Nothing to report (1 file analysed).\n", 0)


def test_quiet(project: Path) -> None:
    """If this fails, ``-q`` is not quiet, or hides findings."""
    outcome = run(project, "-q", "--output-format", "concise")
    assert outcome.stdout != ""
    assert outcome.stderr == ""


def test_verbose_names_the_target_of_each_file(project: Path) -> None:
    """If this fails, nobody can tell which TensorFlow a file was analysed for."""
    outcome = run(project, "-v", "--target-tensorflow", "1.15")
    assert "clean.py: analysed for TensorFlow 1.15" in outcome.stderr
    assert "mistake.py: analysed for TensorFlow 1.15" in outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--exit-zero"], 0),
        (["--exit-zero", ".", "missing.py"], 2),
        (["--select", "ISL2,unguarded-init-scope"], 0),
        (["--select", "ISL2", "--select", "ISL101"], 1),
        (["--ignore", "variable-created-every-trace"], 0),
        (["--ignore", "ISL2,ISL3x"], 2),
        (["--target-tensorflow", "3"], 2),
        (["--no-such-option"], 2),
        (["--isolated", "--no-cache", "--pedantic", "clean.py"], 0),
    ],
)
def test_exit_status(project: Path, arguments: list[str], status: int) -> None:
    """If this fails, a CI job passes when it must not, or the other way round."""
    assert run(project, *arguments).returncode == status


def test_missing_path_does_not_stop_the_rest(project: Path) -> None:
    """If this fails, one wrong path hides every finding, or is itself hidden."""
    outcome = run(project, "missing.py", "mistake.py", "--select", "ISL101", "--output-format", "concise")
    codes = [line.split(": ")[2].split(" ")[0] for line in outcome.stdout.splitlines()]
    assert codes == ["ISL902", "ISL101"]
    assert outcome.stdout.startswith("missing.py:1:1: error: ISL902 unreadable-file: ")
    assert outcome.stderr == (
        "Found 2 errors in 2 files (1 file analysed); 1 can be fixed with --fix --unsafe-fixes; "
        "1 file could not be linted.\n"
    )
    assert outcome.returncode == 2


def test_syntax_error_is_a_finding(project: Path) -> None:
    """If this fails, a file that is not Python stops the run, or passes."""
    (project / "broken.py").write_text("x = 1\ndef f(:\n    pass\n")
    outcome = run(project, "broken.py", "clean.py", "--output-format", "concise")
    assert outcome.stdout.startswith("broken.py:2:")
    assert " ISL901 syntax-error: " in outcome.stdout
    assert outcome.returncode == 1
    assert run(project, "broken.py", "--ignore", "ISL901").returncode == 0


def test_file_name_cannot_steer_the_terminal(project: Path) -> None:
    """If this fails, a file name with an escape sequence is written raw."""
    name = "\x1b[31m\n.py"
    try:
        (project / name).write_text(MISTAKE)
    except OSError:
        pytest.skip("this file system has no such names")
    outcome = run(project, name, "-v", "--output-format", "concise")
    assert outcome.stdout.startswith("\\x1b[31m\\n.py:6:9: error")
    assert "\x1b" not in outcome.stdout + outcome.stderr


@pytest.mark.parametrize("output_format", ["text", "concise", "json"])
def test_output_that_cannot_encode(project: Path, output_format: str) -> None:
    """If this fails, an ASCII terminal makes the report crash half-way."""
    (project / "größe.py").write_text(MISTAKE.replace("def f", "def größe").replace("f(tf", "größe(tf"), "utf-8")
    outcome = run(project, "--output-format", output_format, PYTHONIOENCODING="ascii")
    assert "Traceback" not in outcome.stderr
    assert outcome.returncode == 1


def test_reader_that_goes_away(project: Path) -> None:
    """If this fails, ``initscope-lint | head`` ends with a traceback."""
    process = subprocess.Popen(
        [sys.executable, "-m", "initscope_lint", "."], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert "Traceback" not in errors and "BrokenPipe" not in errors
    assert process.wait() == 1


def test_help_and_version(tmp_path: Path) -> None:
    """If this fails, the first thing that anybody types does not work."""
    assert run(tmp_path, "--version").stdout == f"initscope-lint {initscope_lint.__version__}\n"
    for command in ([], ["check"], ["stack"], ["explain"], ["rules"]):
        outcome = run(tmp_path, *command, "--help")
        assert outcome.stdout.startswith("Usage: initscope-lint")
        assert outcome.returncode == 0


_PARSING = "libcst initscope_lint.ir.lower initscope_lint.interpreter.machine"


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], f"{_PARSING} msgspec initscope_lint.rules"),
        (["--version"], f"{_PARSING} msgspec initscope_lint.rules"),
        (["check", "--help"], f"{_PARSING} msgspec initscope_lint.rules"),
        (["rules"], f"{_PARSING} initscope_lint.runner"),
        (["explain", "ISL101"], f"{_PARSING} initscope_lint.runner initscope_lint.rules.isl102_unguarded_init_scope"),
        (["--no-cache", "plain.py"], f"{_PARSING} pathspec wcwidth initscope_lint.source.guard"),
    ],
)
def test_start_is_light(arguments: list[str], heavy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a command that reads no program, or none with TensorFlow, waits for what does to be imported."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.py").write_text("import os\n")
    program = (
        "import sys; from initscope_lint.cli import main\n"
        f"heavy = set({heavy.split()!r})\n"
        "main(sys.argv[1:] + ['-q'] * ('plain.py' in sys.argv))\n"
        "heavy &= sys.modules.keys()\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    outcome = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
    assert (outcome.stderr, outcome.returncode) == ("", 0)
