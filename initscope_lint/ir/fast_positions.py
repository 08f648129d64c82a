"""Where ordinals are, as far as CPython's own syntax tree says it: ``initscope_lint.ir.positions`` without libcst."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection, Sequence
from typing import Any

from initscope_lint.ir.fast import Unsupported, lower_with_origins
from initscope_lint.ir.span import Span

_HEADERS: tuple[type[ast.AST], ...] = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.If,
    ast.While,
    ast.For,
    ast.AsyncFor,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    getattr(ast, "TryStar", ast.Try),
    ast.ExceptHandler,
    ast.Match,
)


def locate(tree: ast.Module, text: str, ordinals: Collection[int], *, roughly: bool = False) -> dict[int, Span]:
    """The spans of ordinals, as ``initscope_lint.ir.positions.locate`` gives them; ``text`` is what was parsed.

    ``roughly``: where the tree does not say, what comes before it has to do.

    Raises Unsupported where the tree does not say, and IndexError for an ordinal that is not one of the module's.
    """
    _, origins = lower_with_origins(tree)
    if roughly:
        for place, origin in enumerate(origins):
            if origin is None and place:
                origins[place] = origins[place - 1]
    lines = text.split("\n")
    return {ordinal: _span(origins[ordinal], lines) for ordinal in sorted(ordinals)}


def _span(node: Any, lines: Sequence[str]) -> Span:
    if node is None:
        raise Unsupported
    start = node.lineno, _column(lines, node.lineno, node.col_offset)
    if isinstance(node, _HEADERS):
        return Span(*start, *_header_end(lines, *start))
    return Span(*start, node.end_lineno, _column(lines, node.end_lineno, node.end_col_offset))


def _column(lines: Sequence[str], line: int, offset: int) -> int:
    """A column, from 1 and in characters, from an offset in UTF-8."""
    text = lines[line - 1]
    return (
        offset + 1
        if text.isascii()
        else len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace")) + 1
    )


def _header_end(lines: Sequence[str], line: int, column: int) -> tuple[int, int]:
    """Behind the colon that ends a header: the first outside of brackets that is not that of a lambda."""
    rest = io.StringIO("\n".join([lines[line - 1][column - 1 :], *lines[line:]]))
    depth = lambdas = 0
    try:
        for token in tokenize.generate_tokens(rest.readline):
            if token.string == "lambda" and not depth:
                lambdas += 1
            elif token.type != tokenize.OP:
                continue
            elif token.string in ("(", "[", "{"):
                depth += 1
            elif token.string in (")", "]", "}"):
                depth -= 1
            elif token.string == ":" and not depth:
                if not lambdas:
                    row, end = token.end
                    return line + row - 1, end + (column if row == 1 else 1)
                lambdas -= 1
    except (tokenize.TokenError, SyntaxError) as error:
        raise Unsupported from error
    raise Unsupported
