"""What a rule says about itself. Its documentation page is the docstring of its module, and this."""

from __future__ import annotations

from typing import Literal

import msgspec

from initscope_lint.report.diagnostic import Severity


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """The metadata of one rule.

    Attributes:
        status: ``preview`` while what the rule reports may still change between minor versions.
        since: The first version that had the rule.
        severity: That of a finding which is certain and does not say otherwise; one which is not certain is a note.
        claim: What a finding asserts, in one sentence.
        unknown_condition: What becomes of a finding where an unknown condition decides if its line runs: ``report``
            (the condition excuses nothing), ``note`` (it may be the guard) or ``silent``.
            Where it is unknown what a value is, or where a scope leads, every rule is silent.
        fix: How ``--fix`` mends a finding, after ``safe: `` or ``unsafe: ``; None for not at all.
        rests_on: The symbols of TensorFlow 2.21 (or Keras) whose behaviour the claim is about.
    """

    code: str
    name: str
    status: Literal["stable", "preview"] = "stable"
    severity: Severity
    since: str
    claim: str
    unknown_condition: Literal["report", "note", "silent"]
    fix: str | None = None
    rests_on: tuple[str, ...] = ()
