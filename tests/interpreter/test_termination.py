"""Programs that would run for ever, or far too long, end after a bounded number of steps; what is cut is counted."""

# ruff: noqa: E501 - programs are easier to compare as one line each

from __future__ import annotations

import ast

import pytest

from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.machine import Machine
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.lower import lower
from initscope_lint.source.deep import run_deep

V = "tf.Variable(1.0)"


def blocks(headers: list[str], body: str) -> str:
    """Headers in each other, and what is in the innermost."""
    lines = [" " * depth + header for depth, header in enumerate([*headers, body])]
    return "\n".join(lines) + "\n"


WITHIN_A_FEW = {
    "a function": f"def f(x):\n    {V}\n    return f(x + 1)\n\nf(0)\n",
    "functions in turn": "def f(x):\n    return g(x) + 1\ndef g(x):\n    return h(x)\ndef h(x):\n    return f(x)\nf(0)\n",
    "twice": "def f(x):\n    return f(x - 1) + f(x - 2)\nf(tf.ones([]))\n",
    "Ackermann's": "def a(m, n):\n    if m == 0:\n        return n + 1\n    return a(m - 1, a(m, n - 1) if n else 1)\na(4, 4)\n",
    "a trace": f"@tf.function\ndef f(x, n):\n    {V}\n    return f(x, n + 1)\nf(tf.ones([]), 0)\n",
    "a method": f"class A:\n    def __call__(self, x):\n        {V}\n        return A()(x)\nA()(1)\n",
    "an attribute": f"class A:\n    def __getattr__(self, name):\n        {V}\n        return getattr(self, name + 'a')\nA().b\n",
    "a property": f"class A:\n    @property\n    def p(self):\n        {V}\n        return self.p\nA().p\n",
    "a constructor": f"class A:\n    def __init__(self):\n        self.v = {V}\n        self.a = A()\nA()\n",
    "a metaclass": "class M(type):\n    def __call__(cls):\n        return cls()\nclass A(metaclass=M):\n    pass\nA()\n",
    "a comparison": f"class A:\n    def __eq__(self, other):\n        {V}\n        return other == self\nA() == A()\n",
    "a generator": f"def g(x):\n    {V}\n    yield x\n    yield from g(x)\nfor x in g(0):\n    {V}\n",
    "omega": f"w = lambda x: x(x) + {V}\nw(w)\n",
    "a fixed point": "y = lambda f: (lambda x: x(x))(lambda x: f(lambda v: x(x)(v)))\ny(lambda r: lambda n: r(n + 1))(0)\n",
    "a decorator": f"def d(f):\n    def w(*a):\n        {V}\n        return d(f)(*a)\n    return w\n@d\ndef f(x):\n    return x\nf(1)\n",
    "a decorator that returns itself": f"def d(f):\n    {V}\n    return d\n@d\n@d\ndef f(x):\n    return x\nf(1)(2)(3)\n",
    "more arguments each time": f"def f(*a, **k):\n    {V}\n    return f(*a, *a, **k)\nf(1)\n",
    "branches of a graph": "@tf.function\ndef f(x):\n    return tf.cond(x, lambda: f(x), lambda: f(x))\nf(True)\n",
    "what runs later": "@tf.function\ndef f0(x):\n    return tf.py_function(lambda y: y, [x], tf.float32)\n"
    + "".join(f"@tf.function\ndef f{n}(x):\n    return f{n - 1}(x) + f{n - 1}(x)\n" for n in range(1, 21))
    + "f20(tf.ones([2]))\n",
    "eager tensors that count": "t = tf.constant(0.0)\nwhile t >= 0.0:\n    t = t + 1.0\n"
    + "tf.while_loop(lambda i: i >= 0.0, lambda i: (i + 1.0,), [tf.constant(0.0)])\n",
    "while": f"x = [0]\nwhile True:\n    x.append({V})\n",
    "a value that grows": f"x = ()\nwhile x is not None:\n    x = (x, {V})\n",
    "a list that grows": f"x = [0]\nfor i in x:\n    x.append(i + 1)\n    {V}\n",
    "a list in itself": "x = []\nx.append(x)\nd = {}\nd['d'] = d\nprint(x == x, repr(d), tf.zeros(x))\n",
    "pairs of pairs": f"x = ({V},)\n" + "x = (x, x)\n" * 60 + "tf.function(lambda: x)()\nprint(x == x)\n",
    "lists of lists": f"x = [{V}]\n" + "x = x + x\n" * 60 + "for y in x:\n    tf.zeros(y)\n",
    "texts": "x = 'a'\n" + "x = x + x\n" * 60 + "tf.Variable(1.0, name=x)\n",
    "texts in texts": "x = 'a' * 999\n" + "x = x.replace('a', x)\n" * 9 + "x = x.join(x)\ntf.Variable(1.0, name=x)\n",
    "products": "x = 7\n" + "x = x * x\n" * 60 + "tf.zeros([x])\n",
    "powers": "tf.zeros([9 ** 9 ** 9 ** 9, 1 << 10 ** 12, -1 << 10 ** 12])\n",
    "repetitions": f"x = [{V}] * 10 ** 12\ny = 'a' * 10 ** 12\nz = bytes(10 ** 12)\n",
    "ranges": f"for i in range(10 ** 18):\n    {V}\nlist(range(10 ** 12))\n",
    "formats": "'%1000000000000d' % 1\n'%*d' % (10 ** 12, 1)\nf'{1:1000000000}'\n'a'.ljust(10 ** 12)\n"
    + "'{:1000000000}'.format(1)\n'{:{}}'.format(1, 10 ** 12)\n"
    + f"f'{{1:{'9' * 5000}}}'\n",
    "permutations": f"import itertools\nfor a in itertools.product(range(100), repeat=10):\n    {V}\n"
    + "x = list(itertools.permutations(range(100)))\n",
    "loops of a graph in each other": "@tf.function\n"
    + blocks(["def f(x):", *(f"while x < {i}:" for i in range(15))], "x = x + 1")
    + "f(tf.ones([]))\n",
    "closures": blocks([f"def f{i}():" for i in range(90)], f"return {V}") + "f0()\n",
    "a ladder of traces": "".join(
        f"@tf.function\ndef f{i}(x):\n    return f{i + 1}(x) + f{i + 1}(x)\n" for i in range(30)
    )
    + f"@tf.function\ndef f30(x):\n    return x + {V}\nf0(tf.ones([]))\n",
    "questions about what is unknown": "def f(a):\n"
    + "".join(f"    if a.x{i}:\n        a.y{i} = {V}\n" for i in range(40))
    + "\nf(make())\n",
}
"""What repeats, or grows, is seen to do so: a thousand steps are more than enough."""

WITHIN_THE_BUDGET = {
    "a generator that may be at any of many places": "def g(a):\n    while True:\n"
    + "".join(f"        if a.x{i}:\n            yield a.y{i}\n" for i in range(40))
    + "def f(a):\n    for i in g(a):\n        print(i)\n",
    "calls, two by two": "".join(f"def f{i}(x):\n    return f{i + 1}(x) + f{i + 1}(x)\n" for i in range(30))
    + f"def f30(x):\n    return x + {V}\nf0(tf.ones([]))\n",
    "calls that differ": "".join(f"def f{i}(x):\n    return f{i + 1}(x + [0]) + f{i + 1}(x + [1])\n" for i in range(30))
    + "def f30(x):\n    return tf.Variable(len(x))\nf0([])\n",
    "closures of closures": f"f = lambda: {V}\n" + "f = (lambda g: lambda: g() + g())(f)\n" * 40 + "tf.function(f)()\n",
    "loops in each other": blocks([f"for i{i} in range(10):" for i in range(15)], V),
    "loops over what is unknown": blocks(["def f(x):", *(f"for i{i} in x.y{i}:" for i in range(15))], V)
    + "f(make())\n",
    "a comprehension": f"x = {'[' * 20}{V}" + "".join(f" for x{i} in range(20)]" for i in range(20)) + "\n",
    "a context manager in itself": "import contextlib\n@contextlib.contextmanager\ndef c():\n    with c():\n"
    f"        with tf.init_scope():\n            yield\nwith c():\n    {V}\n",
    "questions one after the other": "def f(x):\n"
    + "".join(f"    if x == {i}:\n        tf.Variable({i})\n" for i in range(3000))
    + "f(make())\n",
}
"""What neither repeats nor ends is cut, once, and that is said."""

LARGE = {
    "functions": (10_000, lambda n: "".join(f"def f{i}(x):\n    return x\n" for i in range(n))),
    "traced functions": (
        500,
        lambda n: "".join(f"@tf.function\ndef f{i}(x):\n    return x + {V}\nf{i}(1.0)\n" for i in range(n)),
    ),
    "keys": (
        20_000,
        lambda n: "x = {" + ", ".join(f"'k{i}': {i}" for i in range(n)) + f"}}\nfor k in x:\n    {V}\n",
    ),
    "functions in a dictionary": (
        5_000,
        lambda n: "x = {" + ", ".join(f"'k{i}': lambda y: tf.Variable(y)" for i in range(n)) + "}\nx[name()](1)\n",
    ),
    "clauses": (
        150,
        lambda n: "def f(x):\n    if x == 0:\n        return 0\n"
        + "".join(f"    elif x == {i}:\n        return tf.Variable({i})\n" for i in range(1, n))
        + "f(make())\n",
    ),
    "cases": (
        1_000,
        lambda n: "def f(x):\n    match x:\n"
        + "".join(f"        case {{'a': {i}}}:\n            tf.Variable({i})\n" for i in range(n))
        + "f(make())\n",
    ),
    "classes": (
        1_000,
        lambda n: f"class C0:\n    def f(self):\n        return {V}\n"
        + "".join(f"class C{i}(C{i - 1}):\n    def f(self):\n        return super().f()\n" for i in range(1, n))
        + f"tf.function(C{n - 1}().f)()\n",
    ),
    "partial calls": (
        2_000,
        lambda n: "import functools\ndef f(*a): return tf.Variable(a)\n" + "f = functools.partial(f, 1)\n" * n + "f()\n",
    ),
    "mapped datasets": (
        200,
        lambda n: "d = tf.data.Dataset.range(3)\n" + f"d = d.map(lambda x: x + {V})\n" * n,
    ),
}  # fmt: skip
"""Generated code, by its size: it takes so many steps for each part of it."""
STEPS_FOR_EACH = 150


class Counted:
    """The steps of an analysis, and how many entry points were cut short."""

    def __init__(self, *modules: str) -> None:
        sources = (ModuleSource(f"m{i}", f"m{i}.py", lower(ast.parse(code))) for i, code in enumerate(modules))
        program = Program(tuple(sources))
        machines: list[Machine] = []
        made = Machine.__init__

        def noted(machine: Machine, *arguments: object) -> None:
            made(machine, *arguments)  # type: ignore[arg-type]
            machines.append(machine)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Machine, "__init__", noted)
            self.truncated = run_deep(lambda: analyze(program, "2")).truncated
        self.steps = sum(machine.steps for machine in machines)
        self.settings = machines[0].settings


@pytest.mark.parametrize("code", WITHIN_A_FEW.values(), ids=WITHIN_A_FEW)
def test_what_repeats_ends(code: str) -> None:
    """Recursion and growth are followed as far as the budget goes."""
    assert Counted("import tensorflow as tf\n" + code).steps < 1000


@pytest.mark.parametrize("code", WITHIN_THE_BUDGET.values(), ids=WITHIN_THE_BUDGET)
def test_the_budget_holds_and_is_reported(code: str) -> None:
    """An analysis goes on for ever, or ends early and does not say so."""
    counted = Counted("import tensorflow as tf\n" + code)
    assert counted.steps < counted.settings.budget + 1000
    assert 1 == counted.truncated


@pytest.mark.parametrize("kind", LARGE)
def test_generated_code(kind: str) -> None:
    """The cost of a large program is more than its size."""
    size, made = LARGE[kind]
    counted = Counted("import tensorflow as tf\n" + made(size))
    assert counted.steps < STEPS_FOR_EACH * size


def test_modules_that_import_each_other() -> None:
    """Each of them is run for each path on which it is imported."""
    count = 12
    names = [f"m{i}" for i in range(count)]
    imports = "".join(f"import {name}\nfrom {name} import make as make_{name}\n" for name in names)
    calls = "".join(f"    make_{name}()\n" for name in names)
    counted = Counted(*[f"{imports}import tensorflow as tf\ndef make():\n{calls}    {V}\nmake()\n"] * count)
    assert counted.steps < 2 * count * counted.settings.budget
