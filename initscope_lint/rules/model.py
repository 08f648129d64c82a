"""What a rule says about itself. Its documentation page is the docstring of its module."""

from __future__ import annotations

import msgspec

from initscope_lint.report.diagnostic import Severity


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """The metadata of one rule.

    ``severity`` is that of a finding which is certain; where something unknown decides, it is reported as a note.
    ``since`` is the first version that had the rule; ``claim`` says in one sentence what a finding asserts.
    """

    code: str
    name: str
    severity: Severity
    since: str
    claim: str
