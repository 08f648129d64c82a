"""Imports are found wherever they are written."""

from __future__ import annotations

import ast

import pytest

from initscope_lint.ir.imports import imported
from initscope_lint.ir.lower import lower

SOURCE = """
import a.b as c, d
from . import e
from .f import g
from h.i import *
def f():
    try:
        import j
    except ImportError:
        import k
    else:
        import l
    finally:
        import m
    with x:
        while y:
            from n import o
        else:
            import p
class C:
    if z:
        import q
    elif w:
        import r
    for s in t:
        import u
match v:
    case 1:
        import w
"""


def test_every_import_is_found() -> None:
    """A file that uses TensorFlow would be taken for one that cannot."""
    expected = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Import):
            expected |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            expected.add(str(node.module))
    assert imported(lower(ast.parse(SOURCE))) == expected


@pytest.mark.parametrize("source", ["", "x = 1", "from . import tensorflow"])
def test_no_absolute_import(source: str) -> None:
    """A relative import would be taken for the library of the same name."""
    assert imported(lower(ast.parse(source))) == frozenset()
