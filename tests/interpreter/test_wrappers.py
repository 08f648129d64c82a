"""Decorators that TensorFlow provides, on methods."""

from __future__ import annotations

import ast

import pytest

from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.lower import lower
from initscope_lint.rules import judge

PROGRAM = """\
import sonnet as snt
import tensorflow as tf


class Scale:
    @{decorator}
    def setup(self):
        pass

    @tf.function
    def __call__(self, x):
        self.setup()
        return x * tf.Variable(2.0)


Scale()(tf.ones([2]))
"""


@pytest.mark.parametrize("decorator", ["snt.once", "tf.autograph.experimental.do_not_convert", "tf.recompute_grad"])
def test_a_wrapped_method_gets_its_object(decorator: str) -> None:
    """The call would look like a TypeError, and hide all that comes after it."""
    tree = ast.parse(PROGRAM.format(decorator=decorator))
    analysis = analyze(Program((ModuleSource("program", "program.py", lower(tree)),)), "2")
    assert ["ISL101"] == [finding.code for finding in judge(analysis.events)]
