"""Ordinals to line and column spans, lazily: only a file that has something to report pays for its positions.

``locate`` lowers the tree once more, in order to learn which of its nodes each ordinal stands for.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from initscope_lint.ir.lower import Unsupported, lower_with_origins
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

IN_STRINGS = sys.version_info >= (3, 12)
"""Whether CPython says where in its line the field of an f-string is; before, it counts from elsewhere."""


def locate(
    tree: ast.Module, text: str, ordinals: Collection[int], *, in_strings: bool = IN_STRINGS, roughly: bool = False
) -> dict[int, Span]:
    """The span of each ordinal that lowering this very tree, of this very text, gives out.

    A simple statement or an expression has its whole extent, without the parentheses around it, but with those of a
    tuple. A compound statement or a handler has its header: from its keyword (``def`` and ``class``, not the first
    decorator) to and including the colon.

    ``in_strings``: the places of what is in f-strings can be trusted; ``roughly``: else the f-string's has to do.

    Raises Unsupported where neither is so, and IndexError for an ordinal that is not one of the tree's.
    """
    _, origins = lower_with_origins(tree)
    strings = {} if in_strings else _strings(origins)
    lines = text.split("\n")
    found = {}
    for ordinal in sorted(ordinals):
        origin = origins[ordinal]
        if origin in strings:
            if not roughly:
                raise Unsupported
            origin = strings[origin]
        found[ordinal] = _span(origin, lines)
    return found


def _strings(origins: Iterable[ast.AST]) -> dict[ast.AST, ast.AST]:
    """What is in f-strings, with the outermost f-string that it is in."""
    found: dict[ast.AST, ast.AST] = {}
    for origin in origins:
        if isinstance(origin, ast.JoinedStr) and origin not in found:
            found.update(dict.fromkeys(ast.walk(origin), origin))
            del found[origin]
    return found


def _span(node: Any, lines: Sequence[str]) -> Span:
    if isinstance(node, ast.GeneratorExp):
        # Its parentheses may be those of a call.
        last = node.generators[-1]
        return Span(*_start(node.elt, lines), *_end((last.ifs or [last.iter])[-1], lines))
    if isinstance(node, _HEADERS):
        start = _start(node, lines)
        return Span(*start, *_header_end(lines, *start))
    return Span(*_start(node, lines), *_end(node, lines))


def _start(node: Any, lines: Sequence[str]) -> tuple[int, int]:
    return node.lineno, _column(lines, node.lineno, node.col_offset)


def _end(node: Any, lines: Sequence[str]) -> tuple[int, int]:
    return node.end_lineno, _column(lines, node.end_lineno, node.end_col_offset)


def _column(lines: Sequence[str], line: int, offset: int) -> int:
    """A column, from 1 and in characters, from an offset in UTF-8."""
    text = lines[line - 1]
    if text.isascii():
        return offset + 1
    return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace")) + 1


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
    except (tokenize.TokenError, SyntaxError):
        pass  # newer than this Python's tokenizer
    return line, len(lines[line - 1]) + 1
