"""An `init_scope` is entered where there is nothing to lift out of.

## What it does
Reports an `init_scope` that is entered by eager code only, with no function, graph or tape around it on any path of the
program: at the top level of a module, or in code that nothing but the program itself calls.

## Why it is bad
In eager mode `init_scope` does nothing but stop gradient tapes. Where there is neither a function nor a tape, it reads
as if the code were in a function, and is noise.

## Example
```python
import tensorflow as tf

with tf.init_scope():
    scale = tf.Variable(2.0)
```

## Use instead
```python
scale = tf.Variable(2.0)
```

## When it stays silent
- In functions and methods that other code may call from a function: whatever the program does not call itself.
- Where a tape is open, or is opened inside of the scope: the scope stops it.
- In graph mode, where the scope clears control dependencies and name scopes.
- Where some path to the scope leads through a traced function.

## When it would be a false alarm
- If the code is about to be called from a function that is not written yet, or by a file that the linter was not given.
  It counts only code that the program calls itself, so such callers come in addition.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL306",
    name="init-scope-without-effect",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="The init_scope is entered in eager code only, with no function, graph or tape on any path.",
    unknown_condition="note",
    fix="safe: the `init_scope` is removed",
    rests_on=("tensorflow.python.framework.ops.init_scope",),
)


def check(event: Event) -> Finding | None:
    """A scope that changes nothing at any of its entries."""
    if not isinstance(event, Happening) or event.kind != "scope without effect":
        return None
    return finding(
        RULE,
        event,
        "This `init_scope` has no effect: the context is eager already, and no tape is open.",
        "remove it",
    )
