"""Which names a stretch of code uses and binds, as far as its syntax shows it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from initscope_lint.fix.tree import Tree

_KNOWN_WITHOUT_VALUE = frozenset({"shape", "dtype", "name", "ndim"})
"""Attributes of a symbolic tensor that are Python values."""


def loads(tree: Tree, node: cst.CSTNode) -> Iterator[cst.Name]:
    """Yield the names that are read below a node; not attributes and keywords."""
    for each in tree.walk(node):
        if isinstance(each, cst.Name) and not _is_label(tree, each):
            yield each


def _is_label(tree: Tree, name: cst.Name) -> bool:
    parent = next(tree.above(name))
    if isinstance(parent, cst.Attribute):
        return parent.attr is name
    return isinstance(parent, cst.Param | cst.AssignTarget) or (isinstance(parent, cst.Arg) and parent.keyword is name)


def uses_value(tree: Tree, node: cst.CSTNode, names: Collection[str]) -> bool:
    """Whether code computes with one of some names: more than ask for its static shape or type."""
    return any(each.value in names and not _is_static(tree, each) for each in loads(tree, node))


def _is_static(tree: Tree, name: cst.Name) -> bool:
    above = tree.above(name)
    parent = next(above)
    if isinstance(parent, cst.Attribute):
        return parent.attr.value in _KNOWN_WITHOUT_VALUE
    called = next(above)
    return isinstance(parent, cst.Arg) and isinstance(called, cst.Call) and is_name(called.func, "len")


def is_name(node: cst.CSTNode, name: str) -> bool:
    """Whether a node is a name, and this one."""
    return isinstance(node, cst.Name) and node.value == name


def parameters(function: cst.FunctionDef) -> list[str]:
    """The names of all parameters of a function, in their order."""
    every = function.params
    stars = (each for each in (every.star_arg, every.star_kwarg) if isinstance(each, cst.Param))
    return [each.name.value for each in (*every.posonly_params, *every.params, *every.kwonly_params, *stars)]


def bound(tree: Tree, scope: cst.CSTNode) -> Iterator[tuple[str, cst.CSTNode]]:
    """Yield the names that the body of a function, class or module binds itself, each with the node that does."""
    body = scope.body if isinstance(scope, cst.FunctionDef | cst.ClassDef | cst.Module) else scope
    waiting: list[cst.CSTNode] = list(body) if isinstance(body, Sequence) else [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            yield node.name.value, node
        elif isinstance(node, cst.ImportAlias):
            name = node.asname.name if node.asname else node.name
            yield tree.module.code_for_node(name).partition(".")[0], node
        elif isinstance(node, cst.AssignTarget | cst.AnnAssign | cst.AugAssign | cst.For | cst.CompFor | cst.NamedExpr):
            yield from ((each, node) for each in _targets(node.target))
            waiting.extend(node.children)
        elif isinstance(node, cst.AsName):
            yield from ((each, node) for each in _targets(node.name))
        elif not isinstance(node, cst.Lambda):
            waiting.extend(node.children)


def _targets(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Name):
        yield node.value
    elif isinstance(node, cst.Tuple | cst.List):
        for element in node.elements:
            yield from _targets(element.value)


def locals_of(tree: Tree, function: cst.FunctionDef) -> set[str]:
    """The names that are a function's own: its parameters and what it binds."""
    return {*parameters(function), *(name for name, _ in bound(tree, function))}


def shared_names(tree: Tree, function: cst.FunctionDef) -> set[str]:
    """The names that a function declares to be those of its module, or of a function around it."""
    found = (each for each in tree.walk(function) if isinstance(each, cst.Global | cst.Nonlocal))
    return {item.name.value for each in found for item in each.names}


def all_names(tree: Tree) -> set[str]:
    """Every name in a file, whatever it is."""
    return {each.value for each in tree.walk(tree.module) if isinstance(each, cst.Name)}


def tensorflow(tree: Tree) -> str | None:
    """What TensorFlow is called at the top of a file; None if it is not imported there."""
    for node in tree.walk(tree.module):
        if isinstance(node, cst.Import) and tree.function(node) is None:
            for alias in node.names:
                dotted = tree.module.code_for_node(alias.name)
                if alias.asname is None and dotted.partition(".")[0] == "tensorflow":
                    return "tensorflow"
                if alias.asname is not None and re.fullmatch(r"tensorflow(\.compat\.v[12])?", dotted):
                    return tree.module.code_for_node(alias.asname.name)
        if isinstance(node, cst.ImportFrom) and node.module is not None and not node.relative:
            dotted = tree.module.code_for_node(node.module)
            if dotted == "tensorflow.compat" and not isinstance(node.names, cst.ImportStar):
                alias = node.names[0]
                return tree.module.code_for_node(alias.asname.name if alias.asname else alias.name)
    return None
