"""``check --fix``: what it writes, what it leaves alone, what it says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from initscope_lint import cli
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import read
from initscope_lint.source.write import NotWritten, rewrite

SAFE = """\
import tensorflow as tf

kept = {}


@tf.function
def f(x):
    if "w" not in kept:
        with tf.init_scope:  # größe
            kept["w"] = tf.Variable(1.0)
    return x * kept["w"]


f(tf.ones([2]))
"""
SAFE_FIXED = SAFE.replace("init_scope:", "init_scope():")
UNSAFE = """\
import tensorflow as tf


@tf.function
def f(x):
    v = tf.Variable(1.0)
    return x * v


f(tf.ones([2]))
"""
UNSAFE_FIXED = """\
import tensorflow as tf


v = tf.Variable(1.0)


@tf.function
def f(x):
    return x * v


f(tf.ones([2]))
"""


@pytest.fixture(autouse=True)
def _in_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_fix_makes_safe_fixes_only(capsys: pytest.CaptureFixture[str]) -> None:
    """An unsafe fix is made unasked, or a safe one is not made."""
    Path("a.py").write_text(SAFE, "utf-8")
    Path("b.py").write_text(UNSAFE)
    assert 1 == cli.main(["--fix", "--output-format", "concise", "."])
    assert (SAFE_FIXED, UNSAFE) == (Path("a.py").read_text("utf-8"), Path("b.py").read_text())
    output = capsys.readouterr()
    assert ["b.py:6:9:"] == [line.split()[0] for line in output.out.splitlines()]
    assert [
        "Fixed 1 finding in 1 file (ISL401 1).",
        "Found 1 error in 1 file (2 files analysed); 1 can be fixed with --fix --unsafe-fixes.",
    ] == output.err.splitlines()


def test_unsafe_fixes(capsys: pytest.CaptureFixture[str]) -> None:
    """An unsafe fix is not made, or what is mended is still reported."""
    Path("b.py").write_text(UNSAFE)
    assert 0 == cli.main(["--fix", "--unsafe-fixes", "b.py"])
    assert UNSAFE_FIXED == Path("b.py").read_text()
    assert "" == capsys.readouterr().out


def test_what_can_be_fixed_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    """A person does not learn that a fix exists, or which option makes it."""
    Path("a.py").write_text(SAFE, "utf-8")
    Path("b.py").write_text(UNSAFE)
    cli.main(["."])
    output = capsys.readouterr()
    assert "ISL401 [*] init-scope-not-called" in output.out
    assert "ISL101 variable-created-every-trace" in output.out
    assert "  fix    call `init_scope`\n" in output.out
    assert "  fix    create it once, outside of the function (unsafe)\n" in output.out
    assert "; 1 can be fixed with --fix; 1 more can be fixed with --fix --unsafe-fixes." in output.err
    cli.main(["--unsafe-fixes", "--output-format", "concise", "b.py"])
    output = capsys.readouterr()
    assert "ISL101 [*] variable-created-every-trace" in output.out
    assert "; 1 can be fixed with --fix." in output.err


@pytest.mark.parametrize("output_format", ["json", "sarif"])
def test_edits_are_in_the_formats_for_programs(output_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An editor or code scanning cannot offer the fix."""
    Path("a.py").write_text(SAFE, "utf-8")
    cli.main(["--output-format", output_format, "a.py"])
    document = json.loads(capsys.readouterr().out)
    if output_format == "json":
        (edit,) = document["diagnostics"][0]["fix"]["edits"]
        place = [edit[key] for key in ("start_line", "start_column", "end_line", "end_column", "text")]
    else:
        (change,) = document["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
        (replacement,) = change["replacements"]
        region = replacement["deletedRegion"]
        place = [region[key] for key in ("startLine", "startColumn", "endLine", "endColumn")]
        place.append(replacement["insertedContent"]["text"])
    assert [9, 27, 9, 27, "()"] == place


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
def test_show_fixes_gives_a_patch(capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown is not what would be made, or something is changed."""
    Path("a.py").write_text(SAFE.rstrip("\n"), "utf-8")
    Path("b.py").write_text(UNSAFE)
    assert 1 == cli.main(["--show-fixes", "--unsafe-fixes", "."])
    assert (SAFE.rstrip("\n"), UNSAFE) == (Path("a.py").read_text("utf-8"), Path("b.py").read_text())
    output = capsys.readouterr()
    assert "Would fix 2 findings in 2 files.\n" == output.err
    subprocess.run(["patch", "-p0", "--silent"], input=output.out, encoding="utf-8", check=True)
    assert (SAFE_FIXED.rstrip("\n"), UNSAFE_FIXED) == (Path("a.py").read_text("utf-8"), Path("b.py").read_text())
    assert 0 == cli.main(["--show-fixes", "--unsafe-fixes", "."])


def test_show_fixes_says_what_else_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is shown, and nobody knows that unsafe fixes are not."""
    Path("b.py").write_text(UNSAFE)
    assert 0 == cli.main(["--show-fixes", "."])
    said = "Would fix 0 findings in 0 files. 1 can be fixed with --unsafe-fixes.\n"
    assert ("", said) == capsys.readouterr()


@pytest.mark.parametrize(
    ("encoding", "newline", "cookie"),
    [("utf-8-sig", "\r\n", ""), ("latin-1", "\r\n", "# coding: latin-1\n"), ("utf-8", "\n", "")],
)
def test_encoding_and_line_ends_stay(encoding: str, newline: str, cookie: str) -> None:
    """A file is not any more what its author's tools expect."""
    before, after = ((cookie + text).replace("\n", newline).encode(encoding) for text in (SAFE, SAFE_FIXED))
    Path("a.py").write_bytes(before)
    assert 0 == cli.main(["--fix", "a.py"])
    assert after == Path("a.py").read_bytes()


def test_edits_get_the_line_ends_of_the_file() -> None:
    """A file ends up with line ends of two kinds."""
    Path("b.py").write_bytes(UNSAFE.replace("\n", "\r\n").encode())
    assert 0 == cli.main(["--fix", "--unsafe-fixes", "b.py"])
    assert UNSAFE_FIXED.replace("\n", "\r\n").encode() == Path("b.py").read_bytes()


def test_mode_and_links_stay() -> None:
    """A script cannot be run any more, or a link becomes a copy."""
    Path("real.py").write_text(SAFE, "utf-8")
    Path("real.py").chmod(0o751)
    Path("link.py").symlink_to("real.py")
    assert 0 == cli.main(["--fix", "link.py"])
    assert Path("link.py").is_symlink()
    assert SAFE_FIXED == Path("real.py").read_text("utf-8")
    assert 0o751 == Path("real.py").stat().st_mode & 0o777
    assert {"link.py", "real.py"} == {*os.listdir()}


def test_changed_file_is_left_alone() -> None:
    """What somebody writes while fixing goes on is lost."""
    path = Path("a.py")
    path.write_text("before\n")
    source = read(path)
    assert isinstance(source, SourceText)
    path.write_text("meanwhile\n")
    with pytest.raises(NotWritten, match=r"^it has changed since it was read$"):
        rewrite(path, source, "after\n")
    assert "meanwhile\n" == path.read_text()
    assert ["a.py"] == os.listdir()


def test_file_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not said, or the exit status is that of success."""
    Path("a.py").write_text(SAFE, "utf-8")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert 2 == cli.main(["--fix", "a.py"])
    assert "a.py: not fixed: No space left on device\nFixed 0 findings in 0 files.\n" in capsys.readouterr().err
    assert ["a.py"] == os.listdir()
    assert SAFE == Path("a.py").read_text("utf-8")


def test_fix_that_does_not_mend_is_not_made(capsys: pytest.CaptureFixture[str]) -> None:
    """A fix makes another mistake of the first: here the lifted statement would use a tensor of the function."""
    text = (
        "import tensorflow as tf\n\nkept = {}\n\n\ndef table(size):\n    kept['t'] = tf.zeros([4]) + size\n\n\n"
        "@tf.function\ndef f(x):\n    if not kept:\n        table(tf.ones([]))\n    return x + kept['t']\n\n\n"
        "f(tf.ones([4]))\nf(tf.ones([1]))\n"
    )
    Path("a.py").write_text(text)
    assert 1 == cli.main(["--fix", "--output-format", "concise", "a.py"])
    output = capsys.readouterr()
    assert "ISL104" in output.out
    assert "a.py:7: ISL104 not fixed: it would not be gone, or another would come up" in output.err
    assert text == Path("a.py").read_text()


def test_fixes_behind_each_other() -> None:
    """What an exception hid until the first was mended stays."""
    Path("a.py").write_text(
        "import tensorflow as tf\n\n\n@tf.function\ndef f(x):\n    v = tf.Variable(1.0)\n    w = tf.Variable(2.0)\n"
        "    return x * v * w\n\n\nf(tf.ones([2]))\n"
    )
    assert 0 == cli.main(["--fix", "--unsafe-fixes", "a.py"])
    assert "def f(x):\n    return x * v * w\n" in Path("a.py").read_text()


def test_rules_that_are_not_to_be_mended(capsys: pytest.CaptureFixture[str]) -> None:
    """`fixable` and `unfixable` have no effect, or hide the finding."""
    for name, line in (("un", 'unfixable = ["ISL4"]'), ("only", 'fixable = ["ISL1"]'), ("bad", "")):
        Path(name).mkdir()
        Path(name, "a.py").write_text(SAFE, "utf-8")
        Path(name, "initscope-lint.toml").write_text(line + "\n")
    for name in ("un", "only"):
        assert 1 == cli.main(["--fix", name])
        assert SAFE == Path(name, "a.py").read_text("utf-8")
        assert "ISL401 init-scope-not-called" in capsys.readouterr().out
    Path("bad", "initscope-lint.toml").write_text('unfixable = ["ISL401", "ISL9999"]\n')
    assert 2 == cli.main(["bad"])
    assert "bad/initscope-lint.toml: unfixable[1]: unknown rule 'ISL9999'" in capsys.readouterr().err


def test_notebooks_are_not_fixed(capsys: pytest.CaptureFixture[str]) -> None:
    """A notebook is changed, or its findings are marked as if it would be."""
    cells = [{"cell_type": "code", "metadata": {}, "source": SAFE, "outputs": [], "execution_count": None}]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    Path("a.ipynb").write_text(notebook)
    assert 1 == cli.main(["--fix", "a.ipynb"])
    output = capsys.readouterr()
    assert "ISL401 init-scope-not-called" in output.out
    assert "can be fixed" not in output.err
    assert "  fix    call `init_scope` (by hand)\n" in output.out
    assert notebook == Path("a.ipynb").read_text()


def test_baseline_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """What is accepted is mended all the same, or is reported once lines have moved."""
    Path("a.py").write_text("x = 1\n# noqa: ISL102\n" + UNSAFE)
    assert 0 == cli.main(["--select", "ISL101", "--write-baseline", "known", "a.py"])
    assert 0 == cli.main(["--fix", "--unsafe-fixes", "--baseline", "known", "a.py"])
    assert "x = 1\n" + UNSAFE == Path("a.py").read_text()


def test_source_that_cannot_be_written_back() -> None:
    """A codec that does not give back the bytes that were read changes the rest of the file."""
    Path("a.py").write_bytes(b"# coding: utf-7\nx = '+AGE-'\n")
    source = read(Path("a.py"))
    assert not isinstance(source, SourceError)
    with pytest.raises(NotWritten, match=r"^utf-7 does not give its bytes back$"):
        rewrite(Path("a.py"), source, source.text + "#\n")
    Path("a.py").write_bytes(b"# coding: latin-1\n")
    source = read(Path("a.py"))
    assert not isinstance(source, SourceError)
    with pytest.raises(NotWritten, match=r"^cannot encode it as iso-8859-1$"):
        rewrite(Path("a.py"), source, source.text + "# \u20ac\n")
