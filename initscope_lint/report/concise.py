"""One line for each finding, for editors and for grep."""

from __future__ import annotations

from collections.abc import Iterator

import click

from initscope_lint.report.display import place, printable
from initscope_lint.report.edits import mark
from initscope_lint.report.report import Report
from initscope_lint.report.text import COLORS


def render(report: Report) -> Iterator[str]:
    """Yield ``path:line:col: severity: CODE name: message`` for each diagnostic, with a line end.

    ``[*]`` stands before the name of what can be fixed.
    """
    for each in report.diagnostics:
        severity = each.severity.value
        if report.color:
            severity = click.style(severity, fg=COLORS[each.severity], bold=True)
        where = place(each.path, each.span.line, each.span.column)
        name = mark(each, unsafe=report.unsafe_fixes) + each.name
        yield f"{where}: {severity}: {each.code} {name}: {printable(each.message)}\n"
