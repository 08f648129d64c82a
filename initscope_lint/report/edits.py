"""Edits applied to the text of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from initscope_lint.report.diagnostic import Diagnostic, Edit
from initscope_lint.report.display import file_and_cell

_LINE_END = re.compile(r"\r\n?|\n")


class Patch(msgspec.Struct, frozen=True):
    """A text with edits made, and where each of them is: before (from, to) and after (from, to), as offsets."""

    text: str
    places: Sequence[tuple[int, int, int, int]]

    def moved(self, offset: int) -> int | None:
        """Return where what was at an offset is now; None if an edit is in its place."""
        shift = 0
        for old_from, old_to, new_from, new_to in self.places:
            if offset < old_from:
                break
            if offset < old_to:
                return None
            shift = (new_to - new_from) - (old_to - old_from) + shift
        return offset + shift


class Offsets:
    """The offsets of lines and columns in a text, whatever ends its lines."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._length = len(text)

    def at(self, line: int, column: int) -> int:
        """Return the offset of a place; a line after the last one is the end."""
        return self._starts[line - 1] + column - 1 if line <= len(self._starts) else self._length


def patched(text: str, edits: Iterable[Edit]) -> Patch:
    """Return a text with edits made that do not overlap.

    Its line ends, of whatever kind, stay as they are; those of the edits become like the first of them.
    """
    end = _LINE_END.search(text)
    newline = "\n" if end is None else end.group()
    offsets = Offsets(text)
    parts: list[str] = []
    places: list[tuple[int, int, int, int]] = []
    done = length = 0
    for edit in sorted(edits, key=lambda each: each.span):
        at = edit.span
        begin, stop = offsets.at(at.line, at.column), offsets.at(at.end_line, at.end_column)
        new = edit.text.replace("\n", newline)
        parts += (text[done:begin], new)
        length += begin - done
        places.append((begin, stop, length, length + len(new)))
        length += len(new)
        done = stop
    return Patch("".join([*parts, text[done:]]), places)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made that do not overlap, as ``patched`` makes them."""
    return patched(text, edits).text


def overlap(one: Iterable[Edit], other: Iterable[Edit]) -> bool:
    """Whether any of some edits touches what any of others changes, or is made at the same place."""
    others = [each.span for each in other]
    return any(
        (a.line, a.column) <= (b.end_line, b.end_column) and (b.line, b.column) <= (a.end_line, a.end_column)
        for a in (each.span for each in one)
        for b in others
    )


def is_fixable(found: Diagnostic, *, unsafe: bool) -> bool:
    """Whether ``--fix`` mends a finding; ``unsafe``: with ``--unsafe-fixes``. Notebooks are not fixed."""
    if found.fix is None or file_and_cell(found.path)[1] is not None:
        return False
    return unsafe or found.fix.applicability == "safe"


def mark(found: Diagnostic, *, unsafe: bool) -> str:
    """Return what stands before the name of a finding that ``--fix`` mends, with the gap behind it; else nothing."""
    return "[*] " if is_fixable(found, unsafe=unsafe) else ""
