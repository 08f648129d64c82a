"""A module is run once, however many import it, and whatever it has TensorFlow do."""

from __future__ import annotations

import ast
import collections

from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.lower import lower
from initscope_lint.source.deep import run_deep

MODULE = """\
import tensorflow as tf
{imports}

class Layer:
    weight = None

    @tf.function
    def call(self, x):
        if self.weight is None:
            self.weight = tf.Variable(1.0)
        return x * self.weight


Layer().call(tf.ones([2]))
"""


class Counting(Program, frozen=True):
    """A program that notes which of its modules are asked for."""

    loads: collections.Counter[str]

    def load(self, path: str) -> ModuleSource:
        """The module at a path."""
        self.loads[path] += 1
        return super().load(path)


def test_paths_of_imports_do_not_multiply() -> None:
    """What one trace has done is no state in which a module would have to be run again."""
    modules = []
    for number in range(10):
        imports = "".join(f"from m{before} import Layer as Layer{before}\n" for before in range(number))
        tree = ast.parse(MODULE.format(imports=imports))
        modules.append(ModuleSource(f"m{number}", f"m{number}.py", lower(tree)))
    program = Counting(tuple(modules), collections.Counter())
    run_deep(lambda: analyze(program, "2"))
    assert max(program.loads.values()) < 10
