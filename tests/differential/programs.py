"""Random complete programs, as a hypothesis strategy.

A program is written from the inside of its functions outwards: helpers and classes first, then the entry functions,
then a ``main`` that calls them a few times with arguments of the same and of other shapes.
Every block begins with a probe.
What may raise is rationed (``risks``), so that about half of the programs run to their end, and so that those that
raise do so for one reason.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import strategies as st

from tests.differential.writing.classes import Classes
from tests.differential.writing.draft import Scope

HEADER = """\
import collections
import contextlib
import functools
import itertools
import threading
import weakref

import tensorflow as tf

from probe import probe
"""

STATE = """\
class State(object):
    pass


class Holder(tf.Module):
    def __init__(self):
        super(Holder, self).__init__()
        self.value = tf.Variable([1.0, 2.0])


STATE = State()
STATE.count = 0
STATE.flag = False
STATE.kept = None
CACHE = {}
ITEMS = []
SEEN = set()
LOG = []
NUMBERS = itertools.count()
MISSING = object()
WEAK = weakref.WeakKeyDictionary()
FACTORY = collections.defaultdict(lambda: tf.Variable(1.0))
TOTAL = 0
SLOT = None
"""


class Writer(Classes):
    """Writes whole programs."""

    def statement(self, scope: Scope) -> None:
        """One statement, compound if there is room."""
        self.size += 1
        simple: list[Callable[[Scope], None]] = [
            self.probe, self.compute, self.compute, self.harmless, self.guarded, self.guarded, self.guarded, self.keep,
            self.guarded_object,
            self.use_kept, self.call_helper, self.call_helper, self.python_state, self.risky, self.risky,
        ]  # fmt: skip
        compound: list[Callable[[Scope], None]] = [
            self.context, self.context, self.context, self.context, self.nested_function, self.nested_function,
            self.control_flow, self.control_flow, self.python_if, self.python_loop, self.try_block,
            self.autograph_block, self.callback, self.closure_state, self.early_exit,
        ]  # fmt: skip
        room = scope.depth < 5 and self.size < self.most
        chosen = self.pick(simple + compound if room else simple)
        if scope.tensor_loop and chosen in (self.guarded, self.risky, self.keep, self.python_state, self.try_block):
            # AutoGraph makes attributes and items that a converted loop changes loop variables, which fails in its
            # own ways.
            chosen = self.compute
        chosen(scope)

    def entry_decorator(self) -> str | None:
        """What stands above an entry function."""
        return self.pick(
            ["@tf.function"] * 4
            + [
                "@tf.function(autograph=False)",
                "@tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])",
                "@tf.function(experimental_relax_shapes=True)" if self.target == "1.15" else "@tf.function()",
                None,
            ]
            + (["@tf.contrib.eager.defun"] if self.target == "1.15" else ["@tf.function(reduce_retracing=True)"])
            + ["@" + name for name in self.decorators]
        )

    def calls_of_class(self, layer: bool) -> list[str]:
        """A class, and statements that use it."""
        calls: list[str] = []
        if layer:
            name, methods = self.layer(), ["__call__"]
            calls.append(f"model = {name}()")
            if self.chance(50):
                calls.append("model = tf.function(model)")
        else:
            name, methods = self.class_definition()
            calls.append(f"model = {name}()")
        for method in methods:
            target = "model" if method == "__call__" else f"model.{method}"
            calls += [f"out = {target}({argument})" for argument in self.pick(["a", "aa", "ab", "aab"])]
        if self.chance(35):
            calls += [f"other = {name}()", "out = other(a)"]
        if self.chance(10):
            calls += [f"models = [{name}() for _ in range(2)]", "outs = [each(a) for each in models]"]
        return calls

    def calls_of_entry(self) -> list[str]:
        """An entry function, and statements that call it."""
        name = self.fresh("entry")
        decorator = self.entry_decorator()
        keyed = "signature" not in (decorator or "") and self.chance(15)
        if keyed and self.chance(50):
            calls = [
                f"out = {name}(a, 'k')",
                f"out = {name}(a, key='k')",
                f"out = {name}(a, {self.pick(['1', '2.0'])})",
            ]
        else:
            calls = [f"out = {name}({argument})" for argument in self.pick(["aab", "ab", "a", "aa"])]
        self.function(name, decorator, Scope([], [], depth=1), 5, "x, key='k'" if keyed else "x")
        self.gap()
        if self.chance(12):
            calls = [f"for each in (a, b):\n    out = {name}(each)"]
        elif self.chance(10):
            calls = [f"with {self.pick(['tf.init_scope()', 'tf.GradientTape()'])}:\n    {call}" for call in calls]
        elif self.chance(8):
            calls.append(f"out = tf.function({name})(a)")
        return calls

    def chain(self) -> list[str]:
        """Functions that call each other, each in a context of its own around the next; the last one creates."""
        inner = self.fresh("deep")
        scope = Scope([], [], depth=4)
        self.function(inner, None, scope, 3)
        self.gap()
        for _ in range(self.number(1, 4)):
            name = self.fresh("level")
            kind = self.pick(["call", "with", "branch", "dataset", "function", "function", "init"])
            decorator = {"function": self.pick(["@tf.function", "@tf.function(autograph=False)"]),
                         "init": "@tf.init_scope()"}.get(kind)  # fmt: skip
            if decorator:
                self.line(decorator)
            with self.block(f"def {name}(x):"):
                if kind == "with":
                    header, argument = self.pick(
                        [("tf.init_scope()", "tf.ones([2])"), ("tf.Graph().as_default()", "tf.ones([2])"),
                         ("tf.GradientTape()", "x"), ("tf.control_dependencies([x])", "x"), ("tf.name_scope('k')", "x"),
                         ("tf.control_dependencies(None)", "x"), ("tf.device('/CPU:0')", "x")]
                    )  # fmt: skip
                    with self.block(f"with {header}:"):
                        self.line(f"out = {inner}({argument})")
                    self.line("probe()")
                elif kind == "branch":
                    self.line(
                        self.pick(
                            ["tf.cond(tf.reduce_sum(x) > 0.0, lambda: tf.reduce_sum({0}(x)), lambda: 0.0)",
                             "tf.map_fn(lambda e: tf.reduce_sum({0}(tf.stack([e, e]))), tf.ones([2]))",
                             "tf.while_loop(lambda i: i < 1.0, lambda i: (tf.reduce_sum({0}(x)) * 0.0 + 1.0,), [0.0])",
                             "tf.switch_case(tf.constant(0), [lambda: tf.reduce_sum({0}(x))])"]
                        ).format(inner)
                    )  # fmt: skip
                elif kind == "dataset":
                    self.line(f"ds = tf.data.Dataset.from_tensors([1.0, 2.0]).map({inner})")
                else:
                    argument = "tf.ones([2])" if kind == "init" else "x"
                    self.line(f"out = {inner}({argument})")
                    if self.chance(30):
                        self.line(f"out = {inner}({argument})")
                self.line("return tf.ones([2])" if kind == "init" else "return x")
            self.gap()
            inner = name
        return [f"out = {inner}({argument})" for argument in self.pick(["aab", "ab", "aa"])]

    def program(self) -> str:
        """The whole program."""
        self.risks = self.pick([1, 0, 1, 2, 3])
        self.most = self.number(8, 24)
        mode = self.pick(
            ["", "", "", "", "tf.compat.v1.disable_eager_execution()"]
            if self.target == "2"
            else ["", "tf.compat.v1.enable_v2_behavior()", "tf.compat.v1.enable_v2_behavior()",
                  "tf.compat.v1.enable_eager_execution()"]
        )  # fmt: skip
        self.graph_program = "disable" in mode or (self.target == "1.15" and not mode)
        self.lines = [HEADER]
        if mode:
            self.lines += [mode, ""]
        self.lines += ["", STATE, ""]
        self.definitions()
        kind = self.pick(["class", "entry", "entry", "class", "chain", "layer"])
        calls: list[str] = []
        if kind in ("class", "layer"):
            calls += self.calls_of_class(layer=kind == "layer" and not self.graph_program)
        elif kind == "chain":
            calls += self.chain()
        for _ in range(self.number(0, 1) if calls else self.number(1, 2)):
            calls += self.calls_of_entry()
        if self.chance(70):
            with self.block("def main():"):
                self.main(calls, in_function=True)
            self.gap()
            self.line(self.pick(["main()", "if __name__ == '__main__':\n    main()"]))
        else:
            self.main(calls, in_function=False)
        return self.text()

    def main(self, calls: list[str], in_function: bool) -> None:
        """What runs."""
        self.line("a = tf.ones([2])")
        self.line("b = tf.ones([3])")
        for call in calls:
            if "\n" not in call and self.chance(6):
                caught = self.pick(["Exception", "ValueError", "(ValueError, TypeError)"])
                call = f"try:\n    {call}\nexcept {caught} as error:\n    LOG.append(str(error))"
            for line in call.split("\n"):
                self.line(line)
            if self.chance(20):
                self.line("probe()")
        if self.chance(25):
            self.statements(Scope(["a", "b"], [], depth=3, function=in_function), 2)
        self.line("probe()")
        if self.graph_program and self.chance(40):
            with self.block("with tf.compat.v1.Session() as session:"):
                self.line("session.run(tf.compat.v1.global_variables_initializer())")


@st.composite
def programs(draw: st.DrawFn, target: str = "2") -> str:
    """A program for TensorFlow ``target``."""
    return Writer(lambda low, high: draw(st.integers(low, high)), target).program()


def random_program(seed: int, index: int, target: str) -> str:
    """The program of a number, independent of all others (hypothesis makes variants of what it made before)."""
    return Writer(random.Random(f"{seed}/{index}").randint, target).program()
