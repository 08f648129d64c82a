"""What stands in a module: decorators, context managers, generators, helpers."""

from __future__ import annotations

from tests.differential.writing.blocks import Blocks
from tests.differential.writing.draft import Scope


class Definitions(Blocks):
    """What stands in a module: decorators, context managers, generators, helpers."""

    def definitions(self) -> None:
        """A few of each kind."""
        if self.chance(35):
            self.decorator()
        if self.chance(45):
            self.context_manager()
        if self.chance(25):
            self.context_class()
        if self.chance(25):
            self.generator()
        if self.chance(25):
            self.maker()
        for _ in range(self.number(0, 2)):
            name = self.fresh("helper")
            self.function(name, self.function_decorator(), Scope([], [], depth=2), 3, self.parameters())
            self.gap()
            self.helpers.append(name)
        if self.chance(15):
            self.recursive()
        if self.chance(20):
            self.cached()
        if self.chance(25):
            self.global_helper()

    def decorator(self) -> None:
        """A decorator of the program's own."""
        name = self.fresh("decorate")
        kind = self.pick(["wrapper", "factory", "class", "once", "traced", "lifted"])
        header = self.pick(
            ["with tf.name_scope('d'):", "with tf.control_dependencies(None):", "with tf.device('/CPU:0'):"]
        )
        if kind == "traced":
            with self.block(f"def {name}(function):"):
                self.line(self.pick(["return tf.function(function)", "return tf.function(function, autograph=False)",
                                     "return functools.wraps(function)(tf.function(function))"]))  # fmt: skip
        elif kind == "class":
            with self.block(f"class {name}(object):"):
                self.lines.pop()
                with self.block("def __init__(self, function):"):
                    self.line("self.function = function")
                    self.line("self.calls = 0")
                with self.block("def __call__(self, *args, **kwargs):"):
                    self.line("self.calls += 1")
                    with self.block(header):
                        self.line("return self.function(*args, **kwargs)")
        elif kind == "factory":
            self.decorator_factory(name)
            name = f"{name}('{self.pick(['n', 'm'])}')"
        else:
            if kind == "lifted":
                header = "with tf.init_scope():"
            with self.block(f"def {name}(function):"):
                if kind == "once":
                    self.line("state = {'calls': 0}")
                self.line("@functools.wraps(function)")
                with self.block("def wrapped(*args, **kwargs):"):
                    if kind == "once":
                        self.line("state['calls'] += 1")
                        with self.block("if state['calls'] > 100:"):
                            self.line("return None")
                    with self.block(header):
                        self.line("return function(*args, **kwargs)")
                self.line("return wrapped")
        self.gap()
        if kind != "lifted":
            self.decorators.append(name)

    def decorator_factory(self, name: str) -> None:
        """A function that makes decorators."""
        with self.block(f"def {name}(label):"):
            with self.block("def decorate(function):"):
                self.line("@functools.wraps(function)")
                with self.block("def wrapped(*args, **kwargs):"):
                    with self.block("with tf.name_scope(label):"):
                        self.line("result = function(*args, **kwargs)")
                    self.line("return result")
                self.line("return wrapped")
            self.line("return decorate")

    def context_manager(self) -> None:
        """A generator as a context manager."""
        name = self.fresh("scope")
        self.line("@contextlib.contextmanager")
        with self.block(f"def {name}():"):
            kind = self.pick(["header", "header", "try", "nested", "stack", "choice", "graph"])
            if kind == "try":
                with self.block("try:"):
                    self.line("yield")
                with self.block("finally:"):
                    self.line("STATE.count += 1")
            elif kind == "stack":
                with self.block("with contextlib.ExitStack() as stack:"):
                    self.line("stack.enter_context(tf.init_scope())")
                    self.line("yield stack")
            elif kind == "choice":
                with self.block("if tf.executing_eagerly():"):
                    self.line("yield 1")
                with self.block("else:"), self.block("with tf.init_scope():"):
                    self.line("yield 2")
            elif kind == "graph":
                outer, inner = "with tf.init_scope(), tf.name_scope('deep'):", "with tf.control_dependencies(None):"
                with self.block(outer), self.block(inner):
                    self.line("yield")
            elif kind == "nested" and self.scopes:
                outer = f"with {self.pick(self.scopes)}():"
                with self.block(outer), self.block("with tf.init_scope():"):
                    self.line("yield")
            else:
                header = self.pick(["with tf.init_scope():", "with tf.control_dependencies(None):",
                                    "with tf.name_scope('own'), tf.init_scope():"])  # fmt: skip
                with self.block(header):
                    self.line("yield")
                    if self.chance(30):
                        self.line("probe()")
        self.gap()
        self.scopes.append(name)

    def context_class(self) -> None:
        """A class as a context manager."""
        name = self.fresh("Scope")
        kind = self.pick(["inner", "stack", "decorator"])
        base = "contextlib.ContextDecorator" if kind == "decorator" else "object"
        with self.block(f"class {name}({base}):"):
            self.lines.pop()
            with self.block("def __enter__(self):"):
                if kind == "stack":
                    self.line("self.inner = contextlib.ExitStack()")
                    self.line("self.inner.__enter__()")
                    self.line("self.inner.enter_context(tf.init_scope())")
                else:
                    self.line("self.inner = tf.init_scope()")
                    self.line("self.inner.__enter__()")
                self.line("probe()")
                if self.chance(50):
                    self.line("return self")
            with self.block("def __exit__(self, *exc):"):
                self.line("return self.inner.__exit__(*exc)")
        self.gap()
        self.scopes.append(name)

    def generator(self) -> None:
        """A function to iterate over."""
        name = self.fresh("items")
        lifted = self.chance(30)
        with self.block(f"def {name}():"):
            if lifted:
                with self.block("with tf.init_scope():"):
                    self.line("yield 1")
            else:
                self.line("yield 1")
                self.line("probe()")
                if self.chance(50):
                    with self.block("with tf.name_scope('g'):"):
                        self.line("yield 2")
                if self.chance(30):
                    self.line("yield from [3]")
        self.gap()
        (self.lifted_generators if lifted else self.generators).append(name)

    def maker(self) -> None:
        """A function that makes a variable."""
        name = self.fresh("make")
        kind = self.pick(["plain", "lifted", "default", "lambda"])
        if kind == "lambda":
            self.line(f"{name} = lambda: tf.Variable(1.0)")
        else:
            with self.block(f"def {name}({'value=1.0, name=None' if kind == 'default' else ''}):"):
                if kind == "lifted":
                    with self.block("with tf.init_scope():"):
                        self.line("return tf.Variable(tf.ones([2]))")
                else:
                    value = "value" if kind == "default" else self.initial(Scope([], []))
                    self.line(f"made = tf.Variable({value})")
                    self.line("return made")
        self.gap()
        self.makers.append(name)

    def recursive(self) -> None:
        """A helper that calls itself."""
        name = self.fresh("helper")
        with self.block(f"def {name}(x, depth=2):"):
            with self.block("if depth == 0:"):
                scope = Scope(["x"], [], depth=4, function=True)
                self.statements(scope, 1)
                self.line("return x")
            self.line(f"return {name}(x * 2.0, depth - 1)")
        self.gap()
        self.helpers.append(name)

    def cached(self) -> None:
        """A value that a cache of Python keeps."""
        name = self.fresh("cached")
        keyed = self.chance(30)
        self.line(
            self.pick(["@functools.lru_cache(maxsize=None)", "@functools.lru_cache(None)", "@functools.lru_cache()"])
        )
        with self.block(f"def {name}_value({'key' if keyed else ''}):"):
            if self.chance(50):
                with self.block("with tf.init_scope():"):
                    self.line(f"return {self.creation(Scope([], []))}")
            else:
                self.line(f"return {self.creation(Scope([], []))}")
        self.gap()
        with self.block(f"def {name}(x):"):
            argument = self.pick(["'k'", "x.shape.ndims", "STATE.flag"]) if keyed else ""
            self.line(f"return x * tf.cast(tf.reduce_sum({name}_value({argument})), tf.float32)")
        self.gap()
        self.helpers.append(name)

    def global_helper(self) -> None:
        """A helper that keeps something in a global name."""
        name = self.fresh("helper")
        slot = name.upper()
        kind = self.pick(["none", "name", "early", "default"])
        if kind != "name":
            self.line(f"{slot} = None")
            self.gap()
        with self.block(f"def {name}(x):"):
            self.lines.pop()
            self.line(f"global {slot}")
            self.line("probe()")
            if kind == "name":
                self.line("try:")
                self.line(f"    {slot}")
                with self.block("except NameError:"):
                    self.make(Scope([], []), slot)
            elif kind == "early":
                with self.block(f"if {slot} is not None:"):
                    self.line(f"return x * tf.cast(tf.reduce_sum({slot}), tf.float32)")
                self.make(Scope([], []), slot)
            else:
                with self.block(f"if {slot} is None:"):
                    self.make(Scope([], []), slot)
            self.line(f"return x * tf.cast(tf.reduce_sum({slot}), tf.float32)")
        self.gap()
        self.helpers.append(name)
