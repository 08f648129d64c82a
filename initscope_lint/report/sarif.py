"""SARIF 2.1.0, for code scanning: the path by which execution got there is a code flow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from initscope_lint import __version__
from initscope_lint.report.diagnostic import Diagnostic, Fix, Location, Severity, Span
from initscope_lint.report.display import file_and_cell, path_text, printable
from initscope_lint.report.fingerprint import fingerprints
from initscope_lint.report.json import dump
from initscope_lint.report.report import Report, RulePage
from initscope_lint.report.text import stack_text

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render(report: Report) -> Iterator[str]:
    """Yield the whole document."""
    index = {rule.code: number for number, rule in enumerate(report.rules)}
    prints = fingerprints(report.diagnostics, report.source)
    run = {
        "tool": {
            "driver": {
                "name": "initscope-lint",
                "version": __version__,
                "rules": [_rule(rule) for rule in report.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.summary.errors}],
        "results": [
            {**_result(each), "ruleIndex": index[each.code], "partialFingerprints": {"initscopeLint/v1": fingerprint}}
            for each, fingerprint in zip(report.diagnostics, prints, strict=True)
        ],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    yield dump({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _rule(rule: RulePage) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.claim},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
    }


def _result(each: Diagnostic) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": each.code,
        "level": _LEVEL[each.severity],
        "message": {"text": printable(_message(each))},
        "locations": [_location(each.path, each.span)],
    }
    if each.stack:
        result["properties"] = {"contextStack": stack_text(each.stack)}
    if each.related:
        result["relatedLocations"] = [
            {"id": number, **_step(step)} for number, step in enumerate(each.related, start=1)
        ]
    if each.trace:
        steps = [*map(_step, each.trace), _location(each.path, each.span) | {"message": {"text": each.message}}]
        flow = [{"location": step, "nestingLevel": level} for level, step in enumerate(steps)]
        result["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    if each.fix is not None and file_and_cell(each.path)[1] is None:
        result["fixes"] = [_fix(each.fix, each.path)]
    return result


def _message(each: Diagnostic) -> str:
    _, cell = file_and_cell(each.path)
    where = "" if cell is None else f"cell {cell}:{each.span.line}:{each.span.column}:"
    parts = [
        where,
        each.message,
        f"It raises {each.raises}" if each.raises else "",
        f"Help: {each.help}" if each.help else "",
    ]
    return " ".join(filter(None, parts))


def _step(step: Location) -> dict[str, Any]:
    at = Span(step.line, step.column, step.line, step.column)
    return {**_location(step.path, at), "message": {"text": printable(step.note) or "here"}}


def _location(path: str, span: Span) -> dict[str, Any]:
    file, cell = file_and_cell(path)
    region = {"startLine": span.line, "startColumn": span.column}
    if span.end_line != span.line or span.end_column != span.column:
        region |= {"endLine": span.end_line, "endColumn": span.end_column}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}, "region": region}}
    if cell is not None:
        location["logicalLocations"] = [{"name": f"cell {cell}", "kind": "module"}]
    return location


def _fix(fix: Fix, path: str) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.span.line,
                "startColumn": edit.span.column,
                "endLine": edit.span.end_line,
                "endColumn": edit.span.end_column,
            },
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": {"uri": _uri(file_and_cell(path)[0])}, "replacements": replacements}
    return {"description": {"text": fix.description}, "artifactChanges": [change]}


def _uri(path: str) -> str:
    """Return a path as a URI: relative as it was given, else absolute with the scheme ``file``."""
    if Path(path).is_absolute():
        return Path(path).as_uri()
    return quote(path_text(path))
