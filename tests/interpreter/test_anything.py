"""Code that has nothing to do with TensorFlow: nothing fails, nothing is found, and the work is bounded."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest

from initscope_lint import rules
from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.lower import lower
from initscope_lint.source.deep import run_deep

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES = [
    "abc.py", "argparse.py", "asyncio/tasks.py", "bisect.py", "calendar.py", "code.py", "contextlib.py", "copy.py",
    "csv.py", "dataclasses.py", "enum.py", "fractions.py", "functools.py", "heapq.py", "json/encoder.py", "queue.py",
    "sched.py", "shelve.py", "string.py", "tempfile.py", "textwrap.py", "threading.py", "types.py", "unittest/mock.py",
    "unittest/suite.py", "uuid.py", "weakref.py", "xml/sax/xmlreader.py",
]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_the_standard_library(name: str) -> None:
    """The interpreter crashes on ordinary Python, or sees TensorFlow where there is none."""
    source = (LIBRARY / name).read_text(encoding="utf-8")

    def run() -> list[str]:
        module = ModuleSource("m", name, lower(ast.parse(source)))
        return [finding.code for finding in rules.judge(analyze(Program((module,)), "2").events)]

    assert run_deep(run) == []
