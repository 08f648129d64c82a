"""ISL404: the name that TensorFlow keeps, in the place of one that it does not."""

from __future__ import annotations

import libcst as cst

from initscope_lint.fix.draft import Draft
from initscope_lint.fix.names import all_names, tensorflow
from initscope_lint.fix.tree import Tree
from initscope_lint.report.diagnostic import Diagnostic

_ALIAS = "tf"


def spell(found: Diagnostic, tree: Tree) -> Draft | None:
    """Write the public name; TensorFlow is imported if it is not (unsafe: it may be what imports the file)."""
    node = tree.expression(found.span)
    if isinstance(node, cst.Call):
        node = node.func
    if found.instead is None or not isinstance(node, cst.Name | cst.Attribute):
        return None
    name = tensorflow(tree)
    changes: dict[cst.CSTNode, list[cst.CSTNode]] = {}
    if name is None:
        last = _last_import(tree)
        if last is None or _ALIAS in all_names(tree):
            return None
        name = _ALIAS
        changes[last] = [last, cst.parse_statement(f"import tensorflow as {_ALIAS}")]
    _, _, rest = found.instead.partition(".")
    new = cst.parse_expression(f"{name}.{rest}")
    changes[node] = [new.with_changes(lpar=node.lpar, rpar=node.rpar)]
    return Draft("unsafe" if len(changes) > 1 else "safe", f"write `{name}.{rest}`", changes)


def _last_import(tree: Tree) -> cst.SimpleStatementLine | None:
    """The last of the imports with which a module begins."""
    found = None
    for index, statement in enumerate(tree.module.body):
        if isinstance(statement, cst.SimpleStatementLine) and isinstance(
            statement.body[0], cst.Import | cst.ImportFrom
        ):
            found = statement
        elif index or not _is_docstring(statement):
            break
    return found


def _is_docstring(statement: cst.BaseStatement | cst.BaseCompoundStatement) -> bool:
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], cst.Expr)
        and isinstance(statement.body[0].value, cst.BaseString)
    )
