"""The file is not valid Python, so it was not linted.

## What it does
Reports a file that cannot be parsed, at the place where the parser gave up.

## Why it is bad
A file that cannot be parsed cannot be imported, and nothing in it was checked.

## Example
```text
def f(x:
```

## Use instead
Mend the syntax. If the file is not meant to be Python (a template), keep it out of the paths that are linted.

## When it stays silent
Only with `--ignore ISL901`: a `--select` of other rules does not hide that a file was not linted.

## When it would be a false alarm
If the file is valid for a newer Python than the parser knows, or a template that is not Python at all.
"""

from __future__ import annotations

from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL901",
    name="syntax-error",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="The file cannot be parsed and was not linted.",
    unknown_condition="report",
)
