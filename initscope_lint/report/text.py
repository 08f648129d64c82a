"""The report for a person: each finding with its source, the context stack, the way there, and what would mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import click

from initscope_lint.report.diagnostic import Diagnostic, Frame, Location, Severity, Summary
from initscope_lint.report.display import excerpt, path_text, plural, printable, source_line

COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def render(
    diagnostics: Sequence[Diagnostic], source: Callable[[str], Sequence[str]], *, color: bool = False
) -> Iterator[str]:
    """Yield the block of each diagnostic, without a final line end; ``source`` gives the lines of a path."""
    for diagnostic in diagnostics:
        yield "\n".join(_block(diagnostic, source(diagnostic.path), color)) + "\n"


def summary_line(diagnostics: Sequence[Diagnostic], summary: Summary) -> str:
    """Return the closing line: what was found, in how many of how many files, and what could not be done."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    files = len({diagnostic.path for diagnostic in diagnostics})
    scope = plural(summary.analyzed, "file") + " analysed"
    if diagnostics:
        kinds = [plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
        found = " and ".join([", ".join(kinds[:-1]), kinds[-1]] if kinds[1:] else kinds)
        line = f"Found {found} in {plural(files, 'file')} ({scope})"
    else:
        line = f"Nothing to report ({scope})"
    if summary.ignored:
        line += f"; {plural(summary.ignored, 'finding')} ignored"
    if summary.known:
        line += f"; {plural(summary.known, 'finding')} in the baseline"
    if summary.errors:
        line += f"; {plural(summary.errors, 'file')} could not be linted"
    if summary.truncated:
        line += f"; analysis cut short at {plural(summary.truncated, 'entry point')}"
    return line + "."


def stack_text(frames: Sequence[Frame]) -> str:
    """Return a context stack in one line, outermost first. The start mode has no place worth showing."""
    shown = []
    for index, frame in enumerate(frames):
        text = printable(f"{frame.kind} {frame.name}") if frame.name and frame.name != frame.kind else frame.kind
        is_start_mode = index == 0 and frame.kind == "eager"
        shown.append(text if is_start_mode else f"{text} ({printable(path_text(frame.path))}:{frame.line})")
    return " > ".join(shown)


def _block(diagnostic: Diagnostic, lines: Sequence[str], color: bool) -> Iterator[str]:
    span = diagnostic.span
    where = click.style(f"{printable(path_text(diagnostic.path))}:{span.line}:{span.column}", bold=True)
    severity = click.style(diagnostic.severity.value, fg=COLORS[diagnostic.severity], bold=True)
    head = f"{where} {severity} {diagnostic.code} {diagnostic.name}"
    yield head if color else click.unstyle(head)
    yield f"  {printable(diagnostic.message)}"
    yield from _source(diagnostic, lines, color)
    if diagnostic.stack:
        yield f"  stack  {stack_text(diagnostic.stack)}"
    if diagnostic.trace:
        yield f"  path   {' > '.join(_place(step) for step in diagnostic.trace)}"
    for place in diagnostic.related:
        yield f"  see    {_place(place)}"
    if diagnostic.raises:
        yield f"  raises {printable(diagnostic.raises)}"
    if diagnostic.help:
        yield f"  help   {printable(diagnostic.help)}"


def _source(diagnostic: Diagnostic, lines: Sequence[str], color: bool) -> Iterator[str]:
    span = diagnostic.span
    shown, marks = excerpt(lines, span.line, span.column, span.end_line, span.end_column)
    if not shown.strip():
        return
    digits = max(4, len(str(span.line)))
    before = source_line(lines, span.line - 1)
    if before.strip():
        yield f" {span.line - 1:>{digits}} | {before}"
    yield f" {span.line:>{digits}} | {shown}"
    carets = marks.lstrip(" ")
    if color:
        carets = click.style(carets, fg=COLORS[diagnostic.severity])
    yield f" {'':>{digits}} | {' ' * (len(marks) - len(marks.lstrip(' ')))}{carets}"


def _place(location: Location) -> str:
    return f"{printable(path_text(location.path))}:{location.line} {printable(location.note)}".rstrip()
