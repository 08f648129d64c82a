"""Contexts, and Python's control flow."""

from __future__ import annotations

import dataclasses

from tests.differential.writing.draft import Scope
from tests.differential.writing.functions import Functions


class Blocks(Functions):
    """Contexts, and Python's control flow."""

    def context(self, scope: Scope) -> None:
        """A ``with`` block."""
        kind = self.pick(["init_scope", "init_scope", "init_scope", "control", "clear", "tape", "stop", "names",
                          "graph", "stack", "own", "own", "null", "variables", "creator", "several", "held", "choice",
                          "manual", "again", "reuse", "compute_gradient"])  # fmt: skip
        if kind == "own" and not self.scopes:
            kind = "init_scope"
        if kind == "stop" and scope.tape is None:
            kind = "tape"
        if kind in ("tape", "compute_gradient"):
            self.tape(scope, gradient=kind == "compute_gradient")
            return
        if kind == "manual":
            self.manual(scope)
            return
        inner = scope.inside(
            keep=kind not in ("init_scope", "graph", "again", "stack", "own", "several", "held", "choice")
        )
        header = "with tf.name_scope('n'):"
        if kind == "init_scope":
            header = "with tf.init_scope():"
        elif kind == "control":
            header = f"with tf.control_dependencies([{self.tensor(scope)}]):"
        elif kind == "clear":
            header = "with tf.control_dependencies(None):"
        elif kind == "stop":
            header = f"with {scope.tape}.stop_recording():"
        elif kind in ("graph", "again"):
            inner.graph = True
            inner.tape = None
            header = "with tf.Graph().as_default():"
            if kind == "again":
                graph = self.fresh("graph")
                self.line(f"{graph} = tf.Graph()")
                header = f"with {graph}.as_default():"
                if self.chance(50):
                    header = f"with {graph}.as_default() as {graph}_too:"
        elif kind == "stack":
            header = "with contextlib.ExitStack() as stack:"
        elif kind == "own":
            header = f"with {self.pick(self.scopes)}():"
        elif kind == "null":
            header = "with tf.device('/CPU:0'):"
        elif kind == "variables":
            header = f"with tf.compat.v1.variable_scope('{self.fresh('s')}'):"
        elif kind == "reuse":
            header = f"with tf.compat.v1.variable_scope('{self.fresh('s')}', reuse=tf.compat.v1.AUTO_REUSE):"
        elif kind == "creator":
            creator = self.fresh("creator")
            with self.block(f"def {creator}(next_creator, **kwargs):"):
                self.line("return next_creator(**kwargs)")
            header = f"with tf.variable_creator_scope({creator}):"
        elif kind == "several":
            header = f"with {', '.join(self.manager(scope) for _ in range(self.number(2, 3)))}:"
        elif kind == "held":
            name = self.fresh("held")
            self.line(f"{name} = {self.manager(scope)}")
            header = f"with {name}:"
        elif kind == "choice":
            test = self.pick(["STATE.flag", "STATE.count > 0", "tf.executing_eagerly()", "True"])
            header = f"with {self.manager(scope)} if {test} else contextlib.nullcontext():"
        with self.block(header):
            if kind == "stack":
                self.stack(scope)
            self.statements(inner, 3)
        self.line("probe()")
        if kind == "again" and self.chance(50):
            with self.block(header):
                self.statements(dataclasses.replace(inner), 2)
        scope.others += [name for name in inner.tensors if name not in scope.tensors + scope.others]

    def manager(self, scope: Scope) -> str:
        """A context manager that does not change what can be computed with, or an ``init_scope``."""
        own = [f"{name}()" for name in self.scopes]
        return self.pick(
            ["tf.init_scope()", "tf.init_scope()", "tf.name_scope('m')", "tf.control_dependencies(None)",
             "tf.device('/CPU:0')", f"tf.compat.v1.variable_scope('{self.fresh('s')}')", "tf.GradientTape()",
             "contextlib.suppress(KeyError)", "tf.Graph().as_default()" if scope.graph else "contextlib.ExitStack()",
             *own]
        )  # fmt: skip

    def stack(self, scope: Scope) -> None:
        """What an ``ExitStack`` enters."""
        self.line("stack.enter_context(tf.init_scope())")
        self.line("probe()")
        if self.chance(40):
            self.line(f"stack.enter_context({self.manager(scope)})")
            self.line("probe()")
        if self.chance(20):
            self.line("stack.callback(LOG.append, 'closed')")
        if self.chance(30):
            self.line("stack.close()" if self.chance(50) else "kept = stack.pop_all()")
            self.line("probe()")
            if self.lines[-2].endswith("pop_all()"):
                self.line("kept.close()")
                self.line("probe()")

    def manual(self, scope: Scope) -> None:
        """A scope that is entered and left by hand."""
        name = self.fresh("entered")
        inner = scope.inside(keep=False)
        self.line(f"{name} = {self.manager(scope)}")
        self.line(f"{name}.__enter__()")
        with self.block("try:"):
            self.statements(inner, 2)
        with self.block("finally:"):
            self.line(f"{name}.__exit__(None, None, None)")
        self.line("probe()")
        scope.others += [each for each in inner.tensors if each not in scope.tensors + scope.others]

    def tape(self, scope: Scope, gradient: bool) -> None:
        """A gradient tape, and what it computes."""
        name = self.fresh("tape")
        inner = scope.inside()
        inner.tape = name
        options = self.pick(["", "", "persistent=True", "watch_accessed_variables=False"])
        source = self.tensor(scope) if gradient else None
        result = self.fresh("t")
        with self.block(f"with tf.GradientTape({options}) as {name}:"):
            if source:
                self.line(f"{name}.watch({source})")
                self.line(f"{result} = {source} * 2.0")
            self.statements(inner, 3)
            if not source and self.chance(40) and inner.tensors:
                self.line(f"{name}.watch({inner.tensors[-1]})")
            if self.chance(20):
                with self.block(f"with {name}.stop_recording():"):
                    self.statements(inner.inside(), 1)
            if "persistent" in options and source and self.chance(40):
                self.line(f"slope = {name}.gradient({result}, {source})")
        if source:
            self.line(f"slope = {name}.gradient({result}, {source})")
        self.line("probe()")
        scope.others += [each for each in inner.tensors if each not in scope.tensors + scope.others]

    def python_if(self, scope: Scope) -> None:
        """A condition that Python decides."""
        test = self.pick(
            ["STATE.count > 1", "not STATE.flag", "len(ITEMS) < 2", "tf.executing_eagerly()", "STATE.count % 2 == 0",
             'CACHE.get("calls", 0) > 1', "tf.inside_function()", "LOG", "STATE.kept is None",
             "STATE.count > 0 and STATE.flag", "isinstance(STATE.kept, tf.Tensor)", "not ITEMS or STATE.flag",
             "next(NUMBERS) < 3", "len(CACHE) > 1 or not LOG", "0 < STATE.count < 3", "STATE.count in (0, 1)",
             "not any(ITEMS)", "min(STATE.count, 2) == 1"]
        )  # fmt: skip
        if test == "tf.inside_function()":
            test = {"1.15": "not tf.executing_eagerly()"}.get(
                self.target, "tf.compat.v1.executing_eagerly_outside_functions()"
            )
        with self.block(f"if {test}:"):
            self.statements(scope.inside(), 2)
        if self.chance(25):
            with self.block(f"elif {self.pick(['STATE.flag', 'len(LOG) == 0', 'STATE.count == 1'])}:"):
                self.statements(scope.inside(), 2)
        if self.chance(40):
            with self.block("else:"):
                self.statements(scope.inside(), 2)

    def python_loop(self, scope: Scope) -> None:
        """A loop that Python runs."""
        kind = self.pick(["range", "list", "while", "generator", "zip", "dict", "lifted", "state", "enumerate",
                          "reversed", "sorted", "product", "comprehension"])  # fmt: skip
        if (kind == "generator" and not self.generators) or (kind == "lifted" and not self.lifted_generators):
            kind = "list"
        inner = scope.inside()
        inner.loop = True
        count = self.fresh("n")
        if kind == "while":
            self.line(f"{count} = 0")
            with self.block(f"while {count} < 2:"):
                self.line(f"{count} += 1")
                self.statements(inner, 2)
        elif kind in ("generator", "lifted"):
            made = self.pick(self.generators if kind == "generator" else self.lifted_generators)
            with self.block(f"for {count} in {made}():"):
                self.statements(inner.inside(keep=False), 2)
        else:
            over = {"range": f"for {count} in range(2):", "list": f"for {count} in [1, 2]:",
                    "zip": f"for {count}, other in zip([1, 2], 'ab'):",
                    "dict": f"for {count}, other in {{'a': 1}}.items():",
                    "state": f"for {count} in range(min(STATE.count, 2)):",
                    "enumerate": f"for {count}, other in enumerate(('a', 'b')):",
                    "reversed": f"for {count} in reversed(range(2)):",
                    "sorted": f"for {count} in sorted({{'b': 1, 'a': 2}}):",
                    "product": f"for {count}, other in itertools.product([1, 2], 'a'):",
                    "comprehension": f"for {count} in [i * 2 for i in range(3) if i != 1]:"}[kind]  # fmt: skip
            with self.block(over):
                self.statements(inner, 2)
            if self.chance(10):
                with self.block("else:"):
                    self.statements(scope.inside(), 1)

    def early_exit(self, scope: Scope) -> None:
        """Leave a loop or a function under a condition, from within a context perhaps."""
        test = self.pick(["STATE.flag", "STATE.count > 100", "STATE.count > 2", "len(ITEMS) > 1"])
        if scope.tensor_loop:
            self.python_state(scope)
            return
        if not scope.loop and not scope.function:
            self.python_state(scope)
            return
        leave = self.pick(["break", "continue"]) if scope.loop else f"return {self.result(scope)}"
        with self.block(f"if {test}:"):
            if self.chance(50):
                with self.block("with tf.init_scope():"):
                    self.line("STATE.count += 1")
            self.line(leave)

    def try_block(self, scope: Scope) -> None:
        """``try`` with something that raises, or with a ``finally``."""
        kind = self.pick(["finally", "raise", "lookup", "caught", "reraised", "conversion"])
        if kind == "finally":
            with self.block("try:"):
                self.statements(scope.inside(), 2)
            with self.block("finally:"):
                self.line("STATE.count += 1")
        elif kind == "caught":
            with self.block("try:"):
                self.statements(scope.inside(), 2)
                with self.block("if STATE.count > 1:"):
                    self.line("raise ValueError('too often')")
            with self.block("except ValueError:"):
                self.statements(scope.inside(), 1)
        elif kind == "reraised":
            with self.block("try:"):
                with self.block("try:"):
                    self.line("raise KeyError('inner')")
                with self.block("except KeyError as error:"):
                    self.line("raise LookupError('outer') from error")
            with self.block("except (LookupError, TypeError):"):
                self.statements(scope.inside(), 2)
        elif kind == "conversion":
            with self.block("try:"):
                self.line(self.pick(["int('x')", "[][0]", "{}['a']", "None.missing", "STATE.missing", "1 / 0"]))
            with self.block("except (ValueError, LookupError, AttributeError, ArithmeticError):"):
                self.statements(scope.inside(), 2)
        elif kind == "raise":
            self.line("try:")
            self.line("    with tf.init_scope():")
            self.line("        raise RuntimeError('on purpose')")
            with self.block("except RuntimeError:"):
                self.statements(scope.inside(), 2)
        else:
            self.line("try:")
            self.line('    found = CACHE["missing"]')
            with self.block("except (KeyError, AttributeError) as error:"):
                self.statements(scope.inside(), 2)
        self.line("probe()")

    def autograph_block(self, scope: Scope) -> None:
        """Control flow on tensors, which AutoGraph converts where it is at work and Python runs in eager code."""
        if scope.graph or self.graph_program:
            self.control_flow(scope)
            return
        x = self.tensor(scope)
        inner = scope.inside()
        inner.tensor_loop = True
        inner.loop = False
        kind = self.pick(["if", "for", "while"])
        name = self.fresh("t")
        self.line(f"{name} = tf.reduce_sum({x})")
        if kind == "if":
            with self.block(f"if tf.reduce_sum({x}) > 0.0:"):
                self.statements(inner, 2)
                self.line(f"{name} = {name} + 1.0")
        elif kind == "for":
            with self.block(f"for i in tf.range({self.number(1, 2)}):"):
                self.statements(inner, 2)
                self.line(f"{name} = {name} + 1.0")
        else:
            self.line(f"{name} = tf.constant(0.0)")
            with self.block(f"while {name} < 2.0:"):
                self.statements(inner, 2)
                self.line(f"{name} = {name} + 1.0")
        self.line("probe()")
