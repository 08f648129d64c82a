"""A JUnit report: a suite for each file with findings, a failed case for each finding."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from initscope_lint.report import text
from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.report.display import path_text, place, printable
from initscope_lint.report.report import Report

_NAME = "initscope-lint"


def render(report: Report) -> Iterator[str]:
    """Yield the whole document. A run without findings is one case that passes."""
    found = report.diagnostics
    root = Element("testsuites", name=_NAME, tests=str(len(found) or 1), failures=str(len(found)), errors="0")
    if not found:
        suite = SubElement(root, "testsuite", name=_NAME, tests="1", failures="0", errors="0")
        SubElement(suite, "testcase", classname=_NAME, name="nothing reported")
    for path, group in itertools.groupby(found, key=lambda each: each.path):
        cases = [_case(each, report) for each in group]
        count = str(len(cases))
        suite = SubElement(root, "testsuite", name=_shown(path_text(path)), tests=count, failures=count, errors="0")
        suite.extend(cases)
    indent(root)
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(each: Diagnostic, report: Report) -> Element:
    where = place(each.path, each.span.line, each.span.column)
    case = Element("testcase", classname=_shown(path_text(each.path)), name=_shown(f"{where} {each.code} {each.name}"))
    failure = SubElement(case, "failure", type=each.severity.value, message=_shown(each.message))
    failure.text = _shown("\n".join(text.block(each, report.source(each.path))))
    return case


def _shown(value: str) -> str:
    """Return a text with what XML cannot hold, or what steers a terminal, escaped; line ends are kept."""
    lines = (printable(line) for line in value.split("\n"))
    return "\n".join(lines).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
