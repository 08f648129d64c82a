"""What there is to say about files, before settings, comments and baselines leave things out."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from initscope_lint import rules
from initscope_lint.report.diagnostic import Diagnostic, Severity, Span
from initscope_lint.report.suppress import Suppression
from initscope_lint.runner.world import Answers

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


class Outcome(msgspec.Struct, frozen=True):
    """What is found in files.

    ``comments`` has what is written in files to silence findings, by path, ``notes`` are lines for ``--verbose``;
    ``analyzed``, ``errors`` and ``truncated`` are as in the summary of a run.
    """

    found: list[Diagnostic]
    comments: dict[str, list[Suppression]]
    notes: list[str]
    analyzed: int
    errors: int
    truncated: int


class Run(msgspec.Struct, frozen=True):
    """The record of a run: what it has learnt from outside, and what it has found."""

    answers: Answers
    outcome: Outcome


def unique(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return one diagnostic for each place and rule, in the order of the places: the surest, by the shortest path."""
    best: dict[tuple[str, int, int, str], Diagnostic] = {}
    for diagnostic in sorted(found, key=lambda each: (_RANK[each.severity], len(each.trace))):
        key = (diagnostic.path, diagnostic.span.line, diagnostic.span.column, diagnostic.code)
        best.setdefault(key, diagnostic)
    return [best[key] for key in sorted(best)]


def about_file(code: str, path: str, message: str, line: int = 1, column: int = 1) -> Diagnostic:
    """Return a diagnostic of a rule about what could not be linted."""
    rule = rules.get(code)
    return Diagnostic(rule.code, rule.name, rule.severity, path, Span(line, column, line, column), message)
