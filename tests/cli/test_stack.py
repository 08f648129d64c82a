"""``initscope-lint stack`` on the program of the ``tf.init_scope`` page."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.cli.test_check import Frame, run

PROGRAM = """\
import tensorflow as tf
tf.compat.v1.enable_eager_execution()


@{decorator}
def func():
  assert not tf.executing_eagerly()
  with tf.init_scope():
    assert tf.executing_eagerly()

func()
"""


class Via(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    line: int


class Context(msgspec.Struct, forbid_unknown_fields=True):
    resolved: str
    executing_eagerly: bool | None
    building_function: bool | None
    branch: bool
    lifted: bool
    tape: str
    control_dependencies: str
    stack: list[Frame]
    via: list[Via]


class Point(msgspec.Struct, forbid_unknown_fields=True):
    line: int
    column: int
    contexts: list[Context]


class File(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    points: list[Point]


class Document(msgspec.Struct, forbid_unknown_fields=True):
    version: str
    files: list[File]


@pytest.fixture(params=[("1.15", "tf.contrib.eager.defun"), ("2", "tf.function")], ids=["1.15", "2"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """The directory of ``seed.py`` and the target for it."""
    target, decorator = request.param
    (tmp_path / "seed.py").write_text(PROGRAM.format(decorator=decorator))
    return tmp_path, target


def test_json(program: tuple[Path, str]) -> None:
    """If this fails, the program of the documentation is not understood, or the JSON contract is broken."""
    directory, target = program
    outcome = run(directory, "stack", "seed.py", "--target-tensorflow", target, "--output-format", "json")
    document = msgspec.json.decode(outcome.stdout, type=Document)
    assert (document.version, [file.path for file in document.files]) == ("1", ["seed.py"])
    resolved = {
        point.line: [(context.resolved, context.executing_eagerly, context.lifted) for context in point.contexts]
        for point in document.files[0].points
    }
    eager, function, lifted = [("eager", True, False)], [("function", False, False)], [("eager", True, True)]
    # Line 1 runs before the mode is switched, which in 1.15 is graph mode.
    assert [resolved[line] for line in (6, 7, 8, 9, 11)] == [eager, function, function, lifted, eager]
    assert outcome.returncode == 0


def test_text(program: tuple[Path, str]) -> None:
    """If this fails, the gutter does not show what the JSON says."""
    directory, target = program
    lines = run(directory, "stack", "seed.py", "--target-tensorflow", target).stdout.splitlines()
    assert lines[4].startswith("  5 eager    | @")
    assert lines[6] == "  7 function |   assert not tf.executing_eagerly()"
    assert lines[8].startswith("  9 eager  ^ |     assert tf.executing_eagerly()      ")
    assert "lifted past function func" in lines[8]


def test_one_line(program: tuple[Path, str]) -> None:
    """If this fails, ``FILE:LINE`` shows something else than that line."""
    directory, target = program
    outcome = run(directory, "stack", "seed.py:9", "seed.py:4", "--target-tensorflow", target)
    assert outcome.stdout.startswith("  9 eager  ^ |     assert tf.executing_eagerly()\n")
    assert "function func (seed.py:" in outcome.stdout
    assert outcome.stderr == "seed.py:4: no statement on this line\n"
    assert outcome.returncode == 0


def test_what_cannot_be_analysed(tmp_path: Path) -> None:
    """If this fails, a missing or broken file is passed over in silence."""
    (tmp_path / "broken.py").write_text("def f(:\n")
    (tmp_path / "good.py").write_text("x = 1\n")
    outcome = run(tmp_path, "stack", "broken.py", "missing.py", "good.py", "--output-format", "json")
    assert [file.path for file in msgspec.json.decode(outcome.stdout, type=Document).files] == ["good.py"]
    assert "broken.py:1:7: invalid syntax\nmissing.py:1:1: cannot read: it does not exist\n" == outcome.stderr
    assert outcome.returncode == 2
