"""What CPython's syntax tree gives is what libcst's gives."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import libcst as cst
import msgspec
import pytest

from initscope_lint.ir import fast, fast_positions, nodes
from initscope_lint.ir.lower import lower
from initscope_lint.ir.positions import locate
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


def both(text: str) -> tuple[nodes.Module, nodes.Module]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    return fast.lower(tree), lower(cst.parse_module(text))


def places(text: str) -> dict[int, Span]:
    tree = ast.parse(text)
    _, origins = fast.lower_with_origins(tree)
    return fast_positions.locate(tree, text, [place for place, origin in enumerate(origins) if origin is not None])


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
    ours, theirs = map(shape, both(text))
    assert ours == theirs
    known = places(text)
    assert known == locate(cst.parse_module(text), known)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", modules())
def test_standard_library(name: str) -> None:
    text = (STDLIB / name).read_text(encoding="utf-8")
    ours, theirs = map(shape, both(text))
    assert ours == theirs
    known = places(text)
    assert known == locate(cst.parse_module(text), known)


def test_fixtures() -> None:
    for path in sorted(ROOT.glob("fixtures/*/*.py")):
        ours, theirs = map(shape, both(path.read_text(encoding="utf-8")))
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


def test_where_the_tree_does_not_say_libcst_does() -> None:
    """The place of an argument is with its parentheses, which are not in the tree."""
    source = SourceText("m.py", "f((a))\n", "utf-8")
    module = module_of(source)
    assert isinstance(module, nodes.Module)
    with pytest.raises(fast.Unsupported):
        fast_positions.locate(ast.parse(source.text), source.text, range(module.size))
    assert Span(1, 3, 1, 6) in spans_of(source, range(module.size)).values()


def test_the_grammar_of_a_newer_python_is_read_by_libcst(monkeypatch: pytest.MonkeyPatch) -> None:
    source = SourceText("m.py", "def f[T](): pass\n", "utf-8")
    monkeypatch.setattr("initscope_lint.ir.read.syntax_tree", lambda _: None)
    module = module_of(source)
    assert isinstance(module, nodes.Module)
    assert spans_of(source, [0]) == {0: Span(1, 1, 1, 12)}
