"""The linter failed on this file: a bug in the linter.

## What it does
Reports a file whose analysis ended with an exception.

## Why it is bad
The file was not linted. The exit status is 2; everything else is linted and reported. `--verbose` prints where it
happened.

## Example
Any program at all: what the linter does not understand it should take for unknown, not fail on.

## Use instead
Please report it, with the output of `--verbose` and, if you can, the file.

## When it stays silent
Never: no selection hides it.

## When it would be a false alarm
Always, as far as the program is concerned: the mistake is the linter's.
"""

from __future__ import annotations

from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL903",
    name="internal-error",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="The analysis of the file failed, which is a bug in the linter.",
    unknown_condition="report",
)
