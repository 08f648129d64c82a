"""Functions: defined, decorated, called, and given to TensorFlow."""

from __future__ import annotations

import dataclasses

from tests.differential.writing.draft import Scope
from tests.differential.writing.guards import Guards


class Functions(Guards):
    """Functions: defined, decorated, called, and given to TensorFlow."""

    def function_decorator(self) -> str | None:
        """What stands above a function."""
        return self.pick(
            [None, None, None, "@tf.function", "@tf.function", "@tf.function(autograph=False)", "@tf.init_scope()"]
            + ["@functools.partial(tf.function, autograph=False)", "@tf.autograph.experimental.do_not_convert"]
            + ["@" + name for name in self.decorators]
            + (["@tf.contrib.eager.defun"] if self.target == "1.15" else [])
        )

    def function(self, name: str, decorator: str | None, scope: Scope, most: int = 4, params: str = "x") -> None:
        """A function of one tensor that returns a tensor."""
        if decorator is not None:
            self.line(decorator)
        with self.block(f"def {name}({params}):"):
            key = next((each.split("=")[0].strip() for each in params.split(",") if each.strip()[:3] == "key"), None)
            inner = dataclasses.replace(
                scope, tensors=["x"], loop=False, tensor_loop=False, outer=(), key=key, function=True
            )
            if decorator == "@tf.init_scope()":
                inner = inner.inside(keep=False)
            self.statements(inner, most)
            self.line(f"return {self.result(inner)}")

    def parameters(self) -> str:
        """The parameters of a function that is called with one tensor."""
        return self.pick(
            ["x"] * 5 + ["x, scale=2.0", "x, *, flag=False", "x, *rest, **options", "x, items=()", "x, key='k'"]
        )

    def nested_function(self, scope: Scope) -> None:
        """A function defined and called here."""
        name = self.fresh("inner")
        decorator = self.function_decorator()
        nested = dataclasses.replace(scope.inside(), tape=None, tensor_loop=False)
        self.function(name, decorator, nested, 3, self.parameters())
        if decorator is None and self.chance(30):
            called = self.fresh("traced")
            how = self.pick([f"tf.function({name})", f"tf.function({name}, autograph=False)",
                             f"functools.partial({name})", f"tf.function(functools.partial({name}))",
                             f"tf.function(lambda x: {name}(x))"])  # fmt: skip
            self.line(f"{called} = {how}")
            name = called
        argument = self.tensor(scope)
        if not scope.tensor_loop and self.chance(15):
            result = self.fresh("t")
            how = self.pick([f"[{name}(each) for each in ({argument}, {argument})][-1]",
                             f"list(map({name}, [{argument}]))[0]", f"{{'run': {name}}}['run']({argument})",
                             f"functools.reduce(lambda y, run: run(y), [{name}, {name}], {argument})"])  # fmt: skip
            self.line(f"{result} = {how}")
            scope.tensors.append(result)
        for _ in range(self.number(1, 2)):
            result = self.fresh("t")
            self.line(f"{result} = {name}({argument})")
            if not scope.tensor_loop:
                scope.tensors.append(result)
        self.line("probe()")

    def closure_state(self, scope: Scope) -> None:
        """A variable kept in a cell of the enclosing function."""
        cell, name = self.fresh("cell"), self.fresh("once")
        if not scope.function or self.chance(40):
            self._closure_in_box(scope, cell, name)
            return
        self.line(f"{cell} = None")
        with self.block(f"def {name}(x):"):
            self.line(f"nonlocal {cell}")
            self.lines[-1], self.lines[-2] = self.lines[-2], self.lines[-1]
            with self.block(f"if {cell} is None:"):
                value = self.creation(Scope(["x"], []))
                self.line(f"{cell} = {value}")
            self.line(f"return x * tf.cast(tf.reduce_sum({cell}), tf.float32)")
        argument = self.tensor(scope)
        if self.chance(50):
            self.line(f"{name} = tf.function({name})")
        self.line(f"out = {name}({argument})")
        self.line(f"out = {name}({argument})")

    def _closure_in_box(self, scope: Scope, cell: str, name: str) -> None:
        """The same, kept in a container or as an attribute of the function."""
        kind = self.pick(["list", "dict", "attribute", "default"])
        params, test, target = {
            "list": ("x", f"not {cell}", f"{cell}[0]"),
            "dict": ("x", f"'w' not in {cell}", f"{cell}['w']"),
            "attribute": ("x", f"not hasattr({cell}, 'w')", f"{cell}.w"),
            "default": ("x, box={}", "'w' not in box", "box['w']"),
        }[kind]
        if kind != "default":
            self.line(f"{cell} = " + {"list": "[]", "dict": "{}", "attribute": "State()"}[kind])
        if self.chance(30):
            self.line(self.pick(["@tf.function", "@tf.function(autograph=False)"]))
        with self.block(f"def {name}({params}):"):
            with self.block(f"if {test}:"):
                value = self.creation(Scope(["x"], []))
                self.line(f"{cell}.append({value})" if kind == "list" else f"{target} = {value}")
            self.line(f"return x * tf.cast(tf.reduce_sum({target}), tf.float32)")
        argument = self.tensor(scope)
        self.line(f"out = {name}({argument})")
        self.line(f"out = {name}({argument})")

    def call_helper(self, scope: Scope) -> None:
        """A call of something the program defines."""
        if not self.helpers:
            self.compute(scope)
            return
        helper = self.pick(self.helpers)
        argument = self.tensor(scope)
        style = self.pick(["plain", "plain", "keyword", "partial", "star", "lambda"])
        call = {
            "plain": f"{helper}({argument})",
            "keyword": f"{helper}(x={argument})",
            "partial": f"functools.partial({helper}, {argument})()",
            "star": f"{helper}(*[{argument}])",
            "lambda": f"(lambda value: {helper}(value))({argument})",
        }[style]
        name = self.fresh("t")
        self.line(f"{name} = {call}")
        if not scope.tensor_loop:
            scope.tensors.append(name)

    def branch_function(self, scope: Scope, result: str, params: str = "") -> str:
        """A function that a control-flow operation calls."""
        name = self.fresh("body")
        with self.block(f"def {name}({params}):"):
            inner = dataclasses.replace(
                scope.inside(), tape=None, outer=(*scope.outer, *scope.tensors), loop=False, function=True
            )
            if params:
                inner.tensors = params.split(", ")
                inner.others = scope.tensors + scope.others
            self.statements(inner, 2)
            self.line(f"return {result}")
        return name

    def control_flow(self, scope: Scope) -> None:
        """``tf.cond`` and its kin."""
        kind = self.pick(["cond", "cond", "switch_case", "while_loop", "map_fn", "case", "scan", "foldl"])
        x = self.tensor(scope)
        name = self.fresh("t")
        if kind in ("cond", "case", "switch_case"):
            left = self.branch_function(scope, f"tf.reduce_sum({x})")
            right = self.pick(["lambda: tf.constant(1.0)", ""]) or self.branch_function(scope, "tf.constant(1.0)")
            test = self.pick(["tf.constant(True)", f"tf.reduce_sum({x}) > 0.0"])
            if kind == "cond":
                self.line(f"{name} = tf.cond({test}, {left}, {right})")
            elif kind == "case":
                self.line(f"{name} = tf.case([({test}, {left})], default={right})")
            else:
                index = self.pick(["tf.constant(0)", f"tf.cast(tf.size({x}) * 0, tf.int32)"])
                self.line(f"{name} = tf.switch_case({index}, [{left}, {right}])")
        elif kind == "while_loop":
            body = self.branch_function(scope, "i + 1.0", "i")
            test = "lambda i: i < 2.0"
            if self.chance(20):
                test = self.branch_function(scope, "i < 2.0", "i")
            self.line(f"{name} = tf.nest.flatten(tf.while_loop({test}, {body}, [tf.constant(0.0)]))[0]")
        elif kind == "map_fn":
            body = self.branch_function(scope, "e * 2.0", "e")
            self.line(f"{name} = tf.map_fn({body}, tf.reshape({x}, [-1]))")
            self.line(f"{name} = tf.reduce_sum({name})")
        else:
            body = self.branch_function(scope, "s + e", "s, e")
            self.line(f"{name} = tf.reduce_sum(tf.{kind}({body}, tf.reshape({x}, [-1]), tf.constant(0.0)))")
        if not scope.tensor_loop:
            scope.tensors.append(name)
        self.line("probe()")

    def callback(self, scope: Scope) -> None:
        """A function that TensorFlow or Python calls elsewhere: in a dataset, when the graph runs, in a thread."""
        kind = self.pick(
            ["map", "map", "py_function", "vectorized_map", "filter", "flat_map", "reduce", "chain", "custom_gradient",
             "concrete", "wrap", "thread", "numpy_function", "generator", "recompute"]
        )  # fmt: skip
        getattr(self, f"_{kind}_call", self._dataset_call)(scope, kind)
        self.line("probe()")

    def _dataset_call(self, scope: Scope, kind: str) -> None:
        source = self.pick(["tf.data.Dataset.from_tensors(1.0)", "tf.data.Dataset.from_tensor_slices([1.0, 2.0])"])
        if kind == "flat_map":
            body = self.branch_function(scope, "tf.data.Dataset.from_tensors(e)", "e")
        elif kind == "filter":
            body = self.branch_function(scope, "tf.constant(True)", "e")
        elif kind == "reduce":
            body = self.branch_function(scope, "s + e", "s, e")
        elif kind == "generator":
            name = self.fresh("source")
            with self.block(f"def {name}():"):
                self.line("yield 1.0")
                self.line("probe()")
            self.line(f"ds = tf.data.Dataset.from_generator({name}, tf.float32)")
            if self.chance(50) and not (scope.function or self.graph_program):
                self.line("held = [each for each in ds]")
            return
        else:
            body = self.branch_function(scope, "e * 2.0", "e")
        if kind == "reduce":
            self.line(f"total = {source}.reduce(tf.constant(0.0), {body})")
        elif kind == "chain":
            self.line(f"ds = {source}.repeat(2).map({body}).batch(1).prefetch(1).take(1)")
        else:
            self.line(f"ds = {source}.{kind}({body})")

    def _py_function_call(self, scope: Scope, kind: str) -> None:
        body = self.branch_function(Scope([], [], depth=scope.depth, function=True), "e * 2.0", "e")
        self.line(f"py = tf.py_function({body}, [{self.tensor(scope)}], tf.float32)")

    def _numpy_function_call(self, scope: Scope, kind: str) -> None:
        body = self.fresh("body")
        with self.block(f"def {body}(e):"):
            self.line("STATE.count += 1")
            self.line("return e * 2")
        self.line(f"py = tf.numpy_function({body}, [{self.tensor(scope)}], tf.float32)")

    def _vectorized_map_call(self, scope: Scope, kind: str) -> None:
        body = self.branch_function(scope, "e * 2.0", "e")
        self.line(f"vec = tf.vectorized_map({body}, tf.ones([2]))")

    def _custom_gradient_call(self, scope: Scope, kind: str) -> None:
        name, result = self.fresh("custom"), self.fresh("t")
        self.line("@tf.custom_gradient")
        with self.block(f"def {name}(x):"):
            with self.block("def grad(upstream):"):
                self.line("return upstream * 2.0")
            inner = dataclasses.replace(
                scope.inside(), tensors=["x"], tape=None, loop=False, tensor_loop=False, outer=()
            )
            self.statements(inner, 1)
            self.line("return x * 2.0, grad")
        self.line(f"{result} = {name}({self.tensor(scope)})")
        if not scope.tensor_loop:
            scope.tensors.append(result)

    def _recompute_call(self, scope: Scope, kind: str) -> None:
        name, result = self.fresh("again"), self.fresh("t")
        with self.block(f"def {name}(x):"):
            self.line("return tf.nn.relu(x)")
        if self.target == "1.15":
            self.line(f"{result} = {name}({self.tensor(scope)})")
        else:
            self.line(f"{result} = tf.recompute_grad({name})({self.tensor(scope)})")
        if not scope.tensor_loop:
            scope.tensors.append(result)

    def _concrete_call(self, scope: Scope, kind: str) -> None:
        name = self.fresh("inner")
        self.line(self.pick(["@tf.function", "@tf.function(autograph=False)"]))
        with self.block(f"def {name}(x):"):
            inner = Scope(["x"], [], depth=scope.depth + 1, function=True, method=scope.method)
            self.statements(inner, 2)
            self.line(f"return {self.result(inner)}")
        spec = self.pick(["tf.TensorSpec([2], tf.float32)", "tf.TensorSpec([None], tf.float32)"])
        self.line(f"{name}_2 = {name}.get_concrete_function({spec})")
        if self.chance(60) and not scope.graph:
            self.line(f"held = {name}_2(tf.ones([2]))")

    def _wrap_call(self, scope: Scope, kind: str) -> None:
        body = self.branch_function(Scope([], [], depth=scope.depth, function=True), "e * 2.0", "e")
        self.line(f"wrapped = tf.compat.v1.wrap_function({body}, [tf.TensorSpec([2], tf.float32)])")
        if self.chance(50) and not scope.graph:
            self.line("held = wrapped(tf.ones([2]))")

    def _thread_call(self, scope: Scope, kind: str) -> None:
        body = self.branch_function(Scope([], [], depth=scope.depth, function=True), "None")
        self.line(f"worker = threading.Thread(target={body})")
        self.line("worker.start()")
        self.line("worker.join()")
