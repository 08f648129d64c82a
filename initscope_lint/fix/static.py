"""ISL201: what is computed under ``init_scope`` needs the static shape only, or no ``init_scope``."""

from __future__ import annotations

import libcst as cst

from initscope_lint.fix.draft import Draft
from initscope_lint.fix.tree import Tree
from initscope_lint.fix.unwrap import without
from initscope_lint.report.diagnostic import Diagnostic


def use_static(found: Diagnostic, tree: Tree) -> Draft | None:
    """Ask for the static shape where the dynamic one is all that is computed (unsafe: it may not be known)."""
    node = tree.call(found.span)
    if node is None or not isinstance(node.func, cst.Attribute) or node.func.attr.value != "shape":
        return None
    if len(node.args) != 1 or node.args[0].star or not isinstance(node.args[0].value, cst.Name | cst.Attribute):
        return None
    shape = cst.Attribute(node.args[0].value, cst.Name("shape"), lpar=node.lpar, rpar=node.rpar)
    return Draft("unsafe", "use the static shape", {node: [shape]})


def leave_in_function(found: Diagnostic, tree: Tree) -> Draft | None:
    """Take the scope away around variables and what is not kept: a guard alone makes a variable once (unsafe)."""
    node = tree.expression(found.span)
    owner = None if node is None else tree.enclosing(node, cst.With)
    entered = {frame.line for frame in found.stack if frame.kind == "eager"}
    if owner is None or node is None or tree.line(owner) not in entered:
        return None
    if not isinstance(owner.body, cst.IndentedBlock) or not all(_is_no_state(each) for each in owner.body.body):
        return None
    scopes = [each.item for each in owner.items if isinstance(each.item, cst.Call) and _is_scope(each.item)]
    changes = without(tree, scopes[0]) if len(scopes) == 1 else None
    return None if changes is None else Draft("unsafe", "leave it in the function, without `init_scope`", changes)


def _is_scope(call: cst.Call) -> bool:
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    return isinstance(name, cst.Name) and name.value == "init_scope"


def _is_no_state(statement: cst.BaseStatement) -> bool:
    """Whether a statement keeps nothing but variables: it binds local names, assigns to a variable, or creates one."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return all(_assigns_variable(each) or _binds_names(each) for each in statement.body)


def _assigns_variable(each: cst.BaseSmallStatement) -> bool:
    call = each.value if isinstance(each, cst.Expr) else None
    func = call.func if isinstance(call, cst.Call) else None
    return isinstance(func, cst.Attribute) and func.attr.value in ("assign", "assign_add", "assign_sub")


def _binds_names(each: cst.BaseSmallStatement) -> bool:
    if not isinstance(each, cst.Assign):
        return False
    if all(isinstance(target.target, cst.Name) for target in each.targets):
        return True
    value = each.value
    name = value.func.attr if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) else None
    return name is not None and name.value in ("Variable", "get_variable", "add_weight")
