"""What goes wrong outside of the linted files: the exit status is 2, and the message says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from initscope_lint import cli, runner


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "ISL1O1"], "unknown rule 'ISL1O1'; did you mean 'ISL101'?"),
        (["--ignore", "zebra"], "unknown rule 'zebra'"),
        (["explain", "gradientlost"], "unknown rule 'gradientlost'; did you mean 'gradient-lost'?"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake on the command line is passed over, or its message does not help."""
    status = cli.main(arguments)
    output = capsys.readouterr()
    usage, hint, empty, error = output.err.splitlines()
    assert (2, "", "", f"Error: {message}") == (status, output.out, empty, error)
    assert usage.startswith("Usage: initscope-lint ") and hint.startswith("Try 'initscope-lint ")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--selct", "ISL1"], "--selct"),
        (["--select"], "--select"),
        (["--target-tensorflow", "3"], "'3' is not one of '1.15', '2'"),
        (["--output-format", "xml"], "'xml' is not one of 'text', 'concise', 'json', 'jsonl', 'sarif', 'github',"),
        (["stack"], "FILE[:LINE]..."),
        (["explain"], "CODE|NAME"),
    ],
)
def test_usage_that_click_refuses(arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake on the command line is passed over; how it is worded is up to the version of click."""
    status = cli.main(arguments)
    output = capsys.readouterr()
    assert (2, "", True) == (status, output.out, "Error: " in output.err and named in output.err)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda path: None, "it does not exist"),
        (lambda path: path.write_bytes(b"x = '\\xff'\n# \xff\n"), "cannot decode byte 0xff as utf-8"),
        (lambda path: path.write_bytes(b"# coding: no\n"), "unknown encoding: no"),
        (lambda path: path.write_bytes(b"#" * (4 * 1024 * 1024 + 1)), "larger than 4194304 bytes"),
    ],
)
def test_file_that_cannot_be_read(
    prepare: Callable[[Path], object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is not linted passes."""
    prepare(Path("a.py"))
    assert 2 == cli.main(["a.py", "--output-format", "concise", "--exit-zero"])
    output = capsys.readouterr()
    assert output.out.startswith("a.py:") and said in output.out
    assert " ISL902 unreadable-file: cannot " in output.out or " ISL902 unreadable-file: larger " in output.out
    assert "Found 1 error in 1 file (0 files analysed); 1 file could not be linted.\n" == output.err


def _raise(error: BaseException) -> Callable[..., NoReturn]:
    def raising(*_: object, **__: object) -> NoReturn:
        raise error

    return raising


def test_interrupt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends with a traceback, or as if nothing was found."""
    monkeypatch.setattr(runner, "check", _raise(KeyboardInterrupt()))
    assert 130 == cli.main([])
    assert "Interrupted." == capsys.readouterr().err.strip()


def test_bug(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure of the linter looks like a finding: a traceback alone ends with status 1."""
    monkeypatch.setattr(runner, "check", _raise(LookupError("no such thing")))
    assert 2 == cli.main([])
    *_, error, request = capsys.readouterr().err.splitlines()
    assert "LookupError: no such thing" == error
    assert "This is a bug in initscope-lint: please report it, with what is above." == request
