"""What holds for a file in a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import field

from initscope_lint import rules
from initscope_lint.report.diagnostic import Severity


class Settings(msgspec.Struct, frozen=True):
    """What holds for a file.

    ``codes`` are the rules to report; ``target`` is ``1.15``, ``2``, or None to have it decided for each program;
    ``catalogues`` are the user's own catalogue files; ``severities`` are what the certain findings of a rule have
    instead of the rule's own; ``fixable`` are the rules whose findings may have fixes.
    """

    codes: frozenset[str] = field(default_factory=rules.codes)
    target: str | None = None
    catalogues: Sequence[Path] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    fixable: frozenset[str] = field(default_factory=rules.codes)


SettingsFor = Callable[[Path], Settings]
