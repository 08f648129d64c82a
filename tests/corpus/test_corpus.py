"""Lists, results that can be continued, and what a task does; without a cluster."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import click
import pytest

from initscope_lint import __version__
from initscope_lint.corpus.sources import CannotFetch, fetch, read_list
from initscope_lint.corpus.store import OtherRun, Store
from initscope_lint.corpus.task import Record, lint

MISTAKE = "import tensorflow as tf\n\n@tf.function\ndef f():\n    return tf.Variable(1.0)\n\nf()\n"


def record(source: str, error: str | None = None, options: tuple[str, ...] = ()) -> Record:
    return Record(source, __version__, options, 1.0, None if error else {"diagnostics": []}, error)


def stored(path: Path) -> list[tuple[str, str | None]]:
    return [(each["source"], each["error"]) for each in map(json.loads, path.read_text().splitlines())]


def test_a_list(tmp_path: Path) -> None:
    """A comment is linted, a project twice, or a directory from somewhere else."""
    path = tmp_path / "list.txt"
    path.write_text("# all\nlarq==0.14.0  # a release\n\n../a#b\ngit+https://h/o/n@v1\nlarq==0.14.0\n.\n")
    assert [
        "larq==0.14.0",
        str(tmp_path.parent / "a#b"),
        "git+https://h/o/n@v1",
        str(tmp_path),
    ] == read_list(path)


def test_a_project_is_linted_where_it_is(tmp_path: Path) -> None:
    """Paths would be those of the machine that did it."""
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "m.py").write_text(MISTAKE)
    found = lint(str(tmp_path), ["--select", "ISL1"], 100.0)
    assert found.error is None and found.report is not None
    assert [("ISL101", "pkg/m.py")] == [(each["code"], each["path"]) for each in found.report["diagnostics"]]


def test_nothing_of_a_project_is_imported(tmp_path: Path) -> None:
    """The linter runs in the project's directory: a module of its name there would be run."""
    for name in ("click.py", "msgspec.py", "sitecustomize.py", "initscope_lint.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    assert lint(str(tmp_path), [], 100.0).error is None
    assert not (tmp_path / "ran").exists()


def test_what_cannot_be_linted_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(MISTAKE)
    assert "not linted within 0.01 seconds" == lint(str(tmp_path), [], 0.01).error
    said = click.NoSuchOption("--no-such", possibilities=["--no-cache"]).format_message()
    ended = f"the linter ended with status 2: Error: {said}"
    assert ended == lint(str(tmp_path), ["--no-such"], 100.0).error
    with pytest.raises(CannotFetch, match=r"^there is no such directory$"):
        lint(str(tmp_path / "missing"), [], 100.0)


def test_a_repository(tmp_path: Path) -> None:
    origin, here = tmp_path / "origin", tmp_path / "here"
    here.mkdir()
    subprocess.run(["git", "init", "--quiet", origin], check=True)
    (origin / "m.py").write_text(MISTAKE)
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["add", "."], ["commit", "--quiet", "--message", "one"], ["tag", "v1"]):
        subprocess.run(["git", *identity, *arguments], cwd=origin, check=True)
    assert MISTAKE == (fetch(f"git+{origin.as_uri()}@v1", here) / "m.py").read_text()
    (tmp_path / "other").mkdir()
    with pytest.raises(CannotFetch, match="v2"):
        fetch(f"git+{origin.as_uri()}@v2", tmp_path / "other")


def test_results_are_continued(tmp_path: Path) -> None:
    """What was done would be done again, or what failed never."""
    path = tmp_path / "results.jsonl"
    store = Store(path, [])
    store.add(record("a"))
    store.add(record("b", "cannot"))
    store.close()
    with path.open("a") as file:
        file.write('{"source": "c", "vers')  # killed while it was written
    store = Store(path, [])
    assert store.done == {"a"}
    store.add(record("c"))
    store.close()
    assert [("a", None), ("c", None)] == stored(path)


def test_results_of_another_run_are_left_alone(tmp_path: Path) -> None:
    """One file would have reports that cannot be compared."""
    path = tmp_path / "results.jsonl"
    store = Store(path, ["--pedantic"])
    store.add(record("a", options=("--pedantic",)))
    store.close()
    before = path.read_bytes()
    with pytest.raises(OtherRun, match="other options"):
        Store(path, [])
    assert before == path.read_bytes()
    path.write_text("something else\n")
    with pytest.raises(OtherRun, match="not a file of results"):
        Store(path, [])
