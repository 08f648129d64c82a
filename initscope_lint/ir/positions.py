"""Ordinals to line and column spans, lazily: only a file that has something to report pays for its positions.

``locate`` lowers the module once more, in order to learn which libcst node each ordinal stands for, and asks libcst's
``PositionProvider`` where these nodes are. That costs several times the lowering, so nothing else calls it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import libcst as cst

from initscope_lint.ir.lower import Origin, lower_with_origins
from initscope_lint.ir.span import Span as Span
from initscope_lint.source.deep import run_deep


def locate(module: cst.Module, ordinals: Iterable[int]) -> dict[int, Span]:
    """The span of each ordinal that lowering this very module gives out.

    A simple statement or an expression has its whole extent, without the parentheses around it (a tuple's and a
    generator expression's own included). A compound statement, a handler or a case has its header: from its keyword
    (``def`` and ``class``, not the first decorator) to and including the colon.

    Raises IndexError for an ordinal that is not one of the module's.
    """
    wanted = set(ordinals)
    if not wanted:
        return {}
    return run_deep(lambda: _locate(module, wanted))


def _locate(module: cst.Module, ordinals: set[int]) -> dict[int, Span]:
    # Heavy, and needed only here.
    from libcst.metadata import MetadataWrapper, PositionProvider

    _, origins = lower_with_origins(module)
    ranges = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    return {ordinal: _span(origins[ordinal], ranges) for ordinal in sorted(ordinals)}


def _span(origin: Origin, ranges: Any) -> Span:
    first, last = origin if isinstance(origin, tuple) else (origin, origin)
    start, end = ranges[first].start, ranges[last].end
    after_colon = _after_colon(last)
    if after_colon is not None:
        end = ranges[after_colon].start
    return Span(start.line, start.column + 1, end.line, end.column + 1)


def _after_colon(node: cst.CSTNode) -> cst.CSTNode | None:
    """The whitespace that follows the colon of a header, which is where a header ends; None for other nodes."""
    if isinstance(node, cst.Match):
        return node.whitespace_after_colon
    body = getattr(node, "body", None)
    if isinstance(body, cst.IndentedBlock):
        return body.header
    if isinstance(body, cst.SimpleStatementSuite):
        return body.leading_whitespace
    return None
