"""ISL103: the initial value of a variable becomes a callable, which TensorFlow calls outside of the function."""

from __future__ import annotations

import libcst as cst

from initscope_lint.fix.draft import Draft, comments, removed
from initscope_lint.fix.names import bound, loads, parameters, tensorflow, uses_value
from initscope_lint.fix.tree import Tree
from initscope_lint.report.diagnostic import Diagnostic

_PURE = frozenset({"int", "float", "len", "range", "list", "tuple", "max", "min", "bool", "str"})

_CALLED_IN_FUNCTION = ("UnliftableError", "UnimplementedError")
"""What a ``tf.function`` raises: it calls the callable itself, so that changes nothing."""


def make_callable(found: Diagnostic, tree: Tree) -> Draft | None:
    """Write ``lambda: VALUE`` where the value is computed from no argument.

    Safe where nothing is called but TensorFlow and a few functions of Python.
    """
    if found.raises is None or found.raises.startswith(_CALLED_IN_FUNCTION):
        return None
    creation = tree.call(found.span)
    function = None if creation is None else tree.function(creation)
    if creation is None or function is None or "get_variable" in tree.module.code_for_node(creation.func):
        return None
    value = _initial_value(creation)
    if value is None:
        return None
    own = {name for name in parameters(function) if name not in ("self", "cls")}
    changes: dict[cst.CSTNode, list[cst.CSTNode]] = {}
    written = value.value
    if isinstance(written, cst.Name):
        assigned = _assigned_once(tree, function, written.value)
        if assigned is None:
            return None
        line, written = assigned
        uses = [each for each in loads(tree, function) if each.value == value.value.value]  # type: ignore[attr-defined]
        commented = comments(line.leading_lines) or line.trailing_whitespace.comment
        if len(uses) == 1 and not commented:
            changes.update({node: [*new] for node, new in removed(tree, line).items()})
    made = {name for name, _ in bound(tree, function)}
    if uses_value(tree, written, own | made) or isinstance(written, cst.Lambda):
        return None
    # A node of its own, because it may be taken away where it is written.
    changes[value] = [value.with_changes(value=cst.Lambda(cst.Parameters(), written.with_changes()))]
    return Draft("safe" if _is_pure(tree, written) else "unsafe", "make the initial value a callable", changes)


def _initial_value(creation: cst.Call) -> cst.Arg | None:
    for each in creation.args:
        if each.star:
            return None
        if each.keyword is None or each.keyword.value == "initial_value":
            return each
    return None


def _assigned_once(
    tree: Tree, function: cst.FunctionDef, name: str
) -> tuple[cst.SimpleStatementLine, cst.BaseExpression] | None:
    found = [node for each, node in bound(tree, function) if each == name]
    if len(found) != 1 or name in parameters(function) or not isinstance(found[0], cst.AssignTarget):
        return None
    line = tree.statement(found[0])
    if line is None or not isinstance(line.body[0], cst.Assign) or len(line.body[0].targets) != 1:
        return None
    return line, line.body[0].value


def _is_pure(tree: Tree, node: cst.CSTNode) -> bool:
    known = {*_PURE, tensorflow(tree)}
    for each in tree.walk(node):
        if isinstance(each, cst.NamedExpr | cst.Yield | cst.Await):
            return False
        if isinstance(each, cst.Call):
            root = each.func
            while isinstance(root, cst.Attribute):
                root = root.value
            if not isinstance(root, cst.Name) or root.value not in known:
                return False
    return True
