"""ISL402: a scope that is never entered is entered over what follows, and one that is entered twice is made twice."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from initscope_lint.fix.draft import Draft, traced_names, under_scope
from initscope_lint.fix.names import bound, is_name, loads, parameters, uses_value
from initscope_lint.fix.tree import Tree
from initscope_lint.report.diagnostic import Diagnostic


def enter(found: Diagnostic, tree: Tree) -> Draft | None:
    """Enter the scope over the assignments below it that use no tensor of the function (unsafe)."""
    node = tree.expression(found.span)
    if isinstance(node, cst.Name):
        return _made_anew(node, tree)
    line = tree.statement(node) if isinstance(node, cst.Call) else None
    if line is None or node is None or not _is_unused(tree, line, node):
        return None
    function = tree.function(line)
    symbolic: set[str] = set()
    if function is not None and function.name.value in traced_names(found):
        symbolic = {name for name in parameters(function) if name != "self"}
    below = []
    for each in tree.following(line):
        if not _can_be_lifted(tree, each, symbolic):
            break
        below.append(each)
    if not below:
        return None
    scope = under_scope(below, node.with_changes())
    entered = scope.with_changes(
        leading_lines=[*line.leading_lines, *scope.leading_lines],
        body=scope.body.with_changes(header=line.trailing_whitespace),
    )
    return Draft("unsafe", "enter it over what follows", {line: [entered], **{each: [] for each in below}})


def _is_unused(tree: Tree, line: cst.SimpleStatementLine, node: cst.BaseExpression) -> bool:
    """Whether the scope is a statement of its own, or is assigned to what nothing else in the file names."""
    (only,) = line.body
    if isinstance(only, cst.Expr):
        return only.value is node
    if not isinstance(only, cst.Assign) or only.value is not node or len(only.targets) != 1:
        return False
    target = only.targets[0].target
    name = target.attr if isinstance(target, cst.Attribute) else target
    if not isinstance(name, cst.Name):
        return False
    return sum(is_name(each, name.value) for each in tree.walk(tree.module)) == 1


def _can_be_lifted(tree: Tree, each: cst.BaseStatement, symbolic: Collection[str]) -> bool:
    if not isinstance(each, cst.SimpleStatementLine) or len(each.body) != 1:
        return False
    assigns = isinstance(each.body[0], cst.Assign | cst.AnnAssign)
    return assigns and not uses_value(tree, each, symbolic)


def _made_anew(name: cst.Name, tree: Tree) -> Draft | None:
    """Where a scope is entered again, make another one as the first was made."""
    function = tree.function(name)
    found = [] if function is None else [node for each, node in bound(tree, function) if each == name.value]
    if len(found) != 1 or not isinstance(found[0], cst.AssignTarget):
        return None
    line = tree.statement(found[0])
    made = None if line is None else line.body[0]
    if not isinstance(made, cst.Assign) or not isinstance(made.value, cst.Call) or made.value.args:
        return None
    assert function is not None
    own = {each for each, _ in bound(tree, function)}
    if {each.value for each in loads(tree, made.value)} & own:
        return None
    return Draft("safe", "make another scope", {name: [made.value.deep_clone()]})
