"""Classes: state in instances, inheritance, properties, and Keras layers."""

from __future__ import annotations

from tests.differential.writing.definitions import Definitions
from tests.differential.writing.draft import Scope

TRACED = [None, "@tf.function", "@tf.function(autograph=False)"]


class Classes(Definitions):
    """Classes: state in instances, inheritance, properties, and Keras layers."""

    def class_definition(self) -> tuple[str, list[str]]:
        """A class with a few methods of one tensor; gives its name and their names."""
        name = self.fresh("Model")
        base = self.pick(["object", "tf.Module", "tf.Module"])
        methods: list[str] = []
        parent = None
        if self.chance(40):
            parent = self.parent(base)
            methods.append("transform")
        if self.chance(15):
            parent = self.mixin(parent or base)
            methods.append("twice")
        with self.block(f"class {name}({parent or base}):"):
            self.lines.pop()
            if self.chance(25):
                self.line("shared_cache = {}")
            self.constructor(name, methods)
            kind = self.pick(["property", "build", "plain", "plain", "cached"])
            if kind == "plain":
                self.function("__call__", self.pick(TRACED), Scope([], [], method=True, depth=2), 3, "self, x")
            else:
                self.lazily(kind)
            methods.append("__call__")
            if parent and "transform" in methods and self.chance(60):
                with self.block("def transform(self, x):"):
                    self.line(f"y = super({name}, self).transform(x)")
                    self.line("probe()")
                    self.line("return y * 2.0")
            if self.chance(40):
                self.function("step", self.pick(TRACED[::-1]), Scope([], [], method=True, depth=2), 3, "self, x")
                methods.append("step")
            if self.chance(20):
                self.line(self.pick(["@staticmethod", "@classmethod", "@tf.function"]))
                first = {"@staticmethod": "x", "@classmethod": "cls, x"}.get(self.lines[-1].strip(), "self, x")
                with self.block(f"def other({first}):"):
                    self.statements(Scope(["x"], [], depth=3, function=True), 2)
                    self.line("return x")
                methods.append("other")
        self.gap()
        return name, methods

    def parent(self, base: str) -> str:
        """A base class."""
        parent = self.fresh("Base")
        with self.block(f"class {parent}({base}):"):
            self.lines.pop()
            with self.block("def __init__(self):"):
                self.line(f"super({parent}, self).__init__()")
                self.line("self.base = None")
                if self.chance(50):
                    self.line(f"self.shared = {self.creation(Scope([], []))}")
            decorator = self.pick([None, "@tf.function"])
            self.function("transform", decorator, Scope([], [], method=True, depth=2), 2, "self, x")
        self.gap()
        return parent

    def mixin(self, base: str) -> str:
        """A class that only adds a method to its bases."""
        name = self.fresh("Mixin")
        with self.block(f"class {name}(object):"):
            self.lines.pop()
            with self.block("def twice(self, x):"):
                self.line("return self(self(x)) if hasattr(self, 'weight') else x")
        self.gap()
        return f"{name}, {base}" if base != "object" else name

    def constructor(self, name: str, methods: list[str]) -> None:
        """``__init__``."""
        with self.block("def __init__(self):"):
            self.line(f"super({name}, self).__init__()")
            self.line("self.weight = None")
            self.line("self.built_once = False")
            if self.chance(40):
                self.statements(Scope([], [], method=True, depth=3), 2)
            if self.chance(20):
                made = self.pick(["tf.function(self._run)", "tf.function(self._run, autograph=False)", "self._run"])
                self.line(f"self.run = {made}")
                methods.append("run")
        if "run" in methods:
            self.function("_run", None, Scope([], [], method=True, depth=2), 3, "self, x")

    def lazily(self, kind: str) -> None:
        """``__call__`` with a weight that is made when it is asked for."""
        if kind == "property":
            self.line("@property")
        with self.block(
            {"property": "def bias(self):", "build": "def build(self, x):", "cached": "def weights_of(self):"}[kind]
        ):
            if kind == "build":
                with self.block("if self.built_once:"):
                    self.line("return")
                self.make(Scope([], []), "self.weight")
                self.line("self.built_once = True")
            else:
                with self.block("if self.weight is None:"):
                    self.make(Scope([], []), "self.weight")
                self.line("return tf.cast(tf.reduce_sum(self.weight), tf.float32)")
        value = {"property": "self.bias", "build": "tf.cast(tf.reduce_sum(self.weight), tf.float32)",
                 "cached": "self.weights_of()"}[kind]  # fmt: skip
        decorator = self.pick(TRACED)
        if decorator:
            self.line(decorator)
        with self.block("def __call__(self, x):"):
            if kind == "build":
                self.line("self.build(x)")
            self.line(f"x = x * {value}")
            scope = Scope(["x"], [], method=True, depth=2, function=True)
            self.statements(scope, 2)
            self.line(f"return {self.result(scope)}")

    def layer(self) -> str:
        """A Keras layer."""
        name = self.fresh("Layer")
        with self.block(f"class {name}(tf.keras.layers.Layer):"):
            self.lines.pop()
            with self.block("def __init__(self):"):
                self.line(f"super({name}, self).__init__()")
                self.line("self.scale = None")
                if self.chance(30):
                    self.line("self.dense = tf.keras.layers.Dense(2)")
            with self.block("def build(self, shape):"):
                how = self.pick(["self.add_weight(name='w', shape=[], initializer='ones')", "tf.Variable(1.0)"])
                self.line(f"self.w = {how}")
                self.line("self.built = True")
            with self.block("def call(self, x):"):
                scope = Scope(["x"], [], method=True, depth=4, function=True)
                self.statements(scope, 2)
                if self.chance(30):
                    with self.block("if self.scale is None:"):
                        self.line("self.scale = tf.Variable(1.0)")
                    self.line("x = x * self.scale")
                self.line("return x * self.w")
        self.gap()
        return name
