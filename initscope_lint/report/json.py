"""The JSON report, version 1. Lines and columns are 1-based, columns count characters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from initscope_lint.report.diagnostic import Diagnostic, Fix, Frame, Location
from initscope_lint.report.display import file_and_cell, path_text
from initscope_lint.report.report import Report

VERSION = "1"


def render(report: Report) -> Iterator[str]:
    """Yield the whole document, with a final line end."""
    summary = report.summary
    yield dump(
        {
            "version": VERSION,
            "diagnostics": [diagnostic(each) for each in report.diagnostics],
            "summary": {
                "files": summary.files,
                "analyzed": summary.analyzed,
                "skipped": summary.skipped,
                "errors": summary.errors,
                "truncated": summary.truncated,
            },
        }
    )


def dump(document: object, *, indent: int | None = 2) -> str:
    """Return a document as ASCII JSON: nothing that comes from a program can steer a terminal or fail to encode."""
    return json.dumps(document, indent=indent, ensure_ascii=True).replace("\x7f", "\\u007f") + "\n"


def frame(value: Frame) -> dict[str, Any]:
    """Return one entry of a context stack as the contract has it."""
    return {"kind": value.kind, "name": value.name, **_path(value.path), "line": value.line}


def diagnostic(value: Diagnostic) -> dict[str, Any]:
    """Return a finding as the contract has it; in a notebook, its lines are those of the ``cell``."""
    return {
        "code": value.code,
        "name": value.name,
        "severity": value.severity.value,
        **_path(value.path),
        "line": value.span.line,
        "column": value.span.column,
        "end_line": value.span.end_line,
        "end_column": value.span.end_column,
        "message": value.message,
        "help": value.help,
        "stack": [frame(entry) for entry in value.stack],
        "trace": [_location(step) for step in value.trace],
        "related": [_location(place) for place in value.related],
        "fix": None if value.fix is None else _fix(value.fix, value.path),
    }


def _fix(value: Fix, path: str) -> dict[str, Any]:
    return {
        "applicability": value.applicability,
        "description": value.description,
        "edits": [
            {
                **_path(path),
                "start_line": edit.span.line,
                "start_column": edit.span.column,
                "end_line": edit.span.end_line,
                "end_column": edit.span.end_column,
                "text": edit.text,
            }
            for edit in value.edits
        ],
    }


def _location(value: Location) -> dict[str, Any]:
    return {**_path(value.path), "line": value.line, "column": value.column, "note": value.note}


def _path(path: str) -> dict[str, Any]:
    file, cell = file_and_cell(path)
    return {"path": path_text(file)} if cell is None else {"path": path_text(file), "cell": cell}
