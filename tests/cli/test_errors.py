"""What goes wrong outside of the linted files: the exit status is 2, and the message says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from unittest.mock import MagicMock

import click
import pytest

from initscope_lint import cli, runner


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _option(name: str, *near: str) -> str:
    """What click says about an option that there is not, which its versions word differently."""
    return click.NoSuchOption(name, possibilities=[*near]).format_message()


USAGE = [
    (["--select", "ISL1O1"], "unknown rule 'ISL1O1'; did you mean 'ISL101'?"),
    (["--ignore", "zebra"], "unknown rule 'zebra'"),
    (["--extend-select", "zebra"], "unknown rule 'zebra'"),
    (["explain", "gradientlost"], "unknown rule 'gradientlost'; did you mean 'gradient-lost'?"),
    (["--isolated", "--config", "x.toml"], "--isolated ignores configuration files, and --config names one"),
    (["stack", "--isolated", "--config", "x", "a"], "--isolated ignores configuration files, and --config names one"),
    (["clean", "--isolated", "--config", "x"], "--isolated ignores configuration files, and --config names one"),
    (["--exclude", "!"], "--exclude: Invalid git pattern: '!'"),
    (["--extend-exclude", "!"], "--extend-exclude: Invalid git pattern: '!'"),
    (["-", "a.py"], "`-` reads from stdin, and cannot be linted together with files"),
    (["--stdin-filename", "a.py"], "--stdin-filename names what `-` reads from stdin, and `-` is not given"),
    (["-", "--add-ignores"], "--add-ignores cannot change what is read from stdin"),
    (["-", "--fix"], "--fix cannot change what is read from stdin; --show-fixes shows what it would change"),
    (["--changed", "--diff", "main"], "--changed is --diff HEAD; choose one"),
    (
        ["--write-baseline", "k", "--changed"],
        "--write-baseline writes all that is found, and --diff and --changed leave most of it out",
    ),
    (
        ["--write-baseline", "k", "--add-ignores"],
        "--add-ignores and --write-baseline both accept what is found; choose one",
    ),
    (["--fix", "--add-ignores"], "--fix mends what is found, --add-ignores and --write-baseline accept it; fix first"),
    (
        ["--show-fixes", "--write-baseline", "k"],
        "--fix mends what is found, --add-ignores and --write-baseline accept it; fix first",
    ),
    (["--fix", "--changed"], "--fix changes lines, so --diff and --changed cannot say which of them were"),
    (["--show-fixes", "--diff", "x"], "--fix changes lines, so --diff and --changed cannot say which of them were"),
    (["--watch", "-"], "--watch lints files, and cannot watch stdin"),
    (["--watch", "--fix"], "--watch only reports; --fix, --add-ignores and --write-baseline are for once"),
    (["--watch", "--add-ignores"], "--watch only reports; --fix, --add-ignores and --write-baseline are for once"),
    (
        ["--watch", "--write-baseline", "b"],
        "--watch only reports; --fix, --add-ignores and --write-baseline are for once",
    ),
    # What click says itself.
    (["--selct", "ISL1"], _option("--selct", "--select", "--extend-select", "--help")),
    (["--no-such"], _option("--no-such", "--no-cache")),
    (["-Z"], _option("-Z")),
    (["stack", "a.py", "--no-cache"], _option("--no-cache")),
    (["--target-tensorflow", "3"], "Invalid value for '--target-tensorflow': '3' is not one of '1.15', '2'."),
    (
        ["--output-format", "xml"],
        "Invalid value for '--output-format': 'xml' is not one of 'text', 'concise', 'json', 'jsonl', 'sarif', "
        "'github', 'gitlab', 'junit', 'html'.",
    ),
    (
        ["stack", "--output-format", "xml", "a.py"],
        "Invalid value for '--output-format': 'xml' is not one of 'text', 'json', 'html'.",
    ),
    (
        ["rules", "--output-format", "xml"],
        "Invalid value for '--output-format': 'xml' is not one of 'text', 'markdown'.",
    ),
    (["-j", "0"], "Invalid value for '-j' / '--jobs': 0 is not in the range x>=1."),
    (["-j", "x"], "Invalid value for '-j' / '--jobs': 'x' is not a valid integer range."),
    (["corpus", "l", "--retries", "-1"], "Invalid value for '--retries': -1 is not in the range x>=0."),
    (["corpus", "l", "--timeout", "0"], "Invalid value for '--timeout': 0.0 is not in the range x>0."),
    (["stack"], "Missing argument 'FILE[:LINE]...'."),
    (["explain"], "Missing argument 'CODE|NAME'."),
    (["corpus"], "Missing argument 'LIST'."),
    (["explain", "ISL101", "x"], "Got unexpected extra argument (x)"),
    (["server", "x"], "Got unexpected extra argument (x)"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_wrong_usage(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake on the command line is passed over, or its message does not help."""
    status = cli.main(arguments)
    output = capsys.readouterr()
    usage, hint, empty, error = output.err.splitlines()
    assert (2, "", "", f"Error: {message}") == (status, output.out, empty, error)
    assert usage.startswith("Usage: initscope-lint ") and hint.startswith("Try 'initscope-lint ")


UNABLE: list[tuple[list[str], dict[str, str], str]] = [
    (["--select"], {}, "Option '--select' requires an argument."),
    (["--fix=3"], {}, "Option '--fix' does not take a value."),
    (["--config", "no.toml"], {}, "no.toml: No such file or directory"),
    (["--config", "."], {}, ".: Is a directory"),
    (["--config", "pyproject.toml"], {"pyproject.toml": ""}, "pyproject.toml: there is no table [tool.initscope-lint]"),
    (["stack", "--config", "no.toml", "a.py"], {}, "no.toml: No such file or directory"),
    (
        ["--config", "c.toml"],
        {"c.toml": "selct = []"},
        "c.toml: selct: unknown key; did you mean `select`?",
    ),
    (["--config", "c.toml"], {"c.toml": "catalog = ['no.toml']"}, "no.toml: No such file or directory"),
    (["--baseline", "k"], {}, "k: there is no such baseline; --write-baseline writes one"),
    (["--baseline", "k"], {"k": "{"}, "k: not a baseline: Input data was truncated"),
    (["--baseline", "k"], {"k": "{}"}, "k: not a baseline: Object missing required field `version`"),
    (
        ["--baseline", "k"],
        {"k": '{"version": "2", "findings": []}'},
        "k: not a baseline of version 1, but of 2",
    ),
    (["--baseline", "."], {}, ".: Is a directory"),
    (["--write-baseline", "k"], {"k": "{"}, "k: not a baseline: Input data was truncated"),
    (["--write-baseline", "no/k"], {}, "no/k: No such file or directory"),
    (["--output-file", "no/report"], {}, "no/report: No such file or directory"),
    (["--output-file", "."], {}, ".: Is a directory"),
    (["--watch", "no/a.py"], {}, "no: there is no such directory to watch"),
    (
        ["clean", "--cache-dir", "."],
        {"mine": ""},
        ".: not removed: it is no cache of initscope-lint: there is no CACHEDIR.TAG of ours in it",
    ),
    (
        ["corpus", "no.txt"],
        {},
        "cannot read no.txt or write corpus.jsonl: [Errno 2] No such file or directory: 'no.txt'",
    ),
    (
        ["corpus", "list", "--output", "no/o"],
        {"list": ""},
        "cannot read list or write no/o: [Errno 2] No such file or directory: 'no/.o.{pid}'",
    ),
    (
        ["corpus", "list"],
        {"list": "", "corpus.jsonl": "{}\n"},
        "corpus.jsonl is not a file of results: Object missing required field `source`",
    ),
    (
        ["corpus", "list"],
        {
            "list": "",
            "corpus.jsonl": '{"source": "a", "version": "0", "options": [], "seconds": 1.0, "report": {}}\n',
        },
        "corpus.jsonl was made by another version or with other options: name another file or remove it",
    ),
]


@pytest.mark.parametrize(("arguments", "files", "message"), UNABLE)
def test_what_cannot_be_done(
    arguments: list[str], files: dict[str, str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is asked for is not there or no such thing, and nobody says so, or says which."""
    for name, text in files.items():
        Path(name).write_text(text)
    status = cli.main(arguments)
    output = capsys.readouterr()
    assert (2, f"Error: {message.format(pid=os.getpid())}\n") == (status, output.err)
    assert {name: Path(name).read_text() for name in files} == files, "it is overwritten"


@pytest.mark.parametrize(
    ("arguments", "packages", "message"),
    [
        (["--watch"], ["watchfiles"], "there is no watchfiles: pip install 'initscope-lint[watch]'"),
        (["server"], ["lsprotocol", "pygls"], "there is no lsprotocol: pip install 'initscope-lint[server]'"),
        (["corpus", "list"], ["distributed"], "there is no distributed: pip install 'initscope-lint[cluster]'"),
    ],
)
def test_extra_that_is_not_installed(arguments: list[str], packages: list[str], message: str) -> None:
    """It ends with a traceback, or nobody knows what to install."""
    Path("list").write_text(".\n")
    program = (
        f"import sys; sys.modules |= dict.fromkeys({packages}); from initscope_lint import cli; sys.exit(cli.main())"
    )
    run = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
    assert (2, "", f"Error: {message}\n") == (run.returncode, run.stdout, run.stderr)


def test_scheduler_that_goes_away(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that is not complete ends as if it were."""
    dask = MagicMock()
    dask.Client.return_value.__enter__.return_value.submit.return_value.cancelled.return_value = True
    dask.as_completed = list
    monkeypatch.setitem(sys.modules, "distributed", dask)
    Path("list").write_text(".\n")
    assert 2 == cli.main(["corpus", "list", "--scheduler", "tcp://a:1"])
    assert "Error: the scheduler tcp://a:1 is gone; run again to go on\n" == capsys.readouterr().err


def test_git_that_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty message."""
    (tmp_path / "git").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert 2 == cli.main(["--changed"])
    assert "Error: git failed\n" == capsys.readouterr().err


NOTEBOOK = b'{"nbformat": 3, "cells": []}'
UNREADABLE: list[tuple[str, bytes | None, str]] = [
    ("a.py", None, "1:1: error: ISL902 unreadable-file: cannot read: it does not exist"),
    ("a.py", b"x = '\\xff'\n# \xff\n", "2:3: error: ISL902 unreadable-file: cannot decode byte 0xff as utf-8"),
    ("a.py", b"# coding: no\n", "1:1: error: ISL902 unreadable-file: cannot decode: unknown encoding: no"),
    (
        "a.py",
        b"# coding: rot13\n",
        "1:1: error: ISL902 unreadable-file: cannot decode as rot13: 'rot13' is not a text encoding; use "
        "codecs.decode() to handle arbitrary codecs",
    ),
    ("a.py", b"#" * (4 * 1024 * 1024 + 1), "1:1: error: ISL902 unreadable-file: larger than 4194304 bytes"),
    ("a.py", b"(" * 500 + b")" * 500, "1:201: error: ISL902 unreadable-file: too many nested brackets"),
    ("a.ipynb", b"{", "1:1: error: ISL902 unreadable-file: not a notebook: Input data was truncated"),
    ("a.ipynb", NOTEBOOK, "1:1: error: ISL902 unreadable-file: a notebook of format 3, and only 4 is known"),
]


@pytest.mark.parametrize(("name", "content", "said"), UNREADABLE)
def test_file_that_cannot_be_read(
    name: str, content: bytes | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is not linted passes."""
    if content is not None:
        Path(name).write_bytes(content)
    assert 2 == cli.main([name, "--output-format", "concise", "--exit-zero"])
    output = capsys.readouterr()
    assert f"{name}:{said}\n" == output.out
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
