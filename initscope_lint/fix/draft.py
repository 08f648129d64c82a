"""What a way of mending is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import libcst as cst

from initscope_lint.fix.tree import Changes, Tree
from initscope_lint.report.diagnostic import Diagnostic


@dataclass(frozen=True)
class Draft:
    """A fix, as changes of nodes."""

    applicability: Literal["safe", "unsafe"]
    description: str
    changes: Changes


def traced_names(found: Diagnostic) -> set[str]:
    """The names of the functions that were being traced at a finding."""
    return {frame.name for frame in found.stack if frame.kind in ("function", "branch")}


def removed(tree: Tree, statement: cst.BaseStatement) -> Changes:
    """The changes that take a statement away, with a ``with`` or ``if`` that has nothing else in it."""
    if len(tree.siblings(statement)) > 1:
        return {statement: []}
    block = next(tree.above(statement))
    owner = next(tree.above(block), None)
    if isinstance(owner, cst.With) or (isinstance(owner, cst.If) and owner.orelse is None and _is_first(tree, owner)):
        return removed(tree, owner)
    return {statement: [cst.SimpleStatementLine([cst.Pass()])]}


def _is_first(tree: Tree, condition: cst.If) -> bool:
    """Whether it is an ``if`` and no ``elif``."""
    return not isinstance(next(tree.above(condition)), cst.If)


def comments(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Those of some empty lines that have a comment."""
    return [line for line in lines if line.comment is not None]


def under_scope(statements: Sequence[cst.BaseStatement], scope: cst.BaseExpression) -> cst.With:
    """A ``with`` block of statements, with what stands above the first of them."""
    first, *rest = statements
    above = getattr(first, "leading_lines", ())
    # Nodes of their own: those there are will be taken away.
    body = [first.with_changes(leading_lines=[]), *(each.with_changes() for each in rest)]
    return cst.With(items=[cst.WithItem(scope)], body=cst.IndentedBlock(body), leading_lines=above)
