"""What an output format is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from initscope_lint.report.diagnostic import Diagnostic, Severity, Summary


class RulePage(msgspec.Struct, frozen=True):
    """What a rule says about itself; ``page`` is Markdown."""

    code: str
    name: str
    severity: Severity
    claim: str
    page: str


class Report(msgspec.Struct, frozen=True):
    """The findings of a run and what is needed to show them.

    Attributes:
        diagnostics: The findings, in order.
        summary: The counts of the run.
        source: Gives the lines of a path; none if it cannot be read.
        rules: All rules, in the order of their codes.
        color: Whether to colour.
        width: How wide the text may be; None for as wide as it is.
        unsafe_fixes: Whether unsafe fixes would be made, too.
    """

    diagnostics: Sequence[Diagnostic]
    summary: Summary
    source: Callable[[str], Sequence[str]]
    rules: Sequence[RulePage] = ()
    color: bool = False
    width: int | None = None
    unsafe_fixes: bool = False
