"""What the statements of a block assign, the functions and classes in it aside."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from initscope_lint.ir import nodes

Block: TypeAlias = "nodes.If | nodes.For | nodes.While"


@functools.lru_cache(maxsize=4096)
def assigned(node: Block) -> tuple[tuple[str, ...], tuple[nodes.Attribute | nodes.Subscript, ...]]:
    """What the blocks of a statement assign: the names, and the parts of what names stand for (``a.b``, ``a["b"]``)."""
    names: set[str] = set()
    parts: dict[tuple[object, ...], nodes.Attribute | nodes.Subscript] = {}
    for target in _targets((*node.body, *node.orelse)):
        if isinstance(target, nodes.Name):
            names.add(target.id)
        elif isinstance(target, (nodes.Attribute, nodes.Subscript)):
            path = _path(target)
            if path is not None:
                parts.setdefault(path, target)
    return tuple(sorted(names)), tuple(parts.values())


def _path(node: nodes.Expr) -> tuple[object, ...] | None:
    if isinstance(node, nodes.Name):
        return (node.id,)
    if isinstance(node, nodes.Attribute):
        owner, key = _path(node.value), node.attr
        return None if owner is None else (*owner, ".", key)
    if isinstance(node, nodes.Subscript) and isinstance(node.index, nodes.Const):
        owner = _path(node.value)
        return None if owner is None else (*owner, "[]", node.index.value)
    return None


def _targets(body: Iterable[nodes.Stmt]) -> Iterator[nodes.Expr]:
    for node in body:
        if isinstance(node, nodes.Assign):
            for target in node.targets:
                yield from _leaves(target)
        elif isinstance(node, nodes.AugAssign):
            yield node.target
        elif isinstance(node, nodes.For):
            yield from _leaves(node.target)
            yield from _targets((*node.body, *node.orelse))
        elif isinstance(node, (nodes.If, nodes.While)):
            yield from _targets((*node.body, *node.orelse))
        elif isinstance(node, nodes.With):
            for item in node.items:
                if item.target is not None:
                    yield from _leaves(item.target)
            yield from _targets(node.body)
        elif isinstance(node, nodes.Try):
            yield from _targets((*node.body, *node.orelse, *node.finalbody))
            for handler in node.handlers:
                yield from _targets(handler.body)


def _leaves(target: nodes.Expr) -> Iterator[nodes.Expr]:
    if isinstance(target, (nodes.Tuple, nodes.List)):
        for item in target.elts:
            yield from _leaves(item)
    elif isinstance(target, nodes.Starred):
        yield from _leaves(target.value)
    else:
        yield target
