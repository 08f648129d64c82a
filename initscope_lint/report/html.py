"""A page that shows the findings of a run: with their source, the context stack, the way there, and what mends them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from initscope_lint.report.diagnostic import Diagnostic, Location, Severity
from initscope_lint.report.display import path_text
from initscope_lint.report.report import Report
from initscope_lint.report.text import summary_line
from initscope_lint.report.web import Code, Stretch, chips, document, escape, legend, place

_AROUND = 2
"""Lines shown before and behind that of a finding."""


def render(report: Report) -> Iterator[str]:
    """Yield the page."""
    by_path: dict[str, list[Diagnostic]] = {}
    for each in report.diagnostics:
        by_path.setdefault(each.path, []).append(each)
    closing = summary_line(report.diagnostics, report.summary, unsafe_fixes=report.unsafe_fixes)
    body = ["<h1>initscope-lint</h1>", f"<p>{escape(closing)}</p>"]
    if by_path:
        body += [_choices(report), legend()]
    for path, found in by_path.items():
        code = Code(report.source(path))
        articles = "".join(_article(each, code) for each in found)
        body.append(f"<section><h2>{escape(path_text(path))}</h2>{articles}</section>")
    yield from document("initscope-lint", body, "check.js")


def _choices(report: Report) -> str:
    severities = Counter(each.severity for each in report.diagnostics)
    rules = Counter((each.code, each.name) for each in report.diagnostics)
    boxes = "".join(
        f'<label><input type="checkbox" name="severity" value="{severity.value}" checked> '
        f'<span class="severity {severity.value}">{severity.value}</span> {severities[severity]}</label>'
        for severity in Severity
        if severities[severity]
    )
    options = "".join(
        f'<option value="{rule}">{rule} {escape(name)} ({count})</option>'
        for (rule, name), count in sorted(rules.items())
    )
    return (
        f'<div class="bar">{boxes}<label>Rule <select id="rule"><option value="">all</option>{options}'
        "</select></label></div>"
    )


def _article(each: Diagnostic, code: Code) -> str:
    severity = each.severity.value
    rows = []
    if each.stack:
        rows.append(("stack", chips(each.stack)))
    if each.trace:
        rows.append(("path", " &gt; ".join(map(_step, each.trace))))
    rows += [("see", _step(related)) for related in each.related]
    if each.raises:
        rows.append(("raises", escape(each.raises)))
    if each.help:
        rows.append(("help", escape(each.help)))
    if each.fix:
        unsafe = " (unsafe)" if each.fix.applicability == "unsafe" else ""
        rows.append(("fix", escape(each.fix.description) + unsafe))
    facts = "".join(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in rows)
    return (
        f'<article class="{severity}" data-severity="{severity}" data-code="{each.code}">'
        f'<header><span class="severity {severity}">{severity}</span> <b>{each.code}</b> '
        f'<span>{escape(each.name)}</span> <span class="soft">{place(each.path, each.span.line)}:{each.span.column}'
        f"</span></header><p>{escape(each.message)}</p>{_excerpt(each, code)}<dl>{facts}</dl></article>"
    )


def _excerpt(each: Diagnostic, code: Code) -> str:
    lines, span = code.lines, each.span
    if not 1 <= span.line <= len(lines):
        return ""
    marks: dict[int, list[Stretch]] = {}
    for line in range(span.line, min(span.end_line, len(lines)) + 1):
        text = lines[line - 1]
        begin = span.column - 1 if line == span.line else len(text) - len(text.lstrip())
        marks[line] = [(begin, span.end_column - 1 if line == span.end_line else len(text), "mark")]
    last = min(max(span.line, min(span.end_line, span.line + 2 * _AROUND)) + _AROUND, len(lines))
    first = max(1, span.line - _AROUND)
    digits = len(str(last))
    numbered = (
        f'<span class="soft">{line:>{digits}}</span>  {code.line(line, marks.get(line, ()))}'
        for line in range(first, last + 1)
    )
    return "<pre>" + "\n".join(numbered) + "</pre>"


def _step(step: Location) -> str:
    return f"{place(step.path, step.line)} {escape(step.note)}".rstrip()
