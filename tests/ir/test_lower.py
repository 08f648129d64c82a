"""What each construct is lowered to."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from initscope_lint.ir import nodes
from initscope_lint.ir.read import module_of
from initscope_lint.source.decode import SourceText
from tests.ir.oracle import dump, round_trip, walk


def module(source: str) -> nodes.Module:
    lowered = module_of(SourceText("m.py", source, "utf-8"))
    assert isinstance(lowered, nodes.Module)
    return lowered


def statement(source: str) -> Any:
    body = module(source).body
    assert len(body) == 1
    return body[0]


def expression(source: str) -> Any:
    lowered = statement(source)
    assert isinstance(lowered, nodes.ExprStmt)
    return dump(lowered.value)


def function(source: str) -> nodes.FunctionDef:
    lowered = statement(source)
    assert isinstance(lowered, nodes.FunctionDef)
    return lowered


def const(value: object) -> list[object]:
    return ["Const", value, False]


def name(identifier: str) -> list[object]:
    return ["Name", identifier]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("None", None),
        ("True", True),
        ("1_000", 1000),
        ("0xff", 255),
        ("1e3", 1000.0),
        ("1_0.5", 10.5),
        ("'a'", "a"),
        ("u'a'", "a"),
        (r"r'\d'", r"\d"),
        (r"'\n\x41\N{DIGIT ONE}\''", "\nA1'"),
        (r"'\d'", r"\d"),
        ("'a\\\nb'", "ab"),
        ("'''a\nb'''", "a\nb"),
        (r"b'\xff'", b"\xff"),
        (r"Rb'\x'", rb"\x"),
        ("'a' \"b\" r'\\c'", "ab\\c"),
        ("(b'a'\n b'b')", b"ab"),
        ("''", ""),
    ],
)
def test_constants(source: str, value: object) -> None:
    lowered = expression(source)
    assert lowered == const(value)
    assert type(lowered[1]) is type(value)


@pytest.mark.parametrize("source", ["1j", "9" * 5000, str(2**64), r"'\ud800'"])
def test_constants_that_cannot_be_stored_are_opaque(source: str) -> None:
    """The cache would crash on them."""
    assert expression(source) == ["Opaque", []]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("...", ["Const", None, True]),
        ("a.b", ["Attribute", name("a"), "b"]),
        ("a[1]", ["Subscript", name("a"), const(1)]),
        ("a[1,]", ["Subscript", name("a"), ["Tuple", [const(1)]]]),
        (
            "a[:, 1:b:2]",
            [
                "Subscript",
                name("a"),
                ["Tuple", [["Slice", None, None, None], ["Slice", const(1), name("b"), const(2)]]],
            ],
        ),
        ("a[*b]", ["Subscript", name("a"), ["Tuple", [["Starred", name("b")]]]]),
        (
            "f(a, *b, k=c, **d)",
            [
                "Call",
                name("f"),
                [
                    ["Argument", name("a"), None, 0],
                    ["Argument", name("b"), None, 1],
                    ["Argument", name("c"), "k", 0],
                    ["Argument", name("d"), None, 2],
                ],
            ],
        ),
        ("a - b - c", ["Binary", "-", ["Binary", "-", name("a"), name("b")], name("c")]),
        ("a ** -b", ["Binary", "**", name("a"), ["Unary", "-", name("b")]]),
        ("a and b or not c", ["BoolOp", "or", ["BoolOp", "and", name("a"), name("b")], ["Unary", "not", name("c")]]),
        (
            "a < b is  not c not   in d",
            ["Compare", name("a"), ["<", "is not", "not in"], [name("b"), name("c"), name("d")]],
        ),
        ("a if b else c", ["IfExp", name("b"), name("a"), name("c")]),
        ("(a, *b)", ["Tuple", [name("a"), ["Starred", name("b")]]]),
        ("()", ["Tuple", []]),
        ("[a]", ["List", [name("a")]]),
        ("{a, *b}", ["Set", [name("a"), ["Starred", name("b")]]]),
        ("{a: b, **c}", ["Dict", [["DictItem", name("a"), name("b")], ["DictItem", None, name("c")]]]),
        ("(a := b)", ["NamedExpr", name("a"), name("b")]),
        (
            "f'a{{{b!r:>{c}}d' 'e' rf'\\d{f}'",
            [
                "JoinedStr",
                [
                    const("a{"),
                    [
                        "FormattedValue",
                        name("b"),
                        "r",
                        ["JoinedStr", [const(">"), ["FormattedValue", name("c"), "", None]]],
                    ],
                    const("de\\d"),
                    ["FormattedValue", name("f"), "", None],
                ],
            ],
        ),
        ("f'{a = }'", ["JoinedStr", [const("a = "), ["FormattedValue", name("a"), "r", None]]]),
        (
            "{a: b for c in d if e if f for g in h}",
            [
                "Comprehension",
                "dict",
                name("b"),
                name("a"),
                [
                    ["CompFor", name("c"), name("d"), [name("e"), name("f")], False],
                    ["CompFor", name("g"), name("h"), [], False],
                ],
            ],
        ),
        (
            "[a async for a in b]",
            ["Comprehension", "list", name("a"), None, [["CompFor", name("a"), name("b"), [], True]]],
        ),
        ("{a for a in b}", ["Comprehension", "set", name("a"), None, [["CompFor", name("a"), name("b"), [], False]]]),
        (
            "(a for a in b)",
            ["Comprehension", "generator", name("a"), None, [["CompFor", name("a"), name("b"), [], False]]],
        ),
    ],
)
def test_expressions(source: str, expected: object) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = b, c = d", ["Assign", [name("a"), ["Tuple", [name("b"), name("c")]]], name("d")]),
        ("a: int = b", ["Assign", [name("a")], name("b")]),
        ("a: int", ["AnnOnly", name("a")]),
        ("a //= b", ["AugAssign", name("a"), "//", name("b")]),
        ("raise a from b", ["Raise", name("a"), name("b")]),
        ("raise", ["Raise", None, None]),
        ("del a, b.c", ["Delete", [name("a"), ["Attribute", name("b"), "c"]]]),
        ("assert a, b", ["Assert", name("a"), name("b")]),
        ("import a.b, c as d", ["Import", [["ImportAlias", "a.b", None], ["ImportAlias", "c", "d"]]]),
        (
            "from ..a.b import (c, d as e)",
            ["ImportFrom", "a.b", 2, [["ImportAlias", "c", None], ["ImportAlias", "d", "e"]]],
        ),
        ("from . import *", ["ImportFrom", "", 1, [["ImportAlias", "*", None]]]),
        ("if a: b\nelif c: d\nelse: e", None),
        ("while a: break\nelse: continue", ["While", name("a"), [["Break"]], [["Continue"]]]),
        ("for a, b in c: pass", ["For", ["Tuple", [name("a"), name("b")]], name("c"), [["Pass"]], [], False]),
        ("async for a in b: pass", ["For", name("a"), name("b"), [["Pass"]], [], True]),
        (
            "with (a as b, c): pass",
            ["With", [["WithItem", name("a"), name("b")], ["WithItem", name("c"), None]], [["Pass"]], False],
        ),
        ("async with a: pass", ["With", [["WithItem", name("a"), None]], [["Pass"]], True]),
        (
            "try: a\nexcept b as c: pass\nexcept: pass\nelse: d\nfinally: e",
            [
                "Try",
                [["ExprStmt", name("a")]],
                [["Handler", name("b"), "c", [["Pass"]]], ["Handler", None, None, [["Pass"]]]],
                [["ExprStmt", name("d")]],
                [["ExprStmt", name("e")]],
            ],
        ),
        ("try: pass\nexcept* a: pass", ["Try", [["Pass"]], [["Handler", name("a"), None, [["Pass"]]]], [], []]),
        ("type A[T] = int", ["Assign", [name("A")], ["Opaque", []]]),
        (
            "@a\nclass B(C, metaclass=D): pass",
            [
                "ClassDef",
                "B",
                [["Argument", name("C"), None, 0], ["Argument", name("D"), "metaclass", 0]],
                [["Pass"]],
                [name("a")],
            ],
        ),
    ],
)
def test_statements(source: str, expected: object) -> None:
    if expected is None:
        inner = ["If", name("c"), [["ExprStmt", name("d")]], [["ExprStmt", name("e")]]]
        expected = ["If", name("a"), [["ExprStmt", name("b")]], [inner]]
    assert dump(statement(source)) == expected


def test_simple_statements_of_one_line_are_apart() -> None:
    assert [type(item) for item in module("a; b = 1; pass\n").body] == [nodes.ExprStmt, nodes.Assign, nodes.Pass]


def test_functions() -> None:
    lowered = function("@d(1)\nasync def f(a, /, b=x, *c, e, g=y, **h):\n    '''doc'''\n    return (yield)\n")
    assert (lowered.name, lowered.is_async, lowered.is_generator) == ("f", True, True)
    assert [(item.name, item.kind, dump(item.default)) for item in lowered.params] == [
        ("a", "posonly", None),
        ("b", "normal", name("x")),
        ("c", "vararg", None),
        ("e", "kwonly", None),
        ("g", "kwonly", name("y")),
        ("h", "kwarg", None),
    ]
    assert dump(lowered.body) == [["ExprStmt", const("doc")], ["Return", ["Yield", None]]]
    assert dump(lowered.decorators) == [["Call", name("d"), [["Argument", const(1), None, 0]]]]


def test_lambda_is_a_function_that_returns() -> None:
    lowered = expression("lambda a, *b: a")
    params = [["Parameter", "a", "normal", None], ["Parameter", "b", "vararg", None]]
    body = [["Return", name("a")]]
    bound = frozenset({"a", "b"})
    assert lowered == [
        "Lambda",
        ["FunctionDef", "<lambda>", params, body, [], False, False, bound, False, False, False],
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("1", ["MatchValue", const(1)]),
        ("-1", ["MatchValue", ["Unary", "-", const(1)]]),
        ("a.b", ["MatchValue", ["Attribute", name("a"), "b"]]),
        ("None", ["MatchValue", const(None)]),
        ("_", ["MatchCapture", None, None]),
        ("a", ["MatchCapture", None, "a"]),
        ("1 as a", ["MatchCapture", ["MatchValue", const(1)], "a"]),
        ("1 | 2", ["MatchOr", [["MatchValue", const(1)], ["MatchValue", const(2)]]]),
        ("[a, *_]", ["MatchSequence", [["MatchCapture", None, "a"], ["MatchStar", None]]]),
        ("a, *b", ["MatchSequence", [["MatchCapture", None, "a"], ["MatchStar", "b"]]]),
        ("{'k': a, **r}", ["MatchMapping", [const("k")], [["MatchCapture", None, "a"]], "r"]),
        (
            "C(1, k=a)",
            ["MatchClass", name("C"), [["MatchValue", const(1)]], ["k"], [["MatchCapture", None, "a"]]],
        ),
    ],
)
def test_patterns(pattern: str, expected: object) -> None:
    lowered = statement(f"match x:\n    case {pattern} if g: pass\n")
    assert dump(lowered) == ["Match", name("x"), [["MatchCase", expected, name("g"), [["Pass"]]]]]


@pytest.mark.parametrize(
    ("body", "assigned"),
    [
        ("a = b[c] = d.e = f", {"a"}),
        ("(a, [b, *c]) = x", {"a", "b", "c"}),
        ("a += 1", {"a"}),
        ("a: int", {"a"}),
        ("for a in x: b = 1", {"a", "b"}),
        ("with x as (a, b), y as c.d: pass", {"a", "b"}),
        ("try: pass\n  except E as a: pass", {"a"}),
        ("import a.b, c.d as e", {"a", "e"}),
        ("from x import a, b as c", {"a", "c"}),
        ("from x import *", set()),
        ("def a(b): c = 1", {"a"}),
        ("class a:\n    b = 1", {"a"}),
        ("x((a := 1))", {"a"}),
        ("[a for a in (y for y in x) if (b := a)]", {"b"}),
        ("(lambda a: (b := a))", set()),
        ("del a", {"a"}),
        ("global a; nonlocal_ = a = 1", {"nonlocal_"}),
        ("match x:\n    case {'k': [a, *b], **c} | C(k=d) as e: pass", {"a", "b", "c", "d", "e"}),
        ("type a = x", {"a"}),
    ],
)
def test_assigned(body: str, assigned: set[str]) -> None:
    """A name would be looked up in the wrong scope."""
    lowered = function(f"def f(p):\n  {body}\n")
    assert lowered.assigned == assigned | {"p"}


def test_assigned_of_a_module_and_of_a_default() -> None:
    lowered = module("a = 1\ndef f(x=(b := 1)):\n    c = 1\n")
    assert lowered.assigned == {"a", "b", "f"}


@pytest.mark.parametrize(
    ("body", "is_generator"),
    [
        ("yield", True),
        ("x = yield from y", True),
        ("def g(): yield", False),
        ("return lambda: (yield)", False),
        ("class C:\n    def m(self): yield", False),
        ("await x", False),
    ],
)
def test_is_generator(body: str, is_generator: bool) -> None:
    assert function(f"def f():\n  {body}\n").is_generator is is_generator


def test_private_names_are_mangled() -> None:
    """``hasattr(self, "__w")`` is False in Python, whatever ``self.__w`` was set to."""
    lowered = statement("class _C:\n  def __m(self, __p): self.__w = __p.__x__; f(__k=1)\n")
    identifiers = {node.id for node in walk(lowered) if isinstance(node, nodes.Name)}
    attributes = {node.attr for node in walk(lowered) if isinstance(node, nodes.Attribute)}
    method = lowered.body[0]
    assert method.name == "_C__m"
    assert method.assigned == {"self", "_C__p"}
    assert identifiers == {"self", "_C__p", "f"}
    assert attributes == {"_C__w", "__x__"}
    assert {node.name for node in walk(lowered) if isinstance(node, nodes.Argument)} == {"_C__k"}


def test_ordinals_are_distinct_and_parents_come_first() -> None:
    lowered = module("@d\ndef f(a=b.c(d)):\n    return [x for x in a[1:2, ...] if not x]\n")
    found = [node.pos for node in walk(lowered)]
    assert sorted(found) == list(range(lowered.size))
    for node in walk(lowered):
        for field in node.__struct_fields__:
            value = getattr(node, field)
            for child in value if isinstance(value, tuple) else (value,):
                if isinstance(child, nodes.Node):
                    assert child.pos > node.pos


def test_unknown_nodes_are_opaque(monkeypatch: pytest.MonkeyPatch) -> None:
    """A construct of a future Python would be a crash."""
    from initscope_lint.ir import lower as lowering
    from initscope_lint.ir.libcst_tree import _Converter

    monkeypatch.delitem(lowering._EXPRESSIONS, ast.Await)
    monkeypatch.delattr(_Converter, "Await")
    monkeypatch.delitem(lowering._STATEMENTS, ast.While)
    monkeypatch.delattr(_Converter, "While")
    assert dump(module("await a\nwhile b: pass\n").body) == [["ExprStmt", ["Opaque", []]]] * 2


def test_modules_survive_storage() -> None:
    source = "import a\nx = 1, 1.0, True, 'é', b'\\xff', ..., None\ndef f(a, *b): return lambda: {**a}\n"
    lowered = module(source)
    stored = round_trip(lowered)
    assert dump(stored.body) == dump(lowered.body)
    assert (stored.size, stored.assigned) == (lowered.size, lowered.assigned)
    assert [type(item.value) for item in stored.body[1].value.elts[:5]] == [int, float, bool, str, bytes]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("for a in b: pass\n  else: pass", (False, True)),
        ("while a: pass\n  else: pass", (False, True)),
        ("def g():\n    yield", (True, False)),
        ("x = lambda: (yield)", (True, False)),
        ("[a for a in (b for b in x)]", (False, False)),
        ("if a: pass\n  else: pass", (False, False)),
    ],
)
def test_what_autograph_does_not_convert(body: str, found: tuple[bool, bool]) -> None:
    """A function would be taken for converted that AutoGraph leaves as it is, or the other way round."""
    lowered = function(f"def f(p):\n  {body}\n")
    assert (lowered.has_yield, lowered.has_loop_else) == found


def test_what_may_keep_the_names_of_a_function() -> None:
    """Functions and classes in it, at any depth."""
    body = module(
        "def a():\n    return [b for b in c]\n"
        "def d():\n    return [lambda: b for b in c]\n"
        "def e():\n    class F: pass\n"
        "g = lambda: lambda: h\n"
    ).body
    functions = [node for node in body if isinstance(node, nodes.FunctionDef)]
    assert [node.has_scope for node in functions] == [False, True, True]
    assert isinstance(body[-1], nodes.Assign) and isinstance(body[-1].value, nodes.Lambda)
    assert body[-1].value.function.has_scope
