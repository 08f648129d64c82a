"""Edits applied to the text of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from initscope_lint.report.diagnostic import Edit


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made that do not overlap. Its line ends, of whatever kind, stay as they are."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))]

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + column - 1 if line <= len(starts) else len(text)

    for edit in sorted(edits, key=lambda each: each.span, reverse=True):
        at = edit.span
        text = text[: offset(at.line, at.column)] + edit.text + text[offset(at.end_line, at.end_column) :]
    return text
