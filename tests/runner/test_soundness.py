"""Findings depend on what is linted, not on where and how the linter was started."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from initscope_lint.source.patterns import base

ROOT = Path(__file__).parents[2]

HELPER = """\
import tensorflow as tf


def dense(x):
    return x * tf.Variable(1.0)
"""
CALLER = """\
import sys

import tensorflow as tf

from helper import dense


@tf.function
def f(x):
    return dense(x)


@tf.function
def g(x):
    with tf.init_scope():
        w = tf.Variable(1.0)
    return x * w


if __name__ == "__main__":
    if len(sys.argv) > 1:
        f(tf.ones([2]))
    else:
        g(tf.ones([2]))
"""
TEST = """\
import tensorflow as tf

from model import build


def test_build():
    build(tf.ones([2]))
"""
MODEL = """\
import tensorflow as tf


def build(x):
    with tf.init_scope():
        y = x + 1.0
    return y
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project below a directory whose name is that of tests."""
    root = tmp_path / "tests" / "project"
    (root / "tests").mkdir(parents=True)
    (root / "pyproject.toml").touch()
    for name, text in {
        "helper.py": HELPER, "caller.py": CALLER, "model.py": MODEL, "tests/check_model.py": TEST, "größe.py": CALLER,
    }.items():  # fmt: skip
        (root / name).write_text(text, "utf-8")
    return root


def linted(directory: Path, *paths: str, **environment: str) -> list[tuple[str, str, int, int]]:
    """The code, file, line and column of each finding, by a run from a directory."""
    command = [sys.executable, "-m", "initscope_lint", "--isolated", "--no-cache", "--output-format", "json"]
    run = subprocess.run(
        [*command, "--pedantic", "--", *paths],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    found = json.loads(run.stdout)["diagnostics"]
    keys = ("code", "line", "column")
    names = ((os.path.basename(each["path"]).replace(r"\xc3\xb6\xc3\x9f", "öß"), each) for each in found)
    return sorted((name, *(each[key] for key in keys)) for name, each in names)


def test_environment(project: Path) -> None:
    """The seed of hashes, the locale, the working directory or the spelling of a path decides what is found."""
    expected = linted(project, ".")
    assert {"helper.py", "caller.py", "größe.py"} <= {name for name, *_ in expected}
    assert expected == linted(project, ".", PYTHONHASHSEED="1", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert expected == linted(project, ".", PYTHONHASHSEED="2", LC_ALL="tr_TR.UTF-8", TZ="Asia/Tokyo")
    assert expected == linted(project.parent.parent, "tests/project")
    assert expected == linted(project / "tests", "..")
    assert expected == linted(Path("/"), str(project))


def test_order_of_files(project: Path) -> None:
    """The order in which files are named decides what is found."""
    names = ["helper.py", "caller.py", "model.py"]
    first, *others = (linted(project, *order) for order in itertools.islice(itertools.permutations(names), 0, None, 2))
    assert [first] * len(others) == others
    assert first


@pytest.mark.parametrize("separator", ["/", "\\"])
def test_separator_of_the_system(separator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows, a pattern matches nothing, or a file has another name in the report."""
    monkeypatch.setattr(os, "sep", separator)
    assert "pkg/sub/" == base(separator.join(["pkg", "sub"]))


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """A file whose name is not UTF-8 takes the linter down, or one that is a command gives it."""
    try:
        (tmp_path / os.fsdecode(b"a\xff.py")).write_text(CALLER)
        (tmp_path / "\x1b[2J.py").write_text(CALLER)
        (tmp_path / "::error::\n.py").write_text(CALLER)
    except OSError:
        pytest.skip("no such names here")
    for cached in (["--no-cache"], ["--no-cache", "-j", "2"], ["--cache-dir", str(tmp_path / "cache")]):
        command = [sys.executable, "-m", "initscope_lint", "--isolated", *cached, "--output-format", "concise", "."]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert (1, 3) == (run.returncode, len(run.stdout.splitlines())), run.stderr
        assert b"\x1b" not in run.stdout and b"\xff" not in run.stdout
