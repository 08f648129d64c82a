"""Whatever is in a tree: one clear line for each file, the others linted, and the documented exit status."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BAD = "import tensorflow as tf\n\n@tf.function\ndef f():\n    return tf.Variable(1.0)\n\nf()\n"
FOUND = "5:12: error: ISL101 variable-created-every-trace: "
CELL = {"cell_type": "code", "source": "x = 1\n"}
NOT_JSON = "1:1: error: ISL902 unreadable-file: not a notebook: JSON is malformed: invalid character (byte 0)"

FILES: dict[str, tuple[bytes, str | None]] = {
    "nul": (BAD.encode() + b"\0", "8:1: error: ISL901 syntax-error: source code cannot contain null bytes"),
    "nul_in_utf_7": (b"# coding: utf-7\nx = 1+AAA-\n", "1:1: error: ISL901 syntax-error: source code "),
    "mark_of_utf_8": (b"\xef\xbb\xbf" + BAD.encode(), FOUND),
    "mark_of_utf_16": (BAD.encode("utf-16"), "1:1: error: ISL902 unreadable-file: cannot decode byte 0x"),
    "mark_of_utf_32": (BAD.encode("utf-32"), "1:1: error: ISL902 unreadable-file: cannot decode byte 0x"),
    "bad_byte": (b'x = "\xe9"\n', "1:6: error: ISL902 unreadable-file: cannot decode byte 0xe9 as utf-8"),
    "no_codec": (
        b"# coding: nothing\n",
        "1:1: error: ISL902 unreadable-file: cannot decode: unknown encoding: nothing",
    ),
    "slow_codec": (
        b"# coding: punycode\n" + b"x9" * 1_500_000,
        "1:1: error: ISL902 unreadable-file: cannot decode: punycode is no encoding of files",
    ),
    "carriage_returns": (BAD.replace("\n", "\r").encode(), FOUND),
    "both": (BAD.replace("\n", "\r\n").encode(), FOUND),
    "tabs": (BAD.replace("    ", "\t").encode(), FOUND.replace("12", "9")),
    "tabs_and_spaces": (b"if 1:\n\tx\n        y\n", "3:1: error: ISL901 syntax-error: inconsistent use of tabs"),
    "form_feeds": (("\f" + BAD.replace("\n\n", "\n\f\n")).encode(), FOUND),
    "python_2": (b"print 'a'\n", "1:1: error: ISL901 syntax-error: Missing parentheses in call to 'print'"),
    "python_2_too": (b"x = `1`\n", "1:5: error: ISL901 syntax-error: invalid syntax"),
    "python_of_tomorrow": (b"unless x:\n    pass\n", "1:8: error: ISL901 syntax-error: invalid syntax"),
    "python_3_12": (b"type X[T] = list[T]\n" + BAD.encode(), FOUND.replace("5", "6", 1)),
    "empty": (b"", None),
    "blank": (b" \n\t\n \f", None),
    "binary": (b"\x7fELF\x02\x01\x01\0\0\0", "1:8: error: ISL901 syntax-error: source code cannot contain null bytes"),
    "text": (b'import tensorflow\nx = "' + b"a" * 1_000_000 + b'"\n', None),
    "long_line": (b"import tensorflow\nx = [" + b"1, " * 10_000 + b"]\n", None),
    "large": (b"#" * 5_000_000, "1:1: error: ISL902 unreadable-file: larger than 4194304 bytes"),
}
NOTEBOOKS: dict[str, tuple[bytes, str | None]] = {
    "empty": (b"", "1:1: error: ISL902 unreadable-file: not a notebook: Input data was truncated"),
    "compressed": (gzip.compress(b" " * 50_000_000), NOT_JSON),
    "nested": (
        b'{"nbformat": 4, "metadata": ' + b'{"a":' * 100_000,
        "1:1: error: ISL902 unreadable-file: not a notebook: nested too deeply",
    ),
    "many_cells": (json.dumps({"nbformat": 4, "cells": [CELL] * 50_000}).encode(), None),
    "large": (
        json.dumps({"nbformat": 4, "cells": [CELL] * 100_000}).encode(),
        "1:1: error: ISL902 unreadable-file: larger than 4194304 bytes",
    ),
    "no_text": (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\'\\ud83d\\ude00\'"}]}', None),
}


def lint(*arguments: str) -> tuple[int, list[str]]:
    """The exit status and the lines of the report."""
    command = [sys.executable, "-m", "initscope_lint", "check", "--isolated", "--no-cache", "-j", "1"]
    run = subprocess.run(
        [*command, "--output-format", "concise", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in run.stderr
    return run.returncode, run.stdout.splitlines()


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory with a mistake in it."""
    monkeypatch.chdir(tmp_path)
    Path("known.py").write_text(BAD)


def test_contents() -> None:
    """Some file takes others with it, or nobody knows what is wrong with it."""
    expected = {f"{name}.py": line for name, (_, line) in FILES.items()}
    expected |= {f"{name}.ipynb": line for name, (_, line) in NOTEBOOKS.items()}
    for suffix, files in ((".py", FILES), (".ipynb", NOTEBOOKS)):
        for name, (data, _) in files.items():
            Path(name + suffix).write_bytes(data)
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    status, report = lint()
    assert 2 == status
    lines = dict(line.split(":", 1) for line in report)
    assert len(lines) == len(report)
    assert lines.pop("known.py").startswith(FOUND)
    said = {name: line for name, line in expected.items() if line is not None}
    assert said.keys() == lines.keys()
    assert [] == [(name, line, lines[name]) for name, line in said.items() if not lines[name].startswith(line)]
    assert before == {path.name: path.read_bytes() for path in Path().iterdir()}


@pytest.mark.parametrize("kind", FILES)
def test_exit_status(kind: str) -> None:
    """A file of some kind alone has another status than the documented one."""
    Path("known.py").unlink()
    data, line = FILES[kind]
    Path("it.py").write_bytes(data)
    assert lint()[0] == (0 if line is None else 2 if "ISL902" in line else 1)


@pytest.mark.parametrize("kind", [name for name, (_, line) in FILES.items() if line is not None])
def test_imported(kind: str) -> None:
    """A module that cannot be read takes those with it that import it."""
    Path("broken.py").write_bytes(FILES[kind][0])
    Path("known.py").write_text(f"{BAD}\nimport broken\n")
    assert [line.startswith("known.py:" + FOUND) for line in lint("known.py")[1]] == [True]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs and devices here")
def test_what_is_no_file() -> None:
    """A FIFO or a device is opened, and the run hangs or reads for ever; or a link that leads in a circle does."""
    os.symlink("/dev/zero", "zero.py")
    os.symlink("circle.py", "again.py")
    os.symlink("again.py", "circle.py")
    os.mkdir("directory.py")
    os.symlink("..", "directory.py/up")
    os.mkfifo("fifo.py")
    os.mkfifo("fifo.ipynb")
    os.mkfifo("pyproject.toml")
    error = "error: ISL902 unreadable-file: cannot read:"
    loop = f"1:1: {error} Too many levels of symbolic links"
    status, report = lint()
    assert (2, [f"again.py:{loop}", f"circle.py:{loop}"]) == (status, report[:2])
    assert ["known.py:" + FOUND] == [line[: len("known.py:" + FOUND)] for line in report[2:]]
    for name in ("zero.py", "fifo.py", "fifo.ipynb"):
        status, report = lint(name, "known.py")
        assert (2, [f"{name}:1:1: {error} it is neither a file nor a directory"]) == (
            status,
            [line for line in report if name in line],
        )
        assert 2 == len(report)
