"""An `init_scope` is made and not entered, or entered a second time.

## What it does
Reports a bare call of `tf.init_scope()`, a scope that is assigned and never entered, and a scope object that is entered
more than once.

## Why it is bad
Calling `tf.init_scope()` does nothing until the result is entered: what follows is not lifted, though it reads as if it
were. A scope object serves once: entering it again raises `AttributeError: args`.

## Example
```python
import tensorflow as tf


@tf.function
def f(x):
    tf.init_scope()
    offset = tf.zeros([])
    return x + offset
```

## Use instead
```python
@tf.function
def f(x):
    with tf.init_scope():
        offset = tf.zeros([])
    return x + offset
```

## When it stays silent
- When the scope is entered by `with`, by `ExitStack.enter_context`, or used as the decorator `@tf.init_scope()`.
- When it is returned or passed on, so that somebody else can enter it.

## When it would be a false alarm
- If the scope is made for its type or to be looked at, as in a test of the function itself.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL402",
    name="init-scope-not-entered",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="An init_scope is made and never entered, so nothing is lifted, or it is entered twice.",
    unknown_condition="report",
    fix="unsafe: it is entered over the assignments that follow; safe: a scope that is entered twice is made twice",
    rests_on=("tensorflow.python.framework.ops.init_scope",),
)


def check(event: Event) -> Finding | None:
    """A scope that no path enters, or one that is entered twice."""
    if isinstance(event, Happening) and event.kind == "scope made":
        return finding(
            RULE, event, "This `init_scope` is never entered: the call alone does nothing.", "use it in a `with` block"
        )
    if isinstance(event, Failure) and event.error == "GEN_DONE" and event.facts.get("manager") == "init_scope":
        return finding(
            RULE,
            event,
            "This `init_scope` was entered before: a scope object works once.",
            "call `tf.init_scope()` anew",
        )
    return None
