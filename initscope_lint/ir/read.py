"""From a decoded file to its IR, by the fastest parser that knows its grammar."""

from __future__ import annotations

from collections.abc import Collection

from initscope_lint.ir import fast, nodes
from initscope_lint.ir.fast_positions import locate as fast_locate
from initscope_lint.ir.span import Span
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import parse, syntax_tree


def module_of(source: SourceText) -> nodes.Module | SourceError:
    """The IR of a file, or why there is none."""
    tree = syntax_tree(source)
    if tree is not None:
        try:
            return fast.lower(tree)
        except fast.Unsupported:
            pass
    module = parse(source)
    if isinstance(module, SourceError):
        return module
    from initscope_lint.ir.lower import lower  # libcst, which most runs need not import

    return lower(module)


def spans_of(source: SourceText, ordinals: Collection[int]) -> dict[int, Span]:
    """The span of each ordinal of a file that has an IR."""
    tree = syntax_tree(source)
    if tree is not None:
        try:
            return fast_locate(tree, source.normalized(), ordinals)
        except fast.Unsupported:
            pass
    module = parse(source)
    if isinstance(module, SourceError):  # it nests more deeply than libcst can bear
        assert tree is not None
        return fast_locate(tree, source.normalized(), ordinals, roughly=True)
    from initscope_lint.ir.positions import locate

    return locate(module, ordinals)
