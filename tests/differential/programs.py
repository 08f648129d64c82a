"""Random complete programs, as a hypothesis strategy.

A program is written from the inside of its functions outwards: helpers and classes first, then the entry functions,
then a ``main`` that calls them a few times with arguments of the same and of other shapes.
Every block begins with a probe.
What may raise is rationed (``risks``), so that about half of the programs run to their end, and so that those that
raise do so for one reason.
"""

from __future__ import annotations

import contextlib
import dataclasses
import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

HEADER = """\
import contextlib
import functools

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
TOTAL = 0
SLOT = None
"""


@dataclasses.dataclass
class Scope:
    """What the code at hand may refer to."""

    tensors: list[str]
    """Names that can be computed with here."""
    others: list[str]
    """Names that are bound, but to tensors of another context."""
    method: bool = False
    loop: bool = False
    tape: str | None = None
    depth: int = 0
    tensor_loop: bool = False
    """In a body that AutoGraph may trace once: names keep their kind and shape."""
    graph: bool = False
    """In a graph of its own, where nothing made outside can be used."""
    outer: tuple[str, ...] = ()
    """Names of an enclosing function, which cannot be rebound here."""

    def own(self) -> list[str]:
        """Names that can be computed with and rebound here, the latest first."""
        return [name for name in self.tensors[::-1] if name not in self.outer]

    def inside(self, keep: bool = True) -> Scope:
        """The scope of a nested block; ``keep`` is false where the tensors of this one cannot be computed with."""
        if keep:
            return dataclasses.replace(self, tensors=list(self.tensors), others=list(self.others), depth=self.depth + 1)
        return dataclasses.replace(self, tensors=[], others=self.tensors + self.others, depth=self.depth + 1)


class Writer:
    """Writes one program, drawing every choice."""

    def __init__(self, number: Callable[[int, int], int], target: str) -> None:
        self.number = number
        """Draws a number between two; shrinks towards the lower."""
        self.target = target
        self.lines: list[str] = []
        self.indent = 0
        self.count = 0
        self.risks = 0
        self.size = 0
        self.most = 20
        self.helpers: list[str] = []
        """Functions of one tensor that code may call."""
        self.scopes: list[str] = []
        """Context managers that the program defines."""
        self.generators: list[str] = []
        self.decorators: list[str] = []
        self.graph_program = False
        self.inner = 0

    # --- drawing ---------------------------------------------------------------------------------------------------

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices; shrinks towards the first."""
        return choices[self.number(0, len(choices) - 1)]

    def chance(self, percent: int) -> bool:
        """True in about ``percent`` of all cases; shrinks towards false."""
        return self.number(0, 99) >= 100 - percent

    def risk(self) -> bool:
        """Whether something that raises may be written here; uses the ration up."""
        if self.risks and self.chance(35):
            self.risks -= 1
            return True
        return False

    # --- writing ---------------------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        """Write one line."""
        self.lines.append("    " * self.indent + text)

    @contextlib.contextmanager
    def block(self, header: str) -> Iterator[None]:
        """An indented block that begins with a probe."""
        self.line(header)
        self.indent += 1
        self.line("probe()")
        yield
        self.indent -= 1

    def fresh(self, prefix: str) -> str:
        """A name that is not in use."""
        self.count += 1
        return f"{prefix}{self.count}"

    def text(self) -> str:
        """The program; each probe is called by its line."""
        lines = "\n".join(self.lines).split("\n")
        return "\n".join(line.replace("probe()", f'probe("{number}")') for number, line in enumerate(lines, 1)) + "\n"

    # --- expressions -------------------------------------------------------------------------------------------------

    def tensor(self, scope: Scope) -> str:
        """A name of a tensor that can be computed with here."""
        if not scope.tensors:
            name = self.fresh("c")
            self.line(f"{name} = tf.ones([2])")
            scope.tensors.append(name)
        return self.pick(scope.tensors[::-1])

    def scalar(self, scope: Scope) -> str:
        """A scalar tensor computed from one that can be computed with here."""
        return f"tf.reduce_sum({self.tensor(scope)})"

    def operation(self, scope: Scope) -> str:
        """An expression whose value has the shape of its main operand."""
        name = self.tensor(scope)
        return self.pick(
            [
                f"{name} * 2.0",
                f"tf.nn.relu({name})",
                f"{name} + {self.scalar(scope)}",
                f"tf.identity({name})",
                f"tf.stop_gradient({name})",
            ]
        )

    def result(self, scope: Scope) -> str:
        """What a function returns."""
        return self.pick([self.tensor(scope), self.scalar(scope)])

    def initial(self, scope: Scope) -> str:
        """An initial value that is good wherever the scope's tensors are."""
        name = self.tensor(scope) if scope.tensors else None
        choices = ["1.0", "tf.ones([2])", "tf.random.uniform([2])", "lambda: tf.ones([2])", "[1.0, 2.0]"]
        if name is not None and self.risk():
            choices = [f"tf.reduce_sum({name})", f"tf.zeros_like({name})", f"lambda: tf.reduce_sum({name})", name]
        elif name is not None:
            choices += [f"tf.zeros({name}.shape)"]
        return self.pick(choices)

    def creation(self, scope: Scope) -> str:
        """An expression that creates state whose value converts to a tensor."""
        kind = self.pick(["variable"] * 8 + ["get_variable", "tensor", "trainable"])
        if kind == "get_variable":
            name = self.fresh("w")
            return f'tf.compat.v1.get_variable("{name}", initializer=tf.ones([2]))'
        if kind == "tensor":
            return self.pick(["tf.ones([2])", self.scalar(scope) if scope.tensors else "tf.zeros([2])"])
        if kind == "trainable":
            return f"tf.Variable({self.initial(scope)}, trainable=False, name='w')"
        return f"tf.Variable({self.initial(scope)})"

    # --- blocks ------------------------------------------------------------------------------------------------------

    def statements(self, scope: Scope, most: int = 4) -> None:
        """A few statements."""
        for _ in range(self.number(1, most)):
            self.statement(scope)

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

    def probe(self, scope: Scope) -> None:
        """A probe."""
        self.line("probe()")

    def compute(self, scope: Scope) -> None:
        """An operation."""
        value = self.operation(scope)
        own = scope.own()
        if own and (scope.tensor_loop or self.chance(30)):
            name = self.pick(own)
            self.line(f"{name} = {name} * 1.0")
        else:
            name = self.fresh("t")
            self.line(f"{name} = {value}")
            scope.tensors.append(name)

    def harmless(self, scope: Scope) -> None:
        """Something that is allowed of a tensor wherever it comes from."""
        names = scope.tensors + scope.others
        if not names:
            self.probe(scope)
            return
        name = self.pick(names[::-1])
        self.line(
            self.pick(
                [
                    f"size = {name}.shape.ndims" if self.target == "1.15" else f"size = {name}.shape.rank",
                    f"kind = {name}.dtype",
                    f"assert {name} is not None",
                    f"assert isinstance({name}, object)",
                    f"held = [{name}, {{'a': {name}}}]",
                    f"dims = {name}.shape.as_list()",
                ]
            )
        )

    def python_state(self, scope: Scope) -> None:
        """Python state that changes."""
        self.line(self.pick(["STATE.count += 1", 'CACHE["calls"] = CACHE.get("calls", 0) + 1', "ITEMS.append(None)"]))

    def keep(self, scope: Scope) -> None:
        """Keep a tensor beyond this function."""
        if not scope.tensors:
            self.probe(scope)
            return
        name = self.pick(scope.tensors[::-1])
        self.line(self.pick([f"STATE.kept = {name}", f'CACHE["kept"] = {name}', f"ITEMS.append({name})"]))

    def use_kept(self, scope: Scope) -> None:
        """Compute with what was kept, if anything was: that raises where it is another trace's."""
        if not self.risk():
            self.compute(scope)
            return
        name = self.fresh("t")
        here = self.scalar(scope)
        kind = self.pick(["attribute", "dict", "list"])
        self.line(f"{name} = {here}")
        if kind == "attribute":
            with self.block("if STATE.kept is not None:"):
                self.line(f"{name} = {name} + tf.reduce_sum(STATE.kept)")
        elif kind == "dict":
            with self.block('if "kept" in CACHE:'):
                self.line(f'{name} = {name} + tf.reduce_sum(CACHE["kept"])')
        else:
            with self.block("for item in [each for each in ITEMS if each is not None]:"):
                self.line(f"{name} = {name} + tf.reduce_sum(item)")
        if not scope.tensor_loop:
            scope.tensors.append(name)

    def risky(self, scope: Scope) -> None:
        """Something that raises in some contexts."""
        if not self.risk():
            self.guarded(scope)
            return
        self.line("probe()")
        names = scope.others or scope.tensors
        choices: list[str] = []
        if names:
            name = self.pick(names[::-1])
            choices += [f"late = tf.reduce_sum({name})", f"late = {name} * 2.0", f"late = tf.Variable({name})",
                        f"late = tf.zeros_like({name})"]  # fmt: skip
        own = scope.tensors or names
        if own:
            name = self.pick(own[::-1])
            choices += [f"{name}.numpy()", f"bool(tf.reduce_sum({name}))", f"list(tf.reshape({name}, [-1]))",
                        f"tf.gradients({name}, {name})" if self.target == "1.15" else
                        f"tf.compat.v1.gradients({name}, {name})"]  # fmt: skip
        choices += [
            "late = tf.Variable(1.0)",
            "late = tf.Variable(lambda: tf.ones([2]))",
            "late = tf.compat.v1.placeholder(tf.float32)",
            "late = tf.compat.v1.get_variable('late', initializer=tf.ones([2]))",
            "late = tf.compat.v1.get_variable('late', shape=[2])",
            "tf.compat.v1.train.GradientDescentOptimizer(0.1)",
            "tf.compat.v1.get_default_graph()",
            "tf.compat.v1.trainable_variables()",
        ]
        self.line(self.pick(choices))

    # --- guards ------------------------------------------------------------------------------------------------------

    def guarded(self, scope: Scope) -> None:
        """Create state once (or as often as the guard lets it), and use it."""
        lifted = self.chance(35)
        inside = scope.inside(keep=not lifted)
        holder, name = self.holder(scope)
        kind = self.pick(["none", "hasattr", "key", "flag", "try", "count", "get", "isinstance", "shape", "list",
                          "global", "setdefault"])  # fmt: skip

        def make(target: str) -> None:
            if lifted:
                with self.block("with tf.init_scope():"):
                    self.line(f"{target} = {self.creation(inside)}")
            else:
                value = self.creation(inside)
                self.line(f"{target} = {value}")

        target = f"{holder}.{name}"
        if kind == "none":
            with self.block(f"if getattr({holder}, '{name}', None) is None:"):
                make(target)
        elif kind == "hasattr":
            with self.block(f"if not hasattr({holder}, '{name}'):"):
                make(target)
        elif kind == "key":
            target = f'CACHE["{name}"]'
            with self.block(f'if "{name}" not in CACHE:'):
                make(target)
        elif kind == "flag":
            with self.block(f"if not getattr({holder}, '{name}_built', False):"):
                make(target)
                self.line(f"{holder}.{name}_built = True")
        elif kind == "try":
            if self.chance(50):
                self.line("try:")
                self.line(f"    {target}")
                with self.block("except AttributeError:"):
                    make(target)
            else:
                target = f'CACHE["{name}"]'
                self.line("try:")
                self.line(f"    found = {target}")
                with self.block("except KeyError:"):
                    make(target)
        elif kind == "count":
            with self.block(f'if CACHE.get("{name}_made", 0) < 1:'):
                self.line(f'CACHE["{name}_made"] = CACHE.get("{name}_made", 0) + 1')
                make(target)
        elif kind == "get":
            target = f'CACHE["{name}"]'
            with self.block(f'if CACHE.get("{name}") is None:'):
                make(target)
        elif kind == "isinstance":
            with self.block(f"if not isinstance(getattr({holder}, '{name}', None), tf.Variable):"):
                make(target)
        elif kind == "shape" and scope.tensors and self.risk():
            self.line(f"key = ('{name}', tuple({self.tensor(scope)}.shape.as_list()))")
            target = "CACHE[key]"
            with self.block("if key not in CACHE:"):
                make(target)
        elif kind == "list":
            target = f'CACHE["{name}"][0]'
            self.line(f'CACHE.setdefault("{name}", [])')
            with self.block(f'if len(CACHE["{name}"]) == 0:'):
                value = self.creation(scope if not lifted else Scope([], []))
                self.line(f'CACHE["{name}"].append({value})')
        elif kind == "setdefault" and self.risk():
            target = f'CACHE["{name}"]'
            self.line(f'CACHE.setdefault("{name}", {self.creation(scope)})')
        else:
            with self.block(f"if getattr({holder}, '{name}', None) is None:"):
                make(target)
        own = scope.own()
        if self.chance(50) and own and not scope.graph:
            self.line(f"{own[0]} = {own[0]} * tf.cast(tf.reduce_sum({target}), tf.float32)")

    def guarded_object(self, scope: Scope) -> None:
        """Create once, under an ``init_scope`` perhaps, a stateful object that is not a variable, and use it."""
        own = scope.own()
        if not own or scope.graph or scope.tensor_loop or self.graph_program:
            self.guarded(scope)
            return
        kind = self.pick(["module", "table", "iterator", "generator"] if self.target == "2" else ["module", "table"])
        made, used = {
            "module": ("Holder()", "tf.cast(tf.reduce_sum({0}.value), tf.float32)"),
            "table": (
                "tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(['a'], [1.0]), 0.0)",
                "tf.reduce_sum({0}.lookup(tf.constant(['a'])))",
            ),
            "iterator": ("iter(tf.data.Dataset.range(9))", "tf.cast(next({0}), tf.float32)"),
            "generator": ("tf.random.Generator.from_seed(1)", "{0}.normal([])"),
        }[kind]
        holder, name = self.holder(scope)
        with self.block(f"if getattr({holder}, '{name}', None) is None:"):
            if (kind in ("table", "iterator") and not self.risk()) or self.chance(40):
                with self.block("with tf.init_scope():"):
                    self.line(f"{holder}.{name} = {made}")
            else:
                self.line(f"{holder}.{name} = {made}")
        self.line(f"{own[0]} = {own[0]} * {used.format(f'{holder}.{name}')}")

    def holder(self, scope: Scope) -> tuple[str, str]:
        """An object and an attribute that nothing else uses."""
        name = self.fresh("v")
        return ("self" if scope.method and self.chance(60) else "STATE"), name

    # --- contexts ----------------------------------------------------------------------------------------------------

    def context(self, scope: Scope) -> None:
        """A ``with`` block."""
        kind = self.pick(["init_scope", "init_scope", "init_scope", "control", "clear", "tape", "stop", "names",
                          "graph", "stack", "own", "own", "null", "variables"])  # fmt: skip
        if kind == "own" and not self.scopes:
            kind = "init_scope"
        if kind == "stop" and scope.tape is None:
            kind = "tape"
        inner = scope.inside()
        header = "with tf.name_scope('n'):"
        if kind == "init_scope":
            inner = scope.inside(keep=False)
            header = "with tf.init_scope():"
        elif kind == "control":
            header = f"with tf.control_dependencies([{self.tensor(scope)}]):"
        elif kind == "clear":
            header = "with tf.control_dependencies(None):"
        elif kind == "tape":
            name = self.fresh("tape")
            inner.tape = name
            header = f"with tf.GradientTape() as {name}:"
        elif kind == "stop":
            header = f"with {scope.tape}.stop_recording():"
        elif kind == "graph":
            inner = scope.inside(keep=False)
            inner.graph = True
            inner.tape = None
            header = "with tf.Graph().as_default():"
        elif kind == "stack":
            inner = scope.inside(keep=False)
            header = "with contextlib.ExitStack() as stack:"
        elif kind == "own":
            inner = scope.inside(keep=False)
            header = f"with {self.pick(self.scopes)}():"
        elif kind == "null":
            header = "with tf.device('/CPU:0'):"
        elif kind == "variables":
            header = f"with tf.compat.v1.variable_scope('{self.fresh('s')}'):"
        with self.block(header):
            if kind == "stack":
                self.line("stack.enter_context(tf.init_scope())")
                self.line("probe()")
            self.statements(inner, 3)
            if kind == "tape" and self.chance(40) and inner.tensors:
                self.line(f"{inner.tape}.watch({inner.tensors[-1]})")
        self.line("probe()")
        scope.others += [name for name in inner.tensors if name not in scope.tensors + scope.others]

    # --- functions ---------------------------------------------------------------------------------------------------

    def function_decorator(self) -> str | None:
        """What stands above a function."""
        return self.pick(
            [None, "@tf.function", "@tf.function", "@tf.function(autograph=False)", "@tf.init_scope()"]
            + ["@" + name for name in self.decorators]
            + (["@tf.contrib.eager.defun"] if self.target == "1.15" else [])
        )

    def function(self, name: str, decorator: str | None, scope: Scope, most: int = 4, params: str = "x") -> None:
        """A function of one tensor that returns a tensor."""
        if decorator is not None:
            self.line(decorator)
        with self.block(f"def {name}({params}):"):
            inner = dataclasses.replace(scope, tensors=["x"], loop=False, tensor_loop=False, outer=())
            if decorator == "@tf.init_scope()":
                inner = inner.inside(keep=False)
            self.statements(inner, most)
            self.line(f"return {self.result(inner)}")

    def nested_function(self, scope: Scope) -> None:
        """A function defined and called here."""
        name = self.fresh("inner")
        decorator = self.function_decorator()
        nested = dataclasses.replace(scope.inside(), tape=None, tensor_loop=False)
        self.function(name, decorator, nested, 3)
        argument = self.tensor(scope)
        for _ in range(self.number(1, 2)):
            result = self.fresh("t")
            self.line(f"{result} = {name}({argument})")
            if not scope.tensor_loop:
                scope.tensors.append(result)
        self.line("probe()")

    def closure_state(self, scope: Scope) -> None:
        """A variable kept in a cell of the enclosing function."""
        cell, name = self.fresh("cell"), self.fresh("once")
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
            inner = dataclasses.replace(scope.inside(), tape=None, outer=(*scope.outer, *scope.tensors), loop=False)
            if params:
                inner.tensors = [params.split(",")[0]]
                inner.others = scope.tensors + scope.others
            self.statements(inner, 2)
            self.line(f"return {result}")
        return name

    def control_flow(self, scope: Scope) -> None:
        """``tf.cond`` and its kin."""
        kind = self.pick(["cond", "cond", "switch_case", "while_loop", "map_fn", "case"])
        x = self.tensor(scope)
        name = self.fresh("t")
        if kind in ("cond", "case", "switch_case"):
            left = self.branch_function(scope, f"tf.reduce_sum({x})")
            right = self.branch_function(scope, "tf.constant(1.0)")
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
            self.line(f"{name} = tf.nest.flatten(tf.while_loop(lambda i: i < 2.0, {body}, [tf.constant(0.0)]))[0]")
        else:
            body = self.branch_function(scope, "e * 2.0", "e")
            self.line(f"{name} = tf.map_fn({body}, tf.reshape({x}, [-1]))")
            if kind == "map_fn":
                self.line(f"{name} = tf.reduce_sum({name})")
        if not scope.tensor_loop:
            scope.tensors.append(name)
        self.line("probe()")

    def callback(self, scope: Scope) -> None:
        """A function that TensorFlow calls elsewhere: in a dataset, in ``py_function``, vectorized."""
        kind = self.pick(["map", "map", "py_function", "vectorized_map", "filter"])
        x = self.tensor(scope)
        if kind in ("map", "filter"):
            body = self.branch_function(scope, "e * 2.0" if kind == "map" else "tf.constant(True)", "e")
            source = self.pick(["tf.data.Dataset.from_tensors(1.0)", "tf.data.Dataset.from_tensor_slices([1.0, 2.0])"])
            self.line(f"ds = {source}.{kind}({body})")
        elif kind == "py_function":
            body = self.branch_function(Scope([], [], depth=scope.depth), "e * 2.0", "e")
            self.line(f"py = tf.py_function({body}, [{x}], tf.float32)")
        else:
            body = self.branch_function(scope, "e * 2.0", "e")
            self.line(f"vec = tf.vectorized_map({body}, tf.ones([2]))")
        self.line("probe()")

    # --- Python's own control flow -----------------------------------------------------------------------------------

    def python_if(self, scope: Scope) -> None:
        """A condition that Python decides."""
        test = self.pick(["STATE.count > 1", "not STATE.flag", "len(ITEMS) < 2", "tf.executing_eagerly()",
                          "STATE.count % 2 == 0", 'CACHE.get("calls", 0) > 1', "tf.inside_function()"])  # fmt: skip
        if test == "tf.inside_function()":
            test = {"1.15": "not tf.executing_eagerly()"}.get(
                self.target, "tf.compat.v1.executing_eagerly_outside_functions()"
            )
        with self.block(f"if {test}:"):
            self.statements(scope.inside(), 2)
        if self.chance(40):
            with self.block("else:"):
                self.statements(scope.inside(), 2)

    def python_loop(self, scope: Scope) -> None:
        """A loop that Python runs."""
        kind = self.pick(["range", "list", "while", "generator", "zip", "dict"])
        if kind == "generator" and not self.generators:
            kind = "list"
        inner = scope.inside()
        inner.loop = True
        count = self.fresh("n")
        if kind == "while":
            self.line(f"{count} = 0")
            with self.block(f"while {count} < 2:"):
                self.line(f"{count} += 1")
                self.statements(inner, 2)
        elif kind == "generator":
            with self.block(f"for {count} in {self.pick(self.generators)}():"):
                self.statements(inner.inside(keep=False), 2)
        else:
            over = {"range": f"for {count} in range(2):", "list": f"for {count} in [1, 2]:",
                    "zip": f"for {count}, other in zip([1, 2], 'ab'):",
                    "dict": f"for {count}, other in {{'a': 1}}.items():"}[kind]  # fmt: skip
            with self.block(over):
                self.statements(inner, 2)

    def early_exit(self, scope: Scope) -> None:
        """Leave a loop or a function under a condition, from within a context perhaps."""
        test = self.pick(["STATE.flag", "STATE.count > 100", "STATE.count > 2", "len(ITEMS) > 1"])
        if scope.tensor_loop:
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
        kind = self.pick(["finally", "raise", "lookup"])
        if kind == "finally":
            with self.block("try:"):
                self.statements(scope.inside(), 2)
            with self.block("finally:"):
                self.line("STATE.count += 1")
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

    # --- definitions -------------------------------------------------------------------------------------------------

    def definitions(self) -> None:
        """Decorators, context managers, generators, helpers, classes."""
        if self.chance(30):
            name = self.fresh("decorate")
            with self.block(f"def {name}(function):"):
                self.line("@functools.wraps(function)")
                with self.block("def wrapped(*args, **kwargs):"):
                    header = self.pick(["with tf.init_scope():", "with tf.name_scope('d'):"])
                    with self.block(header):
                        self.line("return function(*args, **kwargs)")
                self.line("return wrapped")
            self.gap()
            if "init_scope" not in header:
                self.decorators.append(name)
        if self.chance(40):
            name = self.fresh("scope")
            self.line("@contextlib.contextmanager")
            with self.block(f"def {name}():"):
                header = self.pick(["with tf.init_scope():", "with tf.control_dependencies(None):",
                                    "with tf.name_scope('own'), tf.init_scope():", "try:"])  # fmt: skip
                with self.block(header):
                    self.line("yield")
                if header == "try:":
                    with self.block("finally:"):
                        self.line("STATE.count += 1")
            self.gap()
            self.scopes.append(name)
        if self.chance(20):
            name = self.fresh("Scope")
            with self.block(f"class {name}(object):"):
                self.lines.pop()
                with self.block("def __enter__(self):"):
                    self.line("self.inner = tf.init_scope()")
                    self.line("self.inner.__enter__()")
                    self.line("probe()")
                with self.block("def __exit__(self, *exc):"):
                    self.line("return self.inner.__exit__(*exc)")
            self.gap()
            self.scopes.append(name)
        if self.chance(20):
            name = self.fresh("items")
            with self.block(f"def {name}():"):
                self.line("yield 1")
                self.line("probe()")
                if self.chance(50):
                    with self.block("with tf.name_scope('g'):"):
                        self.line("yield 2")
            self.gap()
            self.generators.append(name)
        for _ in range(self.number(0, 2)):
            name = self.fresh("helper")
            self.function(name, self.function_decorator(), Scope([], [], depth=2), 3)
            self.gap()
            self.helpers.append(name)
        if self.chance(15):
            name = self.fresh("cached")
            self.line("@functools.lru_cache(maxsize=None)")
            with self.block(f"def {name}_value():"):
                lifted = self.chance(50)
                if lifted:
                    with self.block("with tf.init_scope():"):
                        self.line(f"return {self.creation(Scope([], []))}")
                else:
                    self.line(f"return {self.creation(Scope([], []))}")
            self.gap()
            with self.block(f"def {name}(x):"):
                self.line(f"return x * tf.cast(tf.reduce_sum({name}_value()), tf.float32)")
            self.gap()
            self.helpers.append(name)

    def gap(self) -> None:
        """The lines between definitions."""
        self.line("")
        self.line("")

    def class_definition(self) -> tuple[str, list[str]]:
        """A class with a few methods of one tensor; gives its name and their names."""
        name = self.fresh("Model")
        base = self.pick(["object", "tf.Module", "tf.Module"])
        methods: list[str] = []
        parent = None
        if self.chance(35):
            parent = self.fresh("Base")
            with self.block(f"class {parent}({base}):"):
                self.lines.pop()
                with self.block("def __init__(self):"):
                    self.line(f"super({parent}, self).__init__()")
                    self.line("self.base = None")
                    if self.chance(50):
                        self.line(f"self.shared = {self.creation(Scope([], []))}")
                self.function(
                    "transform", self.pick([None, "@tf.function"]), Scope([], [], method=True, depth=2), 2, "self, x"
                )
            self.gap()
            methods.append("transform")
        with self.block(f"class {name}({parent or base}):"):
            self.lines.pop()
            with self.block("def __init__(self):"):
                self.line(f"super({name}, self).__init__()")
                self.line("self.weight = None")
                if self.chance(40):
                    scope = Scope([], [], method=True, depth=3)
                    self.statements(scope, 2)
            if self.chance(40):
                self.line("@property")
                with self.block("def bias(self):"):
                    with self.block("if self.weight is None:"):
                        if self.chance(40):
                            with self.block("with tf.init_scope():"):
                                self.line(f"self.weight = {self.creation(Scope([], []))}")
                        else:
                            self.line(f"self.weight = {self.creation(Scope([], []))}")
                    self.line("return tf.cast(tf.reduce_sum(self.weight), tf.float32)")
                self.function_using("__call__", "self.bias", self.pick([None, "@tf.function"]))
            else:
                self.function("__call__", self.pick([None, "@tf.function", "@tf.function(autograph=False)"]),
                              Scope([], [], method=True, depth=2), 3, "self, x")  # fmt: skip
            methods.append("__call__")
            if parent and self.chance(60):
                with self.block("def transform(self, x):"):
                    self.line(f"y = super({name}, self).transform(x)")
                    self.line("probe()")
                    self.line("return y * 2.0")
            if self.chance(40):
                self.function(
                    "step", self.pick(["@tf.function", None]), Scope([], [], method=True, depth=2), 3, "self, x"
                )
                methods.append("step")
        self.gap()
        return name, methods

    def function_using(self, name: str, value: str, decorator: str | None) -> None:
        """A method that uses a property."""
        if decorator:
            self.line(decorator)
        with self.block(f"def {name}(self, x):"):
            self.line(f"x = x * {value}")
            scope = Scope(["x"], [], method=True, depth=2)
            self.statements(scope, 2)
            self.line(f"return {self.result(scope)}")

    def entry_decorator(self) -> str | None:
        """What stands above an entry function."""
        return self.pick(
            ["@tf.function"] * 4
            + [
                "@tf.function(autograph=False)",
                "@tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])",
                None,
            ]
            + (["@tf.contrib.eager.defun"] if self.target == "1.15" else ["@tf.function(reduce_retracing=True)"])
        )

    def program(self) -> str:
        """The whole program."""
        self.risks = self.pick([1, 0, 1, 2, 3])
        self.most = self.number(8, 24)
        mode = self.pick(
            ["", "", "", "tf.compat.v1.disable_eager_execution()"]
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
        calls: list[str] = []
        if self.chance(45):
            name, methods = self.class_definition()
            calls.append(f"model = {name}()")
            for method in methods:
                target = "model" if method == "__call__" else f"model.{method}"
                calls += [f"out = {target}({argument})" for argument in self.pick(["a", "aa", "ab", "aab"])]
            if self.chance(35):
                calls += [f"other = {name}()", "out = other(a)" if "__call__" in methods else "out = other.step(a)"]
        for _ in range(self.number(0, 1) if calls else self.number(1, 2)):
            name = self.fresh("entry")
            self.function(name, self.entry_decorator(), Scope([], [], depth=1), 5)
            self.gap()
            calls += [f"out = {name}({argument})" for argument in self.pick(["aab", "ab", "a", "aa"])]
        with self.block("def main():"):
            self.line("a = tf.ones([2])")
            self.line("b = tf.ones([3])")
            for call in calls:
                self.line(call)
                if self.chance(20):
                    self.line("probe()")
            if self.chance(25):
                self.statements(Scope(["a", "b"], [], depth=3), 2)
            self.line("probe()")
        self.gap()
        self.line("main()")
        return self.text()


@st.composite
def programs(draw: st.DrawFn, target: str = "2") -> str:
    """A program for TensorFlow ``target``."""
    return Writer(lambda low, high: draw(st.integers(low, high)), target).program()


def random_program(seed: int, index: int, target: str) -> str:
    """The program of a number, independent of all others (hypothesis makes variants of what it made before)."""
    return Writer(random.Random(f"{seed}/{index}").randint, target).program()
