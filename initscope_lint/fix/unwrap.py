"""ISL306, ISL201: a scope is taken away, and what was in it stays."""

from __future__ import annotations

import libcst as cst

from initscope_lint.fix.draft import Draft, comments
from initscope_lint.fix.tree import Changes, Tree
from initscope_lint.report.diagnostic import Diagnostic


def unwrap(found: Diagnostic, tree: Tree) -> Draft | None:
    """Take away the scope that a finding is about."""
    node = tree.call(found.span)
    changes = None if node is None else without(tree, node)
    return None if changes is None else Draft("safe", "remove the `init_scope`", changes)


def without(tree: Tree, scope: cst.Call) -> Changes | None:
    """The changes that take a scope away where it is entered; None where that is not all there is to it."""
    parent, owner = [*tree.above(scope)][:2]
    if isinstance(parent, cst.Decorator):
        kept = comments(parent.leading_lines) or parent.trailing_whitespace.comment
        return None if kept else {parent: []}
    if isinstance(parent, cst.WithItem) and isinstance(owner, cst.With) and parent.asname is None:
        return _without_item(owner, parent) if len(owner.items) > 1 else _without_block(tree, owner)
    if isinstance(parent, cst.Arg) and isinstance(owner, cst.Call) and _enters(owner):
        line = tree.statement(owner)
        if line is not None and isinstance(line.body[0], cst.Expr) and len(tree.siblings(line)) > 1:
            return {line: []}
    return None


def _enters(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value == "enter_context"


def _without_item(owner: cst.With, item: cst.WithItem) -> Changes:
    left = [each for each in owner.items if each is not item]
    left[-1] = left[-1].with_changes(comma=owner.items[-1].comma)
    return {owner: [owner.with_changes(items=left)]}


def _without_block(tree: Tree, owner: cst.With) -> Changes | None:
    body = owner.body
    if isinstance(body, cst.SimpleStatementSuite):
        return {owner: [cst.SimpleStatementLine(body.body, owner.leading_lines, body.trailing_whitespace)]}
    assert isinstance(body, cst.IndentedBlock)
    above = [*owner.leading_lines]
    if body.header.comment is not None:
        above.append(cst.EmptyLine(comment=body.header.comment))
    first, *rest = body.body
    own = getattr(first, "leading_lines", ())
    new: list[cst.CSTNode] = [first.with_changes(leading_lines=[*above, *own]), *rest]
    left_over = comments(body.footer)
    changes: dict[cst.CSTNode, list[cst.CSTNode]] = {owner: new}
    if left_over:
        behind = tree.following(owner)
        if not behind:
            return None
        changes[behind[0]] = [behind[0].with_changes(leading_lines=[*left_over, *behind[0].leading_lines])]  # type: ignore[attr-defined]
    return changes
