"""Small programs without TensorFlow. Each computes ``result`` from constants, so that CPython can say what it is."""

PROGRAMS = {
    "closure cell": """
def make():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    return step
a, b = make(), make()
result = [a(), a(), b()]
""",
    "late binding": """
fs = [lambda: i for i in range(3)]
result = [f() for f in fs]
""",
    "default argument binds early": """
fs = [lambda i=i: i for i in range(3)]
result = [f() for f in fs]
""",
    "mutable default": """
def f(x, acc=[]):
    acc.append(x)
    return len(acc)
result = [f(1), f(1), f(1, [])]
""",
    "star arguments": """
def f(a, *rest, k=0, **more):
    return (a, len(rest), k, sorted(more))
xs = [2, 3]
result = [f(1), f(1, *xs), f(1, *xs, k=4, z=5), f(**{"a": 7, "y": 8})]
""",
    "global statement": """
n = 0
def f():
    global n
    n = n + 1
f(); f()
result = n
""",
    "class attributes and instances": """
class A:
    xs = []
    n = 0
    def add(self):
        self.n += 1
        self.xs.append(self.n)
a, b = A(), A()
a.add(); a.add(); b.add()
result = [a.n, b.n, A.n, A.xs]
""",
    "mro": """
class A:
    def f(self): return ["A"]
class B(A):
    def f(self): return ["B"] + super().f()
class C(A):
    def f(self): return ["C"] + super().f()
class D(B, C):
    def f(self): return ["D"] + super().f()
result = D().f()
""",
    "super init": """
class A:
    def __init__(self, x):
        self.x = x
class B(A):
    def __init__(self, x):
        super(B, self).__init__(x + 1)
        self.y = self.x
b = B(1)
result = [b.x, b.y]
""",
    "property with setter": """
class A:
    def __init__(self): self._x = 1
    @property
    def x(self): return self._x
    @x.setter
    def x(self, v): self._x = v * 2
a = A()
a.x = 5
result = a.x
""",
    "class and static methods": """
class A:
    k = 3
    @classmethod
    def c(cls, x): return cls.k + x
    @staticmethod
    def s(x): return x * 2
class B(A):
    k = 10
result = [A.c(1), B.c(1), B().c(1), A.s(4), B().s(5)]
""",
    "getattr hook": """
class A:
    def __getattr__(self, name):
        if name == "x":
            self.x = 1
            return 0
        raise AttributeError(name)
a = A()
result = [a.x, a.x, hasattr(a, "y"), getattr(a, "z", 9)]
""",
    "hasattr and delattr": """
class A: pass
a = A()
r = [hasattr(a, "w")]
a.w = None
r.append(hasattr(a, "w"))
del a.w
r.append(hasattr(a, "w"))
setattr(a, "w", 3)
r.append(getattr(a, "w"))
result = r + ["w" in a.__dict__, vars(a)["w"]]
""",
    "callable instances": """
class A:
    def __init__(self, k): self.k = k
    def __call__(self, x): return x + self.k
result = A(3)(4)
""",
    "special methods": """
class V:
    def __init__(self, x): self.x = x
    def __add__(self, o): return V(self.x + o.x)
    def __len__(self): return self.x
    def __bool__(self): return self.x > 1
    def __getitem__(self, i): return self.x * i
    def __contains__(self, i): return i == self.x
    def __eq__(self, o): return self.x == o.x
v = V(1) + V(2)
result = [v.x, len(v), bool(v), bool(V(1)), v[4], 3 in v, v == V(3), v != V(3)]
""",
    "user iterator": """
class Count:
    def __init__(self, n): self.n = n
    def __iter__(self):
        for i in range(self.n):
            yield i
result = [x for x in Count(3)]
""",
    "exceptions": """
r = []
class E(ValueError): pass
def f(k):
    try:
        if k == 0: raise E("x")
        if k == 1: raise KeyError("k")
        if k == 2: return "ret"
        r.append("body")
    except E:
        r.append("E")
    except (KeyError, IndexError) as e:
        r.append("K")
    else:
        r.append("else")
    finally:
        r.append("fin")
    return "end"
result = [f(0), f(1), f(2), f(3), r]
""",
    "finally overrides": """
def f():
    for i in range(3):
        try:
            if i == 1:
                return i
        finally:
            if i == 1:
                break
    return "after"
result = f()
""",
    "reraise": """
def f():
    try:
        try:
            raise KeyError("a")
        except KeyError:
            raise
    except LookupError:
        return "caught"
result = f()
""",
    "exception in handler": """
def f():
    try:
        raise ValueError("a")
    except ValueError:
        try:
            raise TypeError("b")
        except TypeError:
            pass
        return 1
result = f()
""",
    "attribute and key and index errors": """
r = []
class A: pass
for k in range(5):
    try:
        if k == 0: A().x
        if k == 1: {}["a"]
        if k == 2: [][0]
        if k == 3: undefined_name
        if k == 4: None.x
    except AttributeError: r.append("A")
    except KeyError: r.append("K")
    except IndexError: r.append("I")
    except NameError: r.append("N")
result = r
""",
    "with": """
r = []
class M:
    def __init__(self, s): self.s = s
    def __enter__(self):
        r.append("in")
        return 7
    def __exit__(self, t, v, tb):
        r.append("out" if t is None else "err")
        return self.s
with M(False) as x:
    r.append(x)
with M(True):
    raise ValueError("a")
def f():
    with M(False), M(False):
        return 1
f()
for i in range(2):
    with M(False):
        continue
result = r
""",
    "contextmanager": """
import contextlib
r = []
@contextlib.contextmanager
def m(k):
    r.append("enter")
    try:
        yield k + 1
    except ValueError:
        r.append("swallow")
    finally:
        r.append("exit")
with m(1) as x:
    r.append(x)
with m(2):
    raise ValueError("x")
def f():
    with m(3) as y:
        return y
r.append(f())
result = r
""",
    "contextmanager with branches": """
import contextlib
r = []
@contextlib.contextmanager
def m(k):
    if k:
        r.append("a")
        yield 1
        r.append("b")
    else:
        yield 2
with m(True) as x: r.append(x)
with m(False) as x: r.append(x)
result = r
""",
    "contextmanager as decorator": """
import contextlib
r = []
@contextlib.contextmanager
def m():
    r.append("in")
    yield
    r.append("out")
@m()
def f(x):
    r.append(x)
    return x
result = [f(1), f(2), r]
""",
    "exit stack": """
import contextlib
r = []
@contextlib.contextmanager
def m(k):
    r.append(("in", k))
    yield k
    r.append(("out", k))
with contextlib.ExitStack() as stack:
    for k in range(2):
        stack.enter_context(m(k))
    stack.callback(r.append, "callback")
    r.append("body")
result = r
""",
    "suppress": """
import contextlib
r = []
with contextlib.suppress(KeyError):
    {}["a"]
    r.append("not reached")
result = r
""",
    "generators": """
def g(n):
    for i in range(n):
        if i == 1:
            continue
        yield i * 10
    yield "end"
it = g(3)
first = next(it)
rest = list(it)
result = [first, rest, next(it, "none"), [x for x in g(2)], sum(x for x in [1, 2, 3])]
""",
    "generator with try": """
r = []
def g():
    try:
        yield 1
        yield 2
    finally:
        r.append("closed")
for x in g():
    r.append(x)
result = r
""",
    "while and else": """
def f(n):
    i = 0
    while i < n:
        i += 1
        if i == 3:
            break
    else:
        return ("else", i)
    return ("break", i)
result = [f(2), f(5)]
""",
    "for else and nested breaks": """
r = []
for i in range(3):
    for j in range(3):
        if j == i: break
        r.append((i, j))
    else:
        r.append("else")
result = r
""",
    "comprehensions": """
xs = [1, 2, 3, 4]
d = {x: x * x for x in xs if x % 2 == 0}
s = sorted({x % 2 for x in xs})
n = [(x, y) for x in xs[:2] for y in xs[2:]]
result = [d[2], d[4], len(d), s, n, [y := 5, y]]
""",
    "walrus": """
def f():
    if (n := len([1, 2, 3])) > 2:
        return n
result = [f(), [last := x for x in range(3)], last]
""",
    "unpacking": """
a, *b, c = [1, 2, 3, 4]
(d, e), f = (5, 6), 7
x = y = [1]
x.append(2)
result = [a, b, c, d, e, f, y, [*b, *[9]], {**{"k": 1}, "l": 2}["k"]]
""",
    "dict methods": """
d = {"a": 1}
r = [d.get("b"), d.get("b", 2), d.setdefault("c", 3), d.setdefault("a", 9), d.pop("a"), "a" in d, len(d)]
d.update({"x": 1}, y=2)
r += [sorted(d.keys()), [k for k in d], list(d.items()), bool({}), bool(d)]
d.clear()
result = r + [len(d)]
""",
    "list methods": """
a = [3, 1]
a.append(2); a.extend([5, 6]); a.insert(0, 0)
p = a.pop(); q = a.pop(0)
b = a[1:]; c = a[::-1]
a[0] = 9
result = [a, p, q, b, c, a[-1], a * 2, a + [1], 9 in a, a.index(1) if False else 1]
""",
    "strings": """
s = "Layer_1"
result = [s.lower(), s.startswith("Lay"), s.split("_"), s[0], len(s), "er" in s, s == "Layer_1", s + "x", "a" * 2]
""",
    "f-strings": """
n, x, name, width = 3, 1.5, "a\'b", 6
result = [
    f"w{n}", f"{n:03d}|{x:.2f}|{x!r:>{width}}", f"{name!r}{name!s}{name!a}", f"{None}{True:>5}", f"{{{n}}}",
    f"{n=}", f"{ n + 1 = :>4}", f"a\\t{n}" "b" rf"\\t{n}", f'''{name}"''', {f"k{i}": i for i in range(2)},
]
""",
    "formatting": """
names = ["w_%d" % i for i in range(2)] + ["%s/%s" % ("a", 1), "{}-{}".format(1, "x"), "%s" % "y", str((2, 3))]
cache = {}
for name in names + names:
    if name not in cache:
        cache[name] = len(cache)
result = [names[:5], len(cache)]
""",
    "arithmetic": """
result = [7 // 2, 7 % 3, 2 ** 5, -3, not 1, 1 < 2 < 3, 1 < 3 < 2, 5 if [] else 6, None or 4, 0 and 1, [] is not None]
""",
    "any and all": """
result = [any([0, None, 3]), all([1, 0]), any([]), all([]), max(1, 5), min([4, 2]), abs(-3), int("4"), bool("")]
""",
    "zip enumerate reversed sorted": """
result = [list(zip([1, 2], "ab")), list(enumerate("ab")), list(reversed([1, 2])), list(map(lambda x: x + 1, [1, 2]))]
""",
    "partial": """
import functools
def f(a, b, c=0): return [a, b, c]
g = functools.partial(f, 1, c=5)
result = [g(2), g(3, c=4)]
""",
    "wraps decorator": """
import functools
def twice(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return [fn(*args, **kwargs), fn(*args, **kwargs)]
    return wrapper
n = 0
@twice
def f(x, k=1):
    global n
    n += 1
    return x * k + n
result = f(2, k=3)
""",
    "decorator with arguments": """
def times(k):
    def deco(fn):
        return lambda *a: fn(*a) * k
    return deco
class A:
    @times(3)
    def f(self, x): return x + 1
result = A().f(2)
""",
    "run once decorator": """
def once(fn):
    def wrapper(*a):
        if not wrapper.done:
            wrapper.done = True
            return fn(*a)
    wrapper.done = False
    return wrapper
r = []
@once
def f(): r.append(1)
f(); f()
result = r
""",
    "lru cache": """
import functools
n = 0
@functools.lru_cache(maxsize=None)
def f(x):
    global n
    n += 1
    return n
result = [f(1), f(1), f(2), f(x=1) > 0]
""",
    "cached property": """
import functools
class A:
    n = 0
    @functools.cached_property
    def x(self):
        A.n += 1
        return A.n
a = A()
result = [a.x, a.x, A().x]
""",
    "dataclass": """
import dataclasses
@dataclasses.dataclass
class P:
    x: int
    y: int = 2
    zs: list = dataclasses.field(default_factory=list)
    def total(self): return self.x + self.y
p = P(1); q = P(3, y=4)
p.zs.append(1)
result = [p.total(), q.total(), p.zs, q.zs]
""",
    "post init": """
from dataclasses import dataclass
@dataclass
class P:
    x: int
    def __post_init__(self):
        self.y = self.x * 2
result = P(4).y
""",
    "new and singletons": """
class S:
    _i = None
    def __new__(cls):
        if cls._i is None:
            cls._i = super().__new__(cls)
            cls._i.n = 0
        return cls._i
S().n += 1
S().n += 1
result = S().n
""",
    "isinstance": """
class A: pass
class B(A): pass
result = [isinstance(B(), A), isinstance(A(), B), isinstance(1, int), isinstance("a", (int, str)),
          isinstance([], list), issubclass(B, A), isinstance(None, int), type(B()) is B, type(B()) == A]
""",
    "match": """
def f(x):
    match x:
        case 1: return "one"
        case "a" | "b": return "letter"
        case None: return "none"
        case other if other == 5: return "five"
        case _: return "rest"
result = [f(1), f("b"), f(None), f(5), f(9)]
""",
    "early returns": """
def f(a, b):
    if a:
        if b:
            return 1
        return 2
    for i in range(3):
        if i == 1:
            return 3
    return 4
result = [f(1, 1), f(1, 0), f(0, 0)]
""",
    "recursion": """
def fact(n):
    return 1 if n == 0 else n * fact(n - 1)
result = [fact(0), fact(1)]
""",
    "mutual references": """
class Node:
    def __init__(self, parent=None):
        self.parent = parent
        self.children = []
        if parent is not None:
            parent.children.append(self)
root = Node()
a, b = Node(root), Node(root)
result = [len(root.children), a.parent is root, a in root.children, root.children[1] is b]
""",
    "class body scope": """
x = 1
class A:
    x = 2
    y = x + 1
    def f(self): return x
    z = [y for _ in range(2)] if False else y
result = [A.y, A().f(), A.z]
""",
    "names in exec order": """
try:
    cache
except NameError:
    cache = {}
cache["a"] = 1
try:
    cache
except NameError:
    cache = {}
result = len(cache)
""",
    "chained calls": """
class B:
    def __init__(self): self.xs = []
    def add(self, x):
        self.xs.append(x)
        return self
result = B().add(1).add(2).xs
""",
    "nested functions with shared cells": """
def outer():
    state = {"n": 0}
    def inc():
        state["n"] += 1
        return state["n"]
    def get(): return state["n"]
    return inc, get
inc, get = outer()
inc(); inc()
result = get()
""",
    "descriptor protocol": """
class D:
    def __get__(self, obj, owner): return 42 if obj is None or True else 0
class A:
    d = D()
result = A().d
""",
    "augmented assignment": """
class A: pass
a = A(); a.n = 1; a.n += 2
d = {"k": 1}; d["k"] *= 5
xs = [1]; ys = xs; xs += [2]
result = [a.n, d["k"], ys]
""",
    "conditional import": """
try:
    import json as codec
except ImportError:
    codec = None
result = codec is not None
""",
    "assert and delete": """
r = []
try:
    assert 1 == 2, "no"
except AssertionError:
    r.append("assert")
x = 1
del x
try:
    x
except NameError:
    r.append("name")
result = r
""",
    "async": """
import contextlib
class A:
    async def f(self): return 1
result = A().f is not None
""",
    "default dict": """
import collections
d = collections.defaultdict(list)
d["a"].append(1)
d["a"].append(2)
o = collections.OrderedDict()
o["x"] = 1
result = [len(d["a"]), "b" in d, o["x"]]
""",
    "yields in the else of loops": """
def outer():
    for x in inner():
        yield x
    else:
        yield 10
        yield 11
    n = 0
    while n < 2:
        n += 1
        yield n
    else:
        yield 20

def inner():
    for i in [1, 2]:
        yield i

result = list(outer())
""",
    "abstract base": """
import abc
class Base(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
    def g(self): return self.f() + 1
class C(Base):
    def f(self): return 1
result = C().g()
""",
    "keyword only and positional only": """
def f(a, /, b, *, c=3): return [a, b, c]
result = [f(1, 2), f(1, b=2, c=4)]
""",
    "swap and multiple targets": """
a, b = 1, 2
a, b = b, a
c = d = a
result = [a, b, c, d]
""",
    "try in loop with continue": """
r = []
for k in ["a", "b", "a"]:
    try:
        r.append({"a": 1}[k])
    except KeyError:
        continue
    finally:
        r.append("f")
result = r
""",
    "enum like constants": """
class Mode:
    TRAIN = "train"
    EVAL = "eval"
def f(m):
    if m == Mode.TRAIN: return 1
    elif m in (Mode.EVAL, "predict"): return 2
    return 3
result = [f("train"), f(Mode.EVAL), f("x")]
""",
    "conversions that fail": """
def f(value):
    try:
        return int(value)
    except ValueError as error:
        return str(error)
def g(text):
    try:
        return text.index("b")
    except ValueError:
        return -1
result = [f("x"), f("3"), int("11", 2), g("abc"), g("xyz")]
""",
}
