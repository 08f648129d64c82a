"""A comment silences a rule where the rule finds nothing.

## What it does
Reports a rule named in `# noqa: ...`, `# initscope-lint: ignore[...]` or `# initscope-lint: ignore-file[...]` that
finds nothing in the lines that the comment holds for; and a comment of ours that names no rule, or one that does not
exist.
The fix takes the rule out of the comment, or the whole comment away.

## Why it is bad
The comment says that there is a mistake which is accepted. If there is none any more, it misleads the reader, and
would silence the next one.

## Example
```python
import tensorflow as tf

v = tf.Variable(1.0)  # noqa: ISL101
```

## Use instead
```python
import tensorflow as tf

v = tf.Variable(1.0)
```

## When it stays silent
About rules that did not run, because `--select` or the configuration left them out; about the rules of other linters;
and in a run whose analysis was cut short, which may have missed what the comment silences.

## When it would be a false alarm
If the finding that the comment silences comes and goes with what else is linted, or with `--target-tensorflow`.
"""

from __future__ import annotations

from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL900",
    name="unused-suppression",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="A comment silences a rule that finds nothing there.",
    unknown_condition="report",
    fix="safe: the rule is taken out of the comment, or the comment away",
)
