"""The code quality report of GitLab, a subset of Code Climate's."""

from __future__ import annotations

from collections.abc import Iterator

from initscope_lint.report.diagnostic import Severity
from initscope_lint.report.display import file_and_cell, path_text, place
from initscope_lint.report.fingerprint import fingerprints
from initscope_lint.report.json import dump
from initscope_lint.report.report import Report

_SEVERITY = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report) -> Iterator[str]:
    """Yield the whole document."""
    issues = []
    for each, fingerprint in zip(report.diagnostics, fingerprints(report.diagnostics, report.source), strict=True):
        file, cell = file_and_cell(each.path)
        where = "" if cell is None else f"{place(each.path, each.span.line, each.span.column)}: "
        issues.append(
            {
                "description": f"{where}{each.code} {each.name}: {each.message}",
                "check_name": each.code,
                "fingerprint": fingerprint,
                "severity": _SEVERITY[each.severity],
                "location": {
                    "path": path_text(file),
                    "lines": {"begin": each.span.line, "end": each.span.end_line},
                },
            }
        )
    yield dump(issues)
