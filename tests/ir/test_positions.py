"""Where ordinals are."""

from __future__ import annotations

import ast

import pytest

from initscope_lint.ir import nodes
from initscope_lint.ir.lower import lower
from initscope_lint.ir.positions import locate
from initscope_lint.ir.span import Span
from initscope_lint.report import diagnostic
from tests.ir.oracle import spans, walk


def underlined(source: str, kind: type[nodes.Node]) -> list[str]:
    """The source text of every node of a kind, in the order of their places."""
    lowered, where = spans(source)
    lines = source.split("\n")
    found = []
    for span in sorted(where[node.pos] for node in walk(lowered) if type(node) is kind):
        if span.line == span.end_line:
            found.append(lines[span.line - 1][span.column - 1 : span.end_column - 1])
        else:
            middle = lines[span.line : span.end_line - 1]
            first, last = lines[span.line - 1][span.column - 1 :], lines[span.end_line - 1][: span.end_column - 1]
            found.append("\n".join([first, *middle, last]))
    return found


@pytest.mark.parametrize(
    ("source", "kind", "expected"),
    [
        ("@a\n\n@b(1)\n# c\ndef f(x) -> int:\n    pass\n", nodes.FunctionDef, ["def f(x) -> int:"]),
        ("@a\nasync  def f(): pass\n", nodes.FunctionDef, ["async  def f():"]),
        ("@a\nclass C(B) : # c\n    x = 1\n", nodes.ClassDef, ["class C(B) :"]),
        ("if a :\n    b\nelif c: d\nelse:\n    e\n", nodes.If, ["if a :", "elif c:"]),
        ("while (a and\n    b): pass\n", nodes.While, ["while (a and\n    b):"]),
        ("async for a in b:\n    pass\nelse:\n    pass\n", nodes.For, ["async for a in b:"]),
        ("with (a as b,\n      c):\n    pass\n", nodes.With, ["with (a as b,\n      c):"]),
        ("with (a as b,\n      c):\n    pass\n", nodes.WithItem, ["a", "c"]),
        ("try :\n    a\nexcept B as c:\n    d\nexcept:\n    e\n", nodes.Try, ["try :"]),
        ("try :\n    a\nexcept B as c:\n    d\nexcept:\n    e\n", nodes.Handler, ["except B as c:", "except:"]),
        ("try: a\nexcept *B: c\n", nodes.Handler, ["except *B:"]),
        ("match a:\n    case [b, 1] if c:\n        pass\n", nodes.Match, ["match a:"]),
        ("match a:\n    case [b, 1] if c:\n        pass\n", nodes.MatchCase, ["[b, 1]"]),
        ("f((a), *b, k = c, **d)\n", nodes.Argument, ["a", "*b", "k = c", "**d"]),
        ("é = f(é)\n", nodes.Call, ["f(é)"]),
        ("x = (\n  a.b(1)\n    .c\n)\n", nodes.Attribute, ["a.b", "a.b(1)\n    .c"]),
        ("x = (a, b)\n", nodes.Tuple, ["(a, b)"]),
        ("x = a, b\n", nodes.Tuple, ["a, b"]),
        ("x = a[1, b:c]\n", nodes.Tuple, ["1, b:c"]),
        ("f(a for a in b)\n", nodes.Comprehension, ["a for a in b"]),
        ("x = lambda a: a + 1\n", nodes.Lambda, ["lambda a: a + 1"]),
        ("x = lambda a: a + 1\n", nodes.Return, ["a + 1"]),
        ("a = 1; b = 2 # c\n", nodes.Assign, ["a = 1", "b = 2"]),
        ("if a:\n\tb = f'{c.d:>{e}}'\n", nodes.Name, ["a", "b", "c", "e"]),
    ],
)
def test_spans(source: str, kind: type[nodes.Node], expected: list[str]) -> None:
    """A caret would underline something else."""
    assert underlined(source, kind) == expected


def test_only_what_is_asked_for() -> None:
    tree = ast.parse("a\nb\n")
    assert locate(tree, "a\nb\n", []) == {}
    assert locate(tree, "a\nb\n", [0]) == {0: Span(1, 1, 1, 2)}


def test_an_unknown_ordinal_is_an_error() -> None:
    """It would be a position from another module."""
    tree = ast.parse("a\n")
    with pytest.raises(IndexError):
        locate(tree, "a\n", [lower(tree).size])


def test_the_report_has_the_same_span() -> None:
    assert diagnostic.Span is Span


def test_deep_code_has_positions() -> None:
    """Lowering them overflows Python's stack, as it is by default."""
    depth = 195
    lowered, where = spans("[" * depth + "]" * depth + "\n")
    assert where[lowered.size - 1] == Span(1, depth, 1, depth + 2)
