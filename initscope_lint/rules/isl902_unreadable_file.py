"""The file could not be read, so it was not linted.

## What it does
Reports a path that was asked for and does not exist, cannot be opened, is too large, or does not decode with the
encoding that it declares.

## Why it is bad
Something that should have been linted was not. The exit status is 2; everything else is linted and reported.

## Example
A file with the permissions `000`, or one that is not UTF-8 and has no coding line.

## Use instead
Make the file readable, or leave it out of the paths.

## When it stays silent
Never: no selection hides it.

## When it would be a false alarm
If the file is meant to be unreadable: leave it out of the paths.
"""

from __future__ import annotations

from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL902",
    name="unreadable-file",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="The file could not be read and was not linted.",
    unknown_condition="report",
)
