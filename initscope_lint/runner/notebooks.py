"""From the lines of the program that a notebook makes to the lines of its cells, which are what a person sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from initscope_lint.report.diagnostic import Diagnostic, Edit, Frame, Location, Span
from initscope_lint.report.display import file_and_cell, in_cell
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import read as read_file

Read = Callable[[Path], SourceText | SourceError]


def source_lines(path: str, read: Read = read_file) -> list[str]:
    """Return the lines of a file or of a cell, for showing them; no lines if it cannot be read (any more)."""
    file, cell = file_and_cell(path)
    source = read(Path(file))
    if isinstance(source, SourceError):
        return []
    lines = source.lines()
    lines = lines if lines[-1] else lines[:-1]
    if cell is None:
        return lines
    begin, end = [*source.cells, len(lines) + 1][cell - 1 : cell + 1] if cell <= len(source.cells) else (1, 1)
    return lines[begin - 1 : end - 1]


def by_cell(found: Iterable[Diagnostic], read: Read = read_file) -> Iterator[Diagnostic]:
    """Yield the findings, those in notebooks with all their places in cells."""
    cells = _Cells(read)
    for each in found:
        if any(path.endswith(".ipynb") for path in _paths(each)):
            yield cells.diagnostic(each)
        else:
            yield each


def _paths(each: Diagnostic) -> Iterator[str]:
    yield each.path
    yield from (frame.path for frame in each.stack)
    yield from (place.path for place in (*each.trace, *each.related))


class _Cells:
    def __init__(self, read: Read) -> None:
        self._read = read
        self._starts: dict[str, tuple[int, ...]] = {}

    def diagnostic(self, each: Diagnostic) -> Diagnostic:
        path, first = self.place(each.path, each.span.line)
        down = each.span.line - first
        fix = each.fix
        if fix is not None:
            within = all(self.place(each.path, edit.span.line)[0] == path for edit in fix.edits)
            edits = tuple(Edit(_up(edit.span, down), edit.text) for edit in fix.edits)
            fix = replace(fix, edits=edits) if within else None
        return replace(
            each,
            path=path,
            span=_up(each.span, down),
            stack=tuple(map(self.frame, each.stack)),
            trace=tuple(map(self.location, each.trace)),
            related=tuple(map(self.location, each.related)),
            fix=fix,
        )

    def frame(self, frame: Frame) -> Frame:
        path, line = self.place(frame.path, frame.line)
        return replace(frame, path=path, line=line)

    def location(self, location: Location) -> Location:
        path, line = self.place(location.path, location.line)
        return replace(location, path=path, line=line)

    def place(self, path: str, line: int) -> tuple[str, int]:
        starts = self.starts(path)
        if not starts:
            return path, line
        from initscope_lint.source.notebook import cell_and_line

        cell, line = cell_and_line(starts, line)
        return in_cell(path, cell), line

    def starts(self, path: str) -> tuple[int, ...]:
        if path not in self._starts:
            source = self._read(Path(path)) if path.endswith(".ipynb") else None
            self._starts[path] = source.cells if isinstance(source, SourceText) else ()
        return self._starts[path]


def _up(span: Span, lines: int) -> Span:
    return replace(span, line=span.line - lines, end_line=span.end_line - lines)
