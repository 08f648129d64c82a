"""From a decoded file to its IR, by the fastest parser that knows its grammar."""

from __future__ import annotations

import ast
from collections.abc import Collection

from initscope_lint.ir import nodes
from initscope_lint.ir.lower import Unsupported, lower
from initscope_lint.ir.positions import locate
from initscope_lint.ir.span import Span
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import parse, syntax_tree


def module_of(source: SourceText) -> nodes.Module | SourceError:
    """The IR of a file, or why there is none."""
    tree = syntax_tree(source)
    if tree is not None:
        try:
            return lower(tree)
        except Unsupported:
            pass
    by_libcst = _tree_by_libcst(source)
    return by_libcst if isinstance(by_libcst, SourceError) else lower(by_libcst)


def spans_of(source: SourceText, ordinals: Collection[int]) -> dict[int, Span]:
    """The span of each ordinal of a file that has an IR."""
    text = source.normalized()
    tree = syntax_tree(source)
    if tree is not None:
        try:
            return locate(tree, text, ordinals)
        except Unsupported:
            pass
    by_libcst = _tree_by_libcst(source)
    if isinstance(by_libcst, SourceError):  # it nests more deeply than libcst can bear
        assert tree is not None
        return locate(tree, text, ordinals, roughly=True)
    return locate(by_libcst, text, ordinals, in_strings=True)


def _tree_by_libcst(source: SourceText) -> ast.Module | SourceError:
    module = parse(source)
    if isinstance(module, SourceError):
        return module
    from initscope_lint.ir.libcst_tree import tree_of  # libcst, which most runs need not import

    return tree_of(module)
