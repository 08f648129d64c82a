"""How text from a program (names, paths, source lines) is shown: nothing in it may steer a terminal or break a line."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence

_TAB = 4
WIDEST = 160
"""Wider source lines are cut: a generated line of a megabyte helps nobody."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """Return text with control characters, line separators, bidirectional controls and lone surrogates escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def path_text(path: str) -> str:
    """Return a path as text: forward slashes, and bytes that are not UTF-8 as ``\\xNN``."""
    if os.sep != "/":
        path = path.replace(os.sep, "/")
    return path if path.isascii() else _UNDECODED.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", path)


_UNDECODED = re.compile("[\udc80-\udcff]")
_CELL = re.compile(r"(.*\.ipynb):cell (\d+)", re.DOTALL)


def in_cell(path: str, cell: int) -> str:
    """Return the path by which reports name a cell of a notebook."""
    return f"{path}:cell {cell}"


def file_and_cell(path: str) -> tuple[str, int | None]:
    """Return the file that such a path names, and the number of the cell; None for a path that is no cell's."""
    match = _CELL.fullmatch(path)
    return (path, None) if match is None else (match[1], int(match[2]))


def place(path: str, line: int, column: int | None = None) -> str:
    """Return ``path:line:column`` as shown."""
    shown = f"{printable(path_text(path))}:{line}"
    return shown if column is None else f"{shown}:{column}"


def excerpt(
    lines: Sequence[str], line: int, column: int, end_line: int, end_column: int, *, width: int = WIDEST
) -> tuple[str, str]:
    """Return a source line as shown and the marker line for it: carets below the part that the span covers.

    All numbers are 1-based and count characters. A span of several lines is marked up to the end of its first.
    A line that does not exist gives two empty strings, one that is wider than ``width`` is cut around the span.
    """
    if not 1 <= line <= len(lines):
        return "", ""
    source = lines[line - 1].rstrip("\r\n")
    begin = min(max(column - 1, 0), len(source))
    end = end_column - 1 if end_line == line else len(source.rstrip())
    end = min(max(end, begin), len(source))
    before, marked, after = _shown(source, begin, end)
    cut = max(0, columns(before) - width // 3) if columns(before + marked + after) > width else 0
    if cut:
        before = "…" + _drop(before, cut + 1)
    room = width - columns(before)
    if columns(marked + after) > room:
        shown = _take(marked + after, room - 1) + "…"
        marked = _take(marked, room - 1)
        return before + shown, " " * columns(before) + "^" * max(1, columns(marked))
    return before + marked + after, " " * columns(before) + "^" * max(1, columns(marked))


def source_line(lines: Sequence[str], line: int, *, width: int = WIDEST) -> str:
    """Return one source line as shown, without its line end; an empty string if it does not exist."""
    if not 1 <= line <= len(lines):
        return ""
    text = "".join(_shown(lines[line - 1].rstrip("\r\n"), 0, 0))
    return text if columns(text) <= width else _take(text, width - 1) + "…"


def plural(count: int, noun: str) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _escaped(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _BIDI:
        return character.encode("unicode_escape").decode("ascii")
    return character


def _shown(source: str, begin: int, end: int) -> tuple[str, str, str]:
    """Split a line at two indices into what is shown of the three parts, tabs expanded by their place in the line."""
    parts = ["", "", ""]
    width = 0
    for index, character in enumerate(source):
        shown = " " * (_TAB - width % _TAB) if character == "\t" else _escaped(character)
        width += max(columns(shown), 0)
        parts[0 if index < begin else 1 if index < end else 2] += shown
    return parts[0], parts[1], parts[2]


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes; -1 if it has control characters."""
    if text.isascii() and text.isprintable():
        return len(text)
    import wcwidth  # whose tables take a while

    return wcwidth.wcswidth(text)


def _take(text: str, width: int) -> str:
    taken = 0
    for index, character in enumerate(text):
        taken += max(columns(character), 0)
        if taken > width:
            return text[:index]
    return text


def _drop(text: str, width: int) -> str:
    return text[len(_take(text, width)) :]
