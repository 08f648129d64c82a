"""One JSON object a line for each finding, as in the JSON report."""

from __future__ import annotations

from collections.abc import Iterator

from initscope_lint.report.json import diagnostic, dump
from initscope_lint.report.report import Report


def render(report: Report) -> Iterator[str]:
    """Yield the lines, with their ends."""
    return (dump(diagnostic(each), indent=None) for each in report.diagnostics)
