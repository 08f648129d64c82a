"""What is made of libcst's tree is lowered and placed as CPython's own is."""

from __future__ import annotations

import ast
import functools
import warnings
from pathlib import Path

import libcst as cst
import msgspec
import pytest

from initscope_lint.ir import nodes
from initscope_lint.ir.libcst_tree import tree_of
from initscope_lint.ir.lower import Unsupported, lower, lower_with_origins
from initscope_lint.ir.positions import IN_STRINGS, locate
from initscope_lint.ir.read import module_of, spans_of
from initscope_lint.ir.span import Span
from initscope_lint.source.decode import SourceText
from tests.ir.test_against_python import STDLIB, modules

ROOT = Path(__file__).parents[2]

SNIPPETS = [
    "f(a, *b, k=1, *c, l=2, **d)\nclass C(*a, metaclass=M, **k): pass\n",
    "x = 'a' 'b' f'c{d}' 'e'\ny = f'' 'z'\nz = '' f'{a}'\n",
    "x = f'{a!r:>{b}} {c = } {{}} {d:%Y}'\n",
    "x = 'a' '\\ud800'\ny = f'\\ud800{a}b'\nz = 1j, 10 ** 5, 99999999999999999999999, 1e400, ...\n",
    "x = a and b and (c or d or e) and f\ny = (a and b) and c\nz = not a < b <= c is not d not in e\n",
    "x = a[1], a[1:2], a[1:2, ::3], a[(1, 2)], a[1,], a[()], a[b:=c]\n",
    "del a, b\ndel (a, b), c\ndel (a, b)\ndel a,\n",
    "if a: pass\nelif b: pass\nelse:\n    if c: pass\nif a:\n    pass\nelse:\n    if b:\n        pass\n",
    "class _C:\n    def __f(self, __a): return self.__b, __c.__d__, self.__b()\n    import __m as __n, x.__y\n",
    "ﬁ = \uff41.ﬁ\nfrom ﬁ import ﬁ as \uff42\ndef ﬁ(ﬁ=1): global \uff43\n",
    "def f(a, b=1, /, c=2, *d, e, f=3, **g): yield (yield from a)\nasync def g(): await a\n",
    "def f():\n    nonlocal_ = 1\n    def g():\n        nonlocal nonlocal_\n        nonlocal_ = 2\n",
    "x = [a for b in c if d if e for f in g]\ny = {a: b for c in d}\nz = {a for b in c}\nf(a for b in c)\n",
    "async def f():\n    async for a in b: pass\n    async with a as b, c: pass\n    return [d async for d in e]\n",
    "x = lambda a, *b, c=1, **d: (yield)\ny = lambda: (a, b)\nz = lambda: (a for b in c)\n",
    "match a:\n    case [b, *c, 1, None] | {'k': d, **e}: pass\n    case A(f, g=h) as i if j: pass\n"
    "    case -1 | 1+2j: pass\n    case x.y: pass\n    case (z): pass\n    case [*_]: pass\n    case _: pass\n",
    "a: int\nb: int = 1\nc.d: int\n",
    "try: a\nexcept (B, C) as d: e\nelse: f\nfinally: g\n",
    "for x in a,: pass\nfor (a, *b), c in d: pass\nelse: e\nwhile a: break\nelse: b\n",
    "@a\n@b.c(d)\ndef f(x: lambda: 1 = lambda: {1: 2}) -> {a: b}: # : x\n    pass\n",
    "with (a): pass\nwith (a, b): pass\nwith (a as b, c as (d, e)): pass\nwith (yield): pass\n",
    "a = b = (c)\na += (b)\nreturn_ = -(-a), +b, ~c, a @ b, a // b, a << b >> c & d | e ^ f\n",
    "raise A from b\nassert a, (b, c)\nfrom . import a\nfrom ..b import (c, d as e,)\nfrom f import *\n",
    "import g.h as i, j\n",
    "'é'; x = f(é, 'é')\n",
]


def both(text: str) -> tuple[ast.Module, ast.Module]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text), tree_of(cst.parse_module(text))


def places(text: str) -> tuple[dict[int, Span], dict[int, Span]]:
    """Those of all ordinals that CPython tells, by both."""
    ours, theirs = both(text)
    everything = range(lower(ours).size)
    roughly = locate(ours, text, everything, roughly=True)
    if not IN_STRINGS:
        strings = {
            span
            for node, span in zip(lower_with_origins(ours)[1], roughly.values(), strict=True)
            if isinstance(node, ast.JoinedStr)
        }
        roughly = {ordinal: span for ordinal, span in roughly.items() if span not in strings}
    return roughly, locate(theirs, text, roughly, in_strings=True)


def shape(value: object) -> object:
    """An IR tree with its ordinals, as something that can be compared."""
    if isinstance(value, tuple):
        return [shape(item) for item in value]
    if isinstance(value, (nodes.Node, nodes.Module)):
        return [type(value).__name__, *(shape(getattr(value, field)) for field in value.__struct_fields__)]
    return sorted(value) if isinstance(value, frozenset) else repr(value)


@pytest.mark.parametrize("text", SNIPPETS)
def test_snippets(text: str) -> None:
    """Ordinals included: those that one gives out are looked up by the other."""
    ours, theirs = (shape(lower(tree)) for tree in both(text))
    assert ours == theirs
    ours, theirs = places(text)
    assert ours == theirs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", modules())
def test_standard_library(name: str) -> None:
    text = (STDLIB / name).read_text(encoding="utf-8")
    ours, theirs = (shape(lower(tree)) for tree in both(text))
    assert ours == theirs
    ours, theirs = places(text)
    assert ours == theirs


def test_fixtures() -> None:
    for path in sorted(ROOT.glob("fixtures/*/*.py")):
        ours, theirs = (shape(lower(tree)) for tree in both(path.read_text(encoding="utf-8")))
        assert ours == theirs, path


TOO_DEEP = [
    "x = (" + "f((a)) +\n" * 2000 + "b)\n",
    "if a: f((x))\n" + "elif a: pass\n" * 2000,
    "x = a" + ".b\\\n" * 2000 + ".c\n",
]


@pytest.mark.parametrize("text", TOO_DEEP)
def test_what_nests_too_deeply_to_interpret(text: str) -> None:
    """It has positions all the same, rough ones, although libcst must not see it."""
    source = SourceText("m.py", text + "f((a))\n", "utf-8")
    module = module_of(source)
    assert isinstance(module, nodes.Module)
    assert len(msgspec.msgpack.encode(module)) < 200
    assert len(spans_of(source, range(module.size))) == module.size


def test_where_cpython_does_not_say_libcst_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """An older one has other places for what is in f-strings."""
    monkeypatch.setattr("initscope_lint.ir.read.locate", functools.partial(locate, in_strings=False))
    source = SourceText("m.py", "x = f'\\\n{a.b}'\n", "utf-8")
    module = module_of(source)
    assert isinstance(module, nodes.Module)
    with pytest.raises(Unsupported):
        locate(ast.parse(source.text), source.text, range(module.size), in_strings=False)
    assert Span(2, 2, 2, 5) in spans_of(source, range(module.size)).values()


def test_the_grammar_of_a_newer_python_is_read_by_libcst(monkeypatch: pytest.MonkeyPatch) -> None:
    source = SourceText("m.py", "def f[T](): pass\n", "utf-8")
    monkeypatch.setattr("initscope_lint.ir.read.syntax_tree", lambda _: None)
    module = module_of(source)
    assert isinstance(module, nodes.Module)
    assert spans_of(source, [0]) == {0: Span(1, 1, 1, 12)}
