"""Workflow commands of GitHub Actions, which annotate the lines of a pull request.

GitHub shows ten annotations of a kind for a step; all of them stay in the log, with the full text of the finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from initscope_lint.report import text
from initscope_lint.report.diagnostic import Severity
from initscope_lint.report.display import file_and_cell, path_text, printable
from initscope_lint.report.report import Report

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report) -> Iterator[str]:
    """Yield a command for each finding, with its line end."""
    for each in report.diagnostics:
        file, cell = file_and_cell(each.path)
        properties: dict[str, object] = {"title": f"{each.code} {each.name}", "file": printable(path_text(file))}
        if cell is None:  # GitHub shows a notebook by the lines of its JSON
            properties |= {"line": each.span.line, "endLine": each.span.end_line}
            if each.span.line == each.span.end_line:
                properties |= {"col": each.span.column, "endColumn": each.span.end_column}
        block = "\n".join(text.block(each, report.source(each.path)))
        yield f"::{_LEVEL[each.severity]} {_joined(properties)}::{_data(block)}\n"


def _joined(properties: Mapping[str, object]) -> str:
    return ",".join(
        f"{name}={_data(str(value)).replace(':', '%3A').replace(',', '%2C')}" for name, value in properties.items()
    )


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
