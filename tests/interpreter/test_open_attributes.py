"""Attributes whose names the program does not say."""

from __future__ import annotations

import ast

import pytest

from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.lower import lower
from initscope_lint.rules import judge

PROGRAM = """\
import tensorflow as tf


class Bank(tf.Module):
    @tf.function
    def __call__(self, x, name):
        if {guard}:
            setattr(self, name, tf.Variable(1.0))
        return x
"""


@pytest.mark.parametrize(
    ("guard", "expected"),
    [
        ("not hasattr(self, name)", set()),
        ("getattr(self, name, None) is None", set()),
        ("name not in self.__dict__", set()),
        ("name not in vars(self)", set()),
        ("x is not None", {"ISL101"}),
    ],
)
def test_what_is_set_by_a_name_is_there_by_the_same_name(guard: str, expected: set[str]) -> None:
    """A create-once guard by name would be reported as an error."""
    tree = ast.parse(PROGRAM.format(guard=guard))
    analysis = analyze(Program((ModuleSource("program", "program.py", lower(tree)),)), "2")
    assert expected == {finding.code for finding in judge(analysis.events) if finding.certain}
