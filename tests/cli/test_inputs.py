"""What is linted beside files: stdin, notebooks, and what has changed."""

from __future__ import annotations

import io
import json
import subprocess
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

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch = monkeypatch
        self.capsys = capsys

    def __call__(self, *arguments: str, stdin: bytes = b"", output_format: str = "concise") -> tuple[int, str, str]:
        """The exit status, what is reported, and what is said."""
        self.monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = cli.main(["check", "-q", "--output-format", output_format, *arguments])
        return (status, *self.capsys.readouterr())


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Checked:
    monkeypatch.chdir(tmp_path)
    return Checked(monkeypatch, capsys)


def test_stdin(check: Checked) -> None:
    """An editor cannot lint what is not saved."""
    status, out, err = check("-", stdin=MISTAKE.encode(), output_format="text")
    assert (1, "", "<stdin>:6:9 error ISL101 variable-created-every-trace") == (status, err, out.splitlines()[0])
    assert "    6 |     v = tf.Variable(1.0)" in out
    assert (0, "", "") == check("-", stdin=MISTAKE.replace("(1.0)", "(1.0)  # noqa: ISL101").encode())


def test_stdin_has_the_settings_of_its_name(check: Checked) -> None:
    """What holds for a file does not hold for it in an editor."""
    Path("sub").mkdir()
    Path("sub/initscope-lint.toml").write_text('ignore = ["ISL101"]\nextend-exclude = ["a.py"]\n')
    assert 0 == check("-", "--stdin-filename", "sub/b.py", stdin=MISTAKE.encode())[0]
    status, out, _ = check("-", "--stdin-filename", "sub/a.py", "--select", "ISL101", stdin=MISTAKE.encode())
    assert (1, "sub/a.py:6:9") == (status, out[:12])
    assert 0 == check("-", "--stdin-filename", "sub/a.py", "--select=ISL101", "--force-exclude", stdin=b"import\n")[0]


def test_stdin_can_be_a_notebook(check: Checked) -> None:
    """An editor cannot lint a notebook that is not saved."""
    document = {"nbformat": 4, "cells": [{"cell_type": "code", "source": MISTAKE}]}
    status, out, _ = check("-", "--stdin-filename", "n.ipynb", stdin=json.dumps(document).encode())
    assert (1, "n.ipynb:cell 1:6:9") == (status, out[:18])


@pytest.fixture
def notebook(check: Checked) -> Path:
    """A notebook whose mistake is in its second code cell, and is shown by the third."""
    head, function, call = MISTAKE.split("\n\n\n")
    cells = [["%pip install tensorflow\n", head], function, f"{call.rstrip()}  # noqa: ISL102"]
    document = {
        "nbformat": 4,
        "cells": [{"cell_type": "code", "source": cell} for cell in cells],
        "metadata": {"kernelspec": {"language": "python"}},
    }
    path = Path("n.ipynb")
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    ("output_format", "expected"),
    [
        ("text", "n.ipynb:cell 2:3:9 error ISL101"),
        ("concise", "n.ipynb:cell 2:3:9: error: ISL101"),
        ("github", "file=n.ipynb::n.ipynb:cell 2:3:9 error"),
        ("gitlab", '"description": "n.ipynb:cell 2:3:9: ISL101'),
        ("junit", 'name="n.ipynb:cell 2:3:9 ISL101'),
        ("sarif", '"text": "cell 2:3:9: `tf.Variable` is created'),
    ],
)
@pytest.mark.usefixtures("notebook")
def test_notebook(check: Checked, output_format: str, expected: str) -> None:
    """A finding in a notebook has a line that nobody can see."""
    assert expected in check(".", output_format=output_format)[1]


@pytest.mark.usefixtures("notebook")
def test_notebook_in_json(check: Checked) -> None:
    """A program that reads the report cannot find the place."""
    first, second = json.loads(check(output_format="json")[1])["diagnostics"]
    assert ("n.ipynb", 2, 3, 9) == tuple(first[key] for key in ("path", "cell", "line", "column"))
    assert [("n.ipynb", 3, 1)] == [(step["path"], step["cell"], step["line"]) for step in first["trace"]]
    assert ["n.ipynb:1", "n.ipynb:2"] == [f"{frame['path']}:{frame['cell']}" for frame in first["stack"]]
    assert ("ISL900", 3, 1) == (second["code"], second["cell"], second["line"])


@pytest.mark.usefixtures("notebook")
def test_notebook_shows_its_source(check: Checked) -> None:
    """The excerpt is of another cell."""
    out = check(output_format="text")[1]
    assert "    2 | def f(x):\n    3 |     v = tf.Variable(1.0)\n" in out


def test_baseline_of_a_notebook(check: Checked, notebook: Path) -> None:
    """A cell that is put before the others makes what is known new."""
    assert 0 == check("--write-baseline", "known.json")[0]
    assert 2 == len(json.loads(Path("known.json").read_text())["findings"])
    document = json.loads(notebook.read_text())
    document["cells"].insert(0, {"cell_type": "code", "source": "import os"})
    notebook.write_text(json.dumps(document))
    assert (0, "", "") == check("--baseline", "known.json")


def test_broken_notebook(check: Checked) -> None:
    """A notebook that is not read passes."""
    Path("n.ipynb").write_text("{}")
    said = "n.ipynb:1:1: error: ISL902 unreadable-file: not a notebook: Object missing required field `nbformat`\n"
    assert (2, said, "") == check()


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(check: Checked) -> None:
    """A committed file with a mistake."""
    Path("pkg").mkdir()
    Path("pkg/größe.py").write_text(MISTAKE, "utf-8")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")


@pytest.mark.usefixtures("repository")
def test_only_what_has_changed(check: Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change brings up what was there before, or hides what it brings."""
    path = Path("pkg/größe.py")
    assert (0, "", "") == check("--changed")
    path.write_text(
        "# moved\n" + MISTAKE + "\n\n" + MISTAKE.replace("def f", "def g").replace("f(tf.o", "g(tf.o"), "utf-8"
    )
    Path("new\tfile.py").write_text(MISTAKE)
    status, out, _ = check("--changed")
    assert (1, ["new\\tfile.py:6:9", "pkg/größe.py:19:9"]) == (
        status,
        [line.partition(": ")[0] for line in out.splitlines()],
    )
    git("add", ".")
    assert out == check("--diff", "HEAD")[1]
    git("commit", "--quiet", "--message", "second")
    assert (0, "", "") == check("--changed")
    assert out == check("--diff", "HEAD~1")[1]
    monkeypatch.chdir("pkg")
    assert "größe.py:19:9" == check("--diff", "HEAD~1")[1].partition(": ")[0]


@pytest.mark.usefixtures("repository")
def test_changed_step_of_the_path(check: Checked) -> None:
    """A new call that shows an old mistake passes the review."""
    Path("pkg/größe.py").write_text(MISTAKE.replace("ones([2])", "ones([3])"), "utf-8")
    assert 1 == check("--changed")[0]


@pytest.mark.usefixtures("repository")
def test_changed_file_that_does_not_parse(check: Checked) -> None:
    """A bracket that is not closed passes, for the parser gives up further down."""
    Path("pkg/größe.py").write_text("x = (\n" + MISTAKE, "utf-8")
    Path("broken.py").write_text("def f(:\n")
    git("add", "broken.py")
    git("commit", "--quiet", "--message", "broken", "broken.py")
    assert ["ISL901"] == [line.split()[2] for line in check("--changed")[1].splitlines()]


@pytest.mark.usefixtures("repository")
def test_changed_notebook(check: Checked, notebook: Path) -> None:
    """What changed in a notebook is looked for by the lines of its JSON."""
    git("add", ".")
    git("commit", "--quiet", "--message", "notebook")
    assert 0 == check("--changed")[0]
    notebook.write_text(notebook.read_text() + "\n\n")
    assert 1 == check("--changed")[0]


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("revision", ["nowhere", "--output=x"])
def test_revision_that_does_not_exist(check: Checked, revision: str) -> None:
    """A misspelt branch makes every finding vanish; or an option reaches git."""
    status, out, err = check(f"--diff={revision}")
    assert (2, "") == (status, out)
    assert err.startswith("Error: fatal: ") and revision in err
    assert not Path("x").exists()


def test_no_repository(check: Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a repository, or without git, every finding vanishes."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(Path.cwd().parent))
    status, _, err = check("--changed")
    assert 2 == status
    assert err.startswith("Error: fatal: not a git repository")
    monkeypatch.setenv("PATH", "")
    assert (2, "", "Error: git: No such file or directory\n") == check("--changed")
