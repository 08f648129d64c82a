"""The report for a person: each finding with its source, the context stack, the way there, and what would mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from initscope_lint.report.diagnostic import Diagnostic, Frame, Location, Severity, Summary
from initscope_lint.report.display import WIDEST, columns, excerpt, file_and_cell, place, plural, printable, source_line
from initscope_lint.report.edits import is_fixable, mark
from initscope_lint.report.report import Report

COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}

_NARROWEST = 20
"""Text is not wrapped, and source not cut, to less than this."""


def render(report: Report) -> Iterator[str]:
    """Yield the block of each diagnostic, with line ends and an empty line behind it."""
    for each in report.diagnostics:
        lines = block(
            each,
            report.source(each.path),
            color=report.color,
            width=report.width,
            unsafe_fixes=report.unsafe_fixes,
        )
        yield "\n".join((*lines, "", ""))


def summary_line(diagnostics: Sequence[Diagnostic], summary: Summary, *, unsafe_fixes: bool = False) -> str:
    """Return the closing line: what was found, in how many of how many files, and what could not be done.

    With what can be fixed; ``unsafe_fixes``: without saying which option that takes.
    """
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    files = len({file_and_cell(diagnostic.path)[0] for diagnostic in diagnostics})
    scope = plural(summary.analyzed, "file") + " analysed"
    if diagnostics:
        kinds = [plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
        found = " and ".join([", ".join(kinds[:-1]), kinds[-1]] if kinds[1:] else kinds)
        line = f"Found {found} in {plural(files, 'file')} ({scope})"
    else:
        line = f"Nothing to report ({scope})"
    safe = sum(is_fixable(each, unsafe=unsafe_fixes) for each in diagnostics)
    more = sum(is_fixable(each, unsafe=True) for each in diagnostics) - safe
    if safe:
        line += f"; {safe} can be fixed with --fix"
    if more:
        line += f"; {more}{' more' if safe else ''} can be fixed with --fix --unsafe-fixes"
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
        shown.append(text if is_start_mode else f"{text} ({place(frame.path, frame.line)})")
    return " > ".join(shown)


def block(
    diagnostic: Diagnostic,
    lines: Sequence[str],
    *,
    color: bool = False,
    width: int | None = None,
    unsafe_fixes: bool = False,
) -> Iterator[str]:
    """Yield the lines about a finding, without line ends; ``lines`` are those of its file.

    ``[*]`` marks what ``--fix`` mends, with ``--unsafe-fixes`` if ``unsafe_fixes``.
    """
    span = diagnostic.span
    where = click.style(place(diagnostic.path, span.line, span.column), bold=True)
    severity = click.style(diagnostic.severity.value, fg=COLORS[diagnostic.severity], bold=True)
    head = f"{where} {severity} {diagnostic.code} {mark(diagnostic, unsafe=unsafe_fixes)}{diagnostic.name}"
    yield head if color else click.unstyle(head)
    yield from _wrapped("", printable(diagnostic.message), width)
    yield from _source(diagnostic, lines, color, width)
    if diagnostic.stack:
        yield from _wrapped("stack", stack_text(diagnostic.stack), width)
    if diagnostic.trace:
        yield from _wrapped("path", " > ".join(_step(step) for step in diagnostic.trace), width)
    for related in diagnostic.related:
        yield from _wrapped("see", _step(related), width)
    if diagnostic.raises:
        yield from _wrapped("raises", printable(diagnostic.raises), width)
    if diagnostic.help:
        yield from _wrapped("help", printable(diagnostic.help), width)
    if diagnostic.fix is not None:
        how = " (unsafe)" if diagnostic.fix.applicability == "unsafe" else ""
        if not is_fixable(diagnostic, unsafe=True):
            how = " (by hand)"
        yield from _wrapped("fix", printable(diagnostic.fix.description) + how, width)


def _wrapped(label: str, text: str, width: int | None) -> Iterator[str]:
    """Yield a text behind its label, in lines no wider than that if words allow it."""
    lead = f"  {label:<6} " if label else "  "
    if width is None or columns(lead + text) <= width:
        yield lead + text
        return
    from wcwidth import wrap

    lines = wrap(text, max(width - len(lead), _NARROWEST), break_long_words=False, break_on_hyphens=False)
    for line in lines:
        yield lead + line
        lead = " " * len(lead)


def _source(diagnostic: Diagnostic, lines: Sequence[str], color: bool, width: int | None) -> Iterator[str]:
    span = diagnostic.span
    digits = max(4, len(str(span.line)))
    room = WIDEST if width is None else min(WIDEST, max(width - digits - 4, _NARROWEST))
    shown, marks = excerpt(lines, span.line, span.column, span.end_line, span.end_column, width=room)
    if not shown.strip():
        return
    before = source_line(lines, span.line - 1, width=room)
    if before.strip():
        yield f" {span.line - 1:>{digits}} | {before}"
    yield f" {span.line:>{digits}} | {shown}"
    carets = marks.lstrip(" ")
    if color:
        carets = click.style(carets, fg=COLORS[diagnostic.severity])
    yield f" {'':>{digits}} | {' ' * (len(marks) - len(marks.lstrip(' ')))}{carets}"


def _step(location: Location) -> str:
    return f"{place(location.path, location.line)} {printable(location.note)}".rstrip()
