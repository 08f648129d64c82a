"""What Python's own ``ast`` and ``symtable`` say about a source text, in the terms of the IR."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from typing import Any

import msgspec

from initscope_lint.ir import nodes
from initscope_lint.ir.read import module_of, spans_of
from initscope_lint.ir.span import Span
from initscope_lint.source.decode import SourceText

LOWERED_KINDS: dict[type[ast.AST], type[nodes.Node]] = {
    ast.Call: nodes.Call,
    ast.Name: nodes.Name,
    ast.Attribute: nodes.Attribute,
    ast.Subscript: nodes.Subscript,
    ast.BinOp: nodes.Binary,
    ast.Compare: nodes.Compare,
    ast.IfExp: nodes.IfExp,
    ast.Lambda: nodes.Lambda,
    ast.Await: nodes.Await,
    ast.Yield: nodes.Yield,
    ast.YieldFrom: nodes.YieldFrom,
    ast.NamedExpr: nodes.NamedExpr,
    ast.List: nodes.List,
    ast.Set: nodes.Set,
    ast.Dict: nodes.Dict,
    ast.UnaryOp: nodes.Unary,
    ast.Starred: nodes.Starred,
    ast.Return: nodes.Return,
    ast.Raise: nodes.Raise,
    ast.AugAssign: nodes.AugAssign,
    ast.Delete: nodes.Delete,
    ast.Assert: nodes.Assert,
    ast.Pass: nodes.Pass,
    ast.Break: nodes.Break,
    ast.Continue: nodes.Continue,
    ast.Global: nodes.Global,
    ast.Nonlocal: nodes.Nonlocal,
    ast.Import: nodes.Import,
    ast.ImportFrom: nodes.ImportFrom,
    ast.Expr: nodes.ExprStmt,
}
"""Kinds that ``ast`` and the IR place alike, from the first to the last character."""

HEADER_KINDS: dict[type[ast.AST], type[nodes.Node]] = {
    ast.FunctionDef: nodes.FunctionDef,
    ast.AsyncFunctionDef: nodes.FunctionDef,
    ast.ClassDef: nodes.ClassDef,
    ast.If: nodes.If,
    ast.While: nodes.While,
    ast.For: nodes.For,
    ast.AsyncFor: nodes.For,
    ast.With: nodes.With,
    ast.AsyncWith: nodes.With,
    ast.Try: nodes.Try,
    ast.ExceptHandler: nodes.Handler,
    ast.Match: nodes.Match,
}
"""Kinds of which the IR places only the header, so that they agree on where it begins."""


def walk(value: Any) -> Iterator[nodes.Node]:
    """Every node of an IR tree."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, tuple):
            pending.extend(item)
        elif isinstance(item, (nodes.Node, nodes.Module)):
            if isinstance(item, nodes.Node):
                yield item
            pending.extend(getattr(item, field) for field in item.__struct_fields__)


def spans(source: str) -> tuple[nodes.Module, dict[int, Span]]:
    """The lowered source and the span of every one of its ordinals."""
    text = SourceText("source.py", source, "utf-8")
    lowered = module_of(text)
    assert isinstance(lowered, nodes.Module)
    return lowered, spans_of(text, range(lowered.size))


def span_of_ast(node: Any, lines: list[str]) -> Span:
    """``ast`` counts columns from 0 and in UTF-8 bytes."""

    def column(line: int, offset: int) -> int:
        return len(lines[line - 1].encode()[:offset].decode()) + 1

    return Span(
        node.lineno,
        column(node.lineno, node.col_offset),
        node.end_lineno,
        column(node.end_lineno, node.end_col_offset),
    )


def missing_nodes(source: str) -> list[str]:
    """The nodes of ``ast`` that have no counterpart of the same kind at the same place in the IR."""
    lowered, where = spans(source)
    lines = source.split("\n")
    exact = {(type(node), where[node.pos]) for node in walk(lowered)}
    starts = {(type(node), where[node.pos].line, where[node.pos].column) for node in walk(lowered)}
    missing = []
    for node in _evaluated(ast.parse(source)):
        if type(node) in LOWERED_KINDS:
            span = span_of_ast(node, lines)
            if (LOWERED_KINDS[type(node)], span) not in exact:
                missing.append(f"{ast.dump(node)[:80]} at {span}")
        elif type(node) in HEADER_KINDS:
            span = span_of_ast(node, lines)
            if (HEADER_KINDS[type(node)], span.line, span.column) not in starts:
                missing.append(f"{type(node).__name__} at {span}")
    return missing


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """``ast.walk`` without what lowering leaves out: annotations, f-strings' literal parts and ``type`` statements.

    Before Python 3.12 ``ast`` misplaces what an f-string holds, so these expressions are left out too.
    """
    pending: list[ast.AST] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, ast.JoinedStr) or type(item).__name__ in ("TypeAlias", "TemplateStr"):
            continue
        yield item
        for field, value in ast.iter_fields(item):
            if field in ("annotation", "returns", "type_params", "ctx"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.Starred) and isinstance(item, (ast.Call, ast.ClassDef)):
                    child = child.value  # the IR has an Argument there
                if isinstance(child, ast.AST):
                    pending.append(child)


def lowered_scopes(module: nodes.Module) -> list[tuple[str, frozenset[str]]]:
    """(name, names bound) of every function that has no function of its name on the same line, sorted."""
    return sorted(
        (("lambda" if node.name == "<lambda>" else node.name), node.assigned)
        for node in walk(module)
        if isinstance(node, nodes.FunctionDef)
    )


class _WithoutInlining(ast.NodeTransformer):
    """Make generators of comprehensions, whose names are the enclosing function's since Python 3.12 (PEP 709)."""

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.AST:
        self.generic_visit(node)
        return ast.GeneratorExp(node.elt, node.generators)

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        self.generic_visit(node)
        return ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)


def symtable_scopes(source: str) -> list[tuple[str, frozenset[str]]]:
    """The same according to the compiler."""
    found = []
    text = ast.unparse(_WithoutInlining().visit(ast.parse(source)))
    pending = [(symtable.symtable(text, "source", "exec"), "")]
    while pending:
        table, prefix = pending.pop()
        if table.get_type() == "class":
            bare = table.get_name().lstrip("_")
            prefix = f"_{bare}" if bare else ""
        name = table.get_name()
        if table.get_type() == "function" and name not in ("listcomp", "setcomp", "dictcomp", "genexpr"):
            if prefix and name.startswith("__") and not name.endswith("__"):
                name = prefix + name
            local = frozenset(
                symbol.get_name()
                for symbol in table.get_symbols()
                if (symbol.is_local() or symbol.is_parameter())
                and (
                    symbol.is_assigned()
                    or symbol.is_parameter()
                    or symbol.is_imported()
                    or symbol.is_namespace()
                    or symbol.is_annotated()
                )
            )
            found.append((name, local))
        pending.extend((child, prefix) for child in table.get_children())
    return sorted(found)


def dump(value: Any) -> Any:
    """An IR tree as nested lists without ordinals, which is how tests spell what they expect."""
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    if isinstance(value, nodes.Node):
        fields = [field for field in value.__struct_fields__ if field != "pos"]
        return [type(value).__name__, *(dump(getattr(value, field)) for field in fields)]
    return value


def round_trip(module: nodes.Module) -> nodes.Module:
    """The module, stored and loaded."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(module), type=nodes.Module)
