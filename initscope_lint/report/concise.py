"""One line for each finding, for editors and for grep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.report.display import path_text, printable
from initscope_lint.report.text import COLORS


def render(diagnostics: Sequence[Diagnostic], *, color: bool = False) -> Iterator[str]:
    """Yield ``path:line:col: severity: CODE name: message`` for each diagnostic, without a line end."""
    for diagnostic in diagnostics:
        severity = diagnostic.severity.value
        if color:
            severity = click.style(severity, fg=COLORS[diagnostic.severity], bold=True)
        place = f"{printable(path_text(diagnostic.path))}:{diagnostic.span.line}:{diagnostic.span.column}"
        yield f"{place}: {severity}: {diagnostic.code} {diagnostic.name}: {printable(diagnostic.message)}"
