"""Inputs through the command line, and whether it did what it promises."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from initscope_lint import cli
from tests.fuzz.inputs import Input, make

NEIGHBOUR = """\
import tensorflow as tf


@tf.function
def f(x):
    return x * tf.Variable(1.0)


f(tf.ones([2]))
"""
_EXPECTED = {("ISL101", 6)}

NOT_LINTED = frozenset({"ISL901", "ISL902", "ISL903"})
"""What is reported about a file that was not analysed."""


class Fault(NamedTuple):
    """A promise that was not kept, and the input that showed it (None: nobody knows which)."""

    promise: str
    kind: str | None
    number: int | None
    said: str


def judged(inputs: Collection[tuple[str, int]]) -> list[Fault]:
    """Lint the inputs with each of these kinds and numbers in one run, beside a file with a known finding."""
    made = {key: make(*key) for key in inputs}
    with tempfile.TemporaryDirectory() as directory:
        return list(_judged(made, Path(directory)))


def _judged(made: dict[tuple[str, int], Input], directory: Path) -> Iterator[Fault]:
    tree, cache = directory / "tree", directory / "cache"
    tree.mkdir()
    (tree / "neighbour.py").write_text(NEIGHBOUR)
    names = {f"{kind}_{number}{each.suffix}": (kind, number) for (kind, number), each in made.items()}
    for name, key in names.items():
        (tree / name).write_bytes(made[key].data)
    before = _held(directory)
    # The programs that inputs are made of are for TensorFlow 2.
    arguments = ["--isolated", "--target-tensorflow", "2", "--cache-dir", str(cache), str(tree)]
    status, out, err = run(["check", "-v", "--output-format", "json", *arguments])
    try:
        report = json.loads(out)
    except ValueError:
        yield Fault("crash", None, None, err[-2000:])
        return
    again, text, _ = run(["check", "-q", "--output-format", "concise", *arguments])
    found: dict[str, set[tuple[str, int]]] = {}
    for each in report["diagnostics"]:
        name = each["path"].rpartition("/")[2]
        found.setdefault(name, set()).add((each["code"], each["line"]))
        if each["code"] == "ISL903":
            yield Fault("crash", *names.get(name, (None, None)), f"{each['message']}\n{err[-3000:]}")
    if status != expected_status(report) or again != status:
        yield Fault("wrong status", None, None, f"{status} and {again}, {report['summary']}")
    if found.get("neighbour.py") != _EXPECTED:
        yield Fault("lost finding", None, None, f"neighbour.py: {found.get('neighbour.py')}")
    for name, key in names.items():
        wanted = made[key].findings
        reported = {(code, line) for code, line in found.get(name, ()) if not code.startswith("ISL9")}
        if wanted is not None and reported != wanted:
            yield Fault("lost finding", *key, f"{sorted(wanted)} became {sorted(found.get(name, ()))}")
        hindrances = [code for code, _ in found.get(name, ()) if code in NOT_LINTED]
        if len(hindrances) > 1:
            yield Fault("more than one line", *key, f"{hindrances}")
    if len(text.splitlines()) != len(report["diagnostics"]) or re.search(r"[^\n\x20-\x7e\u00a0-\U0010ffff]", text):
        yield Fault("wrong line", None, None, text)
    if _held(directory) != before:
        yield Fault("written outside", None, None, f"{sorted(_held(directory).keys() ^ before.keys())}")


def expected_status(report: dict[str, Any]) -> int:
    """The exit status that the documentation promises for a report."""
    return 2 if report["summary"]["errors"] else 1 if report["diagnostics"] else 0


def run(arguments: list[str]) -> tuple[int, str, str]:
    """The exit status of the command line in this process, what it reports, and what it says."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.main(arguments)
    return status, out.getvalue(), err.getvalue()


def _held(directory: Path) -> dict[str, bytes]:
    """What is in a directory, but for the cache."""
    files = [path for path in directory.rglob("*") if path.is_file() and "cache" not in path.parts[:-1]]
    return {str(path): path.read_bytes() for path in files}
