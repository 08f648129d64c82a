"""Findings that are accepted: by a comment, or by a baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from initscope_lint import cli

MISTAKE = """\
import tensorflow as tf


@tf.function
def f(x):
    v = tf.Variable(1.0)
    return x * v


f(tf.ones([2]))
"""


class Checked:
    """What a run in the working directory gives."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, list[str], str]:
        """The exit status, the places and codes that are reported, and what is said about the run."""
        status = cli.main(["check", "--output-format", "concise", *arguments])
        output = self.capsys.readouterr()
        return status, [line.rpartition(": ")[0].replace(": error", "") for line in output.out.splitlines()], output.err


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Checked:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(MISTAKE)
    return Checked(capsys)


FOUND = "6:9: ISL101 variable-created-every-trace"


def test_comment_silences(check: Checked) -> None:
    """A comment does not silence, is not counted, or cannot be overridden."""
    Path("a.py").write_text(MISTAKE.replace("(1.0)", "(1.0)  # noqa: ISL101"))
    assert (0, [], "Nothing to report (1 file analysed); 1 finding ignored.\n") == check()
    closing = "Found 1 error in 1 file (1 file analysed); 1 can be fixed with --fix --unsafe-fixes.\n"
    assert (1, [f"a.py:{FOUND}"], closing) == check("--no-ignores")


def test_unused_suppression(check: Checked) -> None:
    """A comment that silences nothing any more stays for ever; or one is reported whose rule did not run."""
    Path("a.py").write_text("import tensorflow\nx = 1  # noqa: ISL101\n")
    status, found, _ = check()
    assert (1, ["a.py:2:8: warning: ISL900 [*] unused-suppression"]) == (status, found)
    assert 0 == check("--select", "ISL102,ISL900")[0]
    assert 0 == check("--ignore", "ISL900")[0]
    assert 0 == check("--no-ignores")[0]


def test_suppression_in_a_file_that_is_not_linted(check: Checked) -> None:
    """A syntax error makes every suppression of the file look unused."""
    Path("a.py").write_text("x = 1  # noqa: ISL101\ndef f(:\n")
    assert ["ISL901"] == [line.split()[1] for line in check()[1]]


def test_unused_suppression_has_a_fix(check: Checked) -> None:
    """The fix does not reach those that apply it."""
    Path("a.py").write_text("import tensorflow\nx = 1  # noqa: ISL101\n")
    cli.main(["--output-format", "json"])
    (found,) = json.loads(check.capsys.readouterr().out)["diagnostics"]
    edit = {"path": "a.py", "start_line": 2, "start_column": 6, "end_line": 2, "end_column": 22, "text": ""}
    assert {
        "applicability": "safe",
        "description": "remove the unused suppression",
        "edits": [edit],
    } == found["fix"]


def test_add_ignores(check: Checked) -> None:
    """A project cannot begin with what it has."""
    Path("a.py").write_bytes(b"# coding: latin-1\r\n# \xe4\r\n" + MISTAKE.encode().replace(b"\n", b"\r\n"))
    assert (0, [], "Silenced 1 finding in 1 file.\n") == check("--add-ignores")
    assert b"# \xe4\r\n" in Path("a.py").read_bytes()
    assert b"Variable(1.0)  # initscope-lint: ignore[ISL101]\r\n" in Path("a.py").read_bytes()
    assert (0, [], "Nothing to report (1 file analysed); 1 finding ignored.\n") == check()


def test_add_ignores_says_what_it_cannot_do(check: Checked) -> None:
    """Somebody believes that all is silenced."""
    Path("b.py").write_text("def f(:\n")
    said = "Silenced 1 finding in 1 file.\n1 finding cannot be silenced by a comment.\n"
    assert (1, [], said) == check("--add-ignores")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--add-ignores"], "Silenced 1 finding in 1 file.\n"),
        (["--write-baseline", "known.json"], "Wrote 1 finding to known.json.\n"),
    ],
)
def test_accepting_says_what_was_not_linted(check: Checked, options: list[str], said: str) -> None:
    """Somebody believes that all is accepted, and a file was not looked at."""
    status, found, told = check("a.py", "missing.py", *options)
    unreadable = "missing.py:1:1: error: ISL902 unreadable-file: cannot read: it does not exist\n"
    assert (2, [], unreadable + said) == (status, found, told)


def test_baseline_survives_edits(check: Checked) -> None:
    """Lines that are put before a known finding make it new."""
    assert (0, [], "Wrote 1 finding to known.json.\n") == check("--write-baseline", "known.json")
    known = (0, [], "Nothing to report (1 file analysed); 1 finding in the baseline.\n")
    assert known == check("--baseline", "known.json")
    Path("a.py").write_text("\n\n# moved\n" + MISTAKE)
    assert known == check("--baseline", "known.json")
    Path("a.py").write_text(MISTAKE + MISTAKE.replace("def f", "def g").replace("f(tf.ones", "g(tf.ones"))
    assert ["a.py:16:9: ISL101 variable-created-every-trace"] == check("--baseline", "known.json")[1]


def test_stale_baseline_fails(check: Checked) -> None:
    """A mended finding stays in the baseline, and lets the next one pass."""
    check("--write-baseline", "known.json")
    Path("a.py").write_text(MISTAKE.replace("v = tf.Variable(1.0)", "v = 1.0"))
    said = (
        "known.json: a.py: ISL101 is gone: v = tf.Variable(1.0)\n"
        "known.json is out of date: write it anew with --write-baseline known.json\n"
        "Nothing to report (1 file analysed).\n"
    )
    assert (1, [], said) == check("--baseline", "known.json")
    assert (0, [], said) == check("--baseline", "known.json", "--exit-zero")
    assert 0 == check("--baseline", "known.json", "--select", "ISL2")[0]
    Path("a.py").unlink()
    assert 1 == check("--baseline", "known.json")[0]


def test_part_of_the_project_keeps_the_rest_of_the_baseline(check: Checked) -> None:
    """Linting one file wipes what is known about the others, or calls it stale."""
    Path("sub").mkdir()
    Path("sub/b.py").write_text(MISTAKE)
    assert "Wrote 2 findings to sub/known.json.\n" == check("--write-baseline", "sub/known.json")[2]
    whole = Path("sub/known.json").read_text()
    assert ["../a.py", "b.py"] == [each["path"] for each in json.loads(whole)["findings"]]
    assert 0 == check("--baseline", "sub/known.json", "a.py")[0]
    check("--write-baseline", "sub/known.json", "a.py", "--select", "ISL2")
    assert whole == Path("sub/known.json").read_text()
    Path("a.py").write_text("")
    assert "Wrote 1 finding to sub/known.json.\n" == check("--write-baseline", "sub/known.json", "a.py")[2]
    assert ["b.py"] == [each["path"] for each in json.loads(Path("sub/known.json").read_text())["findings"]]
