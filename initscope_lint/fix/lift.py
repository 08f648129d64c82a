"""ISL104: state is created under ``init_scope``, with what it is made of."""

from __future__ import annotations

import libcst as cst

from initscope_lint.fix.draft import Draft, under_scope
from initscope_lint.fix.names import bound, loads, parameters, shared_names, tensorflow
from initscope_lint.fix.tree import Tree
from initscope_lint.report.diagnostic import Diagnostic


def lift(found: Diagnostic, tree: Tree) -> Draft | None:
    """Put the statement that creates, and those right above it that it needs, into a scope.

    Unsafe if it needs what the function has made further up.
    """
    node = tree.expression(found.span)
    line = None if node is None else tree.statement(node)
    function = None if line is None else tree.function(line)
    name = tensorflow(tree)
    if line is None or function is None or name is None or _suspends(tree, line):
        return None
    made = {each for each, _ in bound(tree, function)} - set(parameters(function))
    block = tree.siblings(line)
    first = last = block.index(line)
    needed = {each.value for each in loads(tree, line)} & made - _binds(line)
    while first and isinstance(block[first - 1], cst.SimpleStatementLine) and _binds(block[first - 1]) & needed:
        first -= 1
        needed = needed - _binds(block[first]) | {each.value for each in loads(tree, block[first])} & made
    if _suspends(tree, *block[first:last]):
        return None
    lifted = under_scope(block[first : last + 1], cst.parse_expression(f"{name}.init_scope()"))
    return Draft(
        "unsafe" if needed - shared_names(tree, function) else "safe",
        "create it under `init_scope`",
        {block[first]: [lifted], **{each: [] for each in block[first + 1 : last + 1]}},
    )


def _binds(line: cst.BaseStatement) -> set[str]:
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return set()
    (only,) = line.body
    targets = [each.target for each in only.targets] if isinstance(only, cst.Assign) else []
    return {each.value for each in targets if isinstance(each, cst.Name)}


def _suspends(tree: Tree, *lines: cst.BaseStatement) -> bool:
    return any(isinstance(each, cst.Yield | cst.Await) for line in lines for each in tree.walk(line))
