"""Code from real packages that once crashed the interpreter, reduced; and code whose paths multiply."""

from __future__ import annotations

import ast

import pytest

from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.lower import lower
from initscope_lint.source.deep import run_deep

CRASHED = {
    "a name of no path": "import os\nos.path.basename(None)\n",
    "an item at an index that is no index": "items = [1, 2]\nitems[None] = 3\n",
    "a name from a package around it is called": "from . import a\nfrom .b import make\nmake()\na.run(1)\n",
    "a generator resumed in a try block": """
def attempts(paths):
    for path in paths:
        try:
            yield open(path)
        except OSError:
            continue
        finally:
            path.close()


for found in attempts(["a", "b"]):
    print(found)
""",
}

BRANCHES = """
def visit(node, options, seen):
    kinds = []
    for key in node:
{tests}
        kinds.append(visit(node[key], options, seen))
        for other in node[key]:
            kinds.extend(visit(other, options, seen))
    return kinds
"""


def _analyze(code: str) -> int:
    program = Program((ModuleSource("program", "program.py", lower(ast.parse(code))),))
    return run_deep(lambda: analyze(program, "2")).truncated


@pytest.mark.parametrize("code", CRASHED.values(), ids=CRASHED.keys())
def test_does_not_crash(code: str) -> None:
    assert _analyze(code) == 0


def test_paths_that_multiply_are_cut_and_counted() -> None:
    tests = "\n".join(
        f"        if options.get({name!r}) and key in seen:\n"
        f"            seen[key] = visit(node[key], options, seen)\n            continue"
        for name in "abcdefghij"
    )
    assert _analyze(BRANCHES.format(tests=tests)) == 1


def test_clauses_that_multiply_are_cut_and_counted() -> None:
    clauses = " ".join(f"for item{number} in os.environ" for number in range(40))
    assert _analyze(f"import os\nimport tensorflow as tf\nfound = [tf.Variable(0) {clauses}]\n") == 1
