"""ISL401: the parentheses of a scope that is not called."""

from __future__ import annotations

import libcst as cst

from initscope_lint.fix.draft import Draft
from initscope_lint.fix.tree import Tree
from initscope_lint.report.diagnostic import Diagnostic


def call(found: Diagnostic, tree: Tree) -> Draft | None:
    """Call it where it is written; not what a call has given."""
    node = tree.expression(found.span)
    if not isinstance(node, cst.Name | cst.Attribute):
        return None
    return Draft("safe", "call `init_scope`", {node: [cst.Call(node)]})
